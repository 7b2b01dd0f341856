//! Teams, each with its General room (messaging §3).

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::fields::Fields;
use super::rooms::{Member, Room};
use super::{Asking, World, written};
use crate::ids::{self, Kind};
use crate::refusal::{Refusal, Served};
use crate::switches::{GeneralTitle, TeamDelete};

/// A team and who is in it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Team {
    pub(crate) key: Uuid,
    pub(crate) name: String,
    description: Option<String>,
    pub(crate) created: Timestamp,
    pub(crate) seq: u64,
    pub(crate) general: Uuid,
    pub(crate) members: BTreeMap<Uuid, Member>,
}

impl Team {
    pub(crate) fn is_member(&self, person: Uuid) -> bool {
        self.members.contains_key(&person)
    }

    pub(crate) fn moderates(&self, person: Uuid) -> bool {
        self.members
            .get(&person)
            .is_some_and(|member| member.moderator)
    }

    pub(crate) fn is_last_moderator(&self, person: Uuid) -> bool {
        let moderators = self.members.iter().filter(|(_, it)| it.moderator);
        moderators.map(|(moderator, _)| *moderator).eq([person])
    }
}

impl World {
    /// The team behind an id, if the caller is in it; 404 otherwise.
    pub(crate) fn team_of_caller(&self, asking: &Asking<'_>, id: &str) -> Served<&Team> {
        let key = ids::read(id)?;
        // A team id spelled as a ROOM id is its own key, not that of the General room.
        let team = self
            .teams
            .get(&key)
            .filter(|team| team.is_member(asking.person));
        team.ok_or_else(|| Refusal::new(404, "Could not find a team with provided ID."))
    }

    /// The team behind an id, if the caller moderates it.
    pub(crate) fn team_to_change(&self, asking: &Asking<'_>, id: &str) -> Served<&Team> {
        let team = self.team_of_caller(asking, id)?;
        if team.moderates(asking.person) {
            Ok(team)
        } else {
            Err(Refusal::coded(
                asking.switches.team_refusal_code,
                "Only a moderator of the team may do that.",
            ))
        }
    }
}

/// `POST /teams`: the creator becomes member and moderator, and the General room comes with it.
pub(crate) fn create(world: &mut World, asking: &Asking<'_>, body: &Fields) -> Served {
    let name = required_name(body)?;
    let description = body.text("description")?.map(str::to_owned);
    if world.is_bot(asking.person) && !asking.switches.bot_creates_teams {
        return Err(Refusal::forbidden("Bots cannot create teams."));
    }
    let key = world.mint("team", &name);
    let general = world.mint("general room", &name);
    let title = match asking.switches.general_room_title {
        GeneralTitle::TeamName => name.clone(),
        GeneralTitle::General => "General".to_owned(),
    };
    let room_seq = world.next_in_line();
    let org = world.person(asking.person).org;
    let mut room = Room::new(general, title, asking.person, org, asking.now, room_seq);
    room.team = Some(key);
    room.general = true;
    // The moderators of the team are those of General, and a room with moderators is locked.
    room.locked = true;
    let seq = world.next_in_line();
    let member = Member::new(asking.person, true, asking.now, seq);
    room.members.insert(asking.person, member.clone());
    let team = Team {
        key,
        name,
        description,
        created: asking.now,
        seq,
        general,
        members: BTreeMap::from([(asking.person, member)]),
    };
    let shown = present(&team);
    world.rooms.insert(general, room);
    world.teams.insert(key, team);
    world.room_event(asking, "created", general);
    Ok(shown)
}

/// `GET /teams`: the caller's own.
pub(crate) fn list<'w>(world: &'w World, asking: &Asking<'_>) -> Vec<&'w Team> {
    let mut teams: Vec<&Team> = world
        .teams
        .values()
        .filter(|team| team.is_member(asking.person) && asking.shows(team.created))
        .collect();
    teams.sort_by_key(|team| team.seq);
    teams
}

/// `GET /teams/{id}`.
pub(crate) fn get(world: &World, asking: &Asking<'_>, id: &str) -> Served {
    world.team_of_caller(asking, id).map(present)
}

/// `PUT /teams/{id}`.
pub(crate) fn update(world: &mut World, asking: &Asking<'_>, id: &str, body: &Fields) -> Served {
    let key = world.team_to_change(asking, id)?.key;
    let name = required_name(body)?;
    let description = body.text("description")?.map(str::to_owned);
    let team = world.teams.get_mut(&key).ok_or_else(Refusal::not_found)?;
    let general = team.general;
    let mut renamed = false;
    if asking.switches.general_room_title == GeneralTitle::TeamName
        && let Some(room) = world.rooms.get_mut(&general)
    {
        renamed = room.title != name;
        room.title.clone_from(&name);
    }
    team.name = name;
    if let Some(description) = description {
        team.description = Some(description);
    }
    if renamed {
        world.room_event(asking, "updated", general);
    }
    Ok(present(&world.teams[&key]))
}

/// `DELETE /teams/{id}`: its rooms are archived or deleted (switch `team-delete`).
pub(crate) fn delete(world: &mut World, asking: &Asking<'_>, id: &str) -> Served<()> {
    let key = world.team_to_change(asking, id)?.key;
    let rooms: Vec<Uuid> = world
        .rooms
        .values()
        .filter(|room| room.team == Some(key))
        .map(|room| room.key)
        .collect();
    for room in rooms {
        match asking.switches.team_delete {
            TeamDelete::Archives => world.archive_room(room),
            TeamDelete::Deletes => world.erase_room(room),
        }
    }
    world.teams.remove(&key);
    Ok(())
}

fn required_name(body: &Fields) -> Served<String> {
    let name = body.filled("name")?;
    name.map(str::to_owned)
        .ok_or_else(|| Refusal::bad("name cannot be empty"))
}

pub(crate) fn present(team: &Team) -> Value {
    let mut shown = json!({
        "id": ids::spell(Kind::Team, team.key),
        "name": team.name,
        "created": written(team.created),
    });
    if let Some(description) = &team.description {
        shown["description"] = json!(description);
    }
    shown
}
