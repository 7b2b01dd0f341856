//! The table of intents.

use jiff::Timestamp;
use sqlx::AnyConnection;

use super::{Intent, IntentId, IntentState, NewIntent, Note};
use crate::error::Error;
use crate::stored::{instant, json, micros};
use crate::writing::Writing;

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
    tx: &mut Writing,
    intent: &NewIntent,
    state: IntentState,
) -> Result<IntentId, Error> {
    let id = tx.next("intents").await?;
    // The index decides, rather than a look before, which is only needed to say what stands in the
    // way.
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
    .execute(tx.conn())
    .await?;
    if written.rows_affected() == 1 {
        return Ok(IntentId(id));
    }
    refuse_second(tx.conn(), &intent.address, &intent.verb).await?;
    // Nobody else writes meanwhile, so what stood in the way must have been found.
    Err(Error::Damaged {
        what: "the index of open intents",
        cause: "it names an intent that is not there".into(),
    })
}

/// Takes an intent into its next state, if that is legal. Returns the host whose quota it counts
/// against.
pub(super) async fn advance(
    conn: &mut AnyConnection,
    id: IntentId,
    to: IntentState,
    note: &Note,
    at: Timestamp,
) -> Result<Option<String>, Error> {
    // No state has more than two before it.
    let mut before = IntentState::ALL
        .into_iter()
        .filter(|state| state.may_become(to))
        .map(IntentState::as_str);
    let changed: Option<(Option<String>,)> = sqlx::query_as(
        "UPDATE intents SET state = $1, attempts = attempts + $2, outcome = $3, reason = $4,
                tracking_id = $5, changed_at = $6
         WHERE id = $7 AND state IN ($8, $9)
         RETURNING creation_host",
    )
    .bind(to.as_str())
    .bind(i64::from(to == IntentState::Sending))
    .bind(note.outcome.as_deref())
    .bind(note.reason.as_deref())
    .bind(note.tracking_id.as_deref())
    .bind(micros(at))
    .bind(id.0)
    .bind(before.next())
    .bind(before.next())
    .fetch_optional(&mut *conn)
    .await?;
    if let Some((host,)) = changed {
        return Ok(host);
    }
    let from = require(conn, id).await?.state;
    Err(Error::IllegalTransition { id, from, to })
}
