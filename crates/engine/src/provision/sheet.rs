//! What the ledger can tell about an event that was applied: links, numbers, host keys.

use std::collections::BTreeMap;

use showcaller_event::model::{Address, Email, MeetingKey};
use showcaller_ledger::Ledger;
use showcaller_plan::observed::MeetingFacts;

use super::memory;
use crate::Error;

/// A meeting as the ledger knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldMeeting {
    /// What Webex decided about it.
    pub facts: MeetingFacts,
    /// Who hosts it.
    pub host: Email,
}

/// Every meeting that the ledger holds. Asks nobody but the ledger.
///
/// # Errors
///
/// When the ledger cannot be read.
pub async fn told(ledger: &Ledger) -> Result<BTreeMap<MeetingKey, ToldMeeting>, Error> {
    let mut meetings = BTreeMap::new();
    for record in ledger.resources().await? {
        let attributes = memory::attributes(&record)?;
        let address = Address::new(record.address);
        if let Some(key) = address.as_str().strip_prefix("meeting/") {
            let told = ToldMeeting {
                facts: attributes.facts.unwrap_or_default().into(),
                host: Email::new(record.owner),
            };
            meetings.insert(MeetingKey::new(key), told);
        }
    }
    Ok(meetings)
}
