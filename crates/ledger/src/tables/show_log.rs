//! The show log: what was decided and what happened, in the order in which it was written down.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::error::Result;
use crate::ledger::Ledger;
use crate::store::{WriteTx, instant, micros, storable};
use crate::types::Body;

/// An entry that is to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewShowEntry {
    /// Its idempotency key: an entry of a known key is not written again.
    pub key: String,
    /// What it says.
    pub body: Body,
}

/// An entry of the show log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShowEntry {
    /// Its number: greater than those of all entries before.
    pub number: i64,
    /// Its idempotency key.
    pub key: String,
    /// When: as it was received, or else by the clock of the process that wrote it.
    pub at: Timestamp,
    /// Whether it was received: then the time stays.
    pub received: bool,
    /// What it says.
    pub body: Body,
}

/// The outcome of writing entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Logging {
    /// They are in the log, under these numbers, in the order given.
    Written(Vec<i64>),
    /// There is an entry of which the writer did not know, and nothing was written.
    Outdated {
        /// The number of the latest entry.
        latest: i64,
    },
}

impl Ledger {
    /// Writes entries into the show log, all or none. A key that is known already gives its earlier
    /// number, and its entry stays as it is. With `after`, only if no other entry has a greater
    /// number than this: what was decided upon is then the whole log.
    pub async fn log_show(
        &self,
        entries: &[NewShowEntry],
        after: Option<i64>,
        at: Timestamp,
    ) -> Result<Logging> {
        let logged = (entries.to_vec(), after, at);
        self.write(logged, |tx, (entries, after, at)| {
            Box::pin(log_in(tx, entries, *after, *at))
        })
        .await
    }

    /// The entries with a greater number than this, by number. Numbers rise in the order of commits: a
    /// reader that goes on from the last number it saw misses no entry. A restore may give entries that were
    /// read before other numbers; their keys stay.
    pub async fn show_log(&self, after: i64) -> Result<Vec<ShowEntry>> {
        let rows: Vec<(i64, String, i64, Option<i64>, i64, String)> = sqlx::query_as(
            "SELECT number, entry_key, at, received_at, body_version, body FROM show_log
             WHERE number > $1 ORDER BY number",
        )
        .bind(after)
        .fetch_all(&mut *self.read().await?)
        .await?;
        rows.into_iter()
            .map(|(number, key, at, received_at, version, json)| {
                Ok(ShowEntry {
                    number,
                    key,
                    at: instant(received_at.unwrap_or(at))?,
                    received: received_at.is_some(),
                    body: Body { version, json },
                })
            })
            .collect()
    }

    /// Notes when entries were received, each once: those with a greater number than this at this time;
    /// those before, which were written while no leader received any, when their writers say, but not in the
    /// future.
    pub async fn receive_show_entries(&self, after: i64, at: Timestamp) -> Result<()> {
        self.write((after, micros(at)), |tx, (after, at)| {
            Box::pin(async move {
                sqlx::query(
                    "UPDATE show_log SET received_at =
                         CASE WHEN number > $1 OR at > $2 THEN $2 ELSE at END
                     WHERE received_at IS NULL",
                )
                .bind(*after)
                .bind(*at)
                .execute(tx.conn())
                .await?;
                Ok(())
            })
        })
        .await
    }

    /// The number of the latest entry of the show log; 0 if it is empty.
    pub async fn show_log_head(&self) -> Result<i64> {
        let (head,): (i64,) = sqlx::query_as(HEAD)
            .fetch_one(&mut *self.read().await?)
            .await?;
        Ok(head)
    }
}

const HEAD: &str = "SELECT COALESCE(MAX(number), 0) FROM show_log";

async fn log_in(
    tx: &mut WriteTx,
    entries: &[NewShowEntry],
    after: Option<i64>,
    at: Timestamp,
) -> Result<Logging> {
    let keys: Vec<String> = entries.iter().map(|entry| storable(&entry.key)).collect();
    let mut numbers = BTreeMap::new();
    for key in &keys {
        let row: Option<(i64,)> =
            sqlx::query_as("SELECT number FROM show_log WHERE entry_key = $1")
                .bind(key)
                .fetch_optional(tx.conn())
                .await?;
        numbers.extend(row.map(|(number,)| (key, number)));
    }
    let is_new = keys.iter().any(|key| !numbers.contains_key(key));
    if let Some(after) = after.filter(|_| is_new) {
        let (latest,): (i64,) = sqlx::query_as(HEAD).fetch_one(tx.conn()).await?;
        let known = numbers.values().filter(|number| **number > after).count();
        let (later,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM show_log WHERE number > $1")
            .bind(after)
            .fetch_one(tx.conn())
            .await?;
        if usize::try_from(later) != Ok(known) {
            return Ok(Logging::Outdated { latest });
        }
    }
    for (key, entry) in keys.iter().zip(entries) {
        if !numbers.contains_key(key) {
            let number = tx.next("show_log").await?;
            insert(tx, number, key, &entry.body, at).await?;
            numbers.insert(key, number);
        }
    }
    Ok(Logging::Written(
        keys.iter().map(|key| numbers[key]).collect(),
    ))
}

async fn insert(
    tx: &mut WriteTx,
    number: i64,
    key: &str,
    body: &Body,
    at: Timestamp,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO show_log (number, entry_key, at, body_version, body)
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(number)
    .bind(key)
    .bind(micros(at))
    .bind(body.version)
    .bind(&body.json)
    .execute(tx.conn())
    .await?;
    Ok(())
}
