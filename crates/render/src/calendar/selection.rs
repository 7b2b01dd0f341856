//! Whose calendar has which meetings.

use std::collections::BTreeSet;

use showcaller_event::Event;
use showcaller_event::model::{Email, Meeting, RoomKey};

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

/// The people whose calendars have a meeting: those in its rooms, those invited to it, and its host.
#[must_use]
pub fn people_of<'a>(
    event: &'a Event,
    told: &'a Told,
    meeting: &'a Meeting,
) -> BTreeSet<&'a Email> {
    let rooms = meeting.rooms.iter().filter_map(|key| event.room(key));
    let members = rooms.flat_map(|room| room.members.iter().map(|member| &member.email));
    let invited = meeting.invitees.iter().map(|invitee| &invitee.email);
    members.chain(invited).chain(told.host(meeting)).collect()
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
