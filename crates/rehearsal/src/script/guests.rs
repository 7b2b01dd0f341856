//! Who belongs to which meeting, and where they can ask about it.

use std::collections::BTreeMap;

use showcaller_event::Event;
use showcaller_event::model::{Email, Meeting, Person, Room, RoomKey};

/// A meeting and the people of the roster who belong there.
pub(super) struct Attended<'e> {
    pub(super) meeting: &'e Meeting,
    /// By address.
    pub(super) guests: Vec<Guest<'e>>,
}

/// A person who belongs to a meeting: its rooms are theirs, or they are invited.
pub(super) struct Guest<'e> {
    pub(super) person: &'e Person,
    pub(super) invited: bool,
    pub(super) cohost: bool,
    /// Their rooms that are told of it.
    pub(super) rooms: Vec<&'e RoomKey>,
    /// Those of them in which they may write.
    pub(super) writable: Vec<&'e RoomKey>,
}

impl Guest<'_> {
    /// Whether the bot tells them of it in private.
    pub(super) fn hears(&self) -> bool {
        self.cohost || !self.rooms.is_empty()
    }
}

impl Attended<'_> {
    /// Whether a person is told of it in private.
    pub(super) fn hears(&self, email: &Email) -> bool {
        let place = self
            .guests
            .binary_search_by(|guest| guest.person.email.cmp(email));
        place.is_ok_and(|place| self.guests[place].hears())
    }
}

/// The meetings by start and then by key.
pub(super) fn meetings(event: &Event) -> Vec<Attended<'_>> {
    let rooms: BTreeMap<&RoomKey, &Room> =
        event.rooms.iter().map(|room| (&room.key, room)).collect();
    let people: BTreeMap<&Email, &Person> = event
        .people
        .iter()
        .map(|person| (&person.email, person))
        .collect();
    let mut meetings: Vec<_> = event
        .meetings
        .iter()
        .map(|meeting| Attended {
            meeting,
            guests: guests(meeting, &rooms, &people),
        })
        .collect();
    meetings.sort_by_key(|attended| (attended.meeting.start.timestamp(), &attended.meeting.key));
    meetings
}

fn guests<'e>(
    meeting: &'e Meeting,
    rooms: &BTreeMap<&'e RoomKey, &'e Room>,
    people: &BTreeMap<&'e Email, &'e Person>,
) -> Vec<Guest<'e>> {
    let mut guests = BTreeMap::new();
    let new = |person| Guest {
        person,
        invited: false,
        cohost: false,
        rooms: Vec::new(),
        writable: Vec::new(),
    };
    for room in meeting.rooms.iter().filter_map(|key| rooms.get(key)) {
        for member in &room.members {
            let Some(person) = people.get(&member.email) else {
                continue;
            };
            let guest = guests.entry(&person.email).or_insert_with(|| new(*person));
            guest.rooms.push(&room.key);
            if member.moderator || !room.settings.announcement_only {
                guest.writable.push(&room.key);
            }
        }
    }
    for invitee in &meeting.invitees {
        let Some(person) = people.get(&invitee.email) else {
            continue;
        };
        let guest = guests.entry(&person.email).or_insert_with(|| new(*person));
        guest.invited = true;
        guest.cohost |= invitee.cohost;
    }
    guests.into_values().collect()
}
