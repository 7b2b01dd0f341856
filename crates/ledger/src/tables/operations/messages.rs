//! Operations that are messages: deliveries of cues, answers, calls for a human. The outbox.
//!
//! Any number of processes may write messages at once, and do not wait for each other. Inserting a
//! message is claiming it: its key is unique for ever, so of several processes one gets the row, and
//! to the others the lost claim is a value. Each attempt to send has a number, and what is
//! reported of an attempt counts only while no later one was begun.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;
use sqlx::{AssertSqlSafe, Row as _};
use uuid::Uuid;

use super::row::{Change, Note, Operation, UNFINISHED, read_all, select, states_before};
use crate::error::Result;
use crate::ledger::Ledger;
use crate::store::{WriteTx, micros, places, rows_at_once};
use crate::tables::processes;
use crate::types::{Body, Instance, MessageKey, MessageKind, OperationId, OperationState};

/// A message that is to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMessage {
    /// What makes it the same message.
    pub key: MessageKey,
    /// To whom it goes, as in `room/team-1`.
    pub address: String,
    /// What it is made from.
    pub body: Body,
    /// The account whose token is used.
    pub owner: String,
    /// The revision that it was made from.
    pub revision: Option<i64>,
}

/// What came of claiming a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    /// It is ours, and waiting: now, or since an earlier claim of this process whose answer was lost.
    Won(OperationId),
    /// Another process claimed it, or it was started already, whatever became of it.
    Lost,
}

/// One attempt to send a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempt {
    /// The message.
    pub id: OperationId,
    pub(super) number: i64,
}

impl Operation {
    /// The latest attempt to send this message, as it was when it was read; also of one that is
    /// being sent where the answer to [`Ledger::start`] was lost.
    #[must_use]
    pub fn attempt(&self) -> Attempt {
        Attempt {
            id: self.id,
            number: self.attempts,
        }
    }
}

/// What is known of an attempt.
#[derive(Debug, Clone, PartialEq)]
pub enum MessageOutcome {
    /// It was sent; what Webex answered.
    Done(Value),
    /// Webex refused it.
    Failed {
        /// Why.
        reason: String,
        /// Webex's tracking id of the call.
        tracking_id: Option<String>,
    },
    /// It may have been sent.
    Unclear {
        /// Why that is not known.
        reason: String,
    },
    /// It certainly was not sent: it is waiting again.
    NotSent {
        /// Why.
        reason: String,
    },
}

impl MessageOutcome {
    /// This outcome, with what is kept of the body where the message has ended by it.
    #[must_use]
    pub fn keeping(&self, body: Body) -> Ending<'_> {
        Ending {
            outcome: self,
            kept: Some(body),
        }
    }
}

/// What is known of an attempt, and what is kept of its message's body if that has ended by it: sent
/// texts, links and passwords have no more use then.
#[derive(Debug, Clone)]
pub struct Ending<'a> {
    outcome: &'a MessageOutcome,
    /// The whole body if this is `None`.
    kept: Option<Body>,
}

impl<'a> From<&'a MessageOutcome> for Ending<'a> {
    fn from(outcome: &'a MessageOutcome) -> Self {
        Self {
            outcome,
            kept: None,
        }
    }
}

impl Ledger {
    /// Claims messages for a process, all in one transaction. Each that no process has claimed
    /// before is `waiting` now. Returns what came of each, in the order given. It may be repeated if
    /// its answer was lost.
    ///
    /// # Errors
    ///
    /// [`Error::NotAlive`](crate::Error::NotAlive) unless the process has [checked in](Ledger::check_in), or if it was found
    /// dead since.
    pub async fn claim(
        &self,
        messages: &[NewMessage],
        by: &Instance,
        at: Timestamp,
    ) -> Result<Vec<Claim>> {
        let claims = (messages.to_vec(), by.clone(), at);
        self.write_messages(claims, |tx, (messages, by, at)| {
            Box::pin(claim_in(tx, messages, by, *at))
        })
        .await
    }

    /// Makes a waiting message of this process `sending`: once this returns an attempt, the call may
    /// be made. `None` if it is not waiting, or another process's by now.
    ///
    /// # Errors
    ///
    /// [`Error::NotAlive`](crate::Error::NotAlive) as for [`Ledger::claim`].
    pub async fn start(
        &self,
        id: OperationId,
        by: &Instance,
        at: Timestamp,
    ) -> Result<Option<Attempt>> {
        self.write_messages((id, by.clone(), at), |tx, (id, by, at)| {
            Box::pin(start_in(tx, *id, by, *at))
        })
        .await
    }

    /// Writes what came of an attempt. Returns whether it counts: not if the message was settled
    /// meanwhile, or sent anew. That it was sent counts until it is sent anew, whatever was thought
    /// of it. No fence holds it up: it happened, though the lease may have been lost since.
    pub async fn finish_message(
        &self,
        attempt: Attempt,
        ending: impl Into<Ending<'_>>,
        at: Timestamp,
    ) -> Result<bool> {
        let (change, kept) = change(attempt.id, ending.into(), at);
        let write = (change, kept, attempt.number);
        self.write_messages_unfenced(write, |tx, (change, kept, number)| {
            Box::pin(change_in(tx, change, kept.as_ref(), *number, None))
        })
        .await
    }

