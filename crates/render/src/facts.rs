//! What the ledger knows of the meetings that exist.

use std::collections::BTreeMap;

use showcaller_event::model::{Email, Meeting, MeetingKey};
use showcaller_plan::observed::MeetingFacts;

/// What Webex told of the meetings.
///
/// `Debug` shows no link, no password and no host key: they are [`Secret`](showcaller_secret::Secret).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    /// Links, numbers and passwords, by meeting. A meeting that is missing is not on Webex yet.
    pub facts: BTreeMap<MeetingKey, MeetingFacts>,
    /// The account that hosts each meeting.
    pub hosts: BTreeMap<MeetingKey, Email>,
}

impl Told {
    /// The host of a meeting: the one it has, else the one that the file names.
    pub(crate) fn host<'a>(&'a self, meeting: &'a Meeting) -> Option<&'a Email> {
        self.hosts.get(&meeting.key).or(meeting.host.as_ref())
    }
}
