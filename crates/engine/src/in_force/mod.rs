//! The schedule in force: the event as it was last applied, what is kept otherwise on Webex, and what
//! Webex decided. Read from the ledger alone, by everything that tells people where to be; so none of
//! it follows a half-edited file.

mod directory;
mod revision;
mod stamp;

use std::collections::BTreeMap;

use showcaller_event::model::{Email, Meeting, MeetingFacts, MeetingKey};
use showcaller_event::{Event, Schedule};
use showcaller_ledger::{Ledger, Record, RevisionHead};
use showcaller_plan::{Field, Fields, Value};
use showcaller_webex::PersonId;

pub use self::directory::Directory;
use self::revision::event_of;
pub use self::revision::message;
pub use self::stamp::Stamp;
use crate::{Error, records};

/// What is in force.
#[derive(Debug, Clone)]
pub struct InForce {
    /// The event of the last revision; titles and times of meetings as they are kept on Webex.
    pub event: Event,
    /// When its meetings are.
    pub schedule: Schedule,
    /// Every meeting that is on Webex, also those that the event no longer has.
    pub meetings: BTreeMap<MeetingKey, MeetingOnWebex>,
    /// The meetings whose title or times are kept on Webex otherwise than the file has them, by key.
    pub kept: Vec<MeetingKey>,
    /// The revision; `None` for an event that was not applied.
    pub revision: Option<RevisionHead>,
    /// Who and what Webex's ids stand for.
    pub directory: Directory,
    /// Of which state of the ledger all this is; `None` where there is no ledger.
    pub stamp: Option<Stamp>,
}

/// A meeting that is on Webex.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeetingOnWebex {
    /// What Webex decided about it.
    pub facts: MeetingFacts,
    /// Who hosts it.
    pub host: Email,
}

impl InForce {
    /// What is in force by this ledger; `None` before the first revision.
    ///
    /// # Errors
    ///
    /// The ledger cannot be read, or its revision has mistakes by the rules of this build.
    pub async fn read(ledger: &Ledger) -> Result<Option<Self>, Error> {
        // Before anything else: what is recorded while the rest is read makes this outdated.
        let stamp = Stamp::read(ledger).await?;
        let Some(stored) = ledger.latest_revision().await? else {
            return Ok(None);
        };
        let event = event_of(&stored)?;
        let records = ledger.resources().await?;
        let mut read = Self::of(event, records)?;
        read.revision = Some(RevisionHead {
            id: stored.id,
            at: stored.revision.at,
            source_digest: stored.revision.source_digest,
        });
        read.stamp = Some(stamp);
        Ok(Some(read))
    }

    /// What would be in force if this event were applied as it is, with what the ledger knows already.
    ///
    /// # Errors
    ///
    /// The ledger cannot be read.
    pub async fn draft(event: Event, ledger: &Ledger) -> Result<Self, Error> {
        let stamp = Stamp::read(ledger).await?;
        let mut read = Self::of(event, ledger.resources().await?)?;
        read.stamp = Some(stamp);
        Ok(read)
    }

    /// An event of which nothing is on Webex yet.
    #[must_use]
    pub fn planned(event: Event) -> Self {
        Self {
            schedule: Schedule::planned(&event),
            event,
            meetings: BTreeMap::new(),
            kept: Vec::new(),
            revision: None,
            directory: Directory::default(),
            stamp: None,
        }
    }

    fn of(mut event: Event, records: Vec<Record>) -> Result<Self, Error> {
        let mut meetings = BTreeMap::new();
        let mut kept = Vec::new();
        let directory = Directory::of(&event, &records);
        for record in records {
            let (resource, facts) = records::resource(&record)?;
            let Some(key) = record.address.strip_prefix("meeting/") else {
                continue;
            };
            let key = MeetingKey::new(key);
            let mut as_kept = resource.settled.answered;
            as_kept.retain(|field, _| resource.kept.fields.contains(field));
            let place = event
                .meetings
                .binary_search_by(|meeting| meeting.key.cmp(&key));
            if let Ok(place) = place
                && keep(&mut event.meetings[place], &as_kept)
            {
                kept.push(key.clone());
            }
            let on_webex = MeetingOnWebex {
                facts: facts.unwrap_or_default().into(),
                host: Email::new(record.owner),
            };
            meetings.insert(key, on_webex);
        }
        Ok(Self {
            meetings,
            kept,
            directory,
            ..Self::planned(event)
        })
    }

    /// What Webex decided about a meeting; `None` while it is not on Webex: its link follows.
    #[must_use]
    pub fn facts(&self, meeting: &MeetingKey) -> Option<&MeetingFacts> {
        self.meetings.get(meeting).map(|meeting| &meeting.facts)
    }

    /// Who a person on Webex is: by the id if the ledger knows it, else by the address that Webex
    /// says. The one that is on the roster counts; an address that is not, only if the ledger has it.
    #[must_use]
    pub fn person(&self, id: &PersonId, address: Option<&str>) -> Option<Email> {
        let known = self.directory.email(id);
        let address = address.map(|address| Email::new(address.trim().to_lowercase()));
        let addresses = known.into_iter().chain(&address);
        let person = addresses.into_iter().find_map(|it| self.event.person(it));
        person.map(|person| &person.email).or(known).cloned()
    }
}

/// Gives a meeting the title and the times that are kept on Webex. Returns whether that changes it.
fn keep(meeting: &mut Meeting, as_kept: &Fields) -> bool {
    let before = meeting.clone();
    if let Some(Value::Text(title)) = as_kept.get(&Field::Title) {
        meeting.title.clone_from(title);
    }
    let times = [
        (Field::Start, &mut meeting.start),
        (Field::End, &mut meeting.end),
    ];
    for (field, time) in times {
        if let Some(Value::Time(at)) = as_kept.get(&field) {
            *time = at.to_zoned(time.time_zone().clone());
        }
    }
    *meeting != before
}
