//! What happened in a rehearsal, as its people know it: what they did, and when. What came of it is in the
//! simulated world.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::Serialize;
use showcaller_event::model::{CueKey, DayId, Email, MeetingKey, RoomKey};

use crate::script::{About, Place};
use crate::stage::Applied;

/// What happened in a rehearsal.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Record {
    /// What became of the apply.
    pub applied: Applied,
    /// When processes served the event: from and until.
    pub served: Vec<(Timestamp, Timestamp)>,
    /// What people asked the bot.
    pub questions: Vec<Asked>,
    /// Buttons that people pressed.
    pub presses: Vec<Pressed>,
    /// Who was in which meeting.
    pub attendance: Vec<Attended>,
    /// People who were added to a room.
    pub newcomers: Vec<Newcomer>,
    /// Places that the bot lost.
    pub lost: Vec<Lost>,
    /// Cues that moderators deleted in one of their rooms.
    pub deleted: Vec<Deleted>,
    /// Processes that died, and their successors.
    pub crashes: Vec<Crash>,
    /// Processes that ended by themselves, and why.
    pub broken: Vec<(Timestamp, String)>,
    /// Slips that the operator called.
    pub slips: Vec<Slipped>,
    /// Slips that an operator only looked at.
    pub proposed: Vec<Proposed>,
    /// What the operator said of cues.
    pub calls: Vec<Called>,
    /// What operators wanted beside cues and were refused, and why.
    pub refused: Vec<(String, String)>,
    /// What was applied while the event was served.
    pub revised: Option<Revised>,
}

/// That other files were applied while the event was served.
#[derive(Debug, Clone, Serialize)]
pub struct Revised {
    /// When that began, and when the rooms had been told.
    pub within: (Timestamp, Timestamp),
    /// What was otherwise before.
    pub before: Vec<Before>,
    /// What was not told, as operators see it.
    pub failed: Option<String>,
}

/// A meeting before it was changed.
#[derive(Debug, Clone, Serialize)]
pub struct Before {
    /// Which.
    pub meeting: MeetingKey,
    /// What it was called.
    pub title: String,
    /// When it was to end.
    pub end: Timestamp,
}

/// That the bot was put out of a room, or moderates it no more.
#[derive(Debug, Clone, Serialize)]
pub struct Lost {
    /// When.
    pub at: Timestamp,
    /// Which room.
    pub room: RoomKey,
}

/// That a cue was deleted by hand.
#[derive(Debug, Clone, Serialize)]
pub struct Deleted {
    /// When.
    pub at: Timestamp,
    /// Which cue.
    pub cue: CueKey,
    /// In which room.
    pub room: RoomKey,
}

/// A question that a person asked.
#[derive(Debug, Clone, Serialize)]
pub struct Asked {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub who: Email,
    /// Where.
    pub place: Place,
    /// In which words.
    pub words: String,
    /// What an answer has to hold.
    pub about: About,
    /// The id of the message; `None` if Webex did not take it.
    pub message: Option<String>,
    /// The id of the room in which it is.
    pub room: Option<String>,
}

/// A button that a person pressed.
#[derive(Debug, Clone, Serialize)]
pub struct Pressed {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub who: Email,
    /// The id of the message with the card.
    pub message: String,
    /// What the button says.
    pub button: String,
    /// The id of the press; `None` if Webex did not take it.
    pub action: Option<String>,
}

/// A person came into a meeting or left it.
#[derive(Debug, Clone, Serialize)]
pub struct Attended {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub who: Email,
    /// Which meeting.
    pub meeting: MeetingKey,
    /// What they did.
    pub what: Attendance,
    /// Why it was not possible.
    pub refused: Option<String>,
}

/// A person who was added to a room.
#[derive(Debug, Clone, Serialize)]
pub struct Newcomer {
    /// When.
    pub at: Timestamp,
    /// To which.
    pub room: RoomKey,
    /// The id of the person.
    pub person: String,
}

/// What a person does with a meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Attendance {
    /// They are in it.
    Joined,
    /// They wait to be let in.
    WaitsInLobby,
    /// They are gone.
    Left,
}

/// A process that died in the middle of the show.
#[derive(Debug, Clone, Serialize)]
pub struct Crash {
    /// When its successor began.
    pub at: Timestamp,
}

/// A slip that the operator called.
#[derive(Debug, Clone, Serialize)]
pub struct Slipped {
    /// When.
    pub at: Timestamp,
    /// Which day moves.
    pub day: DayId,
    /// By how many minutes.
    pub minutes: i64,
    /// Whether it was said to the bot.
    pub in_chat: bool,
    /// What of the day it moves.
    #[serde(skip)]
    pub only: Only,
    /// Whether it takes back what another one did.
    #[serde(skip)]
    pub is_undo: bool,
}

/// What of a day a slip moves; all without.
#[derive(Debug, Clone, Default)]
pub struct Only {
    /// What begins from then on.
    pub from: Option<Timestamp>,
    /// What is for these rooms alone.
    pub rooms: BTreeSet<RoomKey>,
    /// All but this, which is run by hand.
    pub but: Option<MeetingKey>,
}

/// A slip that an operator looked at in a terminal, and did not call.
#[derive(Debug, Clone, Serialize)]
pub struct Proposed {
    /// Which.
    pub slip: Slipped,
    /// What they read.
    pub lines: Vec<String>,
}

/// What the operator said of a cue.
#[derive(Debug, Clone, Serialize)]
pub struct Called {
    /// When.
    pub at: Timestamp,
    /// Which cue.
    pub cue: CueKey,
    /// What, as in `go` or `settle team-1 arrived`.
    pub said: String,
    /// Why it was refused.
    pub refused: Option<String>,
}
