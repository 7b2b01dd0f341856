//! What a ledger says of itself, for people who look into it.

use jiff::Timestamp;

use super::leases;
use super::operations::OperationCounts;
use crate::error::Result;
use crate::ledger::Ledger;
use crate::store::{count, instant};
use crate::types::{Holder, OperationKind};

/// One run, as its operations tell.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
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
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct RevisionHead {
    /// Its number.
    pub id: i64,
    /// When it was applied.
    pub at: Timestamp,
    /// The digest of its sources.
    #[serde(rename = "digest")]
    pub source_digest: String,
}

/// How far the parts of a ledger have come that decide what is in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heads {
    /// The latest revision.
    pub revision: Option<RevisionHead>,
    /// The fact of the name that was asked for.
    pub fact: Option<String>,
    /// How many things on Webex are recorded, and when the last of them was.
    pub resources: (i64, Option<Timestamp>),
    /// The number of the last entry of the show log, or 0.
    pub show_log: i64,
}

impl Ledger {
    /// All of them, with this fact, at one moment.
    pub async fn heads(&self, fact: &str) -> Result<Heads> {
        type Row = (
            Option<i64>,
            Option<i64>,
            Option<String>,
            Option<String>,
            i64,
            Option<i64>,
            i64,
        );
        let row: Row = sqlx::query_as(
            "SELECT r.id, r.applied_at, r.source_digest,
                 (SELECT content FROM meta WHERE name = $1),
                 c.number, c.latest, (SELECT COALESCE(MAX(number), 0) FROM show_log)
             FROM (SELECT COUNT(*) AS number, MAX(recorded_at) AS latest FROM resources) c
             LEFT JOIN revisions r ON r.id = (SELECT MAX(id) FROM revisions)",
        )
        .bind(fact)
        .fetch_one(&mut *self.read().await?)
        .await?;
        let (id, applied_at, source_digest, fact, number, latest, show_log) = row;
        let revision = match (id, applied_at, source_digest) {
            (Some(id), Some(at), Some(source_digest)) => Some(RevisionHead {
                id,
                at: instant(at)?,
                source_digest,
            }),
            _ => None,
        };
        Ok(Heads {
            revision,
            fact,
            resources: (number, latest.map(instant).transpose()?),
            show_log,
        })
    }

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
