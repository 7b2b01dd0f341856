//! Intents: what is about to be done, written down before it is done.
//!
//! A process may die between a call and its answer. What it was about to do is then in the ledger
//! as `sending`, and the next run looks at Webex before it repeats anything.

mod carried;
mod rows;
mod state;

use std::fmt;

use jiff::Timestamp;
use serde_json::Value;

pub(crate) use self::carried::{ended_in, reopen_all_in, sent_until_in, unsettled_in};
use self::rows::{IntentRow, advance, find, insert, refuse_second, require};
pub use self::state::IntentState;

use crate::creations;
use crate::error::Error;
use crate::handle::Ledger;
use crate::resources::{self, Record};
use crate::stored::{Hidden, count, storable};
use crate::writing::Writing;

/// The number of an intent; later intents have greater ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct IntentId(i64);

impl fmt::Display for IntentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A call that is to be made.
#[derive(Clone, PartialEq, Eq)]
pub struct NewIntent {
    /// The run that it belongs to.
    pub run: String,
    /// What it is about, as in `room/team-1`.
    pub address: String,
    /// What is to be done with it, as in `create`.
    pub verb: String,
    /// What will be sent.
    pub body: Value,
    /// The account whose token is used.
    pub owner: String,
    /// For a call that creates a meeting: the host whose daily quota it counts against, each time
    /// it is sent.
    pub creation_host: Option<String>,
    /// Now.
    pub at: Timestamp,
}

impl fmt::Debug for NewIntent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewIntent")
            .field("run", &self.run)
            .field("address", &self.address)
            .field("verb", &self.verb)
            .field("body", &Hidden)
            .field("owner", &self.owner)
            .field("creation_host", &self.creation_host)
            .field("at", &self.at)
            .finish()
    }
}

/// An intent as the ledger holds it.
#[derive(Clone, PartialEq, Eq)]
pub struct Intent {
    /// Its number.
    pub id: IntentId,
    /// The run that wrote it.
    pub run: String,
    /// What it is about.
    pub address: String,
    /// What was to be done with it.
    pub verb: String,
    /// What was to be sent.
    pub body: Value,
    /// The account whose token was used.
    pub owner: String,
    /// The host whose quota it counts against.
    pub creation_host: Option<String>,
    /// How far it has come.
    pub state: IntentState,
    /// How often it was sent, or about to be.
    pub attempts: i64,
    /// What Webex answered, if it is done.
    pub outcome: Option<Value>,
    /// Why it failed or is unclear.
    pub reason: Option<String>,
    /// Webex's tracking id of the call that failed.
    pub tracking_id: Option<String>,
    /// When it was written.
    pub at: Timestamp,
    /// When it came into its state.
    pub changed_at: Timestamp,
}

impl fmt::Debug for Intent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Intent")
            .field("id", &self.id)
            .field("run", &self.run)
            .field("address", &self.address)
            .field("verb", &self.verb)
            .field("body", &Hidden)
            .field("owner", &self.owner)
            .field("creation_host", &self.creation_host)
            .field("state", &self.state)
            .field("attempts", &self.attempts)
            .field("outcome", &self.outcome.as_ref().map(|_| Hidden))
            .field("reason", &self.reason)
            .field("tracking_id", &self.tracking_id)
            .field("at", &self.at)
            .field("changed_at", &self.changed_at)
            .finish()
    }
}

/// What a finished intent changed among the resources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// This exists now; see [`Ledger::record`].
    Record(Record),
    /// This exists no more; see [`Ledger::forget`].
    Forget {
        /// Its address.
        address: String,
        /// Why it is gone.
        why: String,
    },
}

/// How many intents are in which state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct IntentCounts {
    /// In the queue.
    pub waiting: u64,
    /// Under way, or left behind by a process that died.
    pub sending: u64,
    /// Had their effect.
    pub done: u64,
    /// Had none.
    pub failed: u64,
    /// May have had their effect.
    pub unclear: u64,
}

impl IntentCounts {
    fn of(&mut self, state: IntentState) -> &mut u64 {
        match state {
            IntentState::Waiting => &mut self.waiting,
            IntentState::Sending => &mut self.sending,
            IntentState::Done => &mut self.done,
            IntentState::Failed => &mut self.failed,
            IntentState::Unclear => &mut self.unclear,
        }
    }
}

/// What is written beside the new state.
#[derive(Default)]
struct Note {
    outcome: Option<String>,
    reason: Option<String>,
    tracking_id: Option<String>,
}

/// What becomes of an intent.
struct Change {
    id: IntentId,
    to: IntentState,
    note: Note,
    effects: Vec<Effect>,
    at: Timestamp,
}

