//! What a restore must not forget of a show: entries of the log that either side has, and that a token was
//! revoked.

use std::collections::BTreeSet;

use super::rows::{Cell, Row, TableRows};
use crate::error::Result;
use crate::store::{Dialect, WriteTx};

/// Adds the entries of the log that only the backup has. Where both sides went on, what they wrote since
/// gets new numbers in the order of its times.
pub(super) async fn merge_log(tx: &mut WriteTx, log: &TableRows, dialect: Dialect) -> Result<()> {
    let here = TableRows::read("show_log", tx.conn(), dialect).await?;
    let number = |row: &Row| log.number(row, "number");
    let known: BTreeSet<&str> = here
        .rows
        .iter()
        .map(|row| here.text(row, "entry_key"))
        .collect();
    let mut unknown = log.rows.clone();
    unknown.retain(|row| !known.contains(log.text(row, "entry_key")));
    unknown.sort_by_key(number);
    let Some(first) = unknown.first().map(number) else {
        return Ok(());
    };
    let mut later = here.rows.clone();
    later.retain(|row| number(row) >= first);
    if later.is_empty() {
        return log.with(unknown).fill(tx.conn()).await;
    }
    later.sort_by_key(number);
    sqlx::query("DELETE FROM show_log WHERE number >= $1")
        .bind(first)
        .execute(tx.conn())
        .await?;
    let mut merged = by_time(later, unknown, |row| written_at(log, row));
    let position = log.position("number");
    for row in &mut merged {
        row[position] = Cell::Number(Some(tx.next("show_log").await?));
    }
    log.with(merged).fill(tx.conn()).await
}

/// When an entry was received, or else when its writer says that it was written.
pub(super) fn written_at(log: &TableRows, row: &Row) -> i64 {
    match log.cell(row, "received_at") {
        Cell::Number(Some(at)) => *at,
        _ => log.number(row, "at"),
    }
}

/// Both, by time; each keeps its own order, also where a clock went back.
fn by_time(one: Vec<Row>, other: Vec<Row>, at: impl Fn(&Row) -> i64) -> Vec<Row> {
    let mut merged = Vec::with_capacity(one.len() + other.len());
    let (mut one, mut other) = (one.into_iter().peekable(), other.into_iter().peekable());
    loop {
        let first = match (one.peek(), other.peek()) {
            (Some(a), Some(b)) => at(a) <= at(b),
            (a, _) => a.is_some(),
        };
        let next = if first { one.next() } else { other.next() };
        match next {
            Some(row) => merged.push(row),
            None => return merged,
        }
    }
}

/// Adds the tokens that only the backup has, and notes of the others that they were revoked.
pub(super) async fn merge_tokens(tx: &mut WriteTx, tokens: &TableRows) -> Result<()> {
    let here: Vec<(i64, String)> = sqlx::query_as("SELECT id, hash FROM control_tokens")
        .fetch_all(tx.conn())
        .await?;
    let (mut ids, hashes): (BTreeSet<i64>, BTreeSet<String>) = here.into_iter().unzip();
    let (id, revoked_at) = (tokens.position("id"), tokens.position("revoked_at"));
    let mut unknown = Vec::new();
    for row in &tokens.rows {
        let hash = tokens.text(row, "hash");
        if !hashes.contains(hash) {
            let mut row = row.clone();
            if !ids.insert(tokens.number(&row, "id")) {
                row[id] = Cell::Number(Some(tx.next("control_tokens").await?));
            }
            unknown.push(row);
        } else if let Cell::Number(Some(revoked_at)) = row[revoked_at] {
            sqlx::query(
                "UPDATE control_tokens SET revoked_at = $1 WHERE hash = $2 AND revoked_at IS NULL",
            )
            .bind(revoked_at)
            .bind(hash)
            .execute(tx.conn())
            .await?;
        }
    }
    tokens.with(unknown).fill(tx.conn()).await
}
