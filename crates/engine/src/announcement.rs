//! What changes of the programme, said once in the rooms concerned.
//!
//! A file is in force before its last meeting is on Webex, so what the rooms could see before is written
//! down first. Until the messages are sent, a later announcement begins from there.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use showcaller_event::Facts;
use showcaller_event::model::CueRecipient;
use showcaller_ledger::Ledger;
use showcaller_render::answers;
use showcaller_show::{By, Entry, Programme, ReceiptState, RoomChanges, Said};
use uuid::Uuid;

use crate::cues::{NOT_SAID, SAY_HOLDS, Show};
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
    /// revision: no room has seen anything yet.
    ///
    /// # Errors
    ///
    /// The ledger cannot be read.
    pub async fn open(ledger: &Ledger, now: Timestamp) -> Result<Option<Self>, Error> {
        let Some(in_force) = InForce::read(ledger).await? else {
            return Ok(None);
        };
        let new = Self {
            id: Uuid::new_v4(),
            before: in_force.programme(),
            is_new: true,
        };
        let Some(begun) = begun(ledger).await? else {
            return Ok(Some(new));
        };
        Ok(Some(match begun.stage(ledger, in_force, now).await? {
            Stage::Begun => begun,
            Stage::Lapsed => Self {
                id: new.id,
                ..begun
            },
            Stage::Logged | Stage::Sent => new,
        }))
    }

    /// The messages of one that was written into the show log, and that are not sent yet: their id.
    ///
    /// # Errors
    ///
    /// The ledger cannot be read.
    pub async fn unsent(ledger: &Ledger, now: Timestamp) -> Result<Option<Uuid>, Error> {
        let (Some(begun), Some(in_force)) = (begun(ledger).await?, InForce::read(ledger).await?)
        else {
            return Ok(None);
        };
        let stage = begun.stage(ledger, in_force, now).await?;
        Ok((stage == Stage::Logged).then_some(begun.id))
    }

    /// Ends it, if it is the one that began last: it is sent, or there is nothing to be sent.
    ///
    /// # Errors
    ///
    /// The ledger fails.
    pub async fn finish(ledger: &Ledger, id: Uuid) -> Result<(), Error> {
        match begun(ledger).await? {
            Some(begun) if begun.id == id => Ok(ledger.set_meta(BEGUN, "").await?),
            _ => Ok(()),
        }
    }

    async fn stage(
        &self,
        ledger: &Ledger,
        in_force: InForce,
        now: Timestamp,
    ) -> Result<Stage, Error> {
        let show = Show::read(ledger, Arc::new(in_force)).await?;
        let id = self.id.to_string();
        let is_ours = |entry: &Entry| matches!(entry, Entry::Say { id: said, .. } if *said == id);
        let Some(logged) = show.log.iter().find(|logged| is_ours(&logged.entry)) else {
            return Ok(Stage::Begun);
        };
        let receipts = show.said(self.id, now);
        let unsent = receipts.iter().filter(|it| match &it.state {
            ReceiptState::Pending => true,
            ReceiptState::Failed { reason } => reason == NOT_SAID,
            _ => false,
        });
        Ok(match unsent.count() {
            1.. if now.duration_since(logged.at) < SAY_HOLDS => Stage::Logged,
            all if all == receipts.len() => Stage::Lapsed,
            _ => Stage::Sent,
        })
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
            true => Self::finish(ledger, self.id).await,
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
        if messages.is_empty() {
            Self::finish(ledger, self.id).await?;
            return Ok(None);
        }
        let entry = NewEntry {
            key: format!("tell/{}", self.id),
            by,
            entry: say(self.id, messages),
        };
        show_log::log(ledger, &[entry], None, now).await?;
        Ok(Some(self.id))
    }
}

/// How far an announcement has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Its messages are not in the show log.
    Begun,
    /// They are, and some are still to be sent.
    Logged,
    /// They are, and no process has sent any while they held.
    Lapsed,
    /// They were sent, as far as they could be.
    Sent,
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

async fn begun(ledger: &Ledger) -> Result<Option<Announcement>, Error> {
    let kept = ledger.meta(BEGUN).await?.filter(|kept| !kept.is_empty());
    let begun = kept.map(|kept| serde_json::from_str(&kept)).transpose();
    begun.map_err(unreadable)
}

fn unreadable(source: serde_json::Error) -> Error {
    Error::Entry {
        address: BEGUN.to_owned(),
        source,
    }
}