/// Why an intent failed that was looked for afterwards.
const NOT_FOUND: &str = "looked for afterwards and not found";

impl Ledger {
    /// Writes an intent as `sending`: once this returns, the call may be made. With a
    /// `creation_host`, the creation is counted in the same breath.
    ///
    /// # Errors
    ///
    /// [`Error::StillOpen`] if the same verb is sending or unclear for the same address: that one
    /// has to be settled first.
    pub async fn begin(&self, intent: &NewIntent) -> Result<IntentId, Error> {
        self.write(intent.clone(), |tx, intent| {
            Box::pin(async move {
                let id = insert(tx, intent, IntentState::Sending).await?;
                if let Some(host) = &intent.creation_host {
                    creations::count_in(tx, host, &intent.address, intent.at).await?;
                }
                Ok(id)
            })
        })
        .await
    }

    /// Writes an intent as `waiting`: [`Ledger::start`] is to be called before the call is made.
    pub async fn queue(&self, intent: &NewIntent) -> Result<IntentId, Error> {
        self.write(intent.clone(), |tx, intent| {
            Box::pin(insert(tx, intent, IntentState::Waiting))
        })
        .await
    }

    /// Makes a waiting intent `sending`: once this returns, the call may be made. With a
    /// `creation_host`, the creation is counted, every time.
    ///
    /// # Errors
    ///
    /// [`Error::StillOpen`] as for [`Ledger::begin`]; [`Error::IllegalTransition`].
    pub async fn start(&self, id: IntentId, at: Timestamp) -> Result<(), Error> {
        self.write((id, at), |tx, (id, at)| Box::pin(start_in(tx, *id, *at)))
            .await
    }

    /// Makes a sending or unclear intent `done`, and writes what it changed, in one transaction:
    /// there is no moment in which only half of it is known.
    ///
    /// # Errors
    ///
    /// [`Error::IllegalTransition`]; nothing is written then.
    pub async fn finish(
        &self,
        id: IntentId,
        outcome: &Value,
        effects: &[Effect],
        at: Timestamp,
    ) -> Result<(), Error> {
        let note = Note {
            outcome: Some(outcome.to_string()),
            ..Note::default()
        };
        let change = Change {
            id,
            to: IntentState::Done,
            note,
            effects: effects.to_vec(),
            at,
        };
        self.write(change, |tx, change| Box::pin(change_in(tx, change)))
            .await
    }

    /// [`Ledger::finish`] for an intent that changed no resource.
    pub async fn done(&self, id: IntentId, outcome: &Value, at: Timestamp) -> Result<(), Error> {
        self.finish(id, outcome, &[], at).await
    }

    /// Makes a sending or unclear intent `failed`: it certainly had no effect.
    ///
    /// # Errors
    ///
    /// [`Error::IllegalTransition`].
    pub async fn failed(
        &self,
        id: IntentId,
        reason: &str,
        tracking_id: Option<&str>,
        at: Timestamp,
    ) -> Result<(), Error> {
        let note = Note {
            reason: Some(storable(reason)),
            tracking_id: tracking_id.map(storable),
            ..Note::default()
        };
        self.change(id, IntentState::Failed, note, at).await
    }

    /// Makes a sending or unclear intent `failed`, because what it was to do was looked for in vain.
    ///
    /// # Errors
    ///
    /// [`Error::IllegalTransition`].
    pub async fn not_found(&self, id: IntentId, at: Timestamp) -> Result<(), Error> {
        self.failed(id, NOT_FOUND, None, at).await
    }

    /// Every intent that ended as [`Ledger::not_found`] since this instant, in the order they were
    /// written: what it was to do may still show, if Webex was late.
    pub async fn intents_not_found(&self, since: Timestamp) -> Result<Vec<Intent>, Error> {
        let rows: Vec<IntentRow> = sqlx::query_as(
            "SELECT id, run, address, verb, body, owner, creation_host, state, attempts,
                    outcome, reason, tracking_id, written_at, changed_at
             FROM intents WHERE state = 'failed' AND reason = $1 AND changed_at >= $2
             ORDER BY id",
        )
        .bind(NOT_FOUND)
        .bind(since.as_microsecond())
        .fetch_all(self.reader())
        .await?;
        rows.into_iter().map(Intent::try_from).collect()
    }

    /// Makes a sending intent `unclear`: it may have had its effect.
    ///
    /// # Errors
    ///
    /// [`Error::IllegalTransition`].
    pub async fn unclear(&self, id: IntentId, reason: &str, at: Timestamp) -> Result<(), Error> {
        let note = Note {
            reason: Some(storable(reason)),
            ..Note::default()
        };
        self.change(id, IntentState::Unclear, note, at).await
    }

