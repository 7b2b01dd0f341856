//! A slip as the show log keeps it.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use showcaller_event::model::{CueKey, DayId, Meeting, MeetingKey};

/// A move of a part of a day, as the show log keeps it. It holds what moves, and not the rule by which
/// that was chosen: what is added to the file later is not moved by it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slip {
    /// Of which day.
    pub day: DayId,
    /// By how many minutes; backward below zero.
    pub minutes: i64,
    /// The meetings that move.
    pub meetings: Vec<MeetingSlip>,
    /// The cues with a time of their own that move.
    pub cues: Vec<CueSlip>,
}

/// By how much a meeting moves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeetingSlip {
    /// Which.
    pub meeting: MeetingKey,
    /// When it was without any slip. A slip counts only for these times.
    pub planned: Times,
    /// By how many minutes its start moves; 0 for one that had begun.
    pub start_by: i64,
    /// By how many minutes its end moves.
    pub end_by: i64,
}

/// By how much a cue moves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CueSlip {
    /// Which.
    pub cue: CueKey,
    /// When it was due without any slip. A slip counts only for this time.
    pub planned: Timestamp,
    /// By how many minutes it moves.
    pub by: i64,
}

/// When something begins and ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Times {
    /// Its start.
    pub start: Timestamp,
    /// Its end.
    pub end: Timestamp,
}

impl Times {
    /// Those of a meeting.
    #[must_use]
    pub fn of(meeting: &Meeting) -> Self {
        Self {
            start: meeting.start.timestamp(),
            end: meeting.end.timestamp(),
        }
    }

    /// These times, moved. What would end before it begins lasts for a minute: slips and their undoing
    /// add up in any order.
    pub(super) fn moved(self, by: Shift) -> Option<Self> {
        let start = self.start.checked_add(minutes(by.start)).ok()?;
        let end = self.end.checked_add(minutes(by.end)).ok()?;
        let least = start.checked_add(minutes(1)).ok()?;
        Some(Self {
            start,
            end: end.max(least),
        })
    }
}

/// By how many minutes start and end move.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Shift {
    pub(super) start: i64,
    pub(super) end: i64,
}

/// Whole minutes to move by, as in `15m`, `-10`, `1h30m`: less than a day, and not none.
#[must_use]
pub fn minutes_by(text: &str) -> Option<i64> {
    let minutes = text.parse().ok().or_else(|| {
        let length: SignedDuration = text.parse().ok()?;
        (length.as_secs() % 60 == 0).then(|| length.as_mins())
    });
    minutes.filter(|minutes: &i64| *minutes != 0 && minutes.abs() < 24 * 60)
}

pub(super) fn minutes(count: i64) -> SignedDuration {
    SignedDuration::from_secs(count.saturating_mul(60))
}
