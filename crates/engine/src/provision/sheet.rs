//! What the ledger can tell about an event that was applied: links, numbers, host keys.

use std::collections::BTreeMap;

use showcaller_event::model::{Address, Email, Meeting, MeetingKey};
use showcaller_ledger::Ledger;
use showcaller_plan::observed::MeetingFacts;
use showcaller_plan::{Field, Fields, Value};

use super::memory;
use crate::Error;

/// A meeting as the ledger knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldMeeting {
    /// What Webex decided about it.
    pub facts: MeetingFacts,
    /// Who hosts it.
    pub host: Email,
    /// What is kept as it is on Webex although the file says otherwise, as Webex has it.
    pub kept: Fields,
}

impl ToldMeeting {
    /// The meeting as people meet it on Webex, where that is kept to differ from the file: its
    /// title and its times. `None` if it does not differ.
    #[must_use]
    pub fn as_on_webex(&self, meeting: &Meeting) -> Option<Meeting> {
        let mut told = meeting.clone();
        if let Some(Value::Text(title)) = self.kept.get(&Field::Title) {
            told.title.clone_from(title);
        }
        let times = [(Field::Start, &mut told.start), (Field::End, &mut told.end)];
        for (field, time) in times {
            if let Some(Value::Time(at)) = self.kept.get(&field) {
                *time = at.to_zoned(time.time_zone().clone());
            }
        }
        (told != *meeting).then_some(told)
    }
}

/// Every meeting that the ledger holds. Asks nobody but the ledger.
///
/// # Errors
///
/// When the ledger cannot be read.
pub async fn told(ledger: &Ledger) -> Result<BTreeMap<MeetingKey, ToldMeeting>, Error> {
    let mut meetings = BTreeMap::new();
    for record in ledger.resources().await? {
        let (resource, facts) = memory::resource(&record)?;
        let address = Address::new(record.address);
        if let Some(key) = address.as_str().strip_prefix("meeting/") {
            let mut answered = resource.settled.answered;
            answered.retain(|field, _| resource.kept.fields.contains(field));
            let told = ToldMeeting {
                kept: answered,
                facts: facts.unwrap_or_default().into(),
                host: Email::new(record.owner),
            };
            meetings.insert(MeetingKey::new(key), told);
        }
    }
    Ok(meetings)
}
