//! Whose calendar has which meetings.

use std::collections::BTreeSet;

use showcaller_event::Event;
use showcaller_event::model::{Email, Meeting, RoomKey};

use super::Appointment;
use crate::facts::Told;

/// Every meeting, by start and then by key.
#[must_use]
pub fn all(event: &Event) -> Vec<&Meeting> {
    sorted(event, |_| true)
}

/// The meetings that a room hears of, by start and then by key.
#[must_use]
pub fn for_room<'a>(event: &'a Event, room: &RoomKey) -> Vec<&'a Meeting> {
    sorted(event, |meeting| meeting.rooms.contains(room))
}

/// The meetings of the rooms that a person is in, those that they are invited to, and those that
/// they host; by start and then by key.
#[must_use]
pub fn for_person<'a>(event: &'a Event, told: &Told, person: &Email) -> Vec<&'a Meeting> {
    let rooms = rooms_of(event, person);
    sorted(event, |meeting| {
        meeting.rooms.iter().any(|room| rooms.contains(room))
            || meeting.invitees.iter().any(|one| one.email == *person)
            || told.host(meeting) == Some(person)
    })
}

impl Appointment {
    /// Whether a room heard of it when it was last given out: so an entry whose meeting has gone
    /// from the event is called off where it was told.
    #[must_use]
    pub fn was_for_room(&self, room: &RoomKey) -> bool {
        self.rooms.contains(room)
    }

    /// Whether a person was invited to it, hosted it, or is in a room that heard of it.
    #[must_use]
    pub fn was_for_person(&self, event: &Event, person: &Email) -> bool {
        let rooms = rooms_of(event, person);
        self.people.contains(person) || self.rooms.iter().any(|room| rooms.contains(room))
    }
}

fn rooms_of<'a>(event: &'a Event, person: &Email) -> BTreeSet<&'a RoomKey> {
    let rooms = event.rooms.iter();
    rooms
        .filter(|room| room.members.iter().any(|member| member.email == *person))
        .map(|room| &room.key)
        .collect()
}

fn sorted(event: &Event, keep: impl Fn(&Meeting) -> bool) -> Vec<&Meeting> {
    let mut meetings: Vec<_> = event.meetings.iter().filter(|one| keep(one)).collect();
    meetings.sort_by(|a, b| (a.start.timestamp(), &a.key).cmp(&(b.start.timestamp(), &b.key)));
    meetings
}
