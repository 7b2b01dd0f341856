//! What the journal holds of one kind.

use jiff::Timestamp;
use serde_json::Value;
use sqlx::{AssertSqlSafe, Row as _};

use super::provision::NOT_FOUND;
use super::row::{Operation, UNFINISHED, parse_state, read_all, select};
use crate::error::Result;
use crate::ledger::Ledger;
use crate::store::{count, micros};
use crate::types::{MessageKind, OperationId, OperationKind, OperationState};

/// What the messages of some kinds looked like at a moment: two that are equal mean that none of them
/// was claimed, sent or settled between.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessagesHead {
    /// How many there are, how often they were tried, when one changed last, and how many are in each
    /// state but the first. Times alone are no mark: clocks of several machines differ.
    sums: [i64; 7],
}

/// How many operations are in which state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct OperationCounts {
    /// In the queue.
    pub waiting: u64,
    /// Under way, or left behind by a process that died.
    pub sending: u64,
    /// Had their effect.
    pub done: u64,
    /// Had none.
    pub failed: u64,
    /// May have had their effect.
    pub unclear: u64,
}

impl OperationCounts {
    fn of(&mut self, state: OperationState) -> &mut u64 {
        match state {
            OperationState::Waiting => &mut self.waiting,
            OperationState::Sending => &mut self.sending,
            OperationState::Done => &mut self.done,
            OperationState::Failed => &mut self.failed,
            OperationState::Unclear => &mut self.unclear,
        }
    }
}

/// That a row is of this kind, `$1`, in the words of the indexes that hold rows of some kinds only.
fn of(kind: OperationKind) -> &'static str {
    match kind {
        OperationKind::Provision => "kind = $1 AND kind = 'provision'",
        OperationKind::Message(_) => "kind = $1 AND message_key IS NOT NULL",
    }
}

/// What puts operations of a kind into the order in which they were written.
fn as_written(kind: OperationKind) -> &'static str {
    match kind {
        OperationKind::Provision => "id",
        // Their numbers are random.
        OperationKind::Message(_) => "written_at, message_key",
    }
}

impl Ledger {
    /// One operation.
    pub async fn operation(&self, id: OperationId) -> Result<Option<Operation>> {
        let rows = sqlx::query(select("WHERE id = $1")).bind(id.0);
        Ok(read_all(&rows.fetch_all(&mut *self.read().await?).await?)?.pop())
    }

    /// Every operation of a kind that is sending or unclear, in the order they were written. With no
    /// other process at work these are what a look at Webex has to settle.
    pub async fn open_operations(&self, kind: OperationKind) -> Result<Vec<Operation>> {
        let open = match kind {
            OperationKind::Provision => of(kind),
            OperationKind::Message(_) => &format!("kind = $1 AND {UNFINISHED}"),
        };
        let rows = sqlx::query(select(&format!(
            "WHERE {open} AND state IN ('sending', 'unclear') ORDER BY {}",
            as_written(kind)
        )))
        .bind(kind.as_str());
        read_all(&rows.fetch_all(&mut *self.read().await?).await?)
    }

    /// Whether Webex answered so to a message that is done.
    pub async fn is_outcome(&self, answer: &Value) -> Result<bool> {
        let (rows,): (i64,) = sqlx::query_as(
            "SELECT COUNT(*) FROM operations
             WHERE message_key IS NOT NULL AND state = 'done' AND outcome = $1",
        )
        .bind(answer.to_string())
        .fetch_one(&mut *self.read().await?)
        .await?;
        Ok(rows > 0)
    }

    /// The kinds of which there are messages that are waiting, being sent or in doubt.
    pub async fn unfinished_kinds(&self) -> Result<Vec<MessageKind>> {
        let rows: Vec<(String,)> = sqlx::query_as(AssertSqlSafe(format!(
            "SELECT DISTINCT kind FROM operations WHERE {UNFINISHED}"
        )))
        .fetch_all(&mut *self.read().await?)
        .await?;
        let mut kinds = MessageKind::ALL.to_vec();
        kinds.retain(|kind| rows.iter().any(|(row,)| row == kind.as_str()));
        Ok(kinds)
    }

