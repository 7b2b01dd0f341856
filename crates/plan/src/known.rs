//! What the ledger remembers.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use showcaller_event::model::{Address, Email};

use crate::drift::Kept;
use crate::fields::{Fields, Settled};
use crate::step::Owner;

/// The ledger's memory, as far as planning needs it.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// Everything that is recorded, by address.
    pub resources: BTreeMap<Address, KnownResource>,
    /// The host that was chosen for a meeting, once and for good.
    pub pins: BTreeMap<Address, Email>,
    /// When each host tried to create meetings in the last 24 hours, refused ones included, the
    /// earliest first (meetings §12).
    pub creations: BTreeMap<Email, Vec<Timestamp>>,
    /// Hosts of whom Webex itself said that it makes no more meetings for them before this instant.
    pub exhausted: BTreeMap<Email, Timestamp>,
    /// Addresses with an open intent to make or add something, and the settings that it asked for, if
    /// it asked for any: what is found there was ours.
    pub intended: BTreeMap<Address, Fields>,
    /// What was to be made and was looked for in vain, and the settings that were asked for: it may have
    /// come after all, later.
    pub lost: BTreeMap<Address, Fields>,
    /// What was recorded within the settle window: lists may not show it yet (promise 2).
    pub fresh: BTreeSet<Address>,
    /// What was recorded within a day.
    pub recent: BTreeSet<Address>,
    /// Creations whose outcome nobody knows, and since when. They are held back.
    pub unclear: BTreeMap<Address, Timestamp>,
}

/// One recorded thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownResource {
    /// Its id on Webex.
    pub remote_id: String,
    /// Whose token looks after it.
    pub owner: Owner,
    /// Whether Showcaller made it. What it merely found, it does not remove (promise 5).
    pub made: bool,
    /// Whether the file protected it when it was last applied. The ledger remembers this, because
    /// the word goes from the file together with the entry that it protects.
    pub protected: bool,
    /// What was asked for and what Webex made of it.
    pub settled: Settled,
    /// What is kept as it is on Webex, although the file asks otherwise.
    pub kept: Kept,
}

/// What begins the id of something that was asked for and not read since.
const UNREAD: char = '?';

impl KnownResource {
    /// An id for somebody who was put on a meeting's list and whom the list has not shown yet: what
    /// Webex calls them is to be found by their address.
    #[must_use]
    pub fn unread_id(meeting_id: &str, email: &Email) -> String {
        format!("{UNREAD}{meeting_id}/{email}")
    }

    /// Whether its id on Webex is still to be found.
    #[must_use]
    pub fn is_unread(&self) -> bool {
        self.remote_id.starts_with(UNREAD)
    }
}
