//! Who is in the team, in the rooms and on the meetings' lists.

use std::collections::BTreeSet;

use showcaller_event::model::Email;

use super::groups::{Group, Item, Mark, group, picked};
use super::rooms::made;
use super::titles::Titles;
use super::words::{count, grouped, name_in, people, place_and_person, some};

use crate::plan::Plan;
use crate::step::{Action, NewInvitee};

/// Names that fit beside a room before the rest is only counted.
const FEW: usize = 3;

pub(super) fn team(plan: &Plan) -> Vec<Option<Group>> {
    let named = picked(plan, |step| match &step.action {
        Action::CreateTeam { name } => Some(Group::new(
            Mark::Add,
            format!("make the team «{name}»"),
            Vec::new(),
        )),
        Action::ChangeTeam { name, .. } => Some(Group::new(
            Mark::Change,
            format!("call the team «{name}» from now on"),
            Vec::new(),
        )),
        _ => None,
    });
    let new = picked(plan, |step| match &step.action {
        Action::AddTeamMember { email, moderator } => Some((email, *moderator)),
        _ => None,
    });
    let changed = picked(plan, |step| match &step.action {
        Action::SetTeamModerator { moderator, .. } => Some(Item::new(
            name_in(step.address.as_str()),
            becomes(*moderator, "moderator"),
        )),
        _ => None,
    });
    let gone = picked(plan, |step| {
        matches!(step.action, Action::RemoveTeamMember { .. })
            .then(|| Item::new(name_in(step.address.as_str()), "leaves its rooms too"))
    });
    let mut groups: Vec<Option<Group>> = named.into_iter().map(Some).collect();
    groups.push(newcomers(&new));
    groups.push(group(Mark::Change, changed, |n| {
        format!("{} with other rights in the team", people(n))
    }));
    groups.push(group(Mark::Remove, gone, |n| {
        format!("{} to take out of the team", people(n))
    }));
    groups
}

fn newcomers(new: &[(&Email, bool)]) -> Option<Group> {
    let moderators = new.iter().filter(|(_, moderator)| *moderator).count();
    let mut headline = format!("{} to add to the team", people(new.len()));
    if moderators > 0 {
        headline.push_str(&format!(
            ", {} as {}",
            moderators,
            if moderators == 1 {
                "moderator"
            } else {
                "moderators"
            }
        ));
    }
    let all: Vec<Item> = new
        .iter()
        .map(|(email, moderator)| person(email, *moderator))
        .collect();
    (!new.is_empty()).then(|| Group::new(Mark::Add, headline, Vec::new()).with_all(all))
}

fn person(email: &Email, moderator: bool) -> Item {
    Item::new(email.as_str(), if moderator { "moderator" } else { "" })
}

fn becomes(given: bool, what: &str) -> String {
    if given {
        format!("becomes {what}")
    } else {
        format!("no longer {what}")
    }
}

pub(super) fn members(plan: &Plan, titles: &Titles<'_>) -> Vec<Option<Group>> {
    let changed = picked(plan, |step| match &step.action {
        Action::SetModerator { moderator, .. } => {
            let (room, email) = place_and_person(step.address.as_str());
            let facts = format!(
                "{} of {}",
                becomes(*moderator, "moderator"),
                titles.room(room)
            );
            Some(Item::new(email, facts))
        }
        _ => None,
    });
    let gone = picked(plan, |step| {
        let (room, email) = place_and_person(step.address.as_str());
        matches!(step.action, Action::RemoveMember { .. })
            .then(|| (email.to_owned(), titles.room(room)))
    });
    vec![
        placed(plan, titles),
        group(Mark::Change, changed, |n| {
            format!("{} with other rights in a room", people(n))
        }),
        taken_away(&gone, ("leaves", "leaves"), ("room", "rooms"), |n| {
            format!("{} in rooms to take away", count(n, "place", "places"))
        }),
    ]
}

/// A line for each person, or for each place where those are fewer. `verb` and `verbs` stand before one
/// place and before several, as in `leaves` and `leaves 3 rooms:`.
fn gathered(
    pairs: &[(String, String)],
    (verb, verbs): (&str, &str),
    (one, many): (&str, &str),
) -> Vec<Item> {
    let by_person = grouped(pairs.iter().map(|(person, place)| (person, place)));
    let by_place = grouped(pairs.iter().map(|(person, place)| (place, person)));
    if by_place.len() < by_person.len() {
        let line = |(place, who): (&String, Vec<&String>)| {
            let facts = format!("{}: {}", people(who.len()), some(&who, FEW));
            Item::new(place, facts)
        };
        return by_place.into_iter().map(line).collect();
    }
    let line = |(person, places): (&String, Vec<&String>)| {
        let facts = match places.as_slice() {
            [place] => format!("{verb} {place}"),
            several => format!(
                "{verbs} {}: {}",
                count(several.len(), one, many),
                some(several, FEW)
            ),
        };
        Item::new(person, facts)
    };
    by_person.into_iter().map(line).collect()
}

