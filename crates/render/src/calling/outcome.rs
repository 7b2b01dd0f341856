//! What came of a cue.

use showcaller_event::Event;
use showcaller_event::markdown::plain;
use showcaller_event::model::CueKey;
use showcaller_show::{CueStatus, DeliveryState, RecipientState};

use super::reach::recipient;
use crate::count::count;

/// What came of a cue, recipient by recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Which.
    pub cue: CueKey,
    /// Recipients altogether.
    pub all: usize,
    /// Who has it.
    pub sent: usize,
    /// To whom it is still to be sent, or being sent.
    pub pending: usize,
    /// For whom something that it needs is missing.
    pub no_link: usize,
    /// Who is not on Webex yet.
    pub absent: usize,
    /// To whom it could not be sent in time.
    pub late: usize,
    /// For whom it was held or skipped since.
    pub stopped: usize,
    /// Whom Webex refused it to, and why.
    pub failed: Vec<(String, String)>,
    /// Where it may have arrived, and why that is not known.
    pub unclear: Vec<(String, String)>,
    /// Whether a second person must say go.
    pub waits_for_second: bool,
}

/// How it ended, all together: the worst of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// All have it, or get nothing.
    Done,
    /// It waits for a second person, for a link, or for a word.
    Waits,
    /// It is not known whether some have it.
    Unclear,
    /// Webex refused some of it, or it could not be sent in time.
    Failed,
}

impl Outcome {
    /// What came of a cue so far.
    #[must_use]
    pub fn of(status: &CueStatus<'_>, event: &Event) -> Self {
        let mut outcome = Self {
            cue: status.cue.key.clone(),
            all: status.recipients.len(),
            sent: 0,
            pending: 0,
            no_link: 0,
            absent: 0,
            late: 0,
            stopped: 0,
            failed: Vec::new(),
            unclear: Vec::new(),
            waits_for_second: status.waits_for_second,
        };
        for to in &status.recipients {
            let name = || recipient(event, &to.to.recipient);
            match &to.state {
                RecipientState::Due
                | RecipientState::Delivered(DeliveryState::Waiting | DeliveryState::Sending) => {
                    outcome.pending += 1;
                }
                RecipientState::NoLink => outcome.no_link += 1,
                RecipientState::NotOnWebex => outcome.absent += 1,
                RecipientState::Delivered(DeliveryState::Sent) => outcome.sent += 1,
                RecipientState::Delivered(DeliveryState::Failed { reason }) => {
                    outcome.failed.push((name(), plain(reason)));
                }
                RecipientState::Delivered(DeliveryState::Unclear { reason }) => {
                    outcome.unclear.push((name(), plain(reason)));
                }
                RecipientState::Late => outcome.late += 1,
                RecipientState::Held | RecipientState::Skipped => outcome.stopped += 1,
                RecipientState::Planned | RecipientState::Standby => {}
            }
        }
        outcome
    }

    /// The worst of it.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        if !self.failed.is_empty() || self.late > 0 {
            Verdict::Failed
        } else if !self.unclear.is_empty() {
            Verdict::Unclear
        } else if self.no_link + self.absent + self.stopped > 0 || self.waits_for_second {
            Verdict::Waits
        } else {
            Verdict::Done
        }
    }

    /// `opening/day-1: 4 of 6 sent`
    #[must_use]
    pub fn progress(&self) -> String {
        format!("{}: {} of {} sent", self.cue, self.sent, self.all)
    }

    /// How it ended, in one line.
    #[must_use]
    pub fn summary(&self) -> String {
        if self.waits_for_second {
            return format!("{} waits: a second person must say go.", self.cue);
        }
        let mut words = match (self.sent, self.all) {
            (1, 1) => "sent.".to_owned(),
            (some, all) if some == all => format!("sent to all {all}."),
            (some, all) => format!("sent to {some} of {all}."),
        };
        let mut more = |number: usize, what: &str| {
            if number > 0 {
                words.push_str(&format!(" {number} {what}."));
            }
        };
        more(self.pending, "still to be sent");
        more(self.no_link, "held: a link is missing");
        more(self.absent, "held: not on Webex yet");
        more(self.late, "not sent in time");
        more(self.stopped, "held or skipped");
        more(self.failed.len(), "failed");
        more(self.unclear.len(), "unclear");
        format!("{}: {words}", self.cue)
    }

    /// What is to be known of single recipients, a line each; of at most so many of a kind.
    #[must_use]
    pub fn details(&self, most: usize) -> Vec<String> {
        let mut lines = Vec::new();
        for (what, them) in [("failed", &self.failed), ("unclear", &self.unclear)] {
            let shown = them.iter().take(most);
            lines.extend(shown.map(|(name, reason)| format!("{name}: {what}: {reason}")));
            if them.len() > most {
                let more = them.len() - most;
                lines.push(format!(
                    "… and {} more {what}",
                    count(more, "recipient", "recipients")
                ));
            }
        }
        lines
    }

    /// What to do next, in an operator's words.
    #[must_use]
    pub fn next(&self) -> Option<String> {
        match self.verdict() {
            Verdict::Failed if self.failed.is_empty() => Some(format!("go {}", self.cue)),
            Verdict::Failed => Some(format!("retry {}", self.cue)),
            Verdict::Unclear => Some(format!("settle {}", self.cue)),
            Verdict::Done | Verdict::Waits => None,
        }
    }
}
