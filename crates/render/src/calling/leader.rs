//! Who runs the show.

use jiff::{SignedDuration, Zoned};
use showcaller_event::markdown::plain;
use showcaller_event::model::CueKey;
use showcaller_show::{Board, DeliveryState, RecipientState};

use crate::count::{clock, count, date, list, span};

/// The process that runs the show, as another one knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Leader {
    /// There is none.
    Nobody,
    /// One gives signs of life.
    Process {
        /// What people call it.
        name: String,
        /// Since when it leads.
        since: Zoned,
        /// How long ago it gave the last sign of life.
        heard: SignedDuration,
        /// How far Webex's clock is ahead of its own, if it has said so.
        webex_ahead: Option<SignedDuration>,
    },
}

/// The messages of cues that are not done with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Queue {
    /// To be sent now.
    pub waiting: usize,
    /// Being sent.
    pub sending: usize,
    /// It is not known whether they were sent.
    pub unclear: usize,
}

impl Leader {
    /// Whether something goes by clock.
    #[must_use]
    pub fn is_there(&self) -> bool {
        *self != Self::Nobody
    }

    /// Says who it is, or what follows from there being none: `next` is what would go next by clock.
    #[must_use]
    pub fn sentence(&self, next: Option<&(CueKey, Zoned)>, now: &Zoned) -> String {
        match (self, next) {
            (
                Self::Process {
                    name,
                    since,
                    heard,
                    webex_ahead,
                },
                _,
            ) => {
                let since = match since.date() == now.date() {
                    true => clock(since),
                    false => format!("{}, {}", date(since.date()), clock(since)),
                };
                format!(
                    "{} runs the show since {since}, heard of {} ago{}.",
                    plain(name),
                    span(*heard),
                    webex_ahead.map_or_else(String::new, of_its_clock)
                )
            }
            (Self::Nobody, None) => "No process runs the show: nothing goes by clock.".to_owned(),
            (Self::Nobody, Some((cue, at))) => {
                let day = match at.date() == now.date() {
                    true => String::new(),
                    false => format!("{} ", date(at.date())),
                };
                format!(
                    "No process runs the show: nothing goes by clock. Next to be missed is {cue}, \
                     {day}{}, in {}.",
                    clock(at),
                    span(at.duration_since(now)),
                )
            }
        }
    }
}

/// Ends a sentence about a process.
fn of_its_clock(webex_ahead: SignedDuration) -> String {
    // A number stays with its unit, wherever lines are broken.
    let by = span(webex_ahead).replace(' ', "\u{a0}");
    match webex_ahead.as_secs() {
        0 => "; its clock agrees with Webex's".to_owned(),
        1.. => format!("; its clock is {by} behind Webex's"),
        _ => format!("; its clock is {by} ahead of Webex's"),
    }
}

impl Queue {
    /// What is not done with.
    #[must_use]
    pub fn of(board: &Board<'_>) -> Self {
        let mut queue = Self::default();
        for to in board.cues.iter().flat_map(|cue| &cue.recipients) {
            match &to.state {
                RecipientState::Due | RecipientState::Delivered(DeliveryState::Waiting) => {
                    queue.waiting += 1;
                }
                RecipientState::Delivered(DeliveryState::Sending) => queue.sending += 1,
                RecipientState::Delivered(DeliveryState::Unclear { .. }) => queue.unclear += 1,
                _ => {}
            }
        }
        queue
    }

    /// `2 messages wait, 1 is being sent`.
    #[must_use]
    pub fn sentence(&self) -> String {
        let messages = |number| count(number, "message", "messages");
        let parts = [
            (self.waiting, "waits", "wait"),
            (self.sending, "is being sent", "are being sent"),
            (self.unclear, "is unclear", "are unclear"),
        ];
        let parts = parts.into_iter().filter(|(number, ..)| *number > 0);
        let parts: Vec<String> = parts
            .map(|(number, one, many)| {
                let verb = if number == 1 { one } else { many };
                format!("{} {verb}", messages(number))
            })
            .collect();
        match parts.as_slice() {
            [] => "No message waits.".to_owned(),
            some => format!("{}.", list(some)),
        }
    }
}
