//! For whom something is, in the words of the event file.

use std::collections::BTreeSet;

use showcaller_event::Event;
use showcaller_event::markdown::plain;
use showcaller_event::model::{CueRecipient, Email, RoomKey};

use super::row::{Kind, RoomRow};
use crate::calling::count::count;
use crate::calling::recipient;

/// So many names, and the number of the others.
const NAMES: usize = 3;

/// `Ann, Ben, Cid +9`
pub(super) fn few(names: &[String]) -> String {
    match names.len() {
        0..=NAMES => names.join(", "),
        all => format!("{} +{}", names[..NAMES].join(", "), all - NAMES),
    }
}

/// `all rooms`; `team rooms, Coaches`; `Jury`. Of `all`, which are by key.
pub(super) fn rooms(all: &[RoomRow], keys: &[RoomKey]) -> String {
    let known = keys.iter().filter_map(|key| {
        let place = all.binary_search_by(|room| room.key.cmp(key));
        place.ok().map(|place| &all[place])
    });
    let mut rooms: Vec<&RoomRow> = known.collect();
    if rooms.len() > 1 && rooms.len() == all.len() {
        return "all rooms".to_owned();
    }
    let mut names = Vec::new();
    for (words, kind) in [("team rooms", Kind::Team), ("group rooms", Kind::Group)] {
        let some = rooms.iter().filter(|room| room.kind == kind).count();
        if some > 1 && some == all.iter().filter(|room| room.kind == kind).count() {
            names.push(words.to_owned());
            rooms.retain(|room| room.kind != kind);
        }
    }
    names.extend(rooms.iter().map(|room| room.title.clone()));
    few(&names)
}

/// The same of rooms and people; people who are all that have a role are called by it.
pub(super) fn recipients(event: &Event, all: &[RoomRow], recipients: &[&CueRecipient]) -> String {
    let mut keys = Vec::new();
    let mut people = Vec::new();
    for recipient in recipients {
        match recipient {
            CueRecipient::Room(key) => keys.push(key.clone()),
            CueRecipient::Person(email) => people.push(email),
        }
    }
    let mut parts = vec![rooms(all, &keys)];
    parts.push(match people[..] {
        [] => String::new(),
        [one] => recipient(event, &CueRecipient::Person(one.clone())),
        _ => by_role(event, &people).unwrap_or_else(|| count(people.len(), "person", "people")),
    });
    parts.retain(|part| !part.is_empty());
    parts.join(", ")
}

/// `each coach`
fn by_role(event: &Event, people: &[&Email]) -> Option<String> {
    let people: BTreeSet<&Email> = people.iter().copied().collect();
    let first = event.person(people.first()?)?;
    let role = first.roles.iter().find(|role| {
        let all = event.people.iter();
        let all = all.filter(|person| person.roles.contains(role));
        // Both are by address.
        all.map(|person| &person.email).eq(people.iter().copied())
    })?;
    Some(format!("each {}", plain(role.as_str())))
}
