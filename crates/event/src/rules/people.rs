//! People, teams and groups.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::diagnostics::closest;
use crate::hint::Hint;
use crate::model::{Person, Role, TeamId};
use crate::roster::DEFAULT_ROLE;

use super::input::Input;
use super::report::{Report, plural, some};

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

/// Whoever has a role that no entry names is left out of everything that goes by role, and is no
/// member of the Webex team; most often the role is a slip of the fingers.
pub(super) fn unnamed_role<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    let named = &input.places.roles.named;
    let unnamed = |role: &&Role| role.as_str() != DEFAULT_ROLE && !named.contains(role.as_str());
    let people = input.event.people.iter();
    let roles: BTreeSet<_> = people
        .flat_map(|person| person.roles.iter().filter(unnamed))
        .collect();
    let meant = |role: &Role| {
        let known = named.iter().map(String::as_str).chain([DEFAULT_ROLE]);
        closest(role.as_str(), known)
    };
    let (slips, others): (Vec<_>, Vec<_>) =
        roles.into_iter().partition(|role| meant(role).is_some());
    let mut say = |roles: &[&Role], hint: Hint| {
        let Some(first) = roles.first() else { return };
        let has = |person: &&Person| roles.iter().any(|role| person.roles.contains(role));
        let holders = input.event.people.iter().filter(has);
        let holders = some(holders.map(|person| person.name.as_str()));
        let quoted: Vec<_> = roles.iter().map(|role| format!("`{role}`")).collect();
        let (quoted, s) = (some(quoted.iter().map(String::as_str)), plural(roles.len()));
        let message = format!("no entry of the event file names the role{s} {quoted} ({holders})");
        report.note(input.places.role(first.as_str()), message, hint);
    };
    for role in slips {
        let meant = meant(role).unwrap_or_default();
        let hint = format!("did you mean `{meant}`? As it is, the role gives nothing");
        say(&[role], Hint::instead(hint, meant).of(role.as_str()));
    }
    let hint = "fine if they take part like everybody; else name it, as in `moderators: [coach]`";
    say(&others, hint.into());
}

pub(super) fn empty_team<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    let teams = input.event.teams.iter();
    let empty: Vec<_> = teams.filter(|team| input.is_empty(&team.id)).collect();
    let Some(first) = empty.first() else { return };
    let ids = some(empty.iter().map(|team| team.id.as_str()));
    report.note(
        input.places.team(&first.id),
        format!("nobody is in {ids} yet"),
        "write the team's name into the team column of the roster",
    );
}

pub(super) fn empty_group<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    for group in input.event.groups.iter().filter(|it| it.teams.is_empty()) {
        report.note(
            input.places.group(&group.id),
            format!("there are no teams in group `{}`", group.id),
            "name some under `teams:`, or take the group out",
        );
    }
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
