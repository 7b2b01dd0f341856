//! What exists on Webex as far as we know, and what once did.

use std::collections::BTreeSet;
use std::fmt;

use jiff::Timestamp;
use serde_json::Value;
use sqlx::any::AnyArguments;
use sqlx::query::Query;
use sqlx::{Any, AssertSqlSafe, Row as _};

use super::calendar;
use crate::error::{Error, Result};
use crate::ledger::Ledger;
use crate::store::WriteTx;
use crate::store::{Hidden, instant, json, micros};
use crate::store::{places, rows_at_once};

/// One thing that exists on Webex: what we call it, and what Webex does.
#[derive(Clone, PartialEq, Eq)]
pub struct Record {
    /// Our name for it, as in `room/team-1`; unique.
    pub address: String,
    /// Webex's id.
    pub remote_id: String,
    /// The kind of thing, as in `room`.
    pub kind: String,
    /// The account whose token manages it. For a meeting that is its host.
    pub owner: String,
    /// As last applied or observed.
    pub attributes: Value,
    /// Whether Showcaller made it. What it did not make, it does not remove.
    pub created_by_us: bool,
    /// When it was last applied or observed; kept in whole microseconds.
    pub at: Timestamp,
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record")
            .field("address", &self.address)
            .field("remote_id", &self.remote_id)
            .field("kind", &self.kind)
            .field("owner", &self.owner)
            .field("attributes", &Hidden)
            .field("created_by_us", &self.created_by_us)
            .field("at", &self.at)
            .finish()
    }
}

/// A thing that the ledger once knew: removed, gone, or replaced by another at its address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tombstone {
    /// Its address when it was forgotten.
    pub address: String,
    /// Webex's id.
    pub remote_id: String,
    /// The kind of thing.
    pub kind: String,
    /// When it was forgotten.
    pub at: Timestamp,
    /// Why, in words for a report.
    pub why: String,
}

#[derive(sqlx::FromRow)]
struct ResourceRow {
    address: String,
    remote_id: String,
    kind: String,
    owner: String,
    attributes: String,
    created_by_us: i64,
    recorded_at: i64,
}

impl TryFrom<ResourceRow> for Record {
    type Error = Error;

    fn try_from(row: ResourceRow) -> Result<Self> {
        Ok(Self {
            attributes: json(&row.attributes)?,
            at: instant(row.recorded_at)?,
            created_by_us: row.created_by_us != 0,
            address: row.address,
            remote_id: row.remote_id,
            kind: row.kind,
            owner: row.owner,
        })
    }
}

impl Ledger {
    /// Writes down what exists at an address; what was known of that address before is replaced.
    /// If it was another thing (another `remote_id`), that one gets a [`Tombstone`].
    pub async fn record(&self, record: &Record) -> Result<()> {
        self.record_all(std::slice::from_ref(record)).await
    }

    /// [`Ledger::record`] for many, one after the other, all or none of them.
    pub async fn record_all(&self, records: &[Record]) -> Result<()> {
        self.write(records.to_vec(), |tx, records| {
            Box::pin(record_all_in(tx, records))
        })
        .await
    }

    /// Forgets a resource and leaves a [`Tombstone`]. Its secret and its pinned host stay, so that
    /// a meeting which comes back at this address keeps both; see [`Ledger::erase_secret`] and
    /// [`Ledger::unpin`]. Returns whether there was such a resource.
    pub async fn forget(&self, address: &str, why: &str, at: Timestamp) -> Result<bool> {
        let gone = (address.to_owned(), why.to_owned(), at);
        self.write(gone, |tx, (address, why, at)| {
            Box::pin(forget_in(tx, address, why, *at))
        })
        .await
    }

    /// Moves a resource, its secret, its pinned host and its calendar entries to another address.
    /// Returns whether there was anything to move, so that it may be repeated.
    ///
    /// # Errors
    ///
    /// [`Error::AddressTaken`] if both addresses have a resource, a secret or a host.
    pub async fn rename(&self, old: &str, new: &str) -> Result<bool> {
        self.write((old.to_owned(), new.to_owned()), |tx, (old, new)| {
            Box::pin(rename_in(tx, old, new))
        })
        .await
    }

