//! The applied configurations: the files that an event was applied from, byte for byte. A reader
//! checks one again, by the rules of its own build.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use jiff::Timestamp;
use sqlx::AnyConnection;

use crate::error::{Error, Result};
use crate::ledger::Ledger;
use crate::store::WriteTx;
use crate::store::{instant, micros};

/// The files of an event as it is applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// When it is applied.
    pub at: Timestamp,
    /// A digest of the sources, by which a newer file is told.
    pub source_digest: String,
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

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} bytes)", self.path, self.content.len())
    }
}

impl Ledger {
    /// Stores a revision and returns its number, greater than all before.
    pub async fn add_revision(&self, revision: &Revision) -> Result<i64> {
        self.write(revision.clone(), |tx, revision| {
            Box::pin(add_in(tx, revision))
        })
        .await
    }

    /// The revision that was stored last, with its files as they were stored with it.
    pub async fn latest_revision(&self) -> Result<Option<StoredRevision>> {
        self.revision_before(i64::MAX).await
    }

    /// The last of the revisions that were stored before this one.
    pub async fn revision_before(&self, id: i64) -> Result<Option<StoredRevision>> {
        let rows: Vec<LatestRow> = sqlx::query_as(LATEST_BEFORE)
            .bind(id)
            .fetch_all(&mut *self.read().await?)
            .await?;
        let Some(first) = rows.first() else {
            return Ok(None);
        };
        if first.format > REVISION_FORMAT {
            return Err(Error::NewerRevision {
                revision: first.id,
                format: first.format,
            });
        }
        let (id, at) = (first.id, instant(first.applied_at)?);
        let source_digest = first.source_digest.clone();
        let sources = rows.into_iter().filter_map(LatestRow::source);
        Ok(Some(StoredRevision {
            id,
            revision: Revision {
                at,
                source_digest,
                sources: sources.collect::<Result<_, _>>()?,
            },
        }))
    }
}

/// The format in which the sources are stored; a revision of a later one is not guessed at.
const REVISION_FORMAT: i64 = 1;

/// The latest revision before one, once for each of its files, or once if it has none. One statement sees one
/// moment: between two, a restore may give another revision the same number.
const LATEST_BEFORE: &str = "SELECT r.id, r.applied_at, r.source_digest, r.format,
            s.path, s.encoding, s.content
     FROM revisions r LEFT JOIN revision_sources s ON s.revision = r.id
     WHERE r.id = (SELECT MAX(id) FROM revisions WHERE id < $1)
     ORDER BY s.position";

#[derive(sqlx::FromRow)]
struct LatestRow {
    id: i64,
    applied_at: i64,
    source_digest: String,
    format: i64,
    path: Option<String>,
    encoding: Option<String>,
    content: Option<String>,
}

impl LatestRow {
    fn source(self) -> Option<Result<Source>> {
        let (path, encoding, content) = (self.path?, self.encoding?, self.content?);
        let content = decode(&encoding, content);
        Some(content.map(|content| Source { path, content }))
    }
}

async fn add_in(tx: &mut WriteTx, revision: &Revision) -> Result<i64> {
    let id = tx.next("revisions").await?;
    sqlx::query(
        "INSERT INTO revisions (id, applied_at, source_digest, format) VALUES ($1, $2, $3, $4)",
    )
    .bind(id)
    .bind(micros(revision.at))
    .bind(&revision.source_digest)
    .bind(REVISION_FORMAT)
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
) -> Result<()> {
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

fn decode(encoding: &str, content: String) -> Result<Vec<u8>> {
    if encoding == "text" {
        return Ok(content.into_bytes());
    }
    BASE64.decode(content).map_err(|cause| Error::Damaged {
        what: "a source of a revision",
        cause: cause.into(),
    })
}
