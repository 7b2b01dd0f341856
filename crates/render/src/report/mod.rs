//! What really happened, beside what was planned.

mod attendance;
mod comparison;
mod document;
mod rehearsal;
#[cfg(test)]
mod tests;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

pub use self::rehearsal::{
    Rehearsal, RehearsalError, RehearsedCue, RehearsedMeeting, RehearsedQuestions, RehearsedRun,
    RehearsedSlip,
};

/// Everything that a report of an event says, as the ledger has it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Facts {
    /// The event's key.
    pub event: String,
    /// Its title.
    pub title: String,
    /// Its zone, by name.
    pub timezone: String,
    /// The revision in force; `None` before the first.
    pub revision: Option<i64>,
    /// When the facts were gathered.
    pub made: Timestamp,
    /// Every meeting, by planned start; at one time in the order of the file.
    pub meetings: Vec<Meeting>,
    /// Every cue and recipient, in the order of the file.
    pub cues: Vec<Cue>,
    /// Deliveries whose outcome was not known, as far as it was not found out by itself.
    pub unclear: Vec<Unclear>,
    /// What people asked the bot.
    pub questions: Questions,
    /// Calls for a human, by time.
    pub calls: Vec<Call>,
    /// Slips and their withdrawals, by time.
    pub slips: Vec<Change>,
    /// The revisions, by number.
    pub revisions: Vec<Revision>,
    /// The rehearsal that all this is compared with, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rehearsal: Option<Rehearsal>,
}

/// A meeting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Meeting {
    /// Its key.
    pub meeting: String,
    /// Its title.
    pub title: String,
    /// When it was to start, by the file.
    pub planned_start: Timestamp,
    /// When it was to end, by the file.
    pub planned_end: Timestamp,
    /// When it was to start, with all slips.
    pub start: Timestamp,
    /// When it was to end, with all slips.
    pub end: Timestamp,
    /// When it started, as far as Webex or a person said.
    pub started: Option<Timestamp>,
    /// When it ended, as far as Webex or a person said.
    pub ended: Option<Timestamp>,
    /// How many people it is for: those of its rooms and of its invitation list.
    pub invited: usize,
    /// Who was in it; `None` where Webex told nothing, as without the host's token.
    pub attendance: Option<Attendance>,
}

/// Who was in a meeting, as far as Webex told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Attendance {
    /// How many people were in it at some time.
    pub joined: usize,
    /// How many were in it at once, at most.
    pub at_once: usize,
    /// When the first came.
    pub first: Timestamp,
    /// When the last came.
    pub last: Timestamp,
    /// Whether a time is that of a look, which may be later than what happened.
    pub seen_late: bool,
}

/// A cue, for one recipient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cue {
    /// Its name, with its day.
    pub cue: String,
    /// The room's title or the person's name.
    pub to: String,
    /// When it was due: by the clock, with all slips, or by a go.
    pub due: Option<Timestamp>,
    /// When it was sent.
    pub sent: Option<Timestamp>,
    /// What became of it.
    pub state: CueState,
}

/// What became of a cue for one recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CueState {
    /// Its time has not come, or it was not called.
    Planned,
    /// It is to be sent, or is being sent.
    UnderWay,
    /// It was sent.
    Sent,
    /// It was skipped or held.
    LeftOut,
    /// It could not be sent in time, or something that it needs was not there.
    Missed,
    /// Webex refused it.
    Failed,
    /// It may have arrived.
    Unclear,
}

/// A delivery in doubt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unclear {
    /// The cue.
    pub cue: String,
    /// The room's title or the person's name.
    pub to: String,
    /// Whether a person said that it arrived; `None` if it was not settled.
    pub arrived: Option<bool>,
    /// Who settled it.
    pub by: Option<String>,
}

/// What people asked the bot.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Questions {
    /// How many.
    pub asked: usize,
    /// How many have an answer of their own.
    pub answered: usize,
    /// How many were answered together with another that was the same.
    pub repeated: usize,
    /// How many could not be read any more.
    pub gone: usize,
    /// How many were too old to be answered.
    pub skipped: usize,
    /// How many wait for their answer.
    pub waiting: usize,
    /// How many by intent, the most frequent first.
    pub by_intent: Vec<(String, usize)>,
    /// How many by the title of their room, the most frequent first; those in private together.
    pub by_room: Vec<(String, usize)>,
    /// When each was asked that has an answer, and after how many milliseconds Webex had it.
    pub answers: Vec<(Timestamp, i64)>,
    /// The words of those that were not understood, without names, and how often: the most frequent first.
    pub not_understood: Vec<(String, usize)>,
}

/// A call for a human.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Call {
    /// When.
    pub at: Timestamp,
    /// The title of the room; `None` for a private one.
    pub room: Option<String>,
    /// Whether the organisers' room heard of it.
    pub delivered: bool,
}

/// Something that was decided during the event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: String,
    /// What, in one line.
    pub what: String,
}

/// A revision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Revision {
    /// Its number.
    pub number: i64,
    /// When it was applied.
    pub at: Timestamp,
    /// Whether that was between the first start and the last end.
    pub live: bool,
    /// What its files are compared by.
    #[serde(skip)]
    pub digest: String,
}

impl Facts {
    /// Whether the first meeting is still to come, and nothing was sent or asked.
    #[must_use]
    pub fn is_ahead(&self) -> bool {
        let first = self.meetings.iter().map(|it| it.start).min();
        let nothing = self.questions.asked == 0
            && self.cues.iter().all(|cue| cue.sent.is_none())
            && self.meetings.iter().all(|it| it.started.is_none());
        nothing && first.is_none_or(|first| self.made < first)
    }
}

impl Cue {
    /// How late it was sent; below zero is early.
    #[must_use]
    pub fn lateness(&self) -> Option<SignedDuration> {
        Some(self.sent?.duration_since(self.due?))
    }
}

impl Questions {
    /// The answer time that this share of all answers took at most, from 0 to 1.
    #[must_use]
    pub fn answer_time(&self, share: f64) -> Option<SignedDuration> {
        let mut times: Vec<i64> = self.answers.iter().map(|(_, millis)| *millis).collect();
        times.sort_unstable();
        let place = (share * times.len() as f64).ceil() as usize;
        let time = times.get(place.clamp(1, times.len().max(1)) - 1)?;
        Some(SignedDuration::from_millis(*time))
    }
}
