//! What a restore must not forget of messages: a key that either side knows is known for ever.

use std::collections::BTreeSet;

use jiff::Timestamp;
use sqlx::AssertSqlSafe;

use super::rows::{Cell, Row, TableRows};
use crate::error::Result;
use crate::store::{WriteTx, micros};
use crate::tables::meta;
use crate::tables::operations::UNFINISHED;
use crate::types::OperationState;

/// Why a message of a backup is in doubt that was not finished when the backup was made.
const IN_DOUBT: &str = "it may have been sent after the backup was made";

/// The fact that says from when until when messages may have been sent of which nothing is known.
pub(super) const UNKNOWN_SPANS: &str = "messages-unknown";

/// The rows of a backup's journal that belong to provisioning.
pub(super) fn steps(backup: &TableRows) -> Vec<Row> {
    let rows = backup.rows.iter();
    rows.filter(|row| !is_message(backup, row))
        .cloned()
        .collect()
}

/// Forgets what is unfinished here and known to the backup, where this ledger is not the one that went on
/// from it: then the other one can have sent it, and the backup's word counts. Not what a process that is
/// alive here is sending, which will tell how it ended.
pub(super) async fn forget_outdated(
    tx: &mut WriteTx,
    backup: &TableRows,
    now: Timestamp,
) -> Result<()> {
    let unfinished: Vec<(i64, String, String)> = sqlx::query_as(AssertSqlSafe(format!(
        "SELECT id, kind, message_key FROM operations
         WHERE {UNFINISHED}
             AND NOT (state = 'sending' AND EXISTS (
                 SELECT 1 FROM processes p WHERE p.instance = operations.claimed_by
                     AND p.dead_since IS NULL AND p.alive_until > $1))"
    )))
    .bind(micros(now))
    .fetch_all(tx.conn())
    .await?;
    let there: BTreeSet<Key> = backup.rows.iter().map(|row| key(backup, row)).collect();
    for (id, kind, message_key) in unfinished {
        if there.contains(&(kind, message_key)) {
            sqlx::query("DELETE FROM operations WHERE id = $1")
                .bind(id)
                .execute(tx.conn())
                .await?;
        }
    }
    Ok(())
}

/// Kind and key of a message.
type Key = (String, String);

fn key(backup: &TableRows, row: &Row) -> Key {
    let text = |column| backup.text(row, column).to_owned();
    (text("kind"), text("message_key"))
}

/// The messages of a backup that are not known here, those unfinished as in doubt: since the backup
/// was made they can have been sent. What is known here stays.
pub(super) async fn unknown(
    tx: &mut WriteTx,
    backup: &TableRows,
    now: Timestamp,
) -> Result<Vec<Row>> {
    let here: Vec<Key> =
        sqlx::query_as("SELECT kind, message_key FROM operations WHERE message_key IS NOT NULL")
            .fetch_all(tx.conn())
            .await?;
    let here: BTreeSet<Key> = here.into_iter().collect();
    let rows = backup.rows.iter();
    let unknown = rows.filter(|row| is_message(backup, row) && !here.contains(&key(backup, row)));
    Ok(unknown
        .cloned()
        .map(|row| in_doubt_unless_ended(backup, row, now))
        .collect())
}

fn is_message(backup: &TableRows, row: &Row) -> bool {
    !backup.text(row, "message_key").is_empty()
}

fn in_doubt_unless_ended(backup: &TableRows, mut row: Row, now: Timestamp) -> Row {
    let state = OperationState::parse(backup.text(&row, "state"));
    if matches!(
        state,
        Some(OperationState::Waiting | OperationState::Sending)
    ) {
        let unclear = OperationState::Unclear.as_str().to_owned();
        row[backup.position("state")] = Cell::Text(Some(unclear));
        row[backup.position("reason")] = Cell::Text(Some(IN_DOUBT.to_owned()));
        row[backup.position("changed_at")] = Cell::Number(Some(micros(now)));
    }
    row
}

/// Whether this ledger is the one that a backup was made of, or has learned from it what happened:
/// then it holds the entry that was written last before the backup was made, no older than that.
pub(super) async fn is_continued(tx: &mut WriteTx, backup: &TableRows) -> Result<bool> {
    let changed_at = |row: &Row| backup.number(row, "changed_at");
    let Some(last) = backup.rows.iter().max_by_key(|row| changed_at(row)) else {
        return Ok(false);
    };
    let text = |column| backup.text(last, column);
    let (known,): (i64,) = sqlx::query_as(
        "SELECT COUNT(*) FROM operations
         WHERE kind = $1 AND COALESCE(message_key, '') = $2 AND address = $3 AND verb = $4
             AND written_at = $5 AND changed_at >= $6",
    )
    .bind(text("kind"))
    .bind(text("message_key"))
    .bind(text("address"))
    .bind(text("verb"))
    .bind(backup.number(last, "written_at"))
    .bind(changed_at(last))
    .fetch_one(tx.conn())
    .await?;
    Ok(known > 0)
}

/// Adds, to the times in which messages may have been sent that no row tells of, those that were
/// known `here` before the restore, and a new one.
pub(super) async fn add_unknown_spans(
    tx: &mut WriteTx,
    here: Option<String>,
    new: Option<(Timestamp, Timestamp)>,
) -> Result<()> {
    let there = meta::fact_in(tx, UNKNOWN_SPANS).await?;
    let new = new.map(|(from, until)| format!("{from}/{until}"));
    let facts = [here, there, new];
    let spans: BTreeSet<&str> = facts
        .iter()
        .flatten()
        .flat_map(|spans| spans.split_whitespace())
        .collect();
    if spans.is_empty() {
        return Ok(());
    }
    let spans: Vec<&str> = spans.into_iter().collect();
    meta::set_in(tx, UNKNOWN_SPANS, &spans.join(" ")).await
}
