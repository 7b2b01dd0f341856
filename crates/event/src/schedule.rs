//! The schedule in force: when each meeting is, and what follows from it.

use std::collections::{BTreeMap, HashMap};

use jiff::{SignedDuration, Zoned};

use crate::model::{Anchor, Cue, CueKey, CueTo, DayId, Event, MeetingKey};

/// When each meeting is and what it is called. Starts as the event file has it; what slipped, and
/// what is kept as it is on Webex, goes in with [`Schedule::set`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Schedule {
    meetings: HashMap<MeetingKey, Scheduled>,
    /// By how much the cues that go at a time of day have moved.
    cues: BTreeMap<CueKey, SignedDuration>,
}

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
        Self {
            meetings: meetings.collect(),
            cues: BTreeMap::new(),
        }
    }

    /// A meeting's place.
    #[must_use]
    pub fn get(&self, meeting: &MeetingKey) -> Option<&Scheduled> {
        self.meetings.get(meeting)
    }

    /// Puts a meeting elsewhere.
    pub fn set(&mut self, meeting: MeetingKey, scheduled: Scheduled) {
        self.meetings.insert(meeting, scheduled);
    }

    /// Moves a cue that goes at a time of day, by so much against the file.
    pub fn move_cue(&mut self, cue: CueKey, by: SignedDuration) {
        self.cues.insert(cue, by);
    }
}

impl Cue {
    /// When this cue is due for one of its recipients by the schedule, in the event's zone. `None` if it
    /// goes only by call, or its meeting is not in the schedule. Nothing else computes the time of a cue,
    /// so a slip moves every cue that hangs on the meeting, and no other.
    #[must_use]
    pub fn due(&self, to: &CueTo, schedule: &Schedule) -> Option<Zoned> {
        let meeting = |meeting| schedule.meetings.get(meeting);
        let (from, by) = match to.anchor.as_ref()? {
            Anchor::At(at) => {
                let moved = schedule.cues.get(&self.key).copied();
                (at, moved.unwrap_or_default())
            }
            Anchor::Before { meeting: of, lead } => (&meeting(of)?.start, -*lead),
            Anchor::AfterStart { meeting: of, delay } => (&meeting(of)?.start, *delay),
            Anchor::BeforeEnd { meeting: of, lead } => (&meeting(of)?.end, -*lead),
            Anchor::After { meeting: of, delay } => (&meeting(of)?.end, *delay),
        };
        from.checked_add(by).ok()
    }
}
