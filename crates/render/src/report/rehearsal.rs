//! A rehearsal, as far as a report is compared with it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What came of a rehearsal: a part of the JSON that `rehearse` writes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rehearsal {
    /// The key of the event.
    pub event: String,
    /// What its files are compared by.
    pub digest: String,
    /// The seed.
    pub seed: u64,
    /// Whether the event was ready.
    pub ready: bool,
    /// Every meeting, in the order of the file.
    pub meetings: Vec<RehearsedMeeting>,
    /// Every cue and recipient, in the order of the file.
    pub cues: Vec<RehearsedCue>,
    /// What became of the questions.
    pub questions: RehearsedQuestions,
    /// How it was run.
    pub record: RehearsedRun,
}

/// How a rehearsal was run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RehearsedRun {
    /// The slips that were called.
    pub slips: Vec<RehearsedSlip>,
}

/// A slip in a rehearsal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RehearsedSlip {
    /// The day that moved.
    pub day: String,
    /// By how many minutes.
    pub minutes: i64,
}

/// A meeting in a rehearsal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RehearsedMeeting {
    /// Its key.
    pub meeting: String,
    /// When the first person came; `None` if nobody did.
    pub started: Option<Timestamp>,
    /// When the last person left.
    pub ended: Option<Timestamp>,
    /// How many people came.
    pub joined: usize,
}

/// A cue in a rehearsal, for one recipient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RehearsedCue {
    /// Its name, with its day.
    pub cue: String,
    /// When it arrived.
    pub sent: Option<Timestamp>,
    /// How many seconds after it was due.
    pub late: Option<i64>,
}

/// The questions of a rehearsal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RehearsedQuestions {
    /// How many were asked.
    pub asked: usize,
    /// How many have an answer of their own.
    pub answered: usize,
    /// How many share the answer to another.
    pub with_another: usize,
    /// Seconds until the answer: of half of them, of 95 in a hundred, and of all.
    pub seconds: [i64; 3],
    /// How many by what they asked for.
    pub about: BTreeMap<String, usize>,
}

/// Why a report cannot be compared with a file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RehearsalError {
    /// It is something else, or damaged.
    #[error("this is no rehearsal: {0}")]
    Unreadable(#[from] serde_json::Error),
    /// Another version wrote it.
    #[error("the rehearsal has version {0}, and only version {known} is understood", known = Rehearsal::VERSION)]
    Version(u64),
    /// It is of another event.
    #[error("this is a rehearsal of the event {0}")]
    OtherEvent(String),
}

impl Rehearsal {
    /// The version of the JSON that is written, and the only one that is read.
    pub const VERSION: u32 = 1;

    /// Reads the JSON of a rehearsal of the event with this key.
    ///
    /// # Errors
    ///
    /// It is something else, of another version, or of another event.
    pub fn read(json: &[u8], event: &str) -> Result<Self, RehearsalError> {
        #[derive(Deserialize)]
        struct Head {
            rehearsal: u64,
            event: String,
        }
        let head: Head = serde_json::from_slice(json)?;
        if head.rehearsal != u64::from(Self::VERSION) {
            return Err(RehearsalError::Version(head.rehearsal));
        }
        if head.event != event {
            return Err(RehearsalError::OtherEvent(head.event));
        }
        Ok(serde_json::from_slice(json)?)
    }
}
