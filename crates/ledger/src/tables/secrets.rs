//! Passwords that were generated once and stay.

use std::collections::BTreeMap;

use secrecy::{ExposeSecret as _, SecretString};

use crate::error::Result;
use crate::ledger::Ledger;

impl Ledger {
    /// The secret that was kept for an address.
    pub async fn secret(&self, address: &str) -> Result<Option<SecretString>> {
        let row: Option<(String,)> =
            sqlx::query_as("SELECT secret FROM secrets WHERE address = $1")
                .bind(address)
                .fetch_optional(&mut *self.read().await?)
                .await?;
        Ok(row.map(|(secret,)| secret.into()))
    }

    /// Every secret, by address.
    pub async fn secrets(&self) -> Result<BTreeMap<String, SecretString>> {
        let rows: Vec<(String, String)> = sqlx::query_as("SELECT address, secret FROM secrets")
            .fetch_all(&mut *self.read().await?)
            .await?;
        let secrets = rows.into_iter();
        Ok(secrets
            .map(|(address, secret)| (address, secret.into()))
            .collect())
    }

    /// Keeps a generated secret, unless the address has one already. Returns the one in force,
    /// which is the one to use: the first is never overwritten, so a run that is repeated, or two
    /// at once, send Webex the same password. Call it before the call that carries the secret.
    pub async fn keep_secret(&self, address: &str, secret: &str) -> Result<SecretString> {
        let offered = (address.to_owned(), SecretString::from(secret));
        self.write(offered, |tx, (address, secret)| {
            Box::pin(async move {
                sqlx::query(
                    "INSERT INTO secrets (address, secret) VALUES ($1, $2)
                     ON CONFLICT (address) DO NOTHING",
                )
                .bind(address)
                .bind(secret.expose_secret())
                .execute(tx.conn())
                .await?;
                let (kept,): (String,) =
                    sqlx::query_as("SELECT secret FROM secrets WHERE address = $1")
                        .bind(address)
                        .fetch_one(tx.conn())
                        .await?;
                Ok(kept.into())
            })
        })
        .await
    }

    /// Erases the secret of an address. Returns whether there was one.
    pub async fn erase_secret(&self, address: &str) -> Result<bool> {
        self.write(address.to_owned(), |tx, address| {
            Box::pin(async move {
                let gone = sqlx::query("DELETE FROM secrets WHERE address = $1")
                    .bind(address)
                    .execute(tx.conn())
                    .await?;
                Ok(gone.rows_affected() > 0)
            })
        })
        .await
    }
}