    /// Settles a message that is in doubt, once evidence or a person says what became of this
    /// [attempt](Operation::attempt); one that was not sent is waiting for `by` then. Returns whether
    /// it counts: not if the message is not in doubt, or in doubt because of a later attempt.
    pub async fn settle_message(
        &self,
        attempt: Attempt,
        ending: impl Into<Ending<'_>>,
        by: &Instance,
        at: Timestamp,
    ) -> Result<bool> {
        let (change, kept) = change(attempt.id, ending.into(), at);
        let write = (change, kept, attempt.number, by.id);
        self.write_messages(write, |tx, (change, kept, number, by)| {
            Box::pin(change_in(tx, change, kept.as_ref(), *number, Some(*by)))
        })
        .await
    }

    /// Lets a message that is in doubt be sent anew, by this process and only once: it is waiting for
    /// `by` then. Returns whether it is: not if it was sent anew before, is not in doubt, or in doubt
    /// because of a later attempt.
    pub async fn resend(&self, attempt: Attempt, by: &Instance, at: Timestamp) -> Result<bool> {
        self.write_messages((attempt, by.id, at), |tx, (attempt, by, at)| {
            Box::pin(async move {
                let resent = sqlx::query(
                    "UPDATE operations SET state = 'waiting', resent = 1, claimed_by = $1,
                            changed_at = $2
                     WHERE id = $3 AND kind <> 'provision' AND attempts = $4
                         AND state = 'unclear' AND resent = 0",
                )
                .bind(by.to_string())
                .bind(micros(*at))
                .bind(attempt.id.0)
                .bind(attempt.number)
                .execute(tx.conn())
                .await?;
                Ok(resent.rows_affected() == 1)
            })
        })
        .await
    }

    /// The message of this key, if it was ever claimed.
    pub async fn message(&self, key: &MessageKey) -> Result<Option<Operation>> {
        let rows = sqlx::query(select("WHERE kind = $1 AND message_key = $2"))
            .bind(key.kind().as_str())
            .bind(key.as_str());
        Ok(read_all(&rows.fetch_all(&mut *self.read().await?).await?)?.pop())
    }

    /// The messages of a kind that this process has not finished, by key: those waiting, and those that
    /// it began to send. The way back to them for a caller that lost an answer of the ledger.
    pub async fn unfinished(&self, kind: MessageKind, by: &Instance) -> Result<Vec<Operation>> {
        let rows = sqlx::query(select(&format!(
            "WHERE kind = $1 AND claimed_by = $2 AND {UNFINISHED} AND state <> 'unclear'
             ORDER BY message_key"
        )))
        .bind(kind.as_str())
        .bind(by.id.to_string());
        read_all(&rows.fetch_all(&mut *self.read().await?).await?)
    }
}

/// The columns of a new message, in the order in which they are bound.
const NEW_COLUMNS: &str = "id, kind, message_key, claimed_by, revision, run, address, verb, \
     body_version, body, owner, state, attempts, written_at, changed_at";
const NEW_COLUMN_COUNT: usize = 15;

pub(crate) async fn claim_in(
    tx: &mut WriteTx,
    messages: &[NewMessage],
    by: &Instance,
    at: Timestamp,
) -> Result<Vec<Claim>> {
    processes::require_alive(tx, by.id).await?;
    // Of equal keys the first wins; in the order of the keys, so that no two claims of several
    // messages can wait for each other.
    let mut sorted: BTreeMap<&MessageKey, (i64, &NewMessage)> = BTreeMap::new();
    for message in messages {
        sorted
            .entry(&message.key)
            .or_insert_with(|| (random_id(), message));
    }
    let rows: Vec<(i64, &NewMessage)> = sorted.values().copied().collect();
    let mut won = BTreeMap::new();
    for several in rows.chunks(rows_at_once(NEW_COLUMN_COUNT)) {
        won.extend(insert(tx, several, by, at).await?);
    }
    // A key that is given twice is won once.
    let claims = messages.iter().map(|message| {
        let key = (message.key.kind().as_str(), message.key.as_str());
        let won = won.remove(&(key.0.to_owned(), key.1.to_owned()));
        won.map_or(Claim::Lost, |id| Claim::Won(OperationId(id)))
    });
    Ok(claims.collect())
}

/// A message's kind and key, as they are stored.
type StoredKey = (String, String);

