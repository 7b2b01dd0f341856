//! A row of the journal.

use std::fmt;

use jiff::Timestamp;
use serde_json::Value;
use sqlx::{AnyConnection, AssertSqlSafe};
use uuid::Uuid;

use crate::error::Error;
use crate::store::{Hidden, instant, json};
use crate::types::{Body, MessageKey, OperationId, OperationKind, OperationState};

/// An operation as the ledger holds it.
#[derive(Clone, PartialEq, Eq)]
pub struct Operation {
    /// Its number.
    pub id: OperationId,
    /// What part of Showcaller it belongs to.
    pub kind: OperationKind,
    /// The idempotency key of a message.
    pub key: Option<MessageKey>,
    /// The process instance that a message belongs to.
    pub claimed_by: Option<Uuid>,
    /// The revision that a message was made from.
    pub revision: Option<i64>,
    /// The run that wrote it; empty for a message.
    pub run: String,
    /// What it is about.
    pub address: String,
    /// What was to be done with it.
    pub verb: String,
    /// What was to be sent.
    pub body: Body,
    /// The account whose token was used.
    pub owner: String,
    /// The host whose quota it counts against.
    pub creation_host: Option<String>,
    /// How far it has come.
    pub state: OperationState,
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

impl fmt::Debug for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Operation")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .field("key", &self.key)
            .field("claimed_by", &self.claimed_by)
            .field("revision", &self.revision)
            .field("run", &self.run)
            .field("address", &self.address)
            .field("verb", &self.verb)
            .field("body", &self.body)
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

#[derive(sqlx::FromRow)]
pub(crate) struct OperationRow {
    id: i64,
    kind: String,
    message_key: Option<String>,
    claimed_by: Option<String>,
    revision: Option<i64>,
    run: String,
    address: String,
    verb: String,
    body_version: i64,
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

/// Every column of an [`OperationRow`].
pub(super) const COLUMNS: &str = "id, kind, message_key, claimed_by, revision, run, address, \
     verb, body_version, body, owner, creation_host, state, attempts, outcome, reason, \
     tracking_id, written_at, changed_at";

/// `SELECT` of every column, followed by `rest`.
pub(crate) fn select(rest: &str) -> AssertSqlSafe<String> {
    AssertSqlSafe(format!("SELECT {COLUMNS} FROM operations {rest}"))
}

impl TryFrom<OperationRow> for Operation {
    type Error = Error;

    fn try_from(row: OperationRow) -> Result<Self, Error> {
        let kind = OperationKind::parse(&row.kind)
            .ok_or_else(|| damaged("the kind of an operation", &row.kind))?;
        let key = match (kind, row.message_key) {
            (OperationKind::Message(kind), Some(key)) => Some(MessageKey::stored(kind, key)),
            _ => None,
        };
        let claimed_by = row
            .claimed_by
            .map(|id| id.parse().map_err(|_| damaged("a process", &id)))
            .transpose()?;
        Ok(Self {
            id: OperationId(row.id),
            kind,
            key,
            claimed_by,
            revision: row.revision,
            // Its own kind decides what an undecodable body means.
            body: Body {
                version: row.body_version,
                json: row.body,
            },
            state: parse_state(&row.state)?,
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

pub(super) fn parse_state(text: &str) -> Result<OperationState, Error> {
    OperationState::parse(text).ok_or_else(|| damaged("the state of an operation", text))
}

fn damaged(what: &'static str, found: &str) -> Error {
    Error::Damaged {
        what,
        cause: format!("there is no `{found}`").into(),
    }
}

pub(super) async fn find(
    conn: &mut AnyConnection,
    id: OperationId,
) -> Result<Option<Operation>, Error> {
    let row: Option<OperationRow> = sqlx::query_as(select("WHERE id = $1"))
        .bind(id.0)
        .fetch_optional(conn)
        .await?;
    row.map(Operation::try_from).transpose()
}

/// What is written beside a new state.
#[derive(Default)]
pub(super) struct Note {
    pub(super) outcome: Option<String>,
    pub(super) reason: Option<String>,
    pub(super) tracking_id: Option<String>,
}

/// The states from which an operation may go to `to`, for a statement with room for two.
pub(super) fn states_before(to: OperationState) -> [Option<&'static str>; 2] {
    let mut before = OperationState::ALL
        .into_iter()
        .filter(|state| state.may_become(to))
        .map(OperationState::as_str);
    [before.next(), before.next()]
}
