//! Where the calls of one owner wait while Webex has asked for a pause.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

/// What a long pause is about: a method and the first word of the path, `POST /meetings`.
pub(crate) type Family = (http::Method, &'static str);

/// Two kinds of pause, since Webex's limits are shared per owner, but its wait is worded for "the
/// same endpoint" (messaging §1.4). A short one is a matter of pace: everybody waits. A long one,
/// longer than any call may wait, is a quota used up (meetings §12): it shuts only its family, so
/// that a day's meetings being spent does not stop the rooms.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    pauses: Mutex<Pauses>,
}

#[derive(Debug, Default)]
struct Pauses {
    everybody: Option<Timestamp>,
    families: HashMap<Family, Timestamp>,
}

impl Gate {
    /// Until when a call of `family` has to wait; `None` or a past time if it may go.
    pub(crate) fn opens_at(&self, family: &Family) -> Option<Timestamp> {
        let pauses = self.pauses();
        pauses.everybody.max(pauses.families.get(family).copied())
    }

    /// Nobody goes before `until`. A pause is never shortened.
    pub(crate) fn shut(&self, until: Timestamp) {
        let mut pauses = self.pauses();
        pauses.everybody = pauses.everybody.max(Some(until));
    }

    /// No call of `family` goes before `until`.
    pub(crate) fn shut_family(&self, family: &Family, until: Timestamp) {
        let mut pauses = self.pauses();
        let pause = pauses.families.entry(family.clone()).or_insert(until);
        *pause = (*pause).max(until);
    }

    fn pauses(&self) -> MutexGuard<'_, Pauses> {
        // Each change is one assignment: a panic elsewhere leaves nothing half written.
        self.pauses.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
