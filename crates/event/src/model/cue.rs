//! The run of show, and what the bot answers.

use jiff::{SignedDuration, Zoned};
use serde::{Deserialize, Serialize};

use super::{CueId, DayId, MeetingKey, RoomKey, Say};

/// One message of the run of show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cue {
    /// Its name in the file.
    pub id: CueId,
    /// On which day of the event.
    pub day: DayId,
    /// Whether it goes by itself.
    pub send: Sending,
    /// What each room gets, by room.
    pub rooms: Vec<CueInRoom>,
}

/// Whether a cue goes by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sending {
    /// When its time comes.
    OnTime,
    /// Armed when its time comes; goes when an operator says go.
    ByCall,
}

/// A cue as one room gets it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CueInRoom {
    /// Which room.
    pub room: RoomKey,
    /// When: [`Anchor::due`] computes the instant from it and the schedule in force.
    pub anchor: Anchor,
    /// What it says, in Webex's Markdown.
    pub say: Say,
}

/// What the time of a cue hangs on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Anchor {
    /// A time on the event's clocks, in the event's zone.
    At(Zoned),
    /// The start of one of the room's own meetings.
    Before {
        /// Which.
        meeting: MeetingKey,
        /// How long before, zero or more.
        lead: SignedDuration,
    },
    /// The end of one of the room's own meetings.
    After {
        /// Which.
        meeting: MeetingKey,
        /// How long after, zero or more.
        delay: SignedDuration,
    },
}

/// One answer of the bot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// Its name in the file.
    pub id: String,
    /// The words that ask for it, in lower case.
    pub words: Vec<String>,
    /// What each room gets, by room; a room that is missing here has no such answer.
    pub rooms: Vec<(RoomKey, Say)>,
}
