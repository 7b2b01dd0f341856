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

/// Refuses while the same verb is open for the same address.
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

/// Writes an intent in its first state, unless it would be the second of its kind that is open.
pub(super) async fn insert(
    conn: &mut AnyConnection,
    intent: &NewIntent,
    state: IntentState,
) -> Result<IntentId, Error> {
    let id = counters::next(conn, "intents").await?;
    // The index decides, rather than a look before: it holds with several writers at a time, too,
    // and the look is only needed to say what stands in the way.
    let written = sqlx::query(
        "INSERT INTO intents
             (id, run, address, verb, body, owner, creation_host, state, attempts,
              written_at, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)
         ON CONFLICT (address, verb) WHERE state IN ('sending', 'unclear') DO NOTHING",
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
    .execute(&mut *conn)
    .await?;
    if written.rows_affected() == 1 {
        return Ok(IntentId(id));
    }
    refuse_second(conn, &intent.address, &intent.verb).await?;
    // Whoever stood in the way has gone since the statement before this one.
    Err(Error::Busy(
        "another process settled the same intent at this very moment".into(),
    ))
}

/// Takes an intent into its next state, if that is legal.
pub(super) async fn advance(
    conn: &mut AnyConnection,
    id: IntentId,
    to: IntentState,
    note: Note<'_>,
    at: Timestamp,
) -> Result<(), Error> {
    // No state has more than two before it.
    let mut before = IntentState::ALL
        .into_iter()
        .filter(|state| state.may_become(to))
        .map(IntentState::as_str);
    let changed = sqlx::query(
        "UPDATE intents SET state = $1, attempts = attempts + $2, outcome = $3, reason = $4,
                tracking_id = $5, changed_at = $6
         WHERE id = $7 AND state IN ($8, $9)",
    )
    .bind(to.as_str())
    .bind(i64::from(to == IntentState::Sending))
    .bind(note.outcome.map(ToString::to_string))
    .bind(note.reason)
    .bind(note.tracking_id)
    .bind(micros(at))
    .bind(id.0)
    .bind(before.next())
    .bind(before.next())
    .execute(&mut *conn)
    .await?;
    if changed.rows_affected() == 1 {
        return Ok(());
    }
    let from = require(conn, id).await?.state;
    Err(Error::IllegalTransition { id, from, to })
}
