//! The ids that the ledger gives out.

use sqlx::AnyConnection;

use crate::error::Error;

/// The next id of that kind; ids of one kind rise without being reused.
///
/// A counter of our own, because SQLite and PostgreSQL declare theirs in different words.
pub(crate) async fn next(conn: &mut AnyConnection, kind: &'static str) -> Result<i64, Error> {
    let (id,): (i64,) = sqlx::query_as(
        "INSERT INTO counters (name, last) VALUES ($1, 1)
         ON CONFLICT (name) DO UPDATE SET last = counters.last + 1
         RETURNING last",
    )
    .bind(kind)
    .fetch_one(conn)
    .await?;
    Ok(id)
}
