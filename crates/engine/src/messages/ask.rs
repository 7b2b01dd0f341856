//! What a message of the bot asks an operator to agree to.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use showcaller_show::Entry;
use uuid::Uuid;

/// What is done once the person agrees who asked for it.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Ask {
    /// The person, by the UUID in the id of their account.
    pub(crate) person: Uuid,
    /// What they said for it.
    pub(crate) words: String,
    /// What is written into the show log: all of it, or nothing.
    pub(crate) entries: Vec<Entry>,
    /// The number of the log's last entry at that time.
    pub(crate) after: i64,
    /// What is said once it is written.
    pub(crate) done: String,
    /// How many people it reaches, where that must be typed.
    pub(crate) audience: Option<usize>,
    /// From when on it holds, by Webex's clock.
    pub(crate) since: Timestamp,
}
