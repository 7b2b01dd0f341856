//! What is different since the revision before.

use std::collections::BTreeSet;

use showcaller_event::Event;
use showcaller_event::markdown::plain;
use showcaller_event::model::{Meeting, MeetingKey};

use super::row::times;

/// What changed of a meeting that is in the programme no more.
pub(super) const CANCELLED: &str = "cancelled";

/// What changed of a meeting: `new`, or `moved, was 09:00–09:30`.
pub(super) fn of(is: &Meeting, before: &Event) -> Option<String> {
    let Some(was) = names(is).find_map(|name| before.meeting(name)) else {
        return Some("new".to_owned());
    };
    let mut changes = Vec::new();
    if was.start.date() != is.start.date() {
        let date = was.start.strftime("%a %-d %b %H:%M");
        changes.push(format!("moved, was {date}"));
    } else if (&was.start, &was.end) != (&is.start, &is.end) {
        changes.push(format!("moved, was {}", times(&was.start, &was.end)));
    }
    if was.title != is.title {
        changes.push(format!("renamed, was {}", plain(&was.title)));
    }
    let rooms = |it: &Meeting| it.rooms.iter().cloned().collect::<BTreeSet<_>>();
    if rooms(was) != rooms(is) {
        changes.push("for other rooms than before".to_owned());
    }
    (!changes.is_empty()).then(|| changes.join("; "))
}

/// The meetings that are in the programme no more.
pub(super) fn gone<'a>(event: &Event, before: &'a Event) -> impl Iterator<Item = &'a Meeting> {
    let known: BTreeSet<&MeetingKey> = event.meetings.iter().flat_map(names).collect();
    let before = before.meetings.iter();
    before.filter(move |was| !known.contains(&was.key))
}

fn names(meeting: &Meeting) -> impl Iterator<Item = &MeetingKey> {
    std::iter::once(&meeting.key).chain(&meeting.previously)
}
