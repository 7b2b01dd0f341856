//! What calendars were last told, and who was given which entry, so that each can be told of a change.
//!
//! RFC 5545 §3.8.7.4: the sequence number of an entry starts at 0 and rises with every significant
//! change. A calendar ignores an update whose number did not rise.

use std::collections::BTreeSet;
use std::fmt;

use jiff::Timestamp;
use serde_json::Value;
use sqlx::AssertSqlSafe;

use crate::error::{Error, Result};
use crate::ledger::Ledger;
use crate::store::{Hidden, WriteTx, instant, json, micros};

/// What an entry says now.
#[derive(Clone)]
pub struct CalendarEntry {
    /// The UID that it gets if its meeting has none yet (RFC 5545 §3.8.4.7), as in `talk@event`; where
    /// another meeting has that one, it is `talk.2@event`.
    pub uid: String,
    /// The address of its meeting, and those that it had before, newest first.
    pub addresses: Vec<String>,
    /// A digest of all that makes a change significant.
    pub fingerprint: String,
    /// What is needed to write the entry again after its meeting is gone.
    pub snapshot: Value,
    /// To whom it is given.
    pub recipients: BTreeSet<String>,
    /// All whom its meeting is for, the recipients among them: for others who have it, it ends.
    pub audience: BTreeSet<String>,
}

/// A calendar entry as a recipient was last given it.
#[derive(Clone, PartialEq, Eq)]
pub struct CalendarState {
    /// The entry's UID.
    pub uid: String,
    /// The address of its meeting; `None` once another one has that address.
    pub address: Option<String>,
    /// The sequence number.
    pub sequence: i64,
    /// Whether it has ended for them.
    pub cancelled: bool,
    /// What is needed to write the entry again after its meeting is gone.
    pub snapshot: Value,
    /// When it last changed.
    pub at: Timestamp,
}

impl fmt::Debug for CalendarState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CalendarState")
            .field("uid", &self.uid)
            .field("address", &self.address)
            .field("sequence", &self.sequence)
            .field("cancelled", &self.cancelled)
            .field("snapshot", &Hidden)
            .field("at", &self.at)
            .finish()
    }
}

#[derive(sqlx::FromRow)]
struct CalendarRow {
    uid: String,
    address: Option<String>,
    sequence: i64,
    ended: i64,
    snapshot: String,
    at: i64,
}

impl TryFrom<CalendarRow> for CalendarState {
    type Error = Error;

    fn try_from(row: CalendarRow) -> Result<Self> {
        Ok(Self {
            snapshot: json(&row.snapshot)?,
            at: instant(row.at)?,
            cancelled: row.ended != 0,
            sequence: row.sequence,
            uid: row.uid,
            address: row.address,
        })
    }
}

/// Entries as their recipients know them.
const RECEIVED: &str = "SELECT calendar.uid, calendar.address,
         COALESCE(given.sequence, calendar.sequence) AS sequence,
         CASE WHEN given.ended_at IS NULL THEN 0 ELSE 1 END AS ended,
         COALESCE(given.snapshot, calendar.snapshot) AS snapshot,
         COALESCE(given.ended_at, calendar.changed_at) AS at
     FROM calendar JOIN calendar_recipients AS given ON given.uid = calendar.uid
     WHERE given.recipient = $1";

impl Ledger {
    /// Notes what entries say now and to whom each is given, all in one transaction. The sequence
    /// number of an entry is 0 for a new one, the same for the same fingerprint, one more for another
    /// fingerprint or where it ended for anybody since. Its UID stays with its meeting, also under
    /// another name.
    pub async fn give_calendar(
        &self,
        entries: Vec<CalendarEntry>,
        at: Timestamp,
    ) -> Result<Vec<CalendarState>> {
        self.write((entries, at), |tx, (entries, at)| {
            Box::pin(async move {
                let mut states = Vec::with_capacity(entries.len());
                for entry in entries {
                    states.push(give_in(tx, entry, *at).await?);
                }
                Ok(states)
            })
        })
        .await
    }

