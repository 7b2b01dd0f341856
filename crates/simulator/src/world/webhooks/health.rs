//! When a webhook is shut off. <https://developer.webex.com/docs/api/guides/webhooks>

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// So many failed deliveries within [`WINDOW`] shut a webhook off.
const MOST_FAILURES: usize = 100;
/// How long a failure counts; how soon after a shut-off a webhook comes back on probation only, and how
/// long it is on probation then.
const WINDOW: SignedDuration = SignedDuration::from_mins(5);

/// How deliveries to a webhook have fared.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Health {
    shut_off: Option<Timestamp>,
    #[serde(default)]
    probation_until: Option<Timestamp>,
    /// Of the last five minutes. A restart of the simulator forgives them.
    #[serde(skip)]
    failures: VecDeque<Timestamp>,
}

impl Health {
    /// Counts a failed delivery; whether it is one too many. On probation the first one is.
    pub(super) fn fails(&mut self, now: Timestamp) -> bool {
        let recent = |then: Timestamp| now.duration_since(then) < WINDOW;
        self.failures.retain(|then| recent(*then));
        self.failures.push_back(now);
        let on_probation = self.probation_until.is_some_and(|until| now < until);
        self.failures.len() >= MOST_FAILURES || on_probation
    }

    pub(super) fn shut_off(&mut self, now: Timestamp) {
        self.shut_off = Some(now);
    }

    /// The webhook is enabled again: on probation, if it was shut off a moment ago.
    pub(super) fn enabled(&mut self, now: Timestamp) {
        self.failures.clear();
        let soon = |then: Timestamp| now.duration_since(then) < WINDOW;
        let probation = self.shut_off.filter(|then| soon(*then));
        self.probation_until = probation.and_then(|_| now.checked_add(WINDOW).ok());
    }
}
