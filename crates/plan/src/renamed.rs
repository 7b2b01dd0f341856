//! What the file seems to have renamed without a word: a name of the last revision is gone, and a new one
//! has the same title, people or times. Webex would get new things, with new links.

use std::collections::BTreeSet;

use showcaller_event::Event;
use showcaller_event::model::{Address, CueKey, Email, Meeting, Room, TeamId};

use crate::plan::{Note, Plan};
use crate::read::words::{grouped, kinds};

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
    let found = meetings(before, event, &made).into_iter();
    let found = found.chain(rooms(before, event, &made));
    let found = grouped(found.chain(cues(before, event)));
    let notes = found.into_iter().map(|((section, new, old), things)| Note {
        address: None,
        sentence: format!(
            "Is «{new}» under `{section}:` the earlier «{old}»? If so, write `previously: {old}` there: \
             without it, {} will be new, although title, people or times are the same.",
            kinds(things.iter())
        ),
    });
    notes.collect()
}

fn meetings<'e>(
    before: &'e Event,
    event: &'e Event,
    made: &BTreeSet<&Address>,
) -> Vec<(Rename<'e>, Address)> {
    let at_one_time =
        |old: &Meeting, new: &Meeting| (&old.start, &old.end) == (&new.start, &new.end);
    let same_title = |old: &Meeting, new: &Meeting| at_one_time(old, new) && old.title == new.title;
    let same_people = |old: &Meeting, new: &Meeting| {
        at_one_time(old, new)
            && old.pattern == new.pattern
            && are_same(people(before, old), people(event, new))
    };
    pairs(
        (&before.meetings, &event.meetings),
        |it| names(&it.key, &it.previously, Address::meeting),
        |address| made.contains(address),
        &[&same_title, &same_people],
        |it| {
            vec![
                ("days", Some(it.day.as_str())),
                ("teams", it.team.as_ref().map(|team| team.as_str())),
                ("groups", it.group.as_ref().map(|group| group.as_str())),
                ("meetings", Some(it.pattern.as_str())),
            ]
        },
    )
}

/// Those of its team, and those who are invited to it.
fn people<'e>(event: &'e Event, meeting: &'e Meeting) -> BTreeSet<&'e Email> {
    let is_in = |team: &TeamId| meeting.team.as_ref() == Some(team);
    let people = event.people.iter();
    let team = people.filter(|person| person.teams.iter().any(is_in));
    let invited = meeting.invitees.iter().map(|invitee| &invitee.email);
    team.map(|person| &person.email).chain(invited).collect()
}

fn rooms<'e>(
    before: &'e Event,
    event: &'e Event,
    made: &BTreeSet<&Address>,
) -> Vec<(Rename<'e>, Address)> {
    let members = |room: &'e Room| room.members.iter().map(|it| &it.email).collect();
    pairs(
        (&before.rooms, &event.rooms),
        |it| names(&it.key, &it.previously, Address::room),
        |address| made.contains(address),
        &[&|old, new| old.title == new.title, &|old, new| {
            are_same(members(old), members(new))
        }],
        |it| {
            let own = it.team.is_none() && it.group.is_none();
            vec![
                ("teams", it.team.as_ref().map(|team| team.as_str())),
                ("groups", it.group.as_ref().map(|group| group.as_str())),
                ("rooms", own.then_some(it.key.as_str())),
            ]
        },
    )
}

/// A cue that was sent would go once more.
fn cues<'e>(before: &'e Event, event: &'e Event) -> Vec<(Rename<'e>, Address)> {
    let address = |key: &CueKey| Address::new(format!("cue/{key}"));
    let known: BTreeSet<Address> = before.cues.iter().map(|it| address(&it.key)).collect();
    pairs(
        (&before.cues, &event.cues),
        |it| names(&it.key, &it.previously, address),
        |address| !known.contains(address),
        &[&|old, new| old.to == new.to],
        |it| {
            vec![
                ("days", it.key.day.as_ref().map(|day| day.as_str())),
                ("cues", Some(it.key.cue.as_str())),
            ]
        },
    )
}

/// The address of a thing, and those that it had before.
fn names<K>(key: &K, previously: &[K], address: impl Fn(&K) -> Address) -> (Address, Vec<Address>) {
    (address(key), previously.iter().map(&address).collect())
}

/// Where exactly one thing of before that has no name now is like a new one, the parts of their names that
/// differ, and the new one.
fn pairs<'e, T>(
    (before, now): (&'e [T], &'e [T]),
    names: impl Fn(&'e T) -> (Address, Vec<Address>),
    is_new: impl Fn(&Address) -> bool,
    alike: &[&dyn Fn(&'e T, &'e T) -> bool],
    parts: impl Fn(&'e T) -> Vec<Part<'e>>,
) -> Vec<(Rename<'e>, Address)> {
    let named = now.iter().map(&names);
    let named = named.flat_map(|(address, earlier)| earlier.into_iter().chain([address]));
    let named: BTreeSet<Address> = named.collect();
    let gone = before.iter().filter(|it| !named.contains(&names(it).0));
    let gone: Vec<&T> = gone.collect();
    let mut renames = Vec::new();
    for new in now {
        let (address, _) = names(new);
        let old = alike.iter().filter(|_| is_new(&address)).find_map(|alike| {
            let mut old = gone.iter().filter(|old| alike(old, new));
            old.next().filter(|_| old.next().is_none())
        });
        let parts = old.map(|old| parts(new).into_iter().zip(parts(old)));
        let differ = parts
            .into_iter()
            .flatten()
            .filter_map(|((section, new), (_, old))| {
                Some((section, new?, old?)).filter(|(_, new, old)| new != old)
            });
        renames.extend(differ.map(|rename| (rename, address.clone())));
    }
    renames
}

fn are_same(one: BTreeSet<&Email>, other: BTreeSet<&Email>) -> bool {
    !one.is_empty() && one == other
}
