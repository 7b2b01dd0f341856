//! Who is in which room, by the file.

use std::collections::{BTreeMap, BTreeSet};

use showcaller_event::Event;
use showcaller_event::model::RoomKey;

/// Who is in which room, by the file.
pub(super) struct Rooms<'a>(BTreeMap<&'a str, BTreeSet<&'a RoomKey>>);

impl<'a> Rooms<'a> {
    pub(super) fn of(event: &'a Event) -> Self {
        let mut rooms: BTreeMap<&str, BTreeSet<&RoomKey>> = BTreeMap::new();
        for room in &event.rooms {
            for member in &room.members {
                rooms
                    .entry(member.email.as_str())
                    .or_default()
                    .insert(&room.key);
            }
        }
        Self(rooms)
    }

    pub(super) fn of_person(&self, person: &str) -> impl Iterator<Item = &'a RoomKey> {
        self.0.get(person).into_iter().flatten().copied()
    }
}