    /// Ends an entry for a recipient, with a sequence number above all that they were given; where it
    /// has ended for them, it stays as it was told. `None` for an entry that is unknown.
    pub async fn end_calendar(
        &self,
        uid: &str,
        recipient: &str,
        at: Timestamp,
    ) -> Result<Option<CalendarState>> {
        let end = (uid.to_owned(), recipient.to_owned(), at);
        self.write(end, |tx, (uid, recipient, at)| {
            Box::pin(end_in(tx, uid, recipient, *at))
        })
        .await
    }

    /// Every entry that a recipient was ever given, by UID.
    pub async fn calendar_of(&self, recipient: &str) -> Result<Vec<CalendarState>> {
        let mut rows: Vec<CalendarRow> = sqlx::query_as(RECEIVED)
            .bind(recipient)
            .fetch_all(&mut *self.read().await?)
            .await?;
        // Databases do not agree on the order of texts.
        rows.sort_by(|one, other| one.uid.cmp(&other.uid));
        rows.into_iter().map(CalendarState::try_from).collect()
    }
}

/// What was noted of an entry last.
#[derive(sqlx::FromRow)]
struct KnownRow {
    fingerprint: String,
    address: Option<String>,
    snapshot: String,
    sequence: i64,
    cancelled: i64,
    changed_at: i64,
}

/// Ends an entry for all whom it is not for any more, before it is given: a recipient who has the
/// calendars of several rooms keeps the meeting then, in whatever order they are given.
async fn give_in(tx: &mut WriteTx, entry: &CalendarEntry, at: Timestamp) -> Result<CalendarState> {
    let uid = uid_in(tx, entry).await?;
    let former = format!(
        "SELECT recipient FROM calendar_recipients WHERE uid = $1 AND ended_at IS NULL
         AND recipient NOT IN (SELECT value FROM {})",
        tx.dialect().texts(2)
    );
    let former: Vec<(String,)> = sqlx::query_as(AssertSqlSafe(former))
        .bind(&uid)
        .bind(list(&entry.audience))
        .fetch_all(tx.conn())
        .await?;
    for (recipient,) in former {
        end_in(tx, &uid, &recipient, at).await?;
    }
    let state = touch_in(tx, uid, entry, at).await?;
    let given = format!(
        "INSERT INTO calendar_recipients (recipient, uid)
         SELECT value, CAST($1 AS TEXT) FROM {} WHERE TRUE
         ON CONFLICT (recipient, uid) DO UPDATE SET
             sequence = NULL, ended_at = NULL, snapshot = NULL
         WHERE calendar_recipients.ended_at IS NOT NULL",
        tx.dialect().texts(2)
    );
    sqlx::query(AssertSqlSafe(given))
        .bind(&state.uid)
        .bind(list(&entry.recipients))
        .execute(tx.conn())
        .await?;
    Ok(state)
}

/// As [`Dialect::texts`](crate::store::Dialect::texts) takes them.
fn list(recipients: &BTreeSet<String>) -> String {
    serde_json::json!(recipients).to_string()
}

async fn touch_in(
    tx: &mut WriteTx,
    uid: String,
    entry: &CalendarEntry,
    at: Timestamp,
) -> Result<CalendarState> {
    let known: Option<KnownRow> = sqlx::query_as(
        "SELECT fingerprint, address, snapshot, sequence, cancelled, changed_at
         FROM calendar WHERE uid = $1",
    )
    .bind(&uid)
    .fetch_optional(tx.conn())
    .await?;
    let address = entry.addresses.first();
    let snapshot = entry.snapshot.to_string();
    let (sequence, at) = match &known {
        None => (0, micros(at)),
        Some(known) if known.cancelled == 0 && known.fingerprint == entry.fingerprint => {
            (known.sequence, known.changed_at)
        }
        Some(known) => (known.sequence + 1, micros(at)),
    };
    let state = CalendarState {
        uid,
        address: address.cloned(),
        sequence,
        cancelled: false,
        snapshot: entry.snapshot.clone(),
        at: instant(at)?,
    };
    let is_noted = |known: &KnownRow| {
        (known.cancelled, known.sequence) == (0, sequence)
            && known.address.as_ref() == address
            && known.snapshot == snapshot
    };
    if known.as_ref().is_some_and(is_noted) {
        return Ok(state);
    }
    sqlx::query(
        "INSERT INTO calendar (uid, fingerprint, sequence, cancelled, snapshot, changed_at, address)
         VALUES ($1, $2, $3, 0, $4, $5, $6)
         ON CONFLICT (uid) DO UPDATE SET
             fingerprint = excluded.fingerprint, sequence = excluded.sequence, cancelled = 0,
             snapshot = excluded.snapshot, changed_at = excluded.changed_at,
             address = excluded.address",
    )
    .bind(&state.uid)
    .bind(&entry.fingerprint)
    .bind(sequence)
    .bind(snapshot)
    .bind(at)
    .bind(address)
    .execute(tx.conn())
    .await?;
    Ok(state)
}

