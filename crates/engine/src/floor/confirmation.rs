//! How long the ledger's word is believed.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use showcaller_clock::{Clock, SharedClock};

/// How long the ledger's last word that a lease is ours, or that we count as alive, is believed.
/// Longer than the pause between two renewals, so that the ledger is asked once more only when
/// those fail to come.
pub const TRUSTED: SignedDuration = SignedDuration::from_secs(12);

/// When the ledger last confirmed something.
#[derive(Debug)]
pub(super) struct Confirmation {
    clock: SharedClock,
    last: Mutex<Moment>,
}

/// One moment on both clocks of the process.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    pub(super) wall: Timestamp,
    monotonic: Duration,
}

impl Moment {
    pub(super) fn now(clock: &dyn Clock) -> Self {
        Self {
            wall: clock.now(),
            monotonic: clock.monotonic(),
        }
    }
}

impl Confirmation {
    /// Confirmed at `first`.
    pub(super) fn at(clock: SharedClock, first: Moment) -> Self {
        Self {
            clock,
            last: Mutex::new(first),
        }
    }

    pub(super) fn clock(&self) -> &SharedClock {
        &self.clock
    }

    /// Whether it was confirmed a moment ago, by both clocks: the monotonic one does not count the
    /// time that the machine slept, and the wall clock may have been set.
    pub(super) fn is_fresh(&self) -> bool {
        let now = Moment::now(&*self.clock);
        let last = *self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let trusted = TRUSTED.unsigned_abs();
        // Backwards, too: a clock that was set back would make an old word good for as long.
        now.wall.duration_since(last.wall).unsigned_abs() <= trusted
            && now.monotonic.saturating_sub(last.monotonic) <= trusted
    }

    /// How long ago it was confirmed, by the monotonic clock.
    pub(super) fn age(&self) -> Duration {
        let last = *self.last.lock().unwrap_or_else(PoisonError::into_inner);
        self.clock.monotonic().saturating_sub(last.monotonic)
    }

    /// It was asked for at `asked`, and confirmed.
    pub(super) fn confirm(&self, asked: Moment) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        // Answers may come in another order than they were asked for.
        if asked.monotonic >= last.monotonic {
            *last = asked;
        }
    }
}
