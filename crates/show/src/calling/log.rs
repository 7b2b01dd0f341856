//! The show log: what was decided and what happened, by whom and when. It only grows.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use showcaller_event::model::{CueKey, CueRecipient, Email, MeetingKey};
use showcaller_secret::Secret;

use super::slip::Slip;

/// One entry of the show log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    /// Its number: later entries have higher ones. A restore may give it another one.
    pub number: i64,
    /// Its idempotency key, which never changes: entries refer to each other by it.
    pub key: String,
    /// When: as the leader received it, or else by the clock of the process that wrote it.
    pub at: Timestamp,
    /// Whose word it is.
    pub by: By,
    /// What.
    pub entry: Entry,
}

/// Whose word an entry is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct By {
    /// What people call them: a name, or `ann@laptop` for a terminal.
    pub name: String,
    /// The UUID in the id of their Webex account, where that is known for certain.
    pub account: Option<String>,
    /// By which way it came.
    pub via: Via,
}

/// By which way an entry came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Via {
    /// A command in a terminal.
    Terminal,
    /// A message or a press in the organisers' room.
    Chat,
    /// The remote control.
    Remote,
    /// The cue runner itself, or Webex by it.
    Runner,
}

/// What was decided, or happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum Entry {
    /// Send a cue, to all who have not got this generation of it.
    Go {
        /// Which.
        cue: CueKey,
    },
    /// Do not send it by the clock.
    Hold {
        /// Which.
        cue: CueKey,
    },
    /// Do not send it at all, unless there is a go.
    Skip {
        /// Which.
        cue: CueKey,
    },
    /// Send it to everybody anew, as the next generation.
    Again {
        /// Which.
        cue: CueKey,
        /// The generation that it is to follow. Where another came in between, this entry is void: of two
        /// operators who press at once, the generation rises once.
        after: u32,
    },
    /// Delete it everywhere. The next generation waits for a go.
    Recall {
        /// Which.
        cue: CueKey,
    },
    /// Send again what Webex refused.
    Retry {
        /// Which.
        cue: CueKey,
        /// Of which generation.
        generation: u32,
        /// The attempts that failed.
        failed: Vec<Attempted>,
    },
    /// What became of a delivery in doubt.
    Settle {
        /// Which cue.
        cue: CueKey,
        /// Of which generation.
        generation: u32,
        /// To whom.
        recipient: CueRecipient,
        /// Which attempt of it is in doubt. The entry says nothing of a later one.
        attempt: u32,
        /// Whether it arrived; otherwise it is sent again.
        arrived: bool,
    },
    /// A message that no cue has.
    Say {
        /// Its id, a UUID: drawn when it was previewed, so that it is sent once.
        id: String,
        /// What each recipient gets.
        messages: Vec<Said>,
        /// What it tells the operators of, so that nothing is told twice.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        about: Vec<String>,
    },
    /// Other words for what was sent of a cue.
    Correct {
        /// Which.
        cue: CueKey,
        /// Of which generation.
        generation: u32,
        /// What each recipient is to see.
        messages: Vec<Said>,
    },
    /// A meeting began.
    Started {
        /// Which.
        meeting: MeetingKey,
        /// When.
        at: Timestamp,
    },
    /// A meeting is over: it ended, and did not begin again for two minutes.
    Ended {
        /// Which.
        meeting: MeetingKey,
        /// When it ended.
        at: Timestamp,
    },
    /// People wait in a meeting that has no host yet.
    Waiting {
        /// Which.
        meeting: MeetingKey,
        /// When that was seen.
        at: Timestamp,
    },
    /// Who is to run a meeting is there, shortly before its start.
    CheckedIn {
        /// Which.
        meeting: MeetingKey,
        /// Who.
        person: Email,
    },
    /// A part of a day moves.
    Slip {
        /// What moves, and by how much.
        slip: Slip,
    },
    /// A slip counts no more.
    UndoSlip {
        /// The key of its entry.
        slip: String,
        /// The number that its entry had, for people.
        number: i64,
    },
    /// A file was applied that moves these meetings itself: the slips before count no more for them.
    EndSlips {
        /// Which.
        meetings: Vec<MeetingKey>,
    },
    /// A meeting is run by hand: what hangs on it waits for a go, and no slip moves it.
    Detach {
        /// Which.
        meeting: MeetingKey,
    },
    /// A meeting follows the schedule again.
    Attach {
        /// Which.
        meeting: MeetingKey,
    },
}

/// Words for one recipient, in Webex's Markdown. They may hold links and passwords.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// To whom.
    pub recipient: CueRecipient,
    /// What.
    #[serde(with = "showcaller_secret::exposed")]
    pub markdown: Secret,
}

/// One attempt to send a cue to a recipient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempted {
    /// To whom.
    pub recipient: CueRecipient,
    /// The number of the attempt.
    pub attempt: u32,
}

impl By {
    /// Whether both are one person, as far as that is known: by their accounts where both have one, else
    /// by their names.
    #[must_use]
    pub fn is_same_person(&self, other: &Self) -> bool {
        match (&self.account, &other.account) {
            (Some(one), Some(other)) => one == other,
            _ => self.name == other.name,
        }
    }
}

impl Entry {
    /// The cue that it is about.
    #[must_use]
    pub fn cue(&self) -> Option<&CueKey> {
        match self {
            Self::Go { cue }
            | Self::Hold { cue }
            | Self::Skip { cue }
            | Self::Again { cue, .. }
            | Self::Recall { cue }
            | Self::Retry { cue, .. }
            | Self::Settle { cue, .. }
            | Self::Correct { cue, .. } => Some(cue),
            Self::Say { .. }
            | Self::Started { .. }
            | Self::Ended { .. }
            | Self::Waiting { .. }
            | Self::CheckedIn { .. }
            | Self::Slip { .. }
            | Self::UndoSlip { .. }
            | Self::EndSlips { .. }
            | Self::Detach { .. }
            | Self::Attach { .. } => None,
        }
    }
}
