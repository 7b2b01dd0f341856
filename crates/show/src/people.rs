//! Who is in a team.

use showcaller_event::model::{Person, TeamId};

use crate::reply::{Member, TeamList};
use crate::view::View;

/// What the roster calls those who take part.
const PARTICIPANT: &str = "participant";

/// The teams that were named; else those of the room, or in private the asker's. Where there is no team,
/// the people of the room, or of each of the asker's rooms.
pub(crate) fn teams(view: &View<'_>, named: &[usize]) -> Vec<TeamList> {
    let event = view.scene.event;
    let own: Vec<&TeamId> = match view.room() {
        Some(room) => event
            .room(room)
            .into_iter()
            .flat_map(|room| {
                let group = event
                    .groups
                    .iter()
                    .find(|group| Some(&group.id) == room.group.as_ref());
                room.team
                    .iter()
                    .chain(group.into_iter().flat_map(|group| &group.teams))
            })
            .collect(),
        None => view
            .person
            .into_iter()
            .flat_map(|person| &person.teams)
            .collect(),
    };
    let asked: Vec<&TeamId> = match named {
        [] => own,
        named => named
            .iter()
            .filter_map(|place| event.teams.get(*place))
            .map(|team| &team.id)
            .collect(),
    };
    if asked.is_empty() {
        return view
            .rooms()
            .into_iter()
            .map(|room| {
                let people = room
                    .members
                    .iter()
                    .filter_map(|member| event.person(&member.email));
                list(room.title.clone(), people)
            })
            .collect();
    }
    let teams = asked.into_iter().filter_map(|id| event.team(id));
    teams
        .map(|team| {
            let people = event
                .people
                .iter()
                .filter(|person| person.teams.contains(&team.id));
            list(team.title.clone(), people)
        })
        .collect()
}

fn list<'a>(title: String, people: impl Iterator<Item = &'a Person>) -> TeamList {
    let (mut members, mut staff) = (Vec::new(), Vec::new());
    for person in people {
        let roles = person.roles.iter().map(|role| role.as_str());
        let roles: Vec<String> = roles
            .filter(|role| *role != PARTICIPANT)
            .map(str::to_owned)
            .collect();
        let group = if roles.is_empty() {
            &mut members
        } else {
            &mut staff
        };
        group.push(Member {
            name: person.name.clone(),
            roles,
        });
    }
    for group in [&mut members, &mut staff] {
        group.sort_by(|a, b| a.name.cmp(&b.name));
    }
    TeamList {
        title,
        members,
        staff,
    }
}
