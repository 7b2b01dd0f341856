//! What a ledger says of itself, for people who look into it.

use jiff::Timestamp;

use super::leases;
use super::operations::OperationCounts;
use crate::error::Result;
use crate::ledger::Ledger;
use crate::store::{count, instant};
use crate::types::{Holder, OperationKind};

/// One run, as its operations tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Its name.
    pub run: String,
    /// When its first operation was written.
    pub from: Timestamp,
    /// When the last of its operations came into its state.
    pub until: Timestamp,
    /// How its operations came out.
    pub operations: OperationCounts,
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
    pub async fn format(&self) -> Result<i64> {
        let (version,): (Option<i64>,) =
            sqlx::query_as("SELECT MAX(version) FROM _sqlx_migrations")
                .fetch_one(&mut *self.read().await?)
                .await?;
        Ok(version.unwrap_or(0))
    }

    /// The last runs that wrote an operation, the latest first, at most so many.
    pub async fn runs(&self, at_most: u32) -> Result<Vec<Run>> {
        let last: Vec<(String, i64, i64)> = sqlx::query_as(
            "SELECT run, MIN(written_at), MAX(changed_at) FROM operations
             WHERE kind = 'provision' GROUP BY run ORDER BY MAX(id) DESC LIMIT $1",
        )
        .bind(i64::from(at_most))
        .fetch_all(&mut *self.read().await?)
        .await?;
        let mut runs = Vec::with_capacity(last.len());
        for (run, from, until) in last {
            runs.push(Run {
                operations: self
                    .operation_counts(OperationKind::Provision, Some(&run))
                    .await?,
                from: instant(from)?,
                until: instant(until)?,
                run,
            });
        }
        Ok(runs)
    }

    /// The last revisions, the latest first, at most so many.
    pub async fn revisions(&self, at_most: u32) -> Result<Vec<RevisionHead>> {
        let rows: Vec<(i64, i64, String)> = sqlx::query_as(
            "SELECT id, applied_at, source_digest FROM revisions ORDER BY id DESC LIMIT $1",
        )
        .bind(i64::from(at_most))
        .fetch_all(&mut *self.read().await?)
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

    /// Every lease that a process holds, even if it has run out, by name.
    pub async fn holders(&self) -> Result<Vec<(String, Holder)>> {
        leases::all_held(&mut *self.read().await?).await
    }

    /// How many generated passwords are kept.
    pub async fn secrets_kept(&self) -> Result<u64> {
        let (rows,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM secrets")
            .fetch_one(&mut *self.read().await?)
            .await?;
        count(rows)
    }
}