    /// Puts an unclear intent back into the queue: a look at Webex has shown that it had no effect.
    ///
    /// # Errors
    ///
    /// [`Error::IllegalTransition`].
    pub async fn requeue(&self, id: IntentId, reason: &str, at: Timestamp) -> Result<(), Error> {
        let note = Note {
            reason: Some(storable(reason)),
            ..Note::default()
        };
        self.change(id, IntentState::Waiting, note, at).await
    }

    /// One intent.
    pub async fn intent(&self, id: IntentId) -> Result<Option<Intent>, Error> {
        find(&mut *self.reader().acquire().await?, id).await
    }

    /// Every intent that is sending or unclear, of all runs, in the order they were written. With
    /// no other process at work these are what a look at Webex has to settle.
    pub async fn open_intents(&self) -> Result<Vec<Intent>, Error> {
        let rows: Vec<IntentRow> = sqlx::query_as(
            "SELECT id, run, address, verb, body, owner, creation_host, state, attempts,
                    outcome, reason, tracking_id, written_at, changed_at
             FROM intents WHERE state IN ('sending', 'unclear') ORDER BY id",
        )
        .fetch_all(self.reader())
        .await?;
        rows.into_iter().map(Intent::try_from).collect()
    }

    /// Every intent of a run, in the order they were written.
    pub async fn intents(&self, run: &str) -> Result<Vec<Intent>, Error> {
        let rows: Vec<IntentRow> = sqlx::query_as(
            "SELECT id, run, address, verb, body, owner, creation_host, state, attempts,
                    outcome, reason, tracking_id, written_at, changed_at
             FROM intents WHERE run = $1 ORDER BY id",
        )
        .bind(run)
        .fetch_all(self.reader())
        .await?;
        rows.into_iter().map(Intent::try_from).collect()
    }

    /// Every intent about an address, of all runs, in the order they were written.
    pub async fn intents_about(&self, address: &str) -> Result<Vec<Intent>, Error> {
        let rows: Vec<IntentRow> = sqlx::query_as(
            "SELECT id, run, address, verb, body, owner, creation_host, state, attempts,
                    outcome, reason, tracking_id, written_at, changed_at
             FROM intents WHERE address = $1 ORDER BY id",
        )
        .bind(address)
        .fetch_all(self.reader())
        .await?;
        rows.into_iter().map(Intent::try_from).collect()
    }

    /// How many intents are in which state, of one run or of all.
    pub async fn intent_counts(&self, run: Option<&str>) -> Result<IntentCounts, Error> {
        let query = match run {
            Some(run) => {
                sqlx::query_as("SELECT state, COUNT(*) FROM intents WHERE run = $1 GROUP BY state")
                    .bind(run)
            }
            None => sqlx::query_as("SELECT state, COUNT(*) FROM intents GROUP BY state"),
        };
        let rows: Vec<(String, i64)> = query.fetch_all(self.reader()).await?;
        let mut counts = IntentCounts::default();
        for (state, rows) in rows {
            *counts.of(state.parse()?) = count(rows)?;
        }
        Ok(counts)
    }

    async fn change(
        &self,
        id: IntentId,
        to: IntentState,
        note: Note,
        at: Timestamp,
    ) -> Result<(), Error> {
        let change = Change {
            id,
            to,
            note,
            effects: Vec::new(),
            at,
        };
        self.write(change, |tx, change| Box::pin(change_in(tx, change)))
            .await
    }
}

async fn start_in(tx: &mut Writing, id: IntentId, at: Timestamp) -> Result<(), Error> {
    let intent = require(tx.conn(), id).await?;
    // A legal start first: an intent that is itself sending is not blocked by itself.
    if intent.state.may_become(IntentState::Sending) {
        refuse_second(tx.conn(), &intent.address, &intent.verb).await?;
    }
    advance(tx.conn(), id, IntentState::Sending, &Note::default(), at).await?;
    if let Some(host) = &intent.creation_host {
        creations::count_in(tx, host, &intent.address, at).await?;
    }
    Ok(())
}

async fn change_in(tx: &mut Writing, change: &Change) -> Result<(), Error> {
    let host = advance(tx.conn(), change.id, change.to, &change.note, change.at).await?;
    if host.is_some() {
        creations::ended_in(tx, change.id.0, change.at).await?;
    }
    for effect in &change.effects {
        match effect {
            Effect::Record(record) => resources::record_in(tx, record).await?,
            Effect::Forget { address, why } => {
                resources::forget_in(tx, address, why, change.at).await?;
            }
        }
    }
    Ok(())
}