/// The UID of the entry's meeting, under whatever name it was given out; else one that no other
/// meeting has.
async fn uid_in(tx: &mut WriteTx, entry: &CalendarEntry) -> Result<String> {
    for address in &entry.addresses {
        let known: Option<(String,)> =
            sqlx::query_as("SELECT uid FROM calendar WHERE address = $1")
                .bind(address)
                .fetch_optional(tx.conn())
                .await?;
        if let Some((uid,)) = known {
            return Ok(uid);
        }
    }
    let (name, event) = entry.uid.split_once('@').unwrap_or((&entry.uid, ""));
    let mut uid = entry.uid.clone();
    let mut number = 1;
    loop {
        let (taken,): (i64,) =
            sqlx::query_as("SELECT COUNT(*) FROM calendar WHERE uid = $1 AND address IS NOT NULL")
                .bind(&uid)
                .fetch_one(tx.conn())
                .await?;
        if taken == 0 {
            return Ok(uid);
        }
        number += 1;
        uid = format!("{name}.{number}@{event}");
    }
}

async fn end_in(
    tx: &mut WriteTx,
    uid: &str,
    recipient: &str,
    at: Timestamp,
) -> Result<Option<CalendarState>> {
    // A recipient who gets the entry after this gets a higher number again, and so does a change.
    sqlx::query(
        "UPDATE calendar SET cancelled = 1, sequence = sequence + 1, changed_at = $1
         WHERE uid = $2 AND cancelled = 0 AND NOT EXISTS (
             SELECT 1 FROM calendar_recipients
             WHERE uid = $2 AND recipient = $3 AND ended_at IS NOT NULL)",
    )
    .bind(micros(at))
    .bind(uid)
    .bind(recipient)
    .execute(tx.conn())
    .await?;
    sqlx::query(
        "INSERT INTO calendar_recipients (recipient, uid, sequence, ended_at, snapshot)
         SELECT CAST($1 AS TEXT), uid, sequence, changed_at, snapshot FROM calendar WHERE uid = $2
         ON CONFLICT (recipient, uid) DO UPDATE SET
             sequence = excluded.sequence, ended_at = excluded.ended_at,
             snapshot = excluded.snapshot
         WHERE calendar_recipients.ended_at IS NULL",
    )
    .bind(recipient)
    .bind(uid)
    .execute(tx.conn())
    .await?;
    let row: Option<CalendarRow> =
        sqlx::query_as(AssertSqlSafe(format!("{RECEIVED} AND given.uid = $2")))
            .bind(recipient)
            .bind(uid)
            .fetch_optional(tx.conn())
            .await?;
    row.map(CalendarState::try_from).transpose()
}

/// Gives the entries of a meeting, and those that a room was given, its new address.
pub(super) async fn rename_in(tx: &mut WriteTx, old: &str, new: &str) -> Result<()> {
    for statement in [
        // What was there before under the new name is another meeting, and gone.
        "UPDATE calendar SET address = NULL WHERE address = $2
             AND EXISTS (SELECT 1 FROM calendar AS it WHERE it.address = $1)",
        "UPDATE calendar SET address = $2 WHERE address = $1",
        "UPDATE calendar_recipients SET recipient = $2 WHERE recipient = $1
             AND NOT EXISTS (SELECT 1 FROM calendar_recipients AS it
                 WHERE it.recipient = $2 AND it.uid = calendar_recipients.uid)",
    ] {
        let renamed = sqlx::query(statement).bind(old).bind(new);
        renamed.execute(tx.conn()).await?;
    }
    Ok(())
}