    /// Every resource, by address.
    pub async fn resources(&self) -> Result<Vec<Record>> {
        let rows: Vec<ResourceRow> = sqlx::query_as(
            "SELECT address, remote_id, kind, owner, attributes, created_by_us, recorded_at
             FROM resources",
        )
        .fetch_all(&mut *self.read().await?)
        .await?;
        let mut records: Vec<Record> = rows
            .into_iter()
            .map(Record::try_from)
            .collect::<Result<_, _>>()?;
        // Databases do not agree on the order of texts.
        records.sort_by(|one, other| one.address.cmp(&other.address));
        Ok(records)
    }

    /// The resource at an address.
    pub async fn resource(&self, address: &str) -> Result<Option<Record>> {
        let row: Option<ResourceRow> = sqlx::query_as(
            "SELECT address, remote_id, kind, owner, attributes, created_by_us, recorded_at
             FROM resources WHERE address = $1",
        )
        .bind(address)
        .fetch_optional(&mut *self.read().await?)
        .await?;
        row.map(Record::try_from).transpose()
    }

    /// Everything that was forgotten, the oldest first.
    pub async fn tombstones(&self) -> Result<Vec<Tombstone>> {
        self.tombstones_since(Timestamp::MIN).await
    }

    /// Everything that was forgotten since this instant, the oldest first.
    pub async fn tombstones_since(&self, since: Timestamp) -> Result<Vec<Tombstone>> {
        let rows: Vec<(String, String, String, i64, String)> = sqlx::query_as(
            "SELECT address, remote_id, kind, forgotten_at, why FROM tombstones
             WHERE forgotten_at >= $1 ORDER BY id",
        )
        .bind(since.as_microsecond())
        .fetch_all(&mut *self.read().await?)
        .await?;
        rows.into_iter()
            .map(|(address, remote_id, kind, at, why)| {
                Ok(Tombstone {
                    address,
                    remote_id,
                    kind,
                    at: instant(at)?,
                    why,
                })
            })
            .collect()
    }
}

/// For each table that knows a resource by its address: who has one of two addresses, and the
/// move from the first to the second.
const RENAMES: [(&str, &str); 3] = [
    (
        "SELECT COUNT(*) FROM resources WHERE address IN ($1, $2)",
        "UPDATE resources SET address = $2 WHERE address = $1",
    ),
    (
        "SELECT COUNT(*) FROM secrets WHERE address IN ($1, $2)",
        "UPDATE secrets SET address = $2 WHERE address = $1",
    ),
    (
        "SELECT COUNT(*) FROM pins WHERE address IN ($1, $2)",
        "UPDATE pins SET address = $2 WHERE address = $1",
    ),
];

async fn rename_in(tx: &mut WriteTx, old: &str, new: &str) -> Result<bool> {
    let mut moved = 0;
    for (taken, rename) in RENAMES {
        let (both,): (i64,) = sqlx::query_as(taken)
            .bind(old)
            .bind(new)
            .fetch_one(tx.conn())
            .await?;
        if both > 1 {
            return Err(Error::AddressTaken {
                old: old.to_owned(),
                new: new.to_owned(),
            });
        }
        let done = sqlx::query(rename)
            .bind(old)
            .bind(new)
            .execute(tx.conn())
            .await?;
        moved += done.rows_affected();
    }
    calendar::rename_in(tx, old, new).await?;
    Ok(moved > 0)
}

pub(crate) async fn record_in(tx: &mut WriteTx, record: &Record) -> Result<()> {
    // One statement for what is new or known by the same id, which is nearly everything.
    let kept = bound(sqlx::query(KEEP), record).execute(tx.conn()).await?;
    match kept.rows_affected() {
        0 => replace_in(tx, record).await,
        _ => Ok(()),
    }
}

async fn record_all_in(tx: &mut WriteTx, records: &[Record]) -> Result<()> {
    let mut left = records;
    while let Some((first, more)) = left.split_first() {
        if more.is_empty() {
            return record_in(tx, first).await;
        }
        let (several, rest) = left.split_at(apart(left));
        let kept = keep_in(tx, several).await?;
        for record in several {
            if !kept.contains(&record.address) {
                replace_in(tx, record).await?;
            }
        }
        left = rest;
    }
    Ok(())
}

