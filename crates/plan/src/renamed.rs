//! What the file seems to have renamed without a word: a name of the last revision is gone, and a new one
//! has the same title, people or times. Webex would get new things, with new links.

use std::collections::{BTreeMap, BTreeSet};

use showcaller_event::Event;
use showcaller_event::model::{Address, Cue, Email, Meeting, Room, TeamId};

use crate::plan::{Note, Plan};

/// A section of the event file, an entry of it, and the name that it seems to have had before.
type Rename<'e> = (&'static str, &'e str, &'e str);

/// A section of the event file, and an entry of it that gives a thing a part of its name.
type Part<'e> = (&'static str, Option<&'e str>);

/// A hint for each entry of `event` that seems to be one of `before` under another name, where `plan`
/// would make its things anew.
#[must_use]
pub fn renamed(before: &Event, event: &Event, plan: &Plan) -> Vec<Note> {
    let steps = plan.steps.iter().filter(|step| step.action.creates());
    let steps = steps.map(|step| &step.address);
    let held = plan.held.iter().map(|held| &held.address);
    let made: BTreeSet<&Address> = steps.chain(held).collect();
    let things = [
        ("meeting", meetings(before, event, &made)),
        ("room", rooms(before, event, &made)),
        ("cue", cues(before, event)),
    ];
    let mut renames: BTreeMap<Rename<'_>, BTreeMap<&str, usize>> = BTreeMap::new();
    for (what, found) in things {
        for rename in found {
            let counts = renames.entry(rename).or_default();
            *counts.entry(what).or_default() += 1;
        }
    }
    renames.into_iter().map(note).collect()
}

fn note(((section, new, old), things): (Rename<'_>, BTreeMap<&str, usize>)) -> Note {
    let things = things.into_iter();
    let things: Vec<String> = things
        .map(|(what, number)| match number {
            1 => format!("1 {what}"),
            _ => format!("{number} {what}s"),
        })
        .collect();
    Note {
        address: None,
        sentence: format!(
            "Is «{new}» under `{section}:` the earlier «{old}»? If so, write `previously: {old}` there: \
             without it, {} will be new, although title, people or times are the same.",
            things.join(" and ")
        ),
    }
}

fn meetings<'e>(before: &'e Event, event: &'e Event, made: &BTreeSet<&Address>) -> Vec<Rename<'e>> {
    let made = |new: &&Meeting| made.contains(&Address::meeting(&new.key));
    let new = event.meetings.iter().filter(made);
    let gone = unnamed(&before.meetings, &event.meetings, |it| {
        (&it.key, &it.previously)
    });
    let at_one_time =
        |old: &Meeting, new: &Meeting| (&old.start, &old.end) == (&new.start, &new.end);
    let same_title = |old: &Meeting, new: &Meeting| at_one_time(old, new) && old.title == new.title;
    let same_people = |old: &Meeting, new: &Meeting| {
        at_one_time(old, new)
            && old.pattern == new.pattern
            && are_same(people(before, old), people(event, new))
    };
    let parts = |it: &'e Meeting| {
        vec![
            ("days", Some(it.day.as_str())),
            ("teams", it.team.as_ref().map(|team| team.as_str())),
            ("groups", it.group.as_ref().map(|group| group.as_str())),
            ("meetings", Some(it.pattern.as_str())),
        ]
    };
    pairs(gone, new, &[&same_title, &same_people], parts)
}

/// Those of its team, and those who are invited to it.
fn people<'e>(event: &'e Event, meeting: &'e Meeting) -> BTreeSet<&'e Email> {
    let is_in = |team: &TeamId| meeting.team.as_ref() == Some(team);
    let team = event
        .people
        .iter()
        .filter(|person| person.teams.iter().any(is_in));
    let invited = meeting.invitees.iter().map(|invitee| &invitee.email);
    team.map(|person| &person.email).chain(invited).collect()
}

fn rooms<'e>(before: &'e Event, event: &'e Event, made: &BTreeSet<&Address>) -> Vec<Rename<'e>> {
    let made = |new: &&Room| made.contains(&Address::room(&new.key));
    let new = event.rooms.iter().filter(made);
    let gone = unnamed(&before.rooms, &event.rooms, |it| (&it.key, &it.previously));
    let same_title = |old: &Room, new: &Room| old.title == new.title;
    let same_people = |old: &Room, new: &Room| are_same(members(old), members(new));
    let parts = |it: &'e Room| {
        let own = it.team.is_none() && it.group.is_none();
        vec![
            ("teams", it.team.as_ref().map(|team| team.as_str())),
            ("groups", it.group.as_ref().map(|group| group.as_str())),
            ("rooms", own.then_some(it.key.as_str())),
        ]
    };
    pairs(gone, new, &[&same_title, &same_people], parts)
}

fn members(room: &Room) -> BTreeSet<&Email> {
    room.members.iter().map(|member| &member.email).collect()
}

/// A cue that was sent would go once more.
fn cues<'e>(before: &'e Event, event: &'e Event) -> Vec<Rename<'e>> {
    let known = |new: &&Cue| before.cue(&new.key).is_none();
    let new = event.cues.iter().filter(known);
    let gone = unnamed(&before.cues, &event.cues, |it| (&it.key, &it.previously));
    let same = |old: &Cue, new: &Cue| old.to == new.to;
    let parts = |it: &'e Cue| {
        vec![
            ("days", it.key.day.as_ref().map(|day| day.as_str())),
            ("cues", Some(it.key.cue.as_str())),
        ]
    };
    pairs(gone, new, &[&same], parts)
}

/// The things of before that have no name now.
fn unnamed<'e, T, K: Ord + 'e>(
    before: &'e [T],
    now: &'e [T],
    names: impl Fn(&'e T) -> (&'e K, &'e Vec<K>),
) -> Vec<&'e T> {
    let all = now.iter().flat_map(|it| {
        let (key, previously) = names(it);
        std::iter::once(key).chain(previously)
    });
    let all: BTreeSet<&K> = all.collect();
    before
        .iter()
        .filter(|it| !all.contains(names(it).0))
        .collect()
}

/// Where exactly one thing of before is like a new one, the parts of their names that differ.
fn pairs<'e, T>(
    gone: Vec<&'e T>,
    new: impl Iterator<Item = &'e T>,
    alike: &[&dyn Fn(&'e T, &'e T) -> bool],
    parts: impl Fn(&'e T) -> Vec<Part<'e>>,
) -> Vec<Rename<'e>> {
    let found = new.flat_map(|new| {
        let old = alike.iter().find_map(|alike| {
            let mut old = gone.iter().filter(|old| alike(old, new));
            old.next().filter(|_| old.next().is_none())
        });
        let parts = old.map(|old| parts(new).into_iter().zip(parts(old)));
        parts.into_iter().flatten()
    });
    let differing = found.filter_map(|((section, new), (_, old))| Some((section, new?, old?)));
    differing.filter(|(_, new, old)| new != old).collect()
}

fn are_same(one: BTreeSet<&Email>, other: BTreeSet<&Email>) -> bool {
    !one.is_empty() && one == other
}
