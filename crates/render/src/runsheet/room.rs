//! What the sheet says of one room.

use showcaller_event::Event;
use showcaller_event::markdown::plain;
use showcaller_event::model::{Email, Room, RoomKey};

/// One room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomRow {
    /// Its stable name.
    pub key: RoomKey,
    /// What people see.
    pub title: String,
    /// How many people are in it.
    pub people: usize,
    /// Who moderates it, by name.
    pub moderators: Vec<String>,
    /// How many meetings it is told of.
    pub meetings: usize,
    pub(super) kind: Kind,
    /// Which of the teams has it, counted from 0.
    pub(super) team: Option<usize>,
}

/// Whose a room is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Team,
    Group,
    Other,
}

impl RoomRow {
    pub(super) fn of(event: &Event, room: &Room) -> Self {
        let moderators = room.members.iter().filter(|member| member.moderator);
        Self {
            key: room.key.clone(),
            title: plain(&room.title),
            people: room.members.len(),
            moderators: moderators
                .map(|member| {
                    let name = event
                        .person(&member.email)
                        .map_or("", |person| &person.name);
                    called(name, &member.email, false)
                })
                .collect(),
            meetings: event.meetings_of_room(&room.key).len(),
            kind: match (&room.team, &room.group) {
                (Some(_), _) => Kind::Team,
                (None, Some(_)) => Kind::Group,
                (None, None) => Kind::Other,
            },
            team: event
                .teams
                .iter()
                .position(|team| Some(&team.id) == room.team.as_ref()),
        }
    }
}

/// A person's name; where there is none, organisers see the address and others the part of it
/// that does not let anybody write to them.
pub(super) fn called(name: &str, email: &Email, organiser: bool) -> String {
    let name = plain(name);
    match name.trim() {
        "" if organiser => email.to_string(),
        "" => email
            .as_str()
            .split('@')
            .next()
            .unwrap_or_default()
            .to_owned(),
        name => name.to_owned(),
    }
}
