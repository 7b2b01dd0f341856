//! For whom something is, in the words of the event file.

use std::collections::BTreeSet;

use showcaller_event::model::RoomKey;

use super::room::{Kind, RoomRow};

/// So many names, and the number of the others.
const NAMES: usize = 3;

/// `Ann, Ben, Cid +9`
pub(super) fn few(names: &[String]) -> String {
    match names.len() {
        0..=NAMES => names.join(", "),
        all => format!("{} +{}", names[..NAMES].join(", "), all - NAMES),
    }
}

/// `all rooms`; `team rooms, Coaches`; `Jury`: those of `all` that have these keys.
pub(super) fn rooms(all: &[RoomRow], keys: &BTreeSet<RoomKey>) -> String {
    let rooms = all.iter().filter(|room| keys.contains(&room.key));
    let mut rooms: Vec<&RoomRow> = rooms.collect();
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

#[cfg(test)]
mod tests {
    use showcaller_event::model::TeamId;

    use super::*;
    use crate::sample;

    #[test]
    fn rooms_are_named_in_the_words_of_the_file() {
        let mut event = sample::event();
        event.rooms.reverse();
        for room in event.rooms.iter_mut().filter(|room| room.title != "Jury") {
            room.team = Some(TeamId::new(room.key.as_str()));
        }
        let all = event.rooms.iter().map(|room| RoomRow::of(&event, room));
        let all: Vec<RoomRow> = all.collect();
        let words = |keys: &[&str]| {
            let keys = keys.iter().map(|key| RoomKey::new(*key)).collect();
            rooms(&all, &keys)
        };
        let teams = ["team-1", "team-2", "team-3", "team-4"];
        assert_eq!(words(&[&teams[..], &["jury"]].concat()), "all rooms");
        assert_eq!(words(&teams), "team rooms");
        assert_eq!(words(&["jury", "team-1"]), "Team 1, Jury");
        assert_eq!(words(&["jury"]), "Jury");
        assert_eq!(words(&[]), "");
        let mut more = all.clone();
        more.push(RoomRow {
            key: RoomKey::new("zoo"),
            title: "Zoo".to_owned(),
            ..all[4].clone()
        });
        let keys = more[..5].iter().map(|room| room.key.clone()).collect();
        assert_eq!(rooms(&more, &keys), "team rooms, Jury");
        let four = ["a", "b", "c", "d"].map(str::to_owned);
        assert_eq!(few(&four), "a, b, c +1");
        assert_eq!(few(&four[..3]), "a, b, c");
    }
}
