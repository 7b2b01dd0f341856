//! Who wants to be reminded of their next meeting.

use jiff::Timestamp;
use uuid::Uuid;

use super::operations::{Claim, NewMessage, claim_in};
use crate::error::{Error, Result};
use crate::ledger::Ledger;
use crate::store::{WriteTx, instant, micros, storable};
use crate::types::Instance;

/// A person's wish to be reminded of the next meeting of theirs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reminder {
    /// The UUID in the person's id.
    pub person: Uuid,
    /// The id, as Webex spelt it.
    pub person_id: String,
    /// The address under which the roster knew them: not everybody is known by an id.
    pub email: String,
    /// The language in which it was asked for, as a tag.
    pub language: String,
    /// When it was asked for.
    pub asked_at: Timestamp,
}

impl Ledger {
    /// Every wish, by the time it was uttered.
    pub async fn reminders(&self) -> Result<Vec<Reminder>> {
        let rows: Vec<(String, String, String, String, i64)> = sqlx::query_as(
            "SELECT person, person_id, email, language, asked_at FROM reminders ORDER BY asked_at",
        )
        .fetch_all(&mut *self.read().await?)
        .await?;
        rows.into_iter()
            .map(|(person, person_id, email, language, asked_at)| {
                Ok(Reminder {
                    person: Uuid::parse_str(&person).map_err(|cause| Error::Damaged {
                        what: "a person to be reminded",
                        cause: cause.into(),
                    })?,
                    person_id,
                    email,
                    language,
                    asked_at: instant(asked_at)?,
                })
            })
            .collect()
    }

    /// Claims the messages that fulfil a wish, which is forgotten in the same transaction; without
    /// messages it is only forgotten. A later wish of the same person stays. Returns the outcome of each
    /// claim, in the order given.
    ///
    /// # Errors
    ///
    /// [`Error::NotAlive`] as for [`Ledger::claim`].
    pub async fn remind(
        &self,
        reminder: &Reminder,
        messages: &[NewMessage],
        by: &Instance,
        at: Timestamp,
    ) -> Result<Vec<Claim>> {
        let reminded = (reminder.clone(), messages.to_vec(), by.clone(), at);
        self.write_messages(reminded, |tx, (reminder, messages, by, at)| {
            Box::pin(async move {
                let claims = claim_in(tx, messages, by, *at).await?;
                sqlx::query("DELETE FROM reminders WHERE person = $1 AND asked_at <= $2")
                    .bind(reminder.person.to_string())
                    .bind(micros(reminder.asked_at))
                    .execute(tx.conn())
                    .await?;
                Ok(claims)
            })
        })
        .await
    }
}

/// Notes a wish; an earlier one of the same person is replaced.
pub(super) async fn write(tx: &mut WriteTx, reminder: &Reminder) -> Result<()> {
    sqlx::query(
        "INSERT INTO reminders (person, person_id, email, language, asked_at)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (person) DO UPDATE SET person_id = excluded.person_id,
             email = excluded.email, language = excluded.language, asked_at = excluded.asked_at",
    )
    .bind(reminder.person.to_string())
    .bind(storable(&reminder.person_id))
    .bind(storable(&reminder.email))
    .bind(&reminder.language)
    .bind(micros(reminder.asked_at))
    .execute(tx.conn())
    .await?;
    Ok(())
}
