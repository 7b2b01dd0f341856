//! What every part of answering works with.

use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use showcaller_clock::SharedClock;
use showcaller_ledger::Ledger;
use showcaller_webex::{Person, PersonId, Webex};

use crate::floor::{Stop, ThisProcess};
use crate::hooks::Identity;
use crate::in_force_watch::InForceWatch;
use crate::messages::Bot;

#[derive(Debug)]
pub(super) struct Context {
    /// The bot's client, in the lane of answers and under the process's send permit.
    pub(super) webex: Webex,
    pub(super) ledger: Ledger,
    pub(super) clock: SharedClock,
    pub(super) process: ThisProcess,
    /// Whose webhooks are ours.
    pub(super) identity: Identity,
    /// The bot.
    pub(super) me: Person,
    pub(super) in_force: InForceWatch,
    /// When the bot first began to answer, by Webex's clock: what is older is not answered.
    pub(super) first_start: Timestamp,
    /// What was begun is finished, and nothing else begun.
    pub(super) stop: Stop,
    /// Whether it was said that questions are skipped after a restore.
    pub(super) restored_said: AtomicBool,
    pub(super) answered: Mutex<Answered>,
}

/// What a process has answered since it began.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Answered {
    /// How many events.
    pub events: u64,
    /// When it decided upon the last of them.
    pub last: Option<Timestamp>,
}

impl Context {
    /// An event is answered at `at`.
    pub(super) fn count_answer(&self, at: Timestamp) {
        let mut answered = self.answered.lock().unwrap_or_else(PoisonError::into_inner);
        answered.events += 1;
        answered.last = answered.last.max(Some(at));
    }

    pub(super) fn answered(&self) -> Answered {
        *self.answered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn is_me(&self, person: &PersonId) -> bool {
        self.bot().is_me(person)
    }

    /// The bot as its messages need it.
    pub(super) fn bot(&self) -> Bot<'_> {
        Bot {
            webex: &self.webex,
            ledger: &self.ledger,
            me: &self.me,
        }
    }
}
