//! Whom something reaches, in few words.

use showcaller_event::Event;
use showcaller_event::markdown::plain;
use showcaller_event::model::{CueRecipient, Room};

use crate::count::count;

/// `all 12 rooms`, `6 team rooms`, `Coaches`, `3 rooms and 2 people`.
#[must_use]
pub fn audience(event: &Event, recipients: &[&CueRecipient]) -> String {
    let mut rooms = Vec::new();
    let mut people = 0;
    for recipient in recipients {
        match recipient {
            CueRecipient::Room(key) => rooms.push(event.room(key)),
            CueRecipient::Person(_) => people += 1,
        }
    }
    if let ([only], true) = (recipients, rooms.len() + people == 1) {
        return self::recipient(event, only);
    }
    let is_team = |room: &Room| room.team.is_some();
    let teams = event.rooms.iter().filter(|room| is_team(room)).count();
    let of_teams = rooms.iter().all(|room| room.is_some_and(is_team));
    let in_rooms = match rooms.len() {
        0 => None,
        all if all == event.rooms.len() => Some(format!("all {all} rooms")),
        some if of_teams && some == teams => Some(count(some, "team room", "team rooms")),
        some => Some(count(some, "room", "rooms")),
    };
    let in_private = (people > 0).then(|| match people {
        all if all == event.people.len() => format!("all {all} people"),
        some => count(some, "person", "people"),
    });
    match (in_rooms, in_private) {
        (Some(rooms), Some(people)) => format!("{rooms} and {people}"),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => "nobody".to_owned(),
    }
}

/// The title of a room, the name of a person; what the event has no more, by its key.
#[must_use]
pub fn recipient(event: &Event, recipient: &CueRecipient) -> String {
    let name = match recipient {
        CueRecipient::Room(key) => event.room(key).map(|room| room.title.as_str()),
        CueRecipient::Person(email) => event.person(email).map(|person| person.name.as_str()),
    };
    match name {
        Some(name) if !name.trim().is_empty() => plain(name),
        _ => recipient.to_string(),
    }
}
