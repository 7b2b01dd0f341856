//! Whether each room was told of what was changed for it while the event was served.

use jiff::{SignedDuration, Timestamp};
use showcaller_event::markdown::inert;
use showcaller_event::model::{Meeting, Room};

use super::needs::Needs;
use super::world::Message;
use crate::record::{Before, Record};

/// Messages come so much later than operators are done.
const LATE: SignedDuration = SignedDuration::from_secs(15);

pub(super) fn judge(needs: &Needs<'_>, record: &Record, reasons: &mut Vec<String>) {
    let Some(revised) = &record.revised else {
        return;
    };
    let failed = revised.failed.iter();
    reasons.extend(failed.map(|why| format!("not all rooms were told of what was changed: {why}")));
    let pairs = revised.before.iter();
    let pairs = pairs.filter_map(|before| Some((before, needs.event.meeting(&before.meeting)?)));
    let pairs: Vec<(&Before, &Meeting)> = pairs.collect();
    let (from, until) = revised.within;
    for room in &needs.event.rooms {
        // The bot may have other things to say there.
        let is_news = |it: &&Message<'_>| {
            let is_then = it.is_bot && (from..until + LATE).contains(&it.at);
            is_then && pairs.iter().any(|(_, is)| it.says(&is.title))
        };
        let told = needs.world.in_room(&room.key).iter().filter(is_news);
        reasons.extend(fault(needs, room, &pairs, &told.collect::<Vec<_>>()));
    }
}

/// What is wrong with what a room was told.
fn fault(
    needs: &Needs<'_>,
    room: &Room,
    pairs: &[(&Before, &Meeting)],
    told: &[&Message<'_>],
) -> Option<String> {
    let key = &room.key;
    let own = pairs.iter().filter(|(_, is)| is.rooms.contains(key));
    let own: Vec<_> = own.collect();
    match (told, &own[..]) {
        ([], []) => None,
        ([told], [_, ..]) => {
            let mut changes = own.iter();
            let missing = changes.find_map(|(was, is)| lacking(needs, was, is, told))?;
            Some(format!(
                "what {key} was told of a change does not say {missing}"
            ))
        }
        _ => {
            let count = told.len();
            Some(format!("{key} was told {count} times of what was changed"))
        }
    }
}

/// What a message lacks of a change.
fn lacking(needs: &Needs<'_>, was: &Before, is: &Meeting, told: &Message<'_>) -> Option<String> {
    let clock = |at: Timestamp| needs.local(at).strftime("%H:%M").to_string();
    // The former title has the present one in it.
    let rest = told.words().replace(&*inert(&was.title), "");
    let is_called = || rest.contains(&is.title) || rest.contains(&*inert(&is.title));
    if was.title != is.title && !(told.says(&was.title) && is_called()) {
        return Some(format!("that {} is called {}", was.title, is.title));
    }
    let end = clock(is.end.timestamp());
    let has_moved = was.end != is.end.timestamp();
    (has_moved && !told.says(&end)).then(|| format!("that {} ends at {end}", is.title))
}
