//! The event as it was applied, with the files it came from.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use jiff::Timestamp;
use serde_json::Value;
use sqlx::AnyConnection;

use crate::error::Error;
use crate::handle::Ledger;
use crate::stored::{Hidden, instant, json, micros};
use crate::writing::Writing;

/// The event as it is applied.
#[derive(Clone, PartialEq, Eq)]
pub struct Revision {
    /// When it is applied.
    pub at: Timestamp,
    /// A digest of the sources, by which a newer file is told.
    pub source_digest: String,
    /// The checked event.
    pub event: Value,
    /// The files it was read from, in the order they are given.
    pub sources: Vec<Source>,
}

/// One file of a revision, byte for byte.
#[derive(Clone, PartialEq, Eq)]
pub struct Source {
    /// The path as the event names it.
    pub path: String,
    /// What it held.
    pub content: Vec<u8>,
}

/// A revision that the ledger holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRevision {
    /// Its number; later revisions have greater ones.
    pub id: i64,
    /// What was stored.
    pub revision: Revision,
}

impl fmt::Debug for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Revision")
            .field("at", &self.at)
            .field("source_digest", &self.source_digest)
            .field("event", &Hidden)
            .field("sources", &self.sources)
            .finish()
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} bytes)", self.path, self.content.len())
    }
}

impl Ledger {
    /// Stores a revision and returns its number, greater than all before.
    pub async fn add_revision(&self, revision: &Revision) -> Result<i64, Error> {
        self.write(revision.clone(), |tx, revision| {
            Box::pin(add_in(tx, revision))
        })
        .await
    }

    /// The revision that was stored last.
    pub async fn latest_revision(&self) -> Result<Option<StoredRevision>, Error> {
        let row: Option<(i64, i64, String, String)> = sqlx::query_as(
            "SELECT id, applied_at, source_digest, event FROM revisions ORDER BY id DESC LIMIT 1",
        )
        .fetch_optional(self.reader())
        .await?;
        let Some((id, at, source_digest, event)) = row else {
            return Ok(None);
        };
        // A revision is written whole and never changed, so a second query sees the same one.
        Ok(Some(StoredRevision {
            id,
            revision: Revision {
                at: instant(at)?,
                source_digest,
                event: json(&event)?,
                sources: self.sources(id).await?,
            },
        }))
    }

    async fn sources(&self, revision: i64) -> Result<Vec<Source>, Error> {
        let rows: Vec<(String, String, String)> = sqlx::query_as(
            "SELECT path, encoding, content FROM revision_sources
             WHERE revision = $1 ORDER BY position",
        )
        .bind(revision)
        .fetch_all(self.reader())
        .await?;
        rows.into_iter()
            .map(|(path, encoding, content)| {
                let content = decode(&encoding, content)?;
                Ok(Source { path, content })
            })
            .collect()
    }
}

async fn add_in(tx: &mut Writing, revision: &Revision) -> Result<i64, Error> {
    let id = tx.next("revisions").await?;
    sqlx::query(
        "INSERT INTO revisions (id, applied_at, source_digest, event) VALUES ($1, $2, $3, $4)",
    )
    .bind(id)
    .bind(micros(revision.at))
    .bind(&revision.source_digest)
    .bind(revision.event.to_string())
    .execute(tx.conn())
    .await?;
    for (position, source) in (0_i64..).zip(&revision.sources) {
        add_source(tx.conn(), id, position, source).await?;
    }
    Ok(id)
}

async fn add_source(
    conn: &mut AnyConnection,
    revision: i64,
    position: i64,
    source: &Source,
) -> Result<(), Error> {
    let (encoding, content) = encode(&source.content);
    sqlx::query(
        "INSERT INTO revision_sources (revision, position, path, encoding, content)
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(revision)
    .bind(position)
    .bind(&source.path)
    .bind(encoding)
    .bind(content)
    .execute(conn)
    .await?;
    Ok(())
}

/// Text where it is text, so that people can read it in the database. Two databases do not agree
/// on a type for bytes, and PostgreSQL's text takes no NUL: the rest is base64.
fn encode(content: &[u8]) -> (&'static str, String) {
    match std::str::from_utf8(content) {
        Ok(text) if !text.contains('\0') => ("text", text.to_owned()),
        Ok(_) | Err(_) => ("base64", BASE64.encode(content)),
    }
}

fn decode(encoding: &str, content: String) -> Result<Vec<u8>, Error> {
    if encoding == "text" {
        return Ok(content.into_bytes());
    }
    BASE64.decode(content).map_err(|cause| Error::Damaged {
        what: "a source of a revision",
        cause: cause.into(),
    })
}
