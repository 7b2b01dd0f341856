//! Whether anything may go by the clock.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use showcaller_clock::Clock;
use showcaller_webex::Webex;

/// How far wall and monotonic clock may come apart.
pub(crate) const AGREE: SignedDuration = SignedDuration::from_secs(5);

/// Watches both clocks of this process together. Once they come apart, the machine slept or its wall
/// clock was set, and nothing goes by the clock until Webex's `Date` was read.
#[derive(Debug)]
pub(crate) struct ClockWatch {
    wall: Timestamp,
    monotonic: Duration,
    trusted: bool,
}

impl ClockWatch {
    /// Nothing is trusted before Webex was asked.
    pub(crate) fn new(clock: &dyn Clock) -> Self {
        Self {
            wall: clock.now(),
            monotonic: clock.monotonic(),
            trusted: false,
        }
    }

    /// The same for what has just heard of Webex's time.
    pub(super) fn trusting(clock: &dyn Clock) -> Self {
        Self {
            trusted: true,
            ..Self::new(clock)
        }
    }

    /// Whether anything may go by the clock.
    pub(crate) fn is_trusted(&self) -> bool {
        self.trusted
    }

    /// Compares the clocks, asks Webex where that is needed. What goes by the clock goes by
    /// [`Webex::now`], which is Webex's time where ours is wrong.
    pub(crate) async fn check(&mut self, clock: &dyn Clock, webex: &Webex) {
        let (wall, monotonic) = (clock.now(), clock.monotonic());
        let passed = monotonic.saturating_sub(self.monotonic);
        let passed = SignedDuration::try_from(passed).unwrap_or(SignedDuration::MAX);
        let apart = wall.duration_since(self.wall).saturating_sub(passed);
        if apart.abs() > AGREE {
            tracing::warn!(seconds = apart.as_secs(), "the clocks have come apart");
            self.trusted = false;
        }
        (self.wall, self.monotonic) = (wall, monotonic);
        if !self.trusted {
            match webex.me().await {
                Ok(_) => self.trusted = true,
                Err(error) => tracing::warn!(%error, "Webex does not tell the time"),
            }
        }
    }
}
