//! Operations of provisioning: the steps of plans, one run at a time.

use jiff::Timestamp;
use serde_json::Value;
use sqlx::AnyConnection;

use super::row::{Change, Note, parse_state, states_before};
use crate::error::{Error, Result};
use crate::ledger::Ledger;
use crate::store::{WriteTx, micros};
use crate::tables::creations;
use crate::tables::resources::{self, Record};
use crate::types::{Body, OperationId, OperationState};

/// A step whose call is to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOperation {
    /// The run that it belongs to.
    pub run: String,
    /// What it is about, as in `room/team-1`.
    pub address: String,
    /// What is to be done with it, as in `create`.
    pub verb: String,
    /// What will be sent.
    pub body: Body,
    /// The account whose token is used.
    pub owner: String,
    /// For a call that creates a meeting: the host whose daily quota it counts against.
    pub creation_host: Option<String>,
    /// Now.
    pub at: Timestamp,
}

/// What a finished operation changed among the resources.
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

/// Why an operation failed that was looked for afterwards.
pub(super) const NOT_FOUND: &str = "looked for afterwards and not found";

impl Ledger {
    /// Writes a step of a plan as `sending`: once this returns, the call may be made. With a
    /// `creation_host`, the creation is counted in the same transaction.
    ///
    /// # Errors
    ///
    /// [`Error::StillOpen`] if the same verb is sending or unclear for the same address: that one
    /// has to be settled first.
    pub async fn begin(&self, operation: &NewOperation) -> Result<OperationId> {
        self.write(operation.clone(), |tx, operation| {
            Box::pin(async move {
                let id = insert(tx, operation).await?;
                if let Some(host) = &operation.creation_host {
                    creations::count_in(tx, host, &operation.address, operation.at).await?;
                }
                Ok(id)
            })
        })
        .await
    }

    /// Makes a sending or unclear step `done`, and writes what it changed, in one transaction:
    /// there is no moment in which only half of it is known.
    ///
    /// # Errors
    ///
    /// [`Error::IllegalTransition`]; nothing is written then.
    pub async fn finish(
        &self,
        id: OperationId,
        outcome: &Value,
        effects: &[Effect],
        at: Timestamp,
    ) -> Result<()> {
        let note = Note::answered(outcome);
        self.change(id, OperationState::Done, note, effects, at)
            .await
    }

    /// [`Ledger::finish`] for a step that changed no resource.
    pub async fn done(&self, id: OperationId, outcome: &Value, at: Timestamp) -> Result<()> {
        self.finish(id, outcome, &[], at).await
    }

    /// Makes a sending or unclear step `failed`: it certainly had no effect.
    ///
    /// # Errors
    ///
    /// [`Error::IllegalTransition`].
    pub async fn failed(
        &self,
        id: OperationId,
        reason: &str,
        tracking_id: Option<&str>,
        at: Timestamp,
    ) -> Result<()> {
        let note = Note::because(reason, tracking_id);
        self.change(id, OperationState::Failed, note, &[], at).await
    }

    /// Makes a sending or unclear step `failed`, because what it was to do was looked for in vain.
    ///
    /// # Errors
    ///
    /// [`Error::IllegalTransition`].
    pub async fn not_found(&self, id: OperationId, at: Timestamp) -> Result<()> {
        self.failed(id, NOT_FOUND, None, at).await
    }

    /// Makes a sending step `unclear`: it may have had its effect.
    ///
    /// # Errors
    ///
    /// [`Error::IllegalTransition`].
    pub async fn unclear(&self, id: OperationId, reason: &str, at: Timestamp) -> Result<()> {
        let note = Note::because(reason, None);
        self.change(id, OperationState::Unclear, note, &[], at)
            .await
    }

    async fn change(
        &self,
        id: OperationId,
        to: OperationState,
        note: Note,
        effects: &[Effect],
        at: Timestamp,
    ) -> Result<()> {
        let change = Change { id, to, note, at };
        self.write((change, effects.to_vec()), |tx, (change, effects)| {
            Box::pin(change_in(tx, change, effects))
        })
        .await
    }
}

