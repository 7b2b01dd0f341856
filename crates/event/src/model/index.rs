//! Where things stand in the lists of an event, by their keys.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::OnceLock;

use super::{Event, Meeting, MeetingKey, Room, RoomKey};

/// An index of an event's lists, made when it is first asked for. It is no part of what the event says:
/// a copy begins without one, and all are equal.
#[derive(Debug, Default)]
pub struct Index {
    rooms: OnceLock<HashMap<RoomKey, usize>>,
    meetings: OnceLock<HashMap<MeetingKey, usize>>,
}

impl Clone for Index {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl PartialEq for Index {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Index {}

impl Event {
    /// The room with this key.
    #[must_use]
    pub fn room(&self, key: &RoomKey) -> Option<&Room> {
        find(&self.index.rooms, &self.rooms, key, |room| &room.key)
    }

    /// The meeting with this key.
    #[must_use]
    pub fn meeting(&self, key: &MeetingKey) -> Option<&Meeting> {
        find(&self.index.meetings, &self.meetings, key, |it| &it.key)
    }
}

/// The first thing of a list with this key. The list may have changed since the index was made: then it is
/// looked through.
fn find<'l, T, K: Eq + Hash + Clone>(
    index: &OnceLock<HashMap<K, usize>>,
    list: &'l [T],
    key: &K,
    key_of: impl Fn(&T) -> &K,
) -> Option<&'l T> {
    let index = index.get_or_init(|| {
        // Of two with the same key, the first.
        let places = list.iter().enumerate().rev();
        places
            .map(|(place, it)| (key_of(it).clone(), place))
            .collect()
    });
    let indexed = index.get(key).and_then(|place| list.get(*place));
    let has_key = |it: &&T| key_of(it) == key;
    indexed
        .filter(has_key)
        .or_else(|| list.iter().find(has_key))
}
