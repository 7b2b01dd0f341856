//! The schedule in force: when each meeting is, and what follows from it.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Zoned};

use crate::model::{Anchor, DayId, Event, MeetingKey};

/// When each meeting is and what it is called. Starts as the event file has it; what slipped, and
/// what is kept as it is on Webex, goes in with [`Schedule::set`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Schedule(BTreeMap<MeetingKey, Scheduled>);

/// One meeting's place in the schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scheduled {
    /// What people see.
    pub title: String,
    /// When it begins, in the event's zone.
    pub start: Zoned,
    /// When it ends, in the event's zone.
    pub end: Zoned,
    /// On which day of the event.
    pub day: DayId,
}

impl Schedule {
    /// The schedule as the event file has it.
    #[must_use]
    pub fn planned(event: &Event) -> Self {
        let meetings = event.meetings.iter().map(|meeting| {
            let scheduled = Scheduled {
                title: meeting.title.clone(),
                start: meeting.start.clone(),
                end: meeting.end.clone(),
                day: meeting.day.clone(),
            };
            (meeting.key.clone(), scheduled)
        });
        Self(meetings.collect())
    }

    /// A meeting's place.
    #[must_use]
    pub fn get(&self, meeting: &MeetingKey) -> Option<&Scheduled> {
        self.0.get(meeting)
    }

    /// Puts a meeting elsewhere.
    pub fn set(&mut self, meeting: MeetingKey, scheduled: Scheduled) {
        self.0.insert(meeting, scheduled);
    }
}

impl Anchor {
    /// When a cue with this anchor is due, in the event's zone. `None` if its meeting is not in the
    /// schedule. Nothing else computes the time of a cue, so a slip moves every cue that hangs on
    /// the meeting, and no other.
    #[must_use]
    pub fn due(&self, schedule: &Schedule) -> Option<Zoned> {
        let shifted = |from: &Zoned, by: SignedDuration| from.checked_add(by).ok();
        match self {
            Self::At(at) => Some(at.clone()),
            Self::Before { meeting, lead } => shifted(&schedule.get(meeting)?.start, -*lead),
            Self::After { meeting, delay } => shifted(&schedule.get(meeting)?.end, *delay),
        }
    }
}
