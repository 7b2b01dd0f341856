//! What calendars were last told, so that they can be told of a change.
//!
//! RFC 5545 §3.8.7.4: the sequence number of an entry starts at 0 and rises with every significant
//! change. A calendar ignores an update whose number did not rise.

use std::fmt;

use jiff::Timestamp;
use serde_json::Value;

use crate::error::Error;
use crate::ledger::Ledger;
use crate::store::WriteTx;
use crate::store::{Hidden, instant, json, micros};

/// One calendar entry as it was last given out.
#[derive(Clone, PartialEq, Eq)]
pub struct CalendarState {
    /// The entry's UID (RFC 5545 §3.8.4.7).
    pub uid: String,
    /// A digest of all that makes a change significant.
    pub fingerprint: String,
    /// The sequence number.
    pub sequence: i64,
    /// Whether it was called off.
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
            .field("fingerprint", &self.fingerprint)
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
    fingerprint: String,
    sequence: i64,
    cancelled: i64,
    snapshot: String,
    changed_at: i64,
}

impl TryFrom<CalendarRow> for CalendarState {
    type Error = Error;

    fn try_from(row: CalendarRow) -> Result<Self, Error> {
        Ok(Self {
            snapshot: json(&row.snapshot)?,
            at: instant(row.changed_at)?,
            cancelled: row.cancelled != 0,
            uid: row.uid,
            fingerprint: row.fingerprint,
            sequence: row.sequence,
        })
    }
}

impl Ledger {
    /// Notes what an entry says now and returns its sequence number: 0 for a new one, the same for
    /// the same fingerprint, one more for another fingerprint or for one that was called off.
    pub async fn touch_calendar(
        &self,
        uid: &str,
        fingerprint: &str,
        snapshot: &Value,
        at: Timestamp,
    ) -> Result<i64, Error> {
        let entry = Entry {
            uid: uid.to_owned(),
            fingerprint: fingerprint.to_owned(),
            snapshot: snapshot.to_string(),
            at,
        };
        self.write(entry, |tx, entry| Box::pin(touch_in(tx, entry)))
            .await
    }

    /// Calls an entry off and returns its sequence number, one more than before; an entry that is
    /// off already keeps its number. `None` for an unknown one, which no calendar was told of.
    pub async fn cancel_calendar(&self, uid: &str, at: Timestamp) -> Result<Option<i64>, Error> {
        self.write((uid.to_owned(), at), |tx, (uid, at)| {
            Box::pin(cancel_in(tx, uid, *at))
        })
        .await
    }

    /// One entry.
    pub async fn calendar_entry(&self, uid: &str) -> Result<Option<CalendarState>, Error> {
        let row: Option<CalendarRow> = sqlx::query_as(
            "SELECT uid, fingerprint, sequence, cancelled, snapshot, changed_at
             FROM calendar WHERE uid = $1",
        )
        .bind(uid)
        .fetch_optional(&mut *self.read().await?)
        .await?;
        row.map(CalendarState::try_from).transpose()
    }

    /// Every entry, those called off included, by UID.
    pub async fn calendar_entries(&self) -> Result<Vec<CalendarState>, Error> {
        let rows: Vec<CalendarRow> = sqlx::query_as(
            "SELECT uid, fingerprint, sequence, cancelled, snapshot, changed_at
             FROM calendar",
        )
        .fetch_all(&mut *self.read().await?)
        .await?;
        let mut entries: Vec<CalendarState> = rows
            .into_iter()
            .map(CalendarState::try_from)
            .collect::<Result<_, _>>()?;
        // Databases do not agree on the order of texts.
        entries.sort_by(|one, other| one.uid.cmp(&other.uid));
        Ok(entries)
    }
}

/// What an entry says now.
struct Entry {
    uid: String,
    fingerprint: String,
    snapshot: String,
    at: Timestamp,
}

async fn touch_in(tx: &mut WriteTx, entry: &Entry) -> Result<i64, Error> {
    let known: Option<(String, i64, i64)> =
        sqlx::query_as("SELECT fingerprint, sequence, cancelled FROM calendar WHERE uid = $1")
            .bind(&entry.uid)
            .fetch_optional(tx.conn())
            .await?;
    let sequence = match known {
        None => 0,
        Some((known, sequence, 0)) if known == entry.fingerprint => return Ok(sequence),
        Some((_, sequence, _)) => sequence + 1,
    };
    sqlx::query(
        "INSERT INTO calendar (uid, fingerprint, sequence, cancelled, snapshot, changed_at)
         VALUES ($1, $2, $3, 0, $4, $5)
         ON CONFLICT (uid) DO UPDATE SET
             fingerprint = excluded.fingerprint, sequence = excluded.sequence, cancelled = 0,
             snapshot = excluded.snapshot, changed_at = excluded.changed_at",
    )
    .bind(&entry.uid)
    .bind(&entry.fingerprint)
    .bind(sequence)
    .bind(&entry.snapshot)
    .bind(micros(entry.at))
    .execute(tx.conn())
    .await?;
    Ok(sequence)
}

async fn cancel_in(tx: &mut WriteTx, uid: &str, at: Timestamp) -> Result<Option<i64>, Error> {
    sqlx::query(
        "UPDATE calendar SET cancelled = 1, sequence = sequence + 1, changed_at = $1
         WHERE uid = $2 AND cancelled = 0",
    )
    .bind(micros(at))
    .bind(uid)
    .execute(tx.conn())
    .await?;
    let row: Option<(i64,)> = sqlx::query_as("SELECT sequence FROM calendar WHERE uid = $1")
        .bind(uid)
        .fetch_optional(tx.conn())
        .await?;
    Ok(row.map(|(sequence,)| sequence))
}
