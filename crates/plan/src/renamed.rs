//! What the file seems to have renamed without a word: a name of the last revision is gone, and a new one
//! has the same title, people or times. Webex would get new things, with new links.

use std::collections::{BTreeMap, BTreeSet};

use showcaller_event::Event;
use showcaller_event::model::{Address, Cue, CueKey, Email, Meeting, Room, TeamId};

use crate::plan::{Note, Plan};
use crate::read::words::{grouped, kinds};

/// A section of the event file, an entry of it, and the name that it seems to have had before.
type Rename<'e> = (&'static str, &'e str, &'e str);

/// A section of the event file, and an entry of it that gives a thing a part of its name.
type Part<'e> = (&'static str, Option<&'e str>);

/// What is equal for things that are alike.
type Alike<'e> = (String, Vec<&'e Email>);

/// What a thing is alike by, if it can be.
type Likeness<'f, 'e, T> = &'f dyn Fn(&'e T) -> Option<Alike<'e>>;

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
    let times = |it: &Meeting| format!("{} {}", it.start.timestamp(), it.end.timestamp());
    let title = |it: &'e Meeting| Some((format!("{} {}", times(it), it.title), Vec::new()));
    let (then, now) = (by_team(before), by_team(event));
    let people = |it: &'e Meeting, teams: &BTreeMap<&TeamId, Vec<&'e Email>>| {
        let team = it.team.as_ref().and_then(|team| teams.get(team));
        let team = team.into_iter().flatten().copied();
        let invited = it.invitees.iter().map(|invitee| &invitee.email);
        alike_by(format!("{} {}", times(it), it.pattern), team.chain(invited))
    };
    pairs(
        (&before.meetings, &event.meetings),
        |it| names(&it.key, &it.previously, Address::meeting),
        |address| made.contains(address),
        &[
            (&title, &title),
            (&|it| people(it, &then), &|it| people(it, &now)),
        ],
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

/// The people of each team.
fn by_team(event: &Event) -> BTreeMap<&TeamId, Vec<&Email>> {
    let mut teams: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for person in &event.people {
        for team in &person.teams {
            teams.entry(team).or_default().push(&person.email);
        }
    }
    teams
}

fn rooms<'e>(
    before: &'e Event,
    event: &'e Event,
    made: &BTreeSet<&Address>,
) -> Vec<(Rename<'e>, Address)> {
    let title = |it: &'e Room| Some((it.title.clone(), Vec::new()));
    let members = |it: &'e Room| {
        let members = it.members.iter().map(|member| &member.email);
        alike_by(String::new(), members)
    };
    pairs(
        (&before.rooms, &event.rooms),
        |it| names(&it.key, &it.previously, Address::room),
        |address| made.contains(address),
        &[(&title, &title), (&members, &members)],
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
    let recipients = |it: &'e Cue| Some((format!("{:?}", it.to), Vec::new()));
    let known: BTreeSet<Address> = before.cues.iter().map(|it| address(&it.key)).collect();
    pairs(
        (&before.cues, &event.cues),
        |it| names(&it.key, &it.previously, address),
        |address| !known.contains(address),
        &[(&recipients, &recipients)],
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
    alike: &[(Likeness<'_, 'e, T>, Likeness<'_, 'e, T>)],
    parts: impl Fn(&'e T) -> Vec<Part<'e>>,
) -> Vec<(Rename<'e>, Address)> {
    let named = now.iter().map(&names);
    let named = named.flat_map(|(address, earlier)| earlier.into_iter().chain([address]));
    let named: BTreeSet<Address> = named.collect();
    let gone = before.iter().filter(|it| !named.contains(&names(it).0));
    let gone: Vec<&T> = gone.collect();
    // By what makes things alike: the one that is so, `None` where there are several.
    let gone = alike.iter().map(|(then, _)| {
        let mut only: BTreeMap<_, Option<&T>> = BTreeMap::new();
        for it in &gone {
            if let Some(key) = then(it) {
                let entry = only.entry(key);
                entry.and_modify(|only| *only = None).or_insert(Some(it));
            }
        }
        only
    });
    let gone: Vec<_> = gone.collect();
    let mut renames = Vec::new();
    for new in now {
        let (address, _) = names(new);
        let ways = alike.iter().zip(&gone).filter(|_| is_new(&address));
        let old = ways
            .filter_map(|((_, now), gone)| *gone.get(&now(new)?)?)
            .next();
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

/// The same words and people; nothing is alike for having no people.
fn alike_by<'e>(words: String, people: impl Iterator<Item = &'e Email>) -> Option<Alike<'e>> {
    let people: BTreeSet<&Email> = people.collect();
    (!people.is_empty()).then(|| (words, people.into_iter().collect()))
}