/// Inserts those whose keys are new, and returns their ids and those of the process's own that wait.
async fn insert(
    tx: &mut WriteTx,
    messages: &[(i64, &NewMessage)],
    by: &Instance,
    at: Timestamp,
) -> Result<Vec<(StoredKey, i64)>> {
    // The update changes nothing: it has the statement return rows that are ours already.
    let statement = format!(
        "INSERT INTO operations ({NEW_COLUMNS}) VALUES {}
         ON CONFLICT (kind, message_key) WHERE message_key IS NOT NULL
             DO UPDATE SET claimed_by = excluded.claimed_by
             WHERE operations.claimed_by = excluded.claimed_by AND operations.state = 'waiting'
         RETURNING kind, message_key, id",
        places(messages.len(), NEW_COLUMN_COUNT)
    );
    let common = messages.len() == 1 || messages.len() == rows_at_once(NEW_COLUMN_COUNT);
    let mut query = sqlx::query(AssertSqlSafe(statement)).persistent(common);
    for (id, message) in messages {
        query = query
            .bind(id)
            .bind(message.key.kind().as_str())
            .bind(message.key.as_str())
            .bind(by.id.to_string())
            .bind(message.revision)
            .bind("")
            .bind(&message.address)
            .bind(message.key.kind().verb())
            .bind(message.body.version)
            .bind(&message.body.json)
            .bind(&message.owner)
            .bind(OperationState::Waiting.as_str())
            .bind(0_i64)
            .bind(micros(at))
            .bind(micros(at));
    }
    let rows = query.fetch_all(tx.conn()).await?;
    let ids = rows.iter().map(|row| {
        let key = (row.try_get(0)?, row.try_get(1)?);
        Ok((key, row.try_get(2)?))
    });
    Ok(ids.collect::<Result<_, sqlx::Error>>()?)
}

/// Greater than every number that the counter gives out. The least likely thing happens loudly: two
/// equal ones are an error of the database, not a lost claim.
fn random_id() -> i64 {
    const ABOVE_COUNTED: u64 = 1 << 62;
    let (random, _) = Uuid::new_v4().as_u64_pair();
    i64::try_from(random % ABOVE_COUNTED + ABOVE_COUNTED).unwrap_or(i64::MAX)
}

async fn start_in(
    tx: &mut WriteTx,
    id: OperationId,
    by: &Instance,
    at: Timestamp,
) -> Result<Option<Attempt>> {
    processes::require_alive(tx, by.id).await?;
    // The state is no word of the statement, or PostgreSQL goes through an index of all that waits as
    // long as it has no statistics.
    let started: Option<(i64,)> = sqlx::query_as(
        "UPDATE operations SET state = 'sending', attempts = attempts + 1, reason = NULL,
                changed_at = $1
         WHERE id = $2 AND kind <> 'provision' AND claimed_by = $3 AND state = $4
         RETURNING attempts",
    )
    .bind(micros(at))
    .bind(id.0)
    .bind(by.id.to_string())
    .bind(OperationState::Waiting.as_str())
    .fetch_optional(tx.conn())
    .await?;
    Ok(started.map(|(number,)| Attempt { id, number }))
}

/// The change, and what is kept of the body by it if not all.
fn change(id: OperationId, ending: Ending<'_>, at: Timestamp) -> (Change, Option<Body>) {
    let (to, note) = match ending.outcome {
        MessageOutcome::Done(answer) => (OperationState::Done, Note::answered(answer)),
        MessageOutcome::Failed {
            reason,
            tracking_id,
        } => {
            let note = Note::because(reason, tracking_id.as_deref());
            (OperationState::Failed, note)
        }
        MessageOutcome::Unclear { reason } => {
            (OperationState::Unclear, Note::because(reason, None))
        }
        MessageOutcome::NotSent { reason } => {
            (OperationState::Waiting, Note::because(reason, None))
        }
    };
    let ends = matches!(to, OperationState::Done | OperationState::Failed);
    let kept = ending.kept.filter(|_| ends);
    (Change { id, to, note, at }, kept)
}

/// Ends the attempt of that number; settled by another process, only if it is in doubt.
async fn change_in(
    tx: &mut WriteTx,
    change: &Change,
    kept: Option<&Body>,
    number: i64,
    by: Option<Uuid>,
) -> Result<bool> {
    let [one, two] = match by {
        None => states_before(change.to),
        Some(_) => [Some(OperationState::Unclear.as_str()), None],
    };
    // It was thought not to have been sent.
    let late = by.is_none() && change.to == OperationState::Done;
    let three = late.then_some(OperationState::Waiting.as_str());
    let changed = sqlx::query(
        "UPDATE operations SET state = $1, outcome = $2, reason = $3, tracking_id = $4,
                changed_at = $5, claimed_by = COALESCE($6, claimed_by),
                body_version = COALESCE($12, body_version), body = COALESCE($13, body)
         WHERE id = $7 AND kind <> 'provision' AND attempts = $8
             AND state IN ($9, $10, $11)",
    )
    .bind(change.to.as_str())
    .bind(change.note.outcome.as_deref())
    .bind(change.note.reason.as_deref())
    .bind(change.note.tracking_id.as_deref())
    .bind(micros(change.at))
    .bind(by.map(|by| by.to_string()))
    .bind(change.id.0)
    .bind(number)
    .bind(one)
    .bind(two)
    .bind(three)
    .bind(kept.map(|body| body.version))
    .bind(kept.map(|body| body.json.as_str()))
    .execute(tx.conn())
    .await?;
    Ok(changed.rows_affected() == 1)
}
