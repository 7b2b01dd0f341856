//! What a ledger says of itself, for people who look into it.

use jiff::Timestamp;

use crate::error::Error;
use crate::handle::Ledger;
use crate::intents::IntentCounts;
use crate::leases::Holder;
use crate::stored::{count, instant};

/// One run, as its intents tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Its name.
    pub run: String,
    /// When its first intent was written.
    pub from: Timestamp,
    /// When the last of its intents came into its state.
    pub until: Timestamp,
    /// How its intents came out.
    pub intents: IntentCounts,
}

/// A revision without its files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevisionHead {
    /// Its number.
    pub id: i64,
    /// When it was applied.
    pub at: Timestamp,
    /// The digest of its sources.
    pub source_digest: String,
}

impl Ledger {
    /// The number of the format that the ledger has.
    pub async fn format(&self) -> Result<i64, Error> {
        let (version,): (Option<i64>,) =
            sqlx::query_as("SELECT MAX(version) FROM _sqlx_migrations")
                .fetch_one(self.reader())
                .await?;
        Ok(version.unwrap_or(0))
    }

    /// The last runs that wrote an intent, the latest first, at most so many.
    pub async fn runs(&self, at_most: u32) -> Result<Vec<Run>, Error> {
        let last: Vec<(String, i64, i64)> = sqlx::query_as(
            "SELECT run, MIN(written_at), MAX(changed_at) FROM intents
             GROUP BY run ORDER BY MAX(id) DESC LIMIT $1",
        )
        .bind(i64::from(at_most))
        .fetch_all(self.reader())
        .await?;
        let mut runs = Vec::with_capacity(last.len());
        for (run, from, until) in last {
            runs.push(Run {
                intents: self.intent_counts(Some(&run)).await?,
                from: instant(from)?,
                until: instant(until)?,
                run,
            });
        }
        Ok(runs)
    }

    /// The last revisions, the latest first, at most so many.
    pub async fn revisions(&self, at_most: u32) -> Result<Vec<RevisionHead>, Error> {
        let rows: Vec<(i64, i64, String)> = sqlx::query_as(
            "SELECT id, applied_at, source_digest FROM revisions ORDER BY id DESC LIMIT $1",
        )
        .bind(i64::from(at_most))
        .fetch_all(self.reader())
        .await?;
        rows.into_iter()
            .map(|(id, at, source_digest)| {
                Ok(RevisionHead {
                    id,
                    at: instant(at)?,
                    source_digest,
                })
            })
            .collect()
    }

    /// Every lease that somebody holds, even if it has run out, by name.
    pub async fn holders(&self) -> Result<Vec<(String, Holder)>, Error> {
        let rows: Vec<(String, String, i64, i64)> = sqlx::query_as(
            "SELECT name, holder, held_since, held_until FROM leases WHERE holder IS NOT NULL",
        )
        .fetch_all(self.reader())
        .await?;
        let mut holders = rows
            .into_iter()
            .map(|(name, by, since, until)| {
                let holder = Holder {
                    by,
                    since: instant(since)?,
                    until: instant(until)?,
                };
                Ok((name, holder))
            })
            .collect::<Result<Vec<_>, Error>>()?;
        holders.sort_by(|one, other| one.0.cmp(&other.0));
        Ok(holders)
    }

    /// How many generated passwords are kept.
    pub async fn secrets_kept(&self) -> Result<u64, Error> {
        let (rows,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM secrets")
            .fetch_one(self.reader())
            .await?;
        count(rows)
    }
}
