//! The table of intents.

use jiff::Timestamp;
use sqlx::AnyConnection;

use super::{Intent, IntentId, IntentState, NewIntent, Note};
use crate::counters;
use crate::error::Error;
use crate::stored::{instant, json, micros};

#[derive(sqlx::FromRow)]
pub(super) struct IntentRow {
    id: i64,
    run: String,
    address: String,
    verb: String,
    body: String,
    owner: String,
    creation_host: Option<String>,
    state: String,
    attempts: i64,
    outcome: Option<String>,
    reason: Option<String>,
    tracking_id: Option<String>,
    written_at: i64,
    changed_at: i64,
}

impl TryFrom<IntentRow> for Intent {
    type Error = Error;

    fn try_from(row: IntentRow) -> Result<Self, Error> {
        Ok(Self {
            id: IntentId(row.id),
            body: json(&row.body)?,
            state: row.state.parse()?,
            outcome: row.outcome.as_deref().map(json).transpose()?,
            at: instant(row.written_at)?,
            changed_at: instant(row.changed_at)?,
            run: row.run,
            address: row.address,
            verb: row.verb,
            owner: row.owner,
            creation_host: row.creation_host,
            attempts: row.attempts,
            reason: row.reason,
            tracking_id: row.tracking_id,
        })
    }
}

pub(super) async fn find(conn: &mut AnyConnection, id: IntentId) -> Result<Option<Intent>, Error> {
    let row: Option<IntentRow> = sqlx::query_as(
        "SELECT id, run, address, verb, body, owner, creation_host, state, attempts,
                outcome, reason, tracking_id, written_at, changed_at
         FROM intents WHERE id = $1",
    )
    .bind(id.0)
    .fetch_optional(conn)
    .await?;
    row.map(Intent::try_from).transpose()
}

pub(super) async fn require(conn: &mut AnyConnection, id: IntentId) -> Result<Intent, Error> {
    find(conn, id).await?.ok_or(Error::UnknownIntent(id))
}

/// Refuses while the same verb is open for the same address. The unique index on the table holds
/// the same, but could not say by which intent.
pub(super) async fn refuse_second(
    conn: &mut AnyConnection,
    address: &str,
    verb: &str,
) -> Result<(), Error> {
    let open: Option<(i64, String)> = sqlx::query_as(
        "SELECT id, state FROM intents
         WHERE address = $1 AND verb = $2 AND state IN ('sending', 'unclear')",
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
            id: IntentId(id),
            state: state.parse()?,
        }),
    }
}

pub(super) async fn insert(
    conn: &mut AnyConnection,
    intent: &NewIntent,
    state: IntentState,
) -> Result<IntentId, Error> {
    let id = counters::next(conn, "intents").await?;
    sqlx::query(
        "INSERT INTO intents
             (id, run, address, verb, body, owner, creation_host, state, attempts,
              written_at, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)",
    )
    .bind(id)
    .bind(&intent.run)
    .bind(&intent.address)
    .bind(&intent.verb)
    .bind(intent.body.to_string())
    .bind(&intent.owner)
    .bind(intent.creation_host.as_deref())
    .bind(state.as_str())
    .bind(i64::from(state == IntentState::Sending))
    .bind(micros(intent.at))
    .execute(conn)
    .await?;
    Ok(IntentId(id))
}

/// Takes an intent into its next state, if that is legal.
pub(super) async fn advance(
    conn: &mut AnyConnection,
    id: IntentId,
    to: IntentState,
    note: Note<'_>,
    at: Timestamp,
) -> Result<(), Error> {
    let from = state_of(conn, id).await?;
    let illegal = |from| Error::IllegalTransition { id, from, to };
    if !from.may_become(to) {
        return Err(illegal(from));
    }
    // The old state once more in the condition: a database with several writers at a time may have
    // let another one in between.
    let changed = sqlx::query(
        "UPDATE intents SET state = $1, attempts = attempts + $2, outcome = $3, reason = $4,
                tracking_id = $5, changed_at = $6
         WHERE id = $7 AND state = $8",
    )
    .bind(to.as_str())
    .bind(i64::from(to == IntentState::Sending))
    .bind(note.outcome.map(ToString::to_string))
    .bind(note.reason)
    .bind(note.tracking_id)
    .bind(micros(at))
    .bind(id.0)
    .bind(from.as_str())
    .execute(&mut *conn)
    .await?;
    if changed.rows_affected() == 1 {
        Ok(())
    } else {
        Err(illegal(state_of(conn, id).await?))
    }
}

async fn state_of(conn: &mut AnyConnection, id: IntentId) -> Result<IntentState, Error> {
    let row: Option<(String,)> = sqlx::query_as("SELECT state FROM intents WHERE id = $1")
        .bind(id.0)
        .fetch_optional(conn)
        .await?;
    row.ok_or(Error::UnknownIntent(id))?.0.parse()
}
