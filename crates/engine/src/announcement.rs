//! What changes of the programme, said once in the rooms concerned.
//!
//! A file is in force before its last meeting is on Webex, so what the rooms could see before is written
//! down first. Until the messages are in the show log, a later announcement begins from there.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use showcaller_event::Facts;
use showcaller_event::model::CueRecipient;
use showcaller_ledger::Ledger;
use showcaller_render::answers;
use showcaller_show::{By, Entry, Programme, RoomChanges, Said};
use uuid::Uuid;

use crate::show_log::{self, NewEntry};
use crate::{Error, InForce};

/// Under which name the ledger keeps the announcement that was begun.
const BEGUN: &str = "announcement";

/// What is to be said of the changes from one moment on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Announcement {
    /// The id of its messages.
    id: Uuid,
    before: Programme,
    #[serde(skip)]
    is_new: bool,
}

impl Announcement {
    /// From what is in force now; or from where one began that was not made. `None` before the first
    /// revision: nobody has seen anything yet.
    ///
    /// # Errors
    ///
    /// The ledger cannot be read.
    pub async fn open(ledger: &Ledger) -> Result<Option<Self>, Error> {
        let begun = ledger.meta(BEGUN).await?.filter(|kept| !kept.is_empty());
        let begun: Option<Self> = begun
            .map(|kept| serde_json::from_str(&kept))
            .transpose()
            .map_err(unreadable)?;
        if let Some(begun) = begun
            && !is_logged(ledger, begun.id).await?
        {
            return Ok(Some(begun));
        }
        let in_force = InForce::read(ledger).await?;
        Ok(in_force.map(|in_force| Self {
            id: Uuid::new_v4(),
            before: in_force.programme(),
            is_new: true,
        }))
    }

    /// What has changed since, for each room.
    #[must_use]
    pub fn changes(&self, after: &InForce, now: Timestamp) -> Vec<RoomChanges> {
        let programme = after.programme();
        programme.changes_since(&self.before, &after.event, now)
    }

    /// Keeps it, before anything changes.
    ///
    /// # Errors
    ///
    /// The ledger fails.
    pub async fn begin(&self, ledger: &Ledger) -> Result<(), Error> {
        let kept = serde_json::to_string(self).map_err(unreadable)?;
        Ok(ledger.set_meta(BEGUN, &kept).await?)
    }

    /// Gives it up, where nothing has changed. One that began earlier stays.
    ///
    /// # Errors
    ///
    /// The ledger fails.
    pub async fn abandon(&self, ledger: &Ledger) -> Result<(), Error> {
        match self.is_new {
            true => Ok(ledger.set_meta(BEGUN, "").await?),
            false => Ok(()),
        }
    }

    /// Writes its messages into the show log, once, by what is in force now. Returns their id; `None` if
    /// there is nothing to be said.
    ///
    /// # Errors
    ///
    /// The ledger fails.
    pub async fn write(
        &self,
        ledger: &Ledger,
        by: By,
        now: Timestamp,
    ) -> Result<Option<Uuid>, Error> {
        let after = InForce::read(ledger).await?.ok_or(Error::NotApplied)?;
        let messages = after.announced(&self.changes(&after, now), now);
        let is_said = !messages.is_empty();
        if is_said {
            let entry = NewEntry {
                key: format!("tell/{}", self.id),
                by,
                entry: say(self.id, messages),
            };
            show_log::log(ledger, &[entry], None, now).await?;
        }
        ledger.set_meta(BEGUN, "").await?;
        Ok(is_said.then_some(self.id))
    }
}

impl InForce {
    /// What the rooms can see of the meetings.
    #[must_use]
    pub fn programme(&self) -> Programme {
        let facts = |meeting: &_| self.facts(meeting).cloned();
        Programme::of(&self.event, &self.schedule, &facts)
    }

    /// What the rooms are told of changes that are in force here.
    #[must_use]
    pub fn announced(&self, changes: &[RoomChanges], now: Timestamp) -> Vec<Said> {
        let facts = Facts {
            event: &self.event,
            schedule: &self.schedule,
            webex: &|meeting| self.facts(meeting).cloned(),
        };
        let said = changes.iter().map(|of| Said {
            recipient: CueRecipient::Room(of.room.clone()),
            markdown: answers::changes(of, &facts, now).markdown,
        });
        said.collect()
    }
}

/// The entry of the show log that says this.
pub(crate) fn say(id: Uuid, messages: Vec<Said>) -> Entry {
    Entry::Say {
        id: id.to_string(),
        messages,
        about: Vec::new(),
    }
}

async fn is_logged(ledger: &Ledger, id: Uuid) -> Result<bool, Error> {
    let id = id.to_string();
    let log = show_log::read(ledger, 0).await?;
    let same = |entry: &Entry| matches!(entry, Entry::Say { id: said, .. } if *said == id);
    Ok(log.iter().any(|logged| same(&logged.entry)))
}

fn unreadable(source: serde_json::Error) -> Error {
    Error::Entry {
        address: BEGUN.to_owned(),
        source,
    }
}
