//! How many meetings were created for a host, by which its daily quota is reckoned.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::error::{Error, Result};
use crate::ledger::Ledger;
use crate::store::WriteTx;
use crate::store::{count, instant, micros};

/// What the facts about used-up quotas are called, before the host.
pub(crate) const EXHAUSTED: &str = "quota-until/";
/// A call is over by then, however long Webex let it wait.
const LONGEST_CALL: SignedDuration = SignedDuration::from_hours(1);

impl Ledger {
    /// Counts one call that creates a meeting. It counts whatever comes of it: Webex counts failed
    /// calls, too. [`Ledger::begin`] does this by itself for an operation with a `creation_host`.
    pub async fn count_creation(&self, host: &str, address: &str, at: Timestamp) -> Result<()> {
        let counted = (host.to_owned(), address.to_owned(), at);
        self.write(counted, |tx, (host, address, at)| {
            Box::pin(count_in(tx, host, address, *at))
        })
        .await
    }

    /// The creations counted for a host at `since` or later.
    pub async fn creations(&self, host: &str, since: Timestamp) -> Result<u64> {
        let (rows,): (i64,) =
            sqlx::query_as("SELECT COUNT(*) FROM creations WHERE host = $1 AND created_at >= $2")
                .bind(host)
                .bind(micros(since))
                .fetch_one(&mut *self.read().await?)
                .await?;
        count(rows)
    }

    /// When each creation at `since` or later was counted, by host, the oldest first.
    pub async fn creations_since(
        &self,
        since: Timestamp,
    ) -> Result<BTreeMap<String, Vec<Timestamp>>> {
        let rows: Vec<(String, i64)> = sqlx::query_as(
            "SELECT host, created_at FROM creations WHERE created_at >= $1 ORDER BY created_at, id",
        )
        .bind(micros(since))
        .fetch_all(&mut *self.read().await?)
        .await?;
        let mut by_host: BTreeMap<String, Vec<Timestamp>> = BTreeMap::new();
        for (host, at) in rows {
            by_host.entry(host).or_default().push(instant(at)?);
        }
        Ok(by_host)
    }

    /// Remembers that Webex itself makes no more meetings for a host before `until`.
    pub async fn exhaust(&self, host: &str, until: Timestamp) -> Result<()> {
        self.set_meta(&format!("{EXHAUSTED}{host}"), &until.to_string())
            .await
    }

    /// The hosts for which Webex said that it makes no more meetings, and until when. Instants that
    /// have passed come along.
    pub async fn exhausted(&self) -> Result<BTreeMap<String, Timestamp>> {
        let rows: Vec<(String, String)> =
            sqlx::query_as("SELECT name, content FROM meta WHERE name LIKE $1")
                .bind(format!("{EXHAUSTED}%"))
                .fetch_all(&mut *self.read().await?)
                .await?;
        rows.into_iter()
            .map(|(name, until)| {
                let host = name.strip_prefix(EXHAUSTED).unwrap_or(&name).to_owned();
                let until = until.parse().map_err(|error: jiff::Error| Error::Damaged {
                    what: "the end of a host's quota",
                    cause: error.into(),
                })?;
                Ok((host, until))
            })
            .collect()
    }
}

pub(crate) async fn count_in(
    tx: &mut WriteTx,
    host: &str,
    address: &str,
    at: Timestamp,
) -> Result<()> {
    let id = tx.next("creations").await?;
    sqlx::query("INSERT INTO creations (id, host, address, created_at) VALUES ($1, $2, $3, $4)")
        .bind(id)
        .bind(host)
        .bind(address)
        .bind(micros(at))
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// A creation that was counted when its call was about to be sent counts from when the call ended,
/// if that took a second or more: it may have waited, and Webex counts from when it arrived.
pub(crate) async fn ended_in(tx: &mut WriteTx, operation: i64, at: Timestamp) -> Result<()> {
    let earlier = |by| at.checked_sub(by).unwrap_or(Timestamp::MIN);
    sqlx::query(
        "UPDATE creations SET created_at = $1
         WHERE id = (
             SELECT MAX(c.id) FROM operations i JOIN creations c
             ON c.host = i.creation_host AND c.address = i.address
             WHERE i.id = $2 AND i.written_at <= $3 AND c.created_at >= $4)",
    )
    .bind(micros(at))
    .bind(operation)
    .bind(micros(earlier(SignedDuration::from_secs(1))))
    .bind(micros(earlier(LONGEST_CALL)))
    .execute(tx.conn())
    .await?;
    Ok(())
}
