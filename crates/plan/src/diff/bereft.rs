//! Rooms that lose their last moderator, and meetings that lose their last co-host, because the file
//! asks for none any more: only the bot, or the host, can act there then.

use std::collections::{BTreeMap, BTreeSet};

use showcaller_event::model::{Address, Email};

use super::people::people_of;
use super::{Draft, Scene};
use crate::fields::{Field, Value};
use crate::names::parent_of;
use crate::observed::Look;

/// How many places are named.
const FEW: usize = 3;

pub(super) fn compare(scene: &Scene<'_>, draft: &mut Draft) {
    let held: BTreeSet<&Address> = draft.held.iter().map(|held| &held.address).collect();
    let going = |address: &Address| draft.has_step(address) || held.contains(address);
    let rooms = rooms(scene, &going);
    let meetings = meetings(scene, &going);
    let losses = [
        (
            rooms,
            ["rooms", "moderator"],
            "only the bot can let people in then",
        ),
        (
            meetings,
            ["meetings", "co-host"],
            "only the host can start it then",
        ),
    ];
    for ((places, people), words, then) in losses {
        if let Some(sentence) = sentence(&places, &people, words, then) {
            draft.note(None, sentence);
        }
    }
}

/// Titles, and who leaves.
type Lost<'a> = (Vec<&'a str>, BTreeSet<Email>);

fn rooms<'a>(scene: &Scene<'a>, going: &impl Fn(&Address) -> bool) -> Lost<'a> {
    let mut lost = Lost::default();
    for room in &scene.event.rooms {
        let seen = scene.rooms[&room.key].thing();
        let seen = seen.and_then(|seen| scene.observed.members.get(&seen.id));
        let Some(Look::Seen(seen)) = seen else {
            continue;
        };
        let bot = &scene.observed.bot.id;
        let people = seen.iter().filter(|it| it.moderator && it.person != *bot);
        let people: Vec<&Email> = people.map(|it| &it.email).collect();
        let leaves = |email: &&Email| going(&Address::membership(&room.key, email));
        let asked = people_of(scene, room).any(|member| member.moderator);
        if !asked && !people.is_empty() && people.iter().all(leaves) {
            lost.0.push(&room.title);
            lost.1.extend(people.into_iter().cloned());
        }
    }
    lost
}

/// By the ledger, as not every plan looks at every list.
fn meetings<'a>(scene: &Scene<'a>, going: &impl Fn(&Address) -> bool) -> Lost<'a> {
    let mut cohosts: BTreeMap<Address, Vec<&Address>> = BTreeMap::new();
    for (address, known) in &scene.known.resources {
        let cohost = known.settled.asked.get(&Field::Cohost) == Some(&Value::Flag(true));
        if let Some(meeting) = parent_of(address).filter(|_| cohost) {
            cohosts.entry(meeting).or_default().push(address);
        }
    }
    let mut lost = Lost::default();
    for meeting in &scene.event.meetings {
        let asked = meeting.invitees.iter().any(|it| it.cohost);
        let people = cohosts.get(&Address::meeting(&meeting.key));
        let Some(people) = people.filter(|_| !asked) else {
            continue;
        };
        if people.iter().all(|address| going(address)) {
            let email = |address: &&Address| Some(Email::new(address.as_str().rsplit_once('/')?.1));
            lost.0.push(&meeting.title);
            lost.1.extend(people.iter().filter_map(email));
        }
    }
    lost
}

fn sentence(
    places: &[&str],
    people: &BTreeSet<Email>,
    [kind, what]: [&str; 2],
    then: &str,
) -> Option<String> {
    let person = people.first()?;
    let people = match people.len() {
        1 => person.to_string(),
        count => format!("{count} people"),
    };
    // A title may be that of several, as of one for each day.
    let mut titles: Vec<(&str, usize)> = Vec::new();
    for title in places {
        match titles.iter_mut().find(|(other, _)| other == title) {
            Some((_, number)) => *number += 1,
            None => titles.push((title, 1)),
        }
    }
    titles.truncate(FEW);
    let few = titles.iter().map(|(title, number)| match number {
        1 => format!("«{title}»"),
        _ => format!("«{title}» ({number} {kind})"),
    });
    let few = few.collect::<Vec<_>>().join(", ");
    let named: usize = titles.iter().map(|(_, number)| number).sum();
    let more = match places.len() - named {
        0 => String::new(),
        rest => format!(" and {rest} more"),
    };
    let lose = match places.len() {
        1 => "loses its",
        _ => "lose their",
    };
    Some(format!(
        "{few}{more} {lose} last {what} with {people}: {then}."
    ))
}
