//! Small facts that were settled once, by name.

use crate::error::Error;
use crate::ledger::Ledger;
use crate::store::WriteTx;

impl Ledger {
    /// The fact of that name.
    pub async fn meta(&self, name: &str) -> Result<Option<String>, Error> {
        let row: Option<(String,)> = sqlx::query_as("SELECT content FROM meta WHERE name = $1")
            .bind(name)
            .fetch_optional(&mut *self.read().await?)
            .await?;
        Ok(row.map(|(content,)| content))
    }

    /// Writes a fact; an earlier one of that name is replaced.
    pub async fn set_meta(&self, name: &str, content: &str) -> Result<(), Error> {
        let fact = (name.to_owned(), content.to_owned());
        self.write(fact, |tx, (name, content)| {
            Box::pin(set_in(tx, name, content))
        })
        .await
    }

    /// Settles a fact, unless there is one of that name already. Returns the one in force, which is the
    /// same for all that ask.
    pub async fn settle_meta(&self, name: &str, content: &str) -> Result<String, Error> {
        if let Some(settled) = self.meta(name).await? {
            return Ok(settled);
        }
        let fact = (name.to_owned(), content.to_owned());
        self.write(fact, |tx, (name, content)| {
            Box::pin(async move {
                if let Some(settled) = fact_in(tx, name).await? {
                    return Ok(settled);
                }
                set_in(tx, name, content).await?;
                Ok(content.clone())
            })
        })
        .await
    }
}

pub(crate) async fn fact_in(tx: &mut WriteTx, name: &str) -> Result<Option<String>, Error> {
    let row: Option<(String,)> = sqlx::query_as("SELECT content FROM meta WHERE name = $1")
        .bind(name)
        .fetch_optional(tx.conn())
        .await?;
    Ok(row.map(|(content,)| content))
}

pub(crate) async fn set_in(tx: &mut WriteTx, name: &str, content: &str) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO meta (name, content) VALUES ($1, $2)
         ON CONFLICT (name) DO UPDATE SET content = excluded.content",
    )
    .bind(name)
    .bind(content)
    .execute(tx.conn())
    .await?;
    Ok(())
}