/// How many records, from the first on, can be written by one statement: none may be at the address
/// of another one.
fn apart(records: &[Record]) -> usize {
    let mut addresses = BTreeSet::new();
    records
        .iter()
        .take(rows_at_once(COLUMNS))
        .take_while(|record| addresses.insert(&record.address))
        .count()
}

/// Writes resources unless another one has their address. Returns the addresses that were written.
async fn keep_in(tx: &mut WriteTx, records: &[Record]) -> Result<BTreeSet<String>> {
    let values = places(records.len(), COLUMNS);
    let keep = KEEP.replace(&places(1, COLUMNS), &values);
    let statement = AssertSqlSafe(format!("{keep} RETURNING address"));
    // Only the longest statement comes again.
    let longest = records.len() == rows_at_once(COLUMNS);
    let query = records
        .iter()
        .fold(sqlx::query(statement).persistent(longest), bound);
    let kept = query.fetch_all(tx.conn()).await?;
    let addresses = kept.iter().map(|row| row.try_get(0));
    Ok(addresses.collect::<Result<_, sqlx::Error>>()?)
}

async fn replace_in(tx: &mut WriteTx, record: &Record) -> Result<()> {
    let remote_id = Some(record.remote_id.as_str());
    bury(tx, &record.address, remote_id, "replaced", record.at).await?;
    bound(sqlx::query(REPLACE), record)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// How many columns a resource has.
const COLUMNS: usize = 7;

/// Writes a resource, unless another one has its address.
const KEEP: &str = "INSERT INTO resources
         (address, remote_id, kind, owner, attributes, created_by_us, recorded_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (address) DO UPDATE SET
         kind = excluded.kind, owner = excluded.owner, attributes = excluded.attributes,
         created_by_us = excluded.created_by_us, recorded_at = excluded.recorded_at
     WHERE resources.remote_id = excluded.remote_id";

/// Writes a resource, whatever is at its address.
const REPLACE: &str = "INSERT INTO resources
         (address, remote_id, kind, owner, attributes, created_by_us, recorded_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (address) DO UPDATE SET
         remote_id = excluded.remote_id, kind = excluded.kind, owner = excluded.owner,
         attributes = excluded.attributes, created_by_us = excluded.created_by_us,
         recorded_at = excluded.recorded_at";

type Statement<'q> = Query<'q, Any, AnyArguments>;

/// With one more record's values, in the order of the columns.
fn bound<'q>(statement: Statement<'q>, record: &Record) -> Statement<'q> {
    statement
        .bind(&record.address)
        .bind(&record.remote_id)
        .bind(&record.kind)
        .bind(&record.owner)
        .bind(record.attributes.to_string())
        .bind(i64::from(record.created_by_us))
        .bind(micros(record.at))
}

pub(crate) async fn forget_in(
    tx: &mut WriteTx,
    address: &str,
    why: &str,
    at: Timestamp,
) -> Result<bool> {
    bury(tx, address, None, why, at).await?;
    let gone = sqlx::query("DELETE FROM resources WHERE address = $1")
        .bind(address)
        .execute(tx.conn())
        .await?;
    Ok(gone.rows_affected() > 0)
}

/// Leaves a tombstone for what is at the address, unless it is `survivor`.
async fn bury(
    tx: &mut WriteTx,
    address: &str,
    survivor: Option<&str>,
    why: &str,
    at: Timestamp,
) -> Result<()> {
    let here: Option<(String, String)> =
        sqlx::query_as("SELECT remote_id, kind FROM resources WHERE address = $1")
            .bind(address)
            .fetch_optional(tx.conn())
            .await?;
    let Some((remote_id, kind)) = here else {
        return Ok(());
    };
    if survivor == Some(remote_id.as_str()) {
        return Ok(());
    }
    let id = tx.next("tombstones").await?;
    sqlx::query(
        "INSERT INTO tombstones (id, address, remote_id, kind, forgotten_at, why)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(id)
    .bind(address)
    .bind(remote_id)
    .bind(kind)
    .bind(micros(at))
    .bind(why)
    .execute(tx.conn())
    .await?;
    Ok(())
}
