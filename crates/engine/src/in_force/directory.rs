//! Who and what Webex's ids stand for.

use std::collections::BTreeMap;

use showcaller_event::Event;
use showcaller_event::model::{Email, MeetingKey, RoomKey};
use showcaller_ledger::Record;
use showcaller_webex::{MeetingId, MembershipId, PersonId, RoomId, TeamMembershipId};
use uuid::Uuid;

/// The event's rooms and people by Webex's ids. Ids are compared by the UUID that they contain,
/// because one id has several spellings.
#[derive(Debug, Clone, Default)]
pub struct Directory {
    rooms: BTreeMap<Uuid, RoomKey>,
    ids: BTreeMap<RoomKey, RoomId>,
    people: BTreeMap<Uuid, Email>,
    /// By the ids of their series.
    meetings: BTreeMap<String, MeetingKey>,
}

impl Directory {
    pub(super) fn of(event: &Event, records: &[Record]) -> Self {
        let mut directory = Self::default();
        for record in records {
            let mut parts = record.address.splitn(3, '/');
            match (parts.next(), parts.next(), parts.next()) {
                (Some("room"), Some(key), None) => directory.add_room(key, &record.remote_id),
                (Some("meeting"), Some(_), _) => {
                    let key = record.address.trim_start_matches("meeting/");
                    let id = record.remote_id.clone();
                    directory.meetings.insert(id, MeetingKey::new(key));
                }
                (Some("membership"), Some(_), Some(email)) => {
                    let person = MembershipId::from(&*record.remote_id).person_uuid();
                    directory.add_person(event, email, person);
                }
                (Some("team-membership"), Some(email), None) => {
                    let person = TeamMembershipId::from(&*record.remote_id).person_uuid();
                    directory.add_person(event, email, person);
                }
                _ => {}
            }
        }
        directory
    }

    fn add_room(&mut self, key: &str, id: &str) {
        let (key, id) = (RoomKey::new(key), RoomId::from(id));
        if let Some(uuid) = id.uuid() {
            self.rooms.insert(uuid, key.clone());
        }
        self.ids.insert(key, id);
    }

    /// A person whose address changed in the roster has two in the ledger: the one of today's roster
    /// counts.
    fn add_person(&mut self, event: &Event, email: &str, person: Option<Uuid>) {
        let Some(person) = person else {
            return;
        };
        let email = Email::new(email);
        let known = self.people.get(&person);
        if known.is_none_or(|known| event.person(known).is_none()) {
            self.people.insert(person, email);
        }
    }

    /// The room of the event that has this id.
    #[must_use]
    pub fn room(&self, id: &RoomId) -> Option<&RoomKey> {
        self.rooms.get(&id.uuid()?)
    }

    /// The room of the event with this UUID in its id.
    #[must_use]
    pub fn room_of(&self, id: Uuid) -> Option<&RoomKey> {
        self.rooms.get(&id)
    }

    /// The person with this UUID in their id.
    #[must_use]
    pub fn person_of(&self, id: Uuid) -> Option<&Email> {
        self.people.get(&id)
    }

    /// The UUID in a person's id; `None` for a person who is in no room on Webex.
    #[must_use]
    pub fn person_id(&self, person: &Email) -> Option<Uuid> {
        let mut people = self.people.iter();
        people
            .find(|(_, email)| *email == person)
            .map(|(id, _)| *id)
    }

    /// The id of a room, as Webex spelt it; `None` while it is not on Webex.
    #[must_use]
    pub fn room_id(&self, room: &RoomKey) -> Option<&RoomId> {
        self.ids.get(room)
    }

    /// The meeting of the event whose series has this id.
    #[must_use]
    pub fn meeting(&self, series: &str) -> Option<&MeetingKey> {
        self.meetings.get(series)
    }

    /// The id of a meeting's series; `None` while it is not on Webex.
    #[must_use]
    pub fn meeting_id(&self, meeting: &MeetingKey) -> Option<MeetingId> {
        let mut meetings = self.meetings.iter();
        let (id, _) = meetings.find(|(_, key)| *key == meeting)?;
        Some(MeetingId::from(&**id))
    }

    /// The address under which the ledger knows a person, which need not be the one that Webex says.
    #[must_use]
    pub fn email(&self, person: &PersonId) -> Option<&Email> {
        self.people.get(&person.uuid()?)
    }
}
