//! What a restore must not forget of calendars: sequence numbers, and who was given what.

use std::collections::BTreeMap;

use super::rows::{self, Cell, Row, TableRows};
use crate::error::Error;
use crate::store::{Dialect, WriteTx};

/// Adds the entries that only the backup has. Of one that both have, the higher sequence number counts,
/// and the address by which the restored ledger knows its meeting. Where they differ, the number rises
/// above both: calendars may have been given either under the same one.
pub(super) async fn merge_entries(
    tx: &mut WriteTx,
    entries: &TableRows,
    dialect: Dialect,
) -> Result<(), Error> {
    let sequence = |row: &Row| entries.number(row, "sequence");
    merge(tx, entries, dialect, &["uid"], |here, backup| {
        let address = match backup {
            Some(backup) => entries.cell(backup, "address").clone(),
            None => Cell::Text(None),
        };
        let newer = backup.filter(|backup| sequence(backup) > sequence(here));
        let mut row = newer.unwrap_or(here).clone();
        row[entries.position("address")] = address;
        let said = |row: &Row| {
            ["fingerprint", "sequence", "cancelled"].map(|name| entries.cell(row, name).clone())
        };
        if backup.is_some_and(|backup| said(backup) != said(here)) {
            row[entries.position("sequence")] = Cell::Number(Some(sequence(&row) + 1));
            row[entries.position("cancelled")] = Cell::Number(Some(0));
        }
        row
    })
    .await
}

/// Adds what only the backup says was given. Where an entry ended by one side and stands by the other, it
/// stands: it may end once more, with a higher number.
pub(super) async fn merge_recipients(
    tx: &mut WriteTx,
    recipients: &TableRows,
    dialect: Dialect,
) -> Result<(), Error> {
    let stands = |row: &Row| *recipients.cell(row, "ended_at") == Cell::Number(None);
    let key = ["recipient", "uid"];
    merge(tx, recipients, dialect, &key, |here, backup| {
        let standing = backup.filter(|backup| stands(backup));
        standing.unwrap_or(here).clone()
    })
    .await
}

/// Replaces a table by what both sides have; `chosen` says which row counts of those that are here.
async fn merge(
    tx: &mut WriteTx,
    backup: &TableRows,
    dialect: Dialect,
    key: &[&str],
    chosen: impl Fn(&Row, Option<&Row>) -> Row,
) -> Result<(), Error> {
    let key = |row: &Row| -> Vec<String> {
        key.iter()
            .map(|it| backup.text(row, it).to_owned())
            .collect()
    };
    let mut merged: BTreeMap<Vec<String>, Row> = backup
        .rows
        .iter()
        .map(|row| (key(row), row.clone()))
        .collect();
    for here in TableRows::read(backup.table(), tx.conn(), dialect)
        .await?
        .rows
    {
        let row = chosen(&here, merged.get(&key(&here)));
        merged.insert(key(&here), row);
    }
    rows::clear(backup.table(), tx.conn()).await?;
    backup
        .with(merged.into_values().collect())
        .fill(tx.conn())
        .await
}
