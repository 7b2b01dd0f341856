//! Tables of which a restore keeps what either side knows: where both know it, one of the two counts.

use std::collections::BTreeMap;

use super::rows::{self, Cell, Row, TableRows};
use crate::error::Result;
use crate::store::{Dialect, WriteTx};

/// Of calendar entries, those with the higher sequence number. Each gets the address by which the restored
/// ledger knows its meeting. Where both sides differ, the number rises above both: calendars may have been
/// given either under the same one.
pub(super) async fn entries(tx: &mut WriteTx, entries: &TableRows, dialect: Dialect) -> Result<()> {
    let address = entries.position("address");
    merge(tx, entries, dialect, &["uid"], |here, backup| {
        let mut row = greater(entries, "sequence", here, backup).clone();
        row[address] = backup.map_or(Cell::Text(None), |backup| backup[address].clone());
        let said = |row: &Row| {
            ["fingerprint", "sequence", "cancelled"].map(|name| entries.cell(row, name).clone())
        };
        if backup.is_some_and(|backup| said(backup) != said(here)) {
            let number = entries.number(&row, "sequence");
            row[entries.position("sequence")] = Cell::Number(Some(number + 1));
            row[entries.position("cancelled")] = Cell::Number(Some(0));
        }
        row
    })
    .await
}

/// Of what was given to whom, that which did not end: it may end once more, with a higher number.
pub(super) async fn recipients(
    tx: &mut WriteTx,
    recipients: &TableRows,
    dialect: Dialect,
) -> Result<()> {
    let stands = |row: &&Row| *recipients.cell(row, "ended_at") == Cell::Number(None);
    let key = ["recipient", "uid"];
    merge(tx, recipients, dialect, &key, |here, backup| {
        backup.filter(stands).unwrap_or(here).clone()
    })
    .await
}

/// Of what is known of an owner's limit, the newer word.
pub(super) async fn limits(tx: &mut WriteTx, limits: &TableRows, dialect: Dialect) -> Result<()> {
    merge(tx, limits, dialect, &["owner"], |here, backup| {
        greater(limits, "noted_at", here, backup).clone()
    })
    .await
}

/// The row with the greater number; if they are equal, that which is here.
fn greater<'r>(table: &TableRows, column: &str, here: &'r Row, backup: Option<&'r Row>) -> &'r Row {
    let number = |row: &Row| table.number(row, column);
    let greater = backup.filter(|backup| number(backup) > number(here));
    greater.unwrap_or(here)
}

/// Replaces a table by what both sides have; `chosen` says which row counts of those that are here.
async fn merge(
    tx: &mut WriteTx,
    backup: &TableRows,
    dialect: Dialect,
    key: &[&str],
    chosen: impl Fn(&Row, Option<&Row>) -> Row,
) -> Result<()> {
    let key = |row: &Row| -> Vec<String> {
        let key = key.iter().map(|it| backup.text(row, it).to_owned());
        key.collect()
    };
    let rows = backup.rows.iter().map(|row| (key(row), row.clone()));
    let mut merged: BTreeMap<Vec<String>, Row> = rows.collect();
    let here = TableRows::read(backup.table(), tx.conn(), dialect).await?;
    for row in &here.rows {
        let key = key(row);
        let chosen = chosen(row, merged.get(&key));
        merged.insert(key, chosen);
    }
    rows::clear(backup.table(), tx.conn()).await?;
    let merged = merged.into_values().collect();
    backup.with(merged).fill(tx.conn()).await
}
