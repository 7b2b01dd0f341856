//! The one Webex, and the one event, that a ledger speaks of.

use crate::error::{Error, Result};
use crate::ledger::Ledger;
use crate::store::WriteTx;

/// What a ledger is about. Remote ids mean nothing elsewhere, so another binding is refused.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Binding {
    /// The address of the API, as in `https://webexapis.com/v1`.
    pub base_url: String,
    /// The person id of the bot.
    pub bot_id: String,
    /// The id of the organisation that the bot sees itself in; empty where Webex did not say, which
    /// is no other organisation.
    pub org_id: String,
    /// The `event:` key of the event file.
    pub event_key: String,
}

const ORGANISATION: &str = "organisation";

impl Binding {
    /// The first member that differs: what it is called, here, and there.
    fn difference(&self, asked: &Self) -> Option<(&'static str, &str, String)> {
        [
            ("Webex", &self.base_url, &asked.base_url),
            (ORGANISATION, &self.org_id, &asked.org_id),
            ("bot", &self.bot_id, &asked.bot_id),
            ("event", &self.event_key, &asked.event_key),
        ]
        .into_iter()
        .find(|(what, here, asked)| {
            let unsaid = *what == ORGANISATION && (here.is_empty() || asked.is_empty());
            here != asked && !unsaid
        })
        .map(|(what, here, asked)| (what, here.as_str(), asked.clone()))
    }

    /// Refuses what is about another Webex or event, without writing anything.
    ///
    /// # Errors
    ///
    /// As [`Ledger::bind`].
    pub fn refuse_other(&self, asked: &Self) -> Result<()> {
        match self.difference(asked) {
            None => Ok(()),
            Some((what, here, asked)) => Err(Error::BelongsToAnother {
                what,
                here: here.to_owned(),
                asked,
            }),
        }
    }
}

pub(crate) const SELECT: &str = "SELECT base_url, bot_id, org_id, event_key FROM binding";

impl Ledger {
    /// Binds a new ledger; a bound one is compared member by member.
    ///
    /// # Errors
    ///
    /// [`Error::BelongsToAnother`] names the first member that differs, the most telling first:
    /// Webex, organisation, bot, event.
    pub async fn bind(&self, asked: &Binding) -> Result<()> {
        self.write(asked.clone(), |tx, asked| Box::pin(bind_in(tx, asked)))
            .await
    }

    /// What the ledger is bound to; `None` for a new one.
    pub async fn binding(&self) -> Result<Option<Binding>> {
        Ok(sqlx::query_as(SELECT)
            .fetch_optional(&mut *self.read().await?)
            .await?)
    }
}

/// Writes down the organisation, where it is told only now.
async fn complete(tx: &mut WriteTx, here: &Binding, asked: &Binding) -> Result<()> {
    if here.org_id.is_empty() && !asked.org_id.is_empty() {
        sqlx::query("UPDATE binding SET org_id = $1 WHERE id = 1")
            .bind(&asked.org_id)
            .execute(tx.conn())
            .await?;
    }
    Ok(())
}

async fn bind_in(tx: &mut WriteTx, asked: &Binding) -> Result<()> {
    let here: Option<Binding> = sqlx::query_as(SELECT).fetch_optional(tx.conn()).await?;
    if let Some(here) = here {
        here.refuse_other(asked)?;
        return complete(tx, &here, asked).await;
    }
    sqlx::query(
        "INSERT INTO binding (id, base_url, bot_id, org_id, event_key)
         VALUES (1, $1, $2, $3, $4)",
    )
    .bind(&asked.base_url)
    .bind(&asked.bot_id)
    .bind(&asked.org_id)
    .bind(&asked.event_key)
    .execute(tx.conn())
    .await?;
    Ok(())
}
