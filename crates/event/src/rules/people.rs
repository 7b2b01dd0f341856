//! People, teams and groups.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::diagnostics::closest;
use crate::model::{Person, TeamId};

use super::input::Input;
use super::report::{Report, some};

/// What one Webex room holds (messaging §4); an event's General room holds everybody.
const MOST_PEOPLE: usize = 5_000;

/// How many times more frequent a role must be for a rare one to look like a slip.
const USUAL: usize = 3;

pub(super) fn too_many<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    let people = &input.event.people;
    if let Some(first) = people.get(MOST_PEOPLE) {
        let count = people.len();
        report.error(
            input.places.person(&first.email),
            format!("the event has {count} people; more than {MOST_PEOPLE} are not supported"),
            "split it into several events",
        );
    }
}

pub(super) fn in_no_room<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    let rooms = input.event.rooms.iter();
    let inside: HashSet<_> = rooms
        .flat_map(|room| room.members.iter().map(|member| &member.email))
        .collect();
    let outside: Vec<_> = input
        .event
        .people
        .iter()
        .filter(|person| !inside.contains(&person.email))
        .collect();
    let Some(first) = outside.first() else { return };
    let names = some(outside.iter().map(|person| person.name.as_str()));
    let are = if outside.len() == 1 { "is" } else { "are" };
    report.note(
        input.places.person(&first.email),
        format!("{names} {are} in no room, and will hear nothing"),
        "give them a team or a role that some room's `members:` names",
    );
}

/// A slip of the fingers in one line of the roster leaves one person out of everything that goes
/// by role, and nothing else would say so.
pub(super) fn odd_role<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    let mut holders: BTreeMap<&str, Vec<&Person>> = BTreeMap::new();
    for person in &input.event.people {
        for role in &person.roles {
            holders.entry(role.as_str()).or_default().push(person);
        }
    }
    for (role, few) in &holders {
        let usual = holders
            .iter()
            .filter(|(_, many)| many.len() >= USUAL * few.len())
            .map(|(other, _)| *other);
        let Some(meant) = closest(role, usual) else {
            continue;
        };
        let names = some(few.iter().map(|person| person.name.as_str()));
        let are = if few.len() == 1 { "is" } else { "are" };
        report.note(
            input.places.person(&few[0].email),
            format!("only {names} {are} `{role}`; did you mean `{meant}`?"),
            "fine if it is a role of its own",
        );
    }
}

pub(super) fn empty_team<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    let people = input.event.people.iter();
    let taken: HashSet<_> = people.flat_map(|person| &person.teams).collect();
    let teams = input.event.teams.iter();
    let empty: Vec<_> = teams.filter(|team| !taken.contains(&team.id)).collect();
    let Some(first) = empty.first() else { return };
    let ids = some(empty.iter().map(|team| team.id.as_str()));
    report.note(
        input.places.team(&first.id),
        format!("nobody is in {ids} yet"),
        "write the team's name into the team column of the roster",
    );
}

pub(super) fn team_in_two_groups<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    let mut groups: HashMap<&TeamId, &str> = HashMap::new();
    for group in &input.event.groups {
        for team in &group.teams {
            let Some(first) = groups.insert(team, group.id.as_str()) else {
                continue;
            };
            report.note(
                input.places.group(&group.id),
                format!("`{team}` is in two groups, `{first}` and `{}`", group.id),
                "fine if their meetings do not overlap",
            );
        }
    }
}