fn taken_away(
    pairs: &[(String, String)],
    verbs: (&str, &str),
    nouns: (&str, &str),
    headline: impl FnOnce(usize) -> String,
) -> Option<Group> {
    let all = pairs.iter();
    let all = all.map(|(person, place)| Item::new(person, format!("{} {place}", verbs.0)));
    (!pairs.is_empty()).then(|| {
        let items = gathered(pairs, verbs, nouns);
        Group::new(Mark::Remove, headline(pairs.len()), items).with_all(all.collect())
    })
}

/// Those who are put into rooms: counted for rooms that the plan makes, whose lines say how many,
/// and by room for the others.
fn placed(plan: &Plan, titles: &Titles<'_>) -> Option<Group> {
    let added = picked(plan, |step| match &step.action {
        Action::AddMember {
            room,
            email,
            moderator,
        } => Some((room.as_str(), (email, *moderator))),
        _ => None,
    });
    let everybody: BTreeSet<&Email> = added.iter().map(|(_, (email, _))| *email).collect();
    let by_room = grouped(added);
    let places: usize = by_room.iter().map(|(_, people)| people.len()).sum();
    let made = made(plan);
    let items = by_room
        .iter()
        .filter(|(room, _)| !made.contains(*room))
        .map(|(room, people)| Item::new(titles.room(room), who(people)))
        .collect();
    let all = by_room
        .iter()
        .flat_map(|(room, people)| people.iter().map(move |one| (room, one)))
        .map(|(room, (email, moderator))| {
            let role = if *moderator { ", moderator" } else { "" };
            Item::new(email.as_str(), format!("in {}{role}", titles.room(room)))
        })
        .collect();
    let headline = format!(
        "{} in rooms: {} in {}",
        count(places, "place", "places"),
        people(everybody.len()),
        count(by_room.len(), "room", "rooms")
    );
    (places > 0).then(|| Group::new(Mark::Add, headline, items).with_all(all))
}

fn who(list: &[(&Email, bool)]) -> String {
    let names: Vec<String> = list
        .iter()
        .map(|(email, moderator)| match moderator {
            true => format!("{email} (moderator)"),
            false => email.to_string(),
        })
        .collect();
    format!("{}: {}", people(list.len()), some(&names, FEW))
}

pub(super) fn invitations(plan: &Plan, titles: &Titles<'_>) -> Vec<Option<Group>> {
    let changed = picked(plan, |step| match &step.action {
        Action::SetCohost { email, cohost, .. } => {
            let (meeting, _) = place_and_person(step.address.as_str());
            let meeting = titles.meeting(meeting);
            let facts = format!("{} of {meeting}", becomes(*cohost, "co-host"));
            Some(Item::new(email.as_str(), facts))
        }
        _ => None,
    });
    let gone = picked(plan, |step| {
        let (meeting, email) = place_and_person(step.address.as_str());
        matches!(step.action, Action::RemoveInvitee { .. })
            .then(|| (email.to_owned(), titles.meeting(meeting)))
    });
    let off = ("comes off the list of", "comes off the lists of");
    vec![
        invited(plan, titles),
        group(Mark::Change, changed, |n| {
            format!("{} with other rights in a meeting", people(n))
        }),
        taken_away(&gone, off, ("meeting", "meetings"), |n| {
            format!("{} to withdraw", count(n, "invitation", "invitations"))
        }),
    ]
}

fn invited(plan: &Plan, titles: &Titles<'_>) -> Option<Group> {
    // One call adds all who are new on a meeting's list.
    let by_meeting: Vec<(&str, Vec<&NewInvitee>)> = picked(plan, |step| match &step.action {
        Action::AddInvitees {
            meeting, invitees, ..
        } => Some((meeting.as_str(), invitees.iter().collect())),
        _ => None,
    });
    let total: usize = by_meeting.iter().map(|(_, list)| list.len()).sum();
    let name = |one: &&NewInvitee| match one.cohost {
        true => format!("{} (co-host)", one.email),
        false => one.email.to_string(),
    };
    let lines = |few: usize| -> Vec<Item> {
        by_meeting
            .iter()
            .map(|(meeting, list)| {
                let names: Vec<String> = list.iter().map(name).collect();
                let facts = format!("{}: {}", people(list.len()), some(&names, few));
                Item::new(titles.meeting(meeting), facts)
            })
            .collect()
    };
    let headline = format!(
        "{} to {}",
        count(total, "invitation", "invitations"),
        count(by_meeting.len(), "meeting", "meetings")
    );
    (total > 0).then(|| Group::new(Mark::Add, headline, lines(FEW)).with_all(lines(usize::MAX)))
}
