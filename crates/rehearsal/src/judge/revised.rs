//! Whether each room was told of what was changed for it while the event was served.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use showcaller_event::model::RoomKey;

use super::needs::Needs;
use crate::record::Record;

/// Messages come so much later than operators are done.
const LATE: SignedDuration = SignedDuration::from_mins(1);

pub(super) fn judge(needs: &Needs<'_>, record: &Record, reasons: &mut Vec<String>) {
    let Some(revised) = &record.revised else {
        return;
    };
    let failed = revised.failed.iter();
    reasons.extend(failed.map(|why| format!("not all rooms were told of what was changed: {why}")));
    let (from, until) = revised.within;
    // By room, what a message of it has to say.
    let mut changes: BTreeMap<&RoomKey, Vec<String>> = BTreeMap::new();
    for (key, title, end) in &revised.before {
        let Some(meeting) = needs.event.meeting(key) else {
            continue;
        };
        let clock = |at: Timestamp| needs.local(at).strftime("%H:%M").to_string();
        let is = meeting.end.timestamp();
        for room in &meeting.rooms {
            let said = changes.entry(room).or_default();
            if *title != meeting.title {
                said.extend([title.clone(), meeting.title.clone()]);
            }
            if *end != is {
                said.extend([meeting.title.clone(), clock(is)]);
            }
        }
    }
    for room in &needs.event.rooms {
        let written = needs.world.in_room(&room.key).iter();
        let then = written.filter(|it| it.is_bot && (from..until + LATE).contains(&it.at));
        let then: Vec<_> = then.collect();
        let key = &room.key;
        match (changes.get(key), &then[..]) {
            (None, []) => {}
            (Some(words), [told]) => {
                let missing = words.iter().find(|it| !told.says(it));
                reasons.extend(missing.map(|missing| {
                    format!("what {key} was told of a change does not say {missing}")
                }));
            }
            (_, told) => {
                let count = told.len();
                reasons.push(format!("{key} was told {count} times of what was changed"));
            }
        }
    }
}
