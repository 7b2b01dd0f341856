//! For whom a calendar or a sheet is: `room/team-1`, `person/ann@example.com`.

use std::ffi::OsString;
use std::str::FromStr;

use showcaller_event::model::{Email, Room, RoomKey};
use showcaller_event::{Event, closest};

use crate::exit::{Failure, Result};

/// A room or a person, as the command line names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Whom {
    Room(RoomKey),
    Person(Email),
}

impl FromStr for Whom {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let (kind, name) = text.split_once(['/', ' ']).unwrap_or((text, ""));
        match (kind, name.trim()) {
            ("" | "room" | "person", "") => {}
            ("person", email) if !email.contains('@') => {}
            ("person", email) => return Ok(Self::Person(Email::new(email.to_lowercase()))),
            ("room", key) => return Ok(Self::Room(RoomKey::new(key))),
            _ if text.contains('@') => return Ok(Self::Person(Email::new(text.to_lowercase()))),
            _ => return Ok(Self::Room(RoomKey::new(text))),
        }
        Err("take a room, as in `room/team-1`, or a person, as in `ann@example.com`".to_owned())
    }
}

impl Whom {
    /// The same with the key of a room that is called by its title.
    pub(super) fn in_event(&self, event: &Event) -> Self {
        match self {
            Self::Room(key) => {
                let room = room(event, key.as_str());
                Self::Room(room.map_or_else(|_| key.clone(), |room| room.key.clone()))
            }
            Self::Person(_) => self.clone(),
        }
    }

    /// Refuses rooms and people that the event does not have.
    pub(super) fn check(&self, event: &Event) -> Result<()> {
        match self {
            Self::Room(key) => room(event, key.as_str()).map(drop),
            Self::Person(email) if event.webex.hosts.iter().any(|it| it.email == *email) => Ok(()),
            Self::Person(email) => person(event, email.as_str()).map(drop),
        }
    }
}

/// The room of the event that this names: by its key, as in `team-1` or `room/team-1`, or by its
/// title.
pub(super) fn room<'e>(event: &'e Event, asked: &str) -> Result<&'e Room> {
    let asked = asked.trim();
    let key = asked.strip_prefix("room/").unwrap_or(asked);
    if let Some(room) = event.room(&RoomKey::new(key)) {
        return Ok(room);
    }
    let lower = asked.to_lowercase();
    let titled = |room: &&Room| room.title.to_lowercase() == lower;
    let mut titled = event.rooms.iter().filter(titled);
    if let (Some(room), None) = (titled.next(), titled.next()) {
        return Ok(room);
    }
    let keys: Vec<&str> = event.rooms.iter().map(|room| room.key.as_str()).collect();
    let titles: Vec<String> = event.rooms.iter().map(|r| r.title.to_lowercase()).collect();
    let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
    let by_title = || {
        let near = closest(&lower, titles.iter().copied())?;
        let place = titles.iter().position(|title| *title == near)?;
        Some(keys[place])
    };
    let failure = Failure::usage(format!("the event has no room {asked}"));
    Err(match closest(key, keys.iter().copied()).or_else(by_title) {
        Some(near) => failure.hint(format!("did you mean `{near}`?")),
        None => failure.hint(format!("its rooms are {}", keys.join(", "))),
    })
}

/// The person of the event with this address.
pub(super) fn person(event: &Event, asked: &str) -> Result<Email> {
    let email = Email::new(asked.trim().to_lowercase());
    if event.person(&email).is_some() {
        return Ok(email);
    }
    let people = event.people.iter().map(|person| person.email.as_str());
    let failure = Failure::usage(format!("{email} is not on the roster"))
        .hint("people are in the roster, by their address");
    Err(failure.near(email.as_str(), people))
}

/// Makes one word of the two in `--for person ADDRESS`: the command line's grammar cannot tell the
/// second from the event file.
pub(super) fn joined(words: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut joined: Vec<OsString> = Vec::new();
    let mut words = words.peekable();
    while let Some(mut word) = words.next() {
        let is_for = joined.last().is_some_and(|last| last == "--for")
            && (word == "person" || word == "room");
        let with_sign = word == "--for=person" || word == "--for=room";
        if (is_for || with_sign)
            && let Some(name) = words.next_if(|next| !next.to_string_lossy().starts_with('-'))
        {
            word.push("/");
            word.push(name);
        }
        joined.push(word);
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        joined(line.split(' ').map(OsString::from))
            .into_iter()
            .map(|word| word.to_string_lossy().into_owned())
            .collect()
    }

    #[test]
    fn two_words_for_a_person_become_one() {
        let one = ["calendar", "--for", "person/ann@example.com", "event.yaml"];
        assert_eq!(
            words("calendar --for person ann@example.com event.yaml"),
            one
        );
        assert_eq!(
            words("calendar --for person/ann@example.com event.yaml"),
            one
        );
        assert_eq!(
            words("calendar event.yaml --for=person ann@example.com"),
            ["calendar", "event.yaml", "--for=person/ann@example.com"]
        );
    }

    #[test]
    fn other_words_stay_apart() {
        for line in [
            "calendar --for room/team-1 person event.yaml",
            "calendar person event.yaml --for",
            "calendar --for person --all",
        ] {
            assert_eq!(words(line).join(" "), line);
        }
    }

    #[test]
    fn rooms_and_people_are_taken_as_people_write_them() {
        let whom = |text: &str| text.parse::<Whom>();
        let ann = Ok(Whom::Person(Email::new("ann@example.com")));
        for text in [
            "person/Ann@example.com",
            "person ann@example.com",
            "ann@example.com",
        ] {
            assert_eq!(whom(text), ann, "{text}");
        }
        for (text, room) in [
            ("room/team-1", "team-1"),
            ("team-1", "team-1"),
            ("Team 1", "Team 1"),
            ("room Team 1", "Team 1"),
        ] {
            assert_eq!(whom(text), Ok(Whom::Room(RoomKey::new(room))), "{text}");
        }
        for text in ["", "room", "person/", "person ann"] {
            assert!(
                whom(text).is_err_and(|why| why.contains("`room/team-1`")),
                "{text}"
            );
        }
    }
}
