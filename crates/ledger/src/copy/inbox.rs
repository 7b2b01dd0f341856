//! What a restore must not forget of the inbox: an event that either side decided upon is decided.

use std::collections::BTreeSet;

use super::rows::TableRows;
use crate::error::Result;
use crate::store::WriteTx;
use crate::types::InboxState;

/// Adds what only the backup knows. Of an event that waits here, the backup's word counts.
pub(super) async fn merge(
    tx: &mut WriteTx,
    inbox: &TableRows,
    reminders: &TableRows,
) -> Result<()> {
    let decided = inbox
        .rows
        .iter()
        .filter(|row| inbox.text(row, "state") != InboxState::Waiting.as_str());
    for row in decided {
        sqlx::query("DELETE FROM inbox WHERE entry_key = $1 AND state = 'waiting'")
            .bind(inbox.text(row, "entry_key"))
            .execute(tx.conn())
            .await?;
    }
    add_unknown(tx, inbox, "entry_key", "SELECT entry_key FROM inbox").await?;
    add_unknown(tx, reminders, "person", "SELECT person FROM reminders").await
}

async fn add_unknown(
    tx: &mut WriteTx,
    backup: &TableRows,
    key: &str,
    keys_here: &'static str,
) -> Result<()> {
    let here: Vec<(String,)> = sqlx::query_as(keys_here).fetch_all(tx.conn()).await?;
    let here: BTreeSet<&str> = here.iter().map(|(key,)| key.as_str()).collect();
    let rows = backup.rows.iter();
    let unknown = rows.filter(|row| !here.contains(backup.text(row, key)));
    backup
        .with(unknown.cloned().collect())
        .fill(tx.conn())
        .await
}
