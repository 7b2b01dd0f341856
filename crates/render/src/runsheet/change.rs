//! What is different since the revision before.

use jiff::Zoned;
use showcaller_event::Event;
use showcaller_event::markdown::plain;
use showcaller_event::model::{DayId, Meeting, MeetingKey, RoomKey};

use super::row::times;

/// A meeting that the revision before had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Gone {
    pub(super) day: DayId,
    pub(super) title: String,
    pub(super) start: Zoned,
    pub(super) end: Zoned,
    pub(super) in_rooms: Vec<RoomKey>,
}

/// What changed of a meeting: `new`, or `moved, was 09:00–09:30`.
pub(super) fn of(is: &Meeting, before: &Event) -> Option<String> {
    let mut names = std::iter::once(&is.key).chain(&is.previously);
    let Some(was) = names.find_map(|name| before.meeting(name)) else {
        return Some("new".to_owned());
    };
    let mut changes = Vec::new();
    if was.start.date() != is.start.date() {
        changes.push(format!(
            "moved, was {}",
            was.start.strftime("%a %-d %b %H:%M")
        ));
    } else if (&was.start, &was.end) != (&is.start, &is.end) {
        changes.push(format!("moved, was {}", times(&was.start, &was.end)));
    }
    if was.title != is.title {
        changes.push(format!("renamed, was {}", plain(&was.title)));
    }
    if was.rooms != is.rooms {
        changes.push("for other rooms than before".to_owned());
    }
    (!changes.is_empty()).then(|| changes.join("; "))
}

/// The meetings that are in the programme no more.
pub(super) fn gone(event: &Event, before: &Event) -> Vec<Gone> {
    let names = event.meetings.iter();
    let mut names: Vec<&MeetingKey> = names
        .flat_map(|meeting| std::iter::once(&meeting.key).chain(&meeting.previously))
        .collect();
    names.sort();
    let gone = before.meetings.iter();
    let gone = gone.filter(|was| names.binary_search(&&was.key).is_err());
    let gone = gone.map(|was| Gone {
        day: was.day.clone(),
        title: plain(&was.title),
        start: was.start.clone(),
        end: was.end.clone(),
        in_rooms: was.rooms.clone(),
    });
    gone.collect()
}
