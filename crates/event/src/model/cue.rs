//! The run of show, and what the bot answers.

use std::fmt;

use jiff::{SignedDuration, Zoned};
use serde::{Deserialize, Serialize};

use super::{CueId, DayId, Email, MeetingFact, MeetingKey, Part, RoomKey, Say};
use crate::fill::Audience;

/// One message of the run of show, on one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cue {
    /// What it is known by.
    pub key: CueKey,
    /// What it was known by before, newest first (`previously:` of the cue and of its day).
    pub previously: Vec<CueKey>,
    /// Whether it goes by itself.
    pub send: Sending,
    /// What becomes of it when it could not go in time.
    pub late: Late,
    /// Which times of a meeting its anchors count from.
    pub counts: Counts,
    /// Whether two people must say go.
    pub two_people: bool,
    /// Whether everybody in the room is notified.
    pub mention_all: bool,
    /// Whether a slip leaves its time as it is.
    pub fixed: bool,
    /// Whether it goes on a card with a button for each meeting that it gives the link of.
    pub card: bool,
    /// What each recipient gets.
    pub to: Vec<CueTo>,
}

/// What a cue is known by: `opening/day-2`, or `thanks` for one that belongs to no day.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CueKey {
    /// Its name in the file.
    pub cue: CueId,
    /// On which day of the event; `None` for one that goes only by call, on whatever day.
    pub day: Option<DayId>,
}

impl fmt::Display for CueKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.day {
            Some(day) => f.pad(&format!("{}/{day}", self.cue)),
            None => f.pad(self.cue.as_str()),
        }
    }
}

/// Whether a cue goes by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sending {
    /// When its time comes.
    ByClock,
    /// When an operator says go; from its time on, if it has one, it is on standby.
    ByCall,
}

/// What becomes of a cue by clock that could not go in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Late {
    /// It goes as long as it is no later than this; then an operator is asked.
    SendWithin(SignedDuration),
    /// It does not go.
    Skip,
    /// An operator is asked.
    Ask,
}

/// Which times of a meeting count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Counts {
    /// Those of the schedule in force.
    Planned,
    /// Those at which it began and ended.
    Actual,
}

/// Who gets a cue.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CueRecipient {
    /// Everybody in a room.
    Room(RoomKey),
    /// A person, in private.
    Person(Email),
}

impl CueRecipient {
    /// Who reads it.
    #[must_use]
    pub fn audience(&self) -> Audience<'_> {
        match self {
            Self::Room(room) => Audience::Room(room),
            Self::Person(person) => Audience::Person(person),
        }
    }
}

/// Names the recipient as the ledger does: `room/team-1`, `person/ann@example.com`.
impl fmt::Display for CueRecipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Room(room) => f.pad(&format!("room/{room}")),
            Self::Person(person) => f.pad(&format!("person/{person}")),
        }
    }
}

/// A cue as one recipient gets it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CueTo {
    /// Who.
    pub recipient: CueRecipient,
    /// When, by [`Cue::due`]; `None` for one that goes only by call.
    pub anchor: Option<Anchor>,
    /// What it says, in Webex's Markdown.
    pub say: Say,
}

impl CueTo {
    /// The meetings whose links it gives.
    pub fn leads_into(&self) -> impl Iterator<Item = &MeetingKey> {
        let parts = self.say.texts().flat_map(|text| text.parts());
        parts.filter_map(|part| match part {
            Part::Meeting {
                meeting,
                fact: MeetingFact::Link | MeetingFact::Join,
            } => Some(meeting),
            _ => None,
        })
    }

    /// Where it calls people to the start of one meeting, but gives only the links of others: that meeting,
    /// and the first of the others.
    #[must_use]
    pub fn leads_elsewhere(&self) -> Option<(&MeetingKey, &MeetingKey)> {
        let Anchor::Before { meeting, .. } = self.anchor.as_ref()? else {
            return None;
        };
        let other = self.leads_into().next()?;
        let is_elsewhere = self.leads_into().all(|it| it != meeting);
        is_elsewhere.then_some((meeting, other))
    }
}

/// What the time of a cue hangs on. In a room, the meetings are the room's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Anchor {
    /// A time on the event's clocks, in the event's zone.
    At(Zoned),
    /// The start of a meeting.
    Before {
        /// Which.
        meeting: MeetingKey,
        /// How long before, zero or more.
        lead: SignedDuration,
    },
    /// The start of a meeting.
    AfterStart {
        /// Which.
        meeting: MeetingKey,
        /// How long after, zero or more.
        delay: SignedDuration,
    },
    /// The end of a meeting.
    BeforeEnd {
        /// Which.
        meeting: MeetingKey,
        /// How long before, zero or more.
        lead: SignedDuration,
    },
    /// The end of a meeting.
    After {
        /// Which.
        meeting: MeetingKey,
        /// How long after, zero or more.
        delay: SignedDuration,
    },
}

impl Anchor {
    /// The meeting on which it hangs.
    #[must_use]
    pub fn meeting(&self) -> Option<&MeetingKey> {
        match self {
            Self::At(_) => None,
            Self::Before { meeting, .. }
            | Self::AfterStart { meeting, .. }
            | Self::BeforeEnd { meeting, .. }
            | Self::After { meeting, .. } => Some(meeting),
        }
    }
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
