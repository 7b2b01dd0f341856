//! How many meetings were created for a host, by which its daily quota is reckoned.

use jiff::Timestamp;
use sqlx::AnyConnection;

use crate::counters;
use crate::error::Error;
use crate::handle::Ledger;
use crate::stored::{count, instant, micros};

impl Ledger {
    /// Counts one call that creates a meeting. It counts whatever comes of it: Webex counts failed
    /// calls, too. [`Ledger::begin`] does this by itself for an intent with a `creation_host`.
    pub async fn count_creation(
        &self,
        host: &str,
        address: &str,
        at: Timestamp,
    ) -> Result<(), Error> {
        let mut tx = self.write().await?;
        count_in(&mut tx, host, address, at).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The creations counted for a host at `since` or later.
    pub async fn creations(&self, host: &str, since: Timestamp) -> Result<u64, Error> {
        let (rows,): (i64,) =
            sqlx::query_as("SELECT COUNT(*) FROM creations WHERE host = $1 AND created_at >= $2")
                .bind(host)
                .bind(micros(since))
                .fetch_one(self.reader())
                .await?;
        count(rows)
    }

    /// The first creation counted for a host at `since` or later: when it is a day old, the quota
    /// has room for one more.
    pub async fn oldest_creation(
        &self,
        host: &str,
        since: Timestamp,
    ) -> Result<Option<Timestamp>, Error> {
        let (oldest,): (Option<i64>,) = sqlx::query_as(
            "SELECT MIN(created_at) FROM creations WHERE host = $1 AND created_at >= $2",
        )
        .bind(host)
        .bind(micros(since))
        .fetch_one(self.reader())
        .await?;
        oldest.map(instant).transpose()
    }
}

pub(crate) async fn count_in(
    conn: &mut AnyConnection,
    host: &str,
    address: &str,
    at: Timestamp,
) -> Result<(), Error> {
    let id = counters::next(conn, "creations").await?;
    sqlx::query("INSERT INTO creations (id, host, address, created_at) VALUES ($1, $2, $3, $4)")
        .bind(id)
        .bind(host)
        .bind(address)
        .bind(micros(at))
        .execute(conn)
        .await?;
    Ok(())
}
