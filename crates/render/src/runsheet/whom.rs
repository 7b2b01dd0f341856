//! For whom something is, in the words of the event file.

use showcaller_event::model::RoomKey;

use super::row::{Kind, RoomRow};

/// So many names, and the number of the others.
const NAMES: usize = 3;

/// `Ann, Ben, Cid +9`
pub(super) fn few(names: &[String]) -> String {
    match names.len() {
        0..=NAMES => names.join(", "),
        all => format!("{} +{}", names[..NAMES].join(", "), all - NAMES),
    }
}

/// `all rooms`; `team rooms, Coaches`; `Jury`. Of `all`, which are by key.
pub(super) fn rooms(all: &[RoomRow], keys: &[RoomKey]) -> String {
    let known = keys.iter().filter_map(|key| {
        let place = all.binary_search_by(|room| room.key.cmp(key));
        place.ok().map(|place| &all[place])
    });
    let mut rooms: Vec<&RoomRow> = known.collect();
    if rooms.len() > 1 && rooms.len() == all.len() {
        return "all rooms".to_owned();
    }
    let mut names = Vec::new();
    for (words, kind) in [("team rooms", Kind::Team), ("group rooms", Kind::Group)] {
        let some = rooms.iter().filter(|room| room.kind == kind).count();
        if some > 1 && some == all.iter().filter(|room| room.kind == kind).count() {
            names.push(words.to_owned());
            rooms.retain(|room| room.kind != kind);
        }
    }
    names.extend(rooms.iter().map(|room| room.title.clone()));
    few(&names)
}
