//! A row of the journal.

use std::fmt;

use jiff::Timestamp;
use serde_json::Value;
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row as _};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::store::{Hidden, instant, json, storable};
use crate::tables::origin::read_instance;
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
    /// Whether it was sent anew although an earlier attempt may have succeeded.
    pub resent: bool,
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
            .field("resent", &self.resent)
            .field("outcome", &self.outcome.as_ref().map(|_| Hidden))
            .field("reason", &self.reason)
            .field("tracking_id", &self.tracking_id)
            .field("at", &self.at)
            .field("changed_at", &self.changed_at)
            .finish()
    }
}

/// Every column.
pub(super) const COLUMNS: &str = "id, kind, message_key, claimed_by, revision, run, address, \
     verb, body_version, body, owner, creation_host, state, attempts, resent, outcome, \
     reason, tracking_id, written_at, changed_at";

/// A message that is not done, in the words of the index of those.
pub(crate) const UNFINISHED: &str =
    "kind <> 'provision' AND state IN ('waiting', 'sending', 'unclear')";

/// `SELECT` of every column, followed by `rest`.
pub(crate) fn select(rest: &str) -> AssertSqlSafe<String> {
    AssertSqlSafe(format!("SELECT {COLUMNS} FROM operations {rest}"))
}

/// The operations of rows with every column.
pub(crate) fn read_all(rows: &[AnyRow]) -> Result<Vec<Operation>> {
    rows.iter().map(read).collect()
}

fn read(row: &AnyRow) -> Result<Operation> {
    let kind: String = row.try_get("kind")?;
    let kind =
        OperationKind::parse(&kind).ok_or_else(|| damaged("the kind of an operation", &kind))?;
    let key = match (kind, row.try_get("message_key")?) {
        (OperationKind::Message(kind), Some(key)) => Some(MessageKey::stored(kind, key)),
        _ => None,
    };
    let claimed_by: Option<String> = row.try_get("claimed_by")?;
    let outcome: Option<String> = row.try_get("outcome")?;
    Ok(Operation {
        id: OperationId(row.try_get("id")?),
        kind,
        key,
        claimed_by: claimed_by.as_deref().map(read_instance).transpose()?,
        revision: row.try_get("revision")?,
        run: row.try_get("run")?,
        address: row.try_get("address")?,
        verb: row.try_get("verb")?,
        // Its own kind decides what an undecodable body means.
        body: Body {
            version: row.try_get("body_version")?,
            json: row.try_get("body")?,
        },
        owner: row.try_get("owner")?,
        creation_host: row.try_get("creation_host")?,
        state: parse_state(row.try_get("state")?)?,
        attempts: row.try_get("attempts")?,
        resent: row.try_get::<i64, _>("resent")? != 0,
        outcome: outcome.as_deref().map(json).transpose()?,
        reason: row.try_get("reason")?,
        tracking_id: row.try_get("tracking_id")?,
        at: instant(row.try_get("written_at")?)?,
        changed_at: instant(row.try_get("changed_at")?)?,
    })
}

pub(super) fn parse_state(text: &str) -> Result<OperationState> {
    OperationState::parse(text).ok_or_else(|| damaged("the state of an operation", text))
}

fn damaged(what: &'static str, found: &str) -> Error {
    Error::Damaged {
        what,
        cause: format!("there is no `{found}`").into(),
    }
}

/// What becomes of an operation.
pub(super) struct Change {
    pub(super) id: OperationId,
    pub(super) to: OperationState,
    pub(super) note: Note,
    pub(super) at: Timestamp,
}

/// What is written beside a new state.
pub(super) struct Note {
    pub(super) outcome: Option<String>,
    pub(super) reason: Option<String>,
    pub(super) tracking_id: Option<String>,
}

impl Note {
    pub(super) fn answered(outcome: &Value) -> Self {
        Self {
            outcome: Some(outcome.to_string()),
            reason: None,
            tracking_id: None,
        }
    }

    pub(super) fn because(reason: &str, tracking_id: Option<&str>) -> Self {
        Self {
            outcome: None,
            reason: Some(storable(reason)),
            tracking_id: tracking_id.map(storable),
        }
    }
}

/// The states from which an operation may go to `to`, for a statement with room for two.
pub(super) fn states_before(to: OperationState) -> [Option<&'static str>; 2] {
    let mut before = OperationState::ALL
        .iter()
        .copied()
        .filter(|state| state.may_become(to))
        .map(OperationState::as_str);
    [before.next(), before.next()]
}
