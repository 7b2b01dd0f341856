//! What a decision does to a message that is not under way: it is withdrawn before it was sent, or sent
//! after all though it had failed. Each counts only for what the decision was made upon.

use jiff::Timestamp;

use super::messages::{Attempt, NewMessage};
use crate::error::Result;
use crate::ledger::Ledger;
use crate::store::{micros, storable};
use crate::types::{Body, Instance, OperationState};

impl Ledger {
    /// Ends a waiting message that must not be sent any more: it has failed, for this reason, and of its
    /// body this is kept. Returns whether it counts: not if the message is not waiting, or was attempted
    /// since it was read.
    pub async fn withdraw(
        &self,
        attempt: Attempt,
        reason: &str,
        kept: &Body,
        at: Timestamp,
    ) -> Result<bool> {
        let withdrawn = (attempt, storable(reason), kept.clone(), at);
        self.write_messages(withdrawn, |tx, (attempt, reason, kept, at)| {
            Box::pin(async move {
                let withdrawn = sqlx::query(
                    "UPDATE operations SET state = 'failed', reason = $1, body_version = $2,
                            body = $3, changed_at = $4
                     WHERE id = $5 AND kind <> 'provision' AND attempts = $6
                         AND state = 'waiting'",
                )
                .bind(reason)
                .bind(kept.version)
                .bind(&kept.json)
                .bind(micros(*at))
                .bind(attempt.id.0)
                .bind(attempt.number)
                .execute(tx.conn())
                .await?;
                Ok(withdrawn.rows_affected() == 1)
            })
        })
        .await
    }

    /// Lets a message that failed be sent after all: it is waiting for `by`, with what is to be sent now.
    /// Returns whether it is: not if it has not failed by this attempt, or `anew` has another key.
    pub async fn reopen(
        &self,
        attempt: Attempt,
        anew: &NewMessage,
        by: &Instance,
        at: Timestamp,
    ) -> Result<bool> {
        self.wait_anew(attempt, anew, by, (OperationState::Failed, at))
            .await
    }

    /// Gives a waiting message what is to be sent now, and lets it wait for `by`. Returns whether it does: not
    /// if it does not wait, was attempted since it was read, or `anew` has another key.
    pub async fn rewrite(
        &self,
        attempt: Attempt,
        anew: &NewMessage,
        by: &Instance,
        at: Timestamp,
    ) -> Result<bool> {
        self.wait_anew(attempt, anew, by, (OperationState::Waiting, at))
            .await
    }

    async fn wait_anew(
        &self,
        attempt: Attempt,
        anew: &NewMessage,
        by: &Instance,
        (from, at): (OperationState, Timestamp),
    ) -> Result<bool> {
        let waits = (attempt, anew.clone(), by.id, from, at);
        self.write_messages(waits, |tx, (attempt, anew, by, from, at)| {
            Box::pin(async move {
                let waits = sqlx::query(
                    "UPDATE operations SET state = 'waiting', claimed_by = $1, revision = $2,
                            address = $3, body_version = $4, body = $5, owner = $6,
                            reason = NULL, tracking_id = NULL, changed_at = $7
                     WHERE id = $8 AND kind = $9 AND message_key = $10 AND attempts = $11
                         AND state = $12",
                )
                .bind(by.to_string())
                .bind(anew.revision)
                .bind(&anew.address)
                .bind(anew.body.version)
                .bind(&anew.body.json)
                .bind(&anew.owner)
                .bind(micros(*at))
                .bind(attempt.id.0)
                .bind(anew.key.kind().as_str())
                .bind(anew.key.as_str())
                .bind(attempt.number)
                .bind(from.as_str())
                .execute(tx.conn())
                .await?;
                Ok(waits.rows_affected() == 1)
            })
        })
        .await
    }
}
