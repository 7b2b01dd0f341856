//! For whom a calendar or a sheet is: `room/team-1`, `person/ann@example.com`.

use std::ffi::OsString;
use std::str::FromStr;

use showcaller_event::Event;
use showcaller_event::model::{Email, Room, RoomKey};

use crate::exit::{Code, Failure};

/// A room or a person, as the command line names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Whom {
    Room(RoomKey),
    Person(Email),
}

impl FromStr for Whom {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('/') {
            Some(("room", key)) if !key.is_empty() => Ok(Self::Room(RoomKey::new(key))),
            Some(("person", email)) if email.contains('@') => {
                Ok(Self::Person(Email::new(email.trim().to_lowercase())))
            }
            _ if text.contains('@') && !text.contains('/') => {
                Err(format!("write `person {text}` for somebody's calendar"))
            }
            _ if !text.contains('/') && !matches!(text, "" | "room" | "person") => {
                Err(format!("write `room/{text}` for a room"))
            }
            _ => Err("write `room/team-1` or `person ann@example.com`".to_owned()),
        }
    }
}

impl Whom {
    /// Refuses rooms and people that the event does not have.
    pub(super) fn check(&self, event: &Event) -> Result<(), Failure> {
        match self {
            Self::Room(key) => {
                let keys = event.rooms.iter().map(|room| room.key.as_str());
                known("room", key.as_str(), keys)
            }
            Self::Person(email) => {
                let people = event.people.iter().map(|person| person.email.as_str());
                let hosts = event.webex.hosts.iter().map(|host| host.email.as_str());
                known("person", email.as_str(), people.chain(hosts))
            }
        }
    }
}

/// The room of the event that this names: by its key, as in `team-1` or `room/team-1`, or by its
/// title.
pub(super) fn room<'e>(event: &'e Event, asked: &str) -> Result<&'e Room, Failure> {
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
        let near = nearest(&lower, &titles)?;
        let place = titles.iter().position(|title| *title == near)?;
        Some(keys[place])
    };
    let failure = Failure::new(Code::Usage, format!("the event has no room {asked}"));
    Err(match nearest(key, &keys).or_else(by_title) {
        Some(near) => failure.hint(format!("did you mean {near}?")),
        None => failure.hint(format!("its rooms are {}", keys.join(", "))),
    })
}

/// The person of the event with this address.
pub(super) fn person(event: &Event, asked: &str) -> Result<Email, Failure> {
    let email = Email::new(asked.trim().to_lowercase());
    if event.person(&email).is_some() {
        return Ok(email);
    }
    let people: Vec<&str> = event.people.iter().map(|p| p.email.as_str()).collect();
    let failure = Failure::new(Code::Usage, format!("{email} is not on the roster"));
    Err(match nearest(email.as_str(), &people) {
        Some(near) => failure.hint(format!("did you mean {near}?")),
        None => failure.hint("people are in the roster, by their address"),
    })
}

fn known<'a>(kind: &str, asked: &str, names: impl Iterator<Item = &'a str>) -> Result<(), Failure> {
    let mut names: Vec<&str> = names.collect();
    names.sort_unstable();
    if names.contains(&asked) {
        return Ok(());
    }
    let failure = Failure::new(Code::Usage, format!("the event has no {kind} {asked}"));
    let near = nearest(asked, &names);
    Err(match (kind, near) {
        (_, Some(near)) => failure.hint(format!("did you mean {kind}/{near}?")),
        ("room", None) => failure.hint(format!("its rooms are {}", names.join(", "))),
        (_, None) => failure.hint("people are in the roster, by their address"),
    })
}

/// The name that was probably meant: one that needs few letters changed.
fn nearest<'a>(asked: &str, names: &[&'a str]) -> Option<&'a str> {
    let lower = asked.to_lowercase();
    names
        .iter()
        .map(|name| (strsim::damerau_levenshtein(&lower, name), *name))
        .filter(|(distance, name)| *distance <= name.chars().count().min(9) / 3)
        .min()
        .map(|(_, name)| name)
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
    fn whoever_forgets_the_kind_is_told_how_to_write_it() {
        let tell = |text: &str| text.parse::<Whom>().unwrap_err();
        assert_eq!(tell("team-1"), "write `room/team-1` for a room");
        assert!(tell("ann@example.com").contains("`person ann@example.com`"));
        assert!(tell("team/red").contains("`room/team-1`"));
        assert!(tell("person/ann").contains("`person ann@example.com`"));
    }

    #[test]
    fn only_a_near_name_is_suggested() {
        let names = ["coaches", "jury", "team-1", "team-2"];
        assert_eq!(nearest("coahces", &names), Some("coaches"));
        assert_eq!(nearest("Team-2", &names), Some("team-2"));
        assert_eq!(nearest("organisers", &names), None);
    }
}