async fn change_in(tx: &mut WriteTx, change: &Change, effects: &[Effect]) -> Result<()> {
    if advance(tx.conn(), change).await?.is_some() {
        creations::ended_in(tx, change.id.0, change.at).await?;
    }
    for effect in effects {
        match effect {
            Effect::Record(record) => resources::record_in(tx, record).await?,
            Effect::Forget { address, why } => {
                resources::forget_in(tx, address, why, change.at).await?;
            }
        }
    }
    Ok(())
}

/// Refuses while the same verb is open for the same address.
async fn refuse_second(conn: &mut AnyConnection, address: &str, verb: &str) -> Result<()> {
    let open: Option<(i64, String)> = sqlx::query_as(
        "SELECT id, state FROM operations
         WHERE kind = 'provision' AND address = $1 AND verb = $2
             AND state IN ('sending', 'unclear')",
    )
    .bind(address)
    .bind(verb)
    .fetch_optional(conn)
    .await?;
    match open {
        None => Ok(()),
        Some((id, state)) => Err(Error::StillOpen {
            address: address.to_owned(),
            verb: verb.to_owned(),
            id: OperationId(id),
            state: parse_state(&state)?,
        }),
    }
}

/// Writes an operation as sending, unless it would be the second of its kind that is open.
async fn insert(tx: &mut WriteTx, operation: &NewOperation) -> Result<OperationId> {
    let id = tx.next("operations").await?;
    // The index decides, rather than a look before, which is only needed to say what stands in the
    // way.
    let written = sqlx::query(
        "INSERT INTO operations
             (id, kind, run, address, verb, body_version, body, owner, creation_host, state,
              attempts, written_at, changed_at)
         VALUES ($1, 'provision', $2, $3, $4, $5, $6, $7, $8, 'sending', 1, $9, $9)
         ON CONFLICT (address, verb) WHERE kind = 'provision' AND state IN ('sending', 'unclear')
             DO NOTHING",
    )
    .bind(id)
    .bind(&operation.run)
    .bind(&operation.address)
    .bind(&operation.verb)
    .bind(operation.body.version)
    .bind(&operation.body.json)
    .bind(&operation.owner)
    .bind(operation.creation_host.as_deref())
    .bind(micros(operation.at))
    .execute(tx.conn())
    .await?;
    if written.rows_affected() == 1 {
        return Ok(OperationId(id));
    }
    refuse_second(tx.conn(), &operation.address, &operation.verb).await?;
    // No other transaction writes steps meanwhile, so what stood in the way must have been found.
    Err(Error::Damaged {
        what: "the index of open operations",
        cause: "it names an operation that is not there".into(),
    })
}

/// Takes a step into its next state, if that is legal. Returns the host whose quota it counts against.
///
/// That it is a step is said by the key that it lacks: for a comparison of its kind, PostgreSQL goes
/// through an index of all steps as long as it has no statistics, instead of by the number.
async fn advance(conn: &mut AnyConnection, change: &Change) -> Result<Option<String>> {
    let [one, two] = states_before(change.to);
    let changed: Option<(Option<String>,)> = sqlx::query_as(
        "UPDATE operations SET state = $1, outcome = $2, reason = $3, tracking_id = $4,
                changed_at = $5
         WHERE id = $6 AND message_key IS NULL AND state IN ($7, $8)
         RETURNING creation_host",
    )
    .bind(change.to.as_str())
    .bind(change.note.outcome.as_deref())
    .bind(change.note.reason.as_deref())
    .bind(change.note.tracking_id.as_deref())
    .bind(micros(change.at))
    .bind(change.id.0)
    .bind(one)
    .bind(two)
    .fetch_optional(&mut *conn)
    .await?;
    if let Some((host,)) = changed {
        return Ok(host);
    }
    let found: Option<(String,)> =
        sqlx::query_as("SELECT state FROM operations WHERE id = $1 AND message_key IS NULL")
            .bind(change.id.0)
            .fetch_optional(conn)
            .await?;
    let (from,) = found.ok_or(Error::UnknownOperation(change.id))?;
    Err(Error::IllegalTransition {
        id: change.id,
        from: parse_state(&from)?,
        to: change.to,
    })
}