    /// Every operation of a kind that ended as [`Ledger::not_found`] since this instant, in the
    /// order they were written: what it was to do may still show, if Webex was late.
    pub async fn operations_not_found(
        &self,
        kind: OperationKind,
        since: Timestamp,
    ) -> Result<Vec<Operation>> {
        let rows = sqlx::query(select(&format!(
            "WHERE {} AND state = 'failed' AND reason = $2 AND changed_at >= $3
             ORDER BY {}",
            of(kind),
            as_written(kind)
        )))
        .bind(kind.as_str())
        .bind(NOT_FOUND)
        .bind(micros(since));
        read_all(&rows.fetch_all(&mut *self.read().await?).await?)
    }

    /// Every operation of a run, in the order they were written. Messages belong to no run.
    pub async fn operations_of_run(&self, run: &str) -> Result<Vec<Operation>> {
        let rows = sqlx::query(select("WHERE kind = 'provision' AND run = $1 ORDER BY id"));
        read_all(&rows.bind(run).fetch_all(&mut *self.read().await?).await?)
    }

    /// Every operation of a kind about an address, in the order they were written.
    pub async fn operations_about(
        &self,
        kind: OperationKind,
        address: &str,
    ) -> Result<Vec<Operation>> {
        let rows = sqlx::query(select(&format!(
            "WHERE {} AND address = $2 ORDER BY {}",
            of(kind),
            as_written(kind)
        )))
        .bind(kind.as_str())
        .bind(address);
        read_all(&rows.fetch_all(&mut *self.read().await?).await?)
    }

    /// Every message of a kind, whatever its state, by key. Bodies are as they are stored.
    pub async fn messages_of(&self, kind: MessageKind) -> Result<Vec<Operation>> {
        let rows = sqlx::query(select(
            "WHERE kind = $1 AND message_key IS NOT NULL ORDER BY message_key",
        ))
        .bind(kind.as_str());
        read_all(&rows.fetch_all(&mut *self.read().await?).await?)
    }

    /// What the messages [of the show](MessageKind::OF_THE_SHOW) look like now: cheap enough to be asked
    /// each second.
    pub async fn show_messages_head(&self) -> Result<MessagesHead> {
        let row = sqlx::query(
            "SELECT COUNT(*), CAST(COALESCE(SUM(attempts), 0) AS BIGINT),
                    COALESCE(MAX(changed_at), 0), COUNT(CASE state WHEN 'sending' THEN 1 END),
                    COUNT(CASE state WHEN 'done' THEN 1 END),
                    COUNT(CASE state WHEN 'failed' THEN 1 END),
                    COUNT(CASE state WHEN 'unclear' THEN 1 END)
             FROM operations WHERE kind IN ('delivery', 'say', 'recall', 'correct')",
        )
        .fetch_one(&mut *self.read().await?)
        .await?;
        let mut sums = [0; 7];
        for (column, sum) in sums.iter_mut().enumerate() {
            *sum = row.try_get(column)?;
        }
        Ok(MessagesHead { sums })
    }

    /// How many operations of a kind are in which state, of one run or of all.
    pub async fn operation_counts(
        &self,
        kind: OperationKind,
        run: Option<&str>,
    ) -> Result<OperationCounts> {
        let rows: Vec<(String, i64)> = sqlx::query_as(AssertSqlSafe(format!(
            "SELECT state, COUNT(*) FROM operations
             WHERE {} AND run = COALESCE($2, run) GROUP BY state",
            of(kind)
        )))
        .bind(kind.as_str())
        .bind(run)
        .fetch_all(&mut *self.read().await?)
        .await?;
        let mut counts = OperationCounts::default();
        for (state, rows) in rows {
            *counts.of(parse_state(&state)?) = count(rows)?;
        }
        Ok(counts)
    }
}
