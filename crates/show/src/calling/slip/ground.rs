//! What slips are proposed on.

use jiff::Timestamp;
use showcaller_event::Event;
use showcaller_event::model::{Email, MeetingKey};

use crate::calling::log::Logged;

/// What a slip is proposed on.
pub struct Ground<'a> {
    /// The event in force, with the times that its meetings have without slips.
    pub event: &'a Event,
    /// The whole show log, by number.
    pub log: &'a [Logged],
    /// Who hosts a meeting on Webex.
    pub host: &'a dyn Fn(&MeetingKey) -> Option<Email>,
    /// The present.
    pub now: Timestamp,
}
