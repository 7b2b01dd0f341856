//! Small facts that were settled once, by name.

use uuid::Uuid;

use crate::error::{Error, Result};
use crate::ledger::Ledger;
use crate::store::WriteTx;

const ID: &str = "ledger-id";

impl Ledger {
    /// The fact of that name.
    pub async fn meta(&self, name: &str) -> Result<Option<String>> {
        let row: Option<(String,)> = sqlx::query_as("SELECT content FROM meta WHERE name = $1")
            .bind(name)
            .fetch_optional(&mut *self.read().await?)
            .await?;
        Ok(row.map(|(content,)| content))
    }

    /// Writes a fact; an earlier one of that name is replaced.
    pub async fn set_meta(&self, name: &str, content: &str) -> Result<()> {
        let fact = (name.to_owned(), content.to_owned());
        self.write(fact, |tx, (name, content)| {
            Box::pin(set_in(tx, name, content))
        })
        .await
    }

    /// [`Ledger::set_meta`] for how far a process has come, which is no change that readers of anything else go
    /// by.
    pub async fn note_progress(&self, name: &str, content: &str) -> Result<(), Error> {
        let fact = (name.to_owned(), content.to_owned());
        self.write_sign_of_life(fact, |tx, (name, content)| {
            Box::pin(set_in(tx, name, content))
        })
        .await
    }

    /// Writes a fact unless there is one of that name. Returns the one in force from then on.
    pub async fn settle_meta(&self, name: &str, content: &str) -> Result<String> {
        let fact = (name.to_owned(), content.to_owned());
        self.write(fact, |tx, (name, content)| {
            Box::pin(settle_in(tx, name, content))
        })
        .await
    }

    /// The id of this ledger, by which its replicas know each other; it is made up when it is first
    /// asked for. A copy has the id of its original.
    pub async fn id(&self) -> Result<Uuid> {
        let id = match self.meta(ID).await? {
            Some(id) => id,
            None => {
                let new = Uuid::new_v4().to_string();
                self.settle_meta(ID, &new).await?
            }
        };
        id.parse().map_err(|cause: uuid::Error| Error::Damaged {
            what: "its id",
            cause: cause.into(),
        })
    }
}

/// Writes a fact unless there is one of that name; the one in force.
async fn settle_in(tx: &mut WriteTx, name: &str, content: &str) -> Result<String> {
    if let Some(settled) = fact_in(tx, name).await? {
        return Ok(settled);
    }
    set_in(tx, name, content).await?;
    Ok(content.to_owned())
}

pub(crate) async fn fact_in(tx: &mut WriteTx, name: &str) -> Result<Option<String>> {
    let row: Option<(String,)> = sqlx::query_as("SELECT content FROM meta WHERE name = $1")
        .bind(name)
        .fetch_optional(tx.conn())
        .await?;
    Ok(row.map(|(content,)| content))
}

pub(crate) async fn set_in(tx: &mut WriteTx, name: &str, content: &str) -> Result<()> {
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
