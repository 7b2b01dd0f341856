//! When a webhook is shut off. <https://developer.webex.com/docs/api/guides/webhooks>

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// So many failed deliveries within [`WINDOW`] shut a webhook off.
const MOST_FAILURES: usize = 100;
/// How long a failure counts, and how long a webhook is on probation after it was shut off.
const WINDOW: SignedDuration = SignedDuration::from_mins(5);

/// How deliveries to a webhook have fared.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Health {
    shut_off: Option<Timestamp>,
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
        self.failures.len() >= MOST_FAILURES || self.shut_off.is_some_and(recent)
    }

    pub(super) fn shut_off(&mut self, now: Timestamp) {
        self.shut_off = Some(now);
    }

    /// The webhook is enabled again; that it was shut off is remembered.
    pub(super) fn forget_failures(&mut self) {
        self.failures.clear();
    }
}
