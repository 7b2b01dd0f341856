//! The host of each meeting, chosen once.

use std::collections::BTreeMap;

use crate::error::Result;
use crate::ledger::Ledger;

impl Ledger {
    /// Chooses the host of a meeting, unless it has one already. Returns the one in force: the
    /// first choice stays. Call it before the meeting is created; afterwards the host is also the
    /// [`Record::owner`](crate::Record::owner).
    pub async fn pin(&self, address: &str, host: &str) -> Result<String> {
        let choice = (address.to_owned(), host.to_owned());
        self.write(choice, |tx, (address, host)| {
            Box::pin(async move {
                sqlx::query(
                    "INSERT INTO pins (address, host) VALUES ($1, $2)
                     ON CONFLICT (address) DO NOTHING",
                )
                .bind(address)
                .bind(host)
                .execute(tx.conn())
                .await?;
                let (kept,): (String,) = sqlx::query_as("SELECT host FROM pins WHERE address = $1")
                    .bind(address)
                    .fetch_one(tx.conn())
                    .await?;
                Ok(kept)
            })
        })
        .await
    }

    /// Takes the choice back, for a meeting that is gone for good. Returns whether there was one.
    pub async fn unpin(&self, address: &str) -> Result<bool> {
        self.write(address.to_owned(), |tx, address| {
            Box::pin(async move {
                let gone = sqlx::query("DELETE FROM pins WHERE address = $1")
                    .bind(address)
                    .execute(tx.conn())
                    .await?;
                Ok(gone.rows_affected() > 0)
            })
        })
        .await
    }

    /// The chosen host of every meeting, by address.
    pub async fn pins(&self) -> Result<BTreeMap<String, String>> {
        let rows: Vec<(String, String)> = sqlx::query_as("SELECT address, host FROM pins")
            .fetch_all(&mut *self.read().await?)
            .await?;
        Ok(rows.into_iter().collect())
    }
}
