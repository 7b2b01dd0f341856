//! The rows of every table as they are, to be carried from one database to another.

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Row as _};

use crate::error::Result;
use crate::store::{Dialect, places, rows_at_once};

/// Every table; what is referred to comes first.
pub(super) const TABLES: [&str; 24] = [
    "binding",
    "resources",
    "tombstones",
    "secrets",
    "pins",
    "operations",
    "revisions",
    "revision_sources",
    "calendar",
    "calendar_recipients",
    "meta",
    "counters",
    "leases",
    "creations",
    "processes",
    "process_owners",
    "limits",
    "inbox",
    "recent_questions",
    "reminders",
    "show_log",
    "control_tokens",
    "meeting_instances",
    "attendance",
];

/// A column, and whether it holds text; if not, whole numbers. A database wants to know the type
/// even of what is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Column {
    name: String,
    is_text: bool,
}

/// A value of a row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Cell {
    Text(Option<String>),
    Number(Option<i64>),
}

/// A row, in the order of its table's columns.
pub(super) type Row = Vec<Cell>;

/// The rows of one table.
#[derive(Debug)]
pub(super) struct TableRows {
    table: &'static str,
    columns: Vec<Column>,
    pub(super) rows: Vec<Row>,
}

impl TableRows {
    /// The table.
    pub(super) fn table(&self) -> &'static str {
        self.table
    }

    /// Reads every row.
    pub(super) async fn read(
        table: &'static str,
        conn: &mut AnyConnection,
        dialect: Dialect,
    ) -> Result<Self> {
        let columns = columns(table, conn, dialect).await?;
        let statement = format!("SELECT {} FROM {table}", names(&columns));
        let rows = sqlx::query(AssertSqlSafe(statement))
            .fetch_all(conn)
            .await?;
        let rows = rows.iter().map(|row| read_row(&columns, row));
        Ok(Self {
            rows: rows.collect::<Result<_, sqlx::Error>>()?,
            table,
            columns,
        })
    }

    /// Other rows of the same table.
    pub(super) fn with(&self, rows: Vec<Row>) -> Self {
        Self {
            table: self.table,
            columns: self.columns.clone(),
            rows,
        }
    }

    /// Adds the rows to the table of that name in another database.
    pub(super) async fn fill(&self, conn: &mut AnyConnection) -> Result<()> {
        let columns = self.columns.len();
        let at_once = rows_at_once(columns);
        for several in self.rows.chunks(at_once) {
            let statement = format!(
                "INSERT INTO {} ({}) VALUES {}",
                self.table,
                names(&self.columns),
                places(several.len(), columns)
            );
            // The last one is of a length of its own, and not worth being remembered.
            let mut query =
                sqlx::query(AssertSqlSafe(statement)).persistent(several.len() == at_once);
            for cell in several.iter().flatten() {
                query = match cell {
                    Cell::Text(text) => query.bind(text.as_deref()),
                    Cell::Number(number) => query.bind(*number),
                };
            }
            query.execute(&mut *conn).await?;
        }
        Ok(())
    }

    /// The value of a row in this column.
    pub(super) fn cell<'r>(&self, row: &'r Row, column: &str) -> &'r Cell {
        &row[self.position(column)]
    }

    /// The text of a row in this column; empty if it is missing.
    pub(super) fn text<'r>(&self, row: &'r Row, column: &str) -> &'r str {
        match self.cell(row, column) {
            Cell::Text(Some(text)) => text,
            Cell::Text(None) | Cell::Number(_) => "",
        }
    }

    /// The number of a row in this column; 0 if it is missing.
    pub(super) fn number(&self, row: &Row, column: &str) -> i64 {
        match self.cell(row, column) {
            Cell::Number(Some(number)) => *number,
            Cell::Number(None) | Cell::Text(_) => 0,
        }
    }

    /// Where this column stands in each row.
    pub(super) fn position(&self, column: &str) -> usize {
        let position = self.columns.iter().position(|it| it.name == column);
        position.expect("the migrations make a column of that name")
    }
}

/// Deletes every row of a table.
pub(super) async fn clear(table: &str, conn: &mut AnyConnection) -> Result<()> {
    sqlx::query(AssertSqlSafe(format!("DELETE FROM {table}")))
        .execute(conn)
        .await?;
    Ok(())
}

/// Every row of every table, as they are within one transaction.
pub(super) async fn read_all(conn: &mut AnyConnection, dialect: Dialect) -> Result<Vec<TableRows>> {
    let mut everything = Vec::with_capacity(TABLES.len());
    for table in TABLES {
        everything.push(TableRows::read(table, conn, dialect).await?);
    }
    Ok(everything)
}

fn names(columns: &[Column]) -> String {
    let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    names.join(", ")
}

fn read_row(columns: &[Column], row: &AnyRow) -> Result<Row, sqlx::Error> {
    let columns = columns.iter().enumerate();
    columns
        .map(|(index, column)| {
            Ok(match column.is_text {
                true => Cell::Text(row.try_get(index)?),
                false => Cell::Number(row.try_get(index)?),
            })
        })
        .collect()
}

async fn columns(table: &str, conn: &mut AnyConnection, dialect: Dialect) -> Result<Vec<Column>> {
    let columns: Vec<(String, String)> = sqlx::query_as(dialect.columns())
        .bind(table)
        .fetch_all(conn)
        .await?;
    let columns = columns.into_iter();
    Ok(columns
        .map(|(name, kind)| Column {
            name,
            is_text: kind.eq_ignore_ascii_case("text"),
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::store::open;
    use crate::url::LedgerUrl;

    #[tokio::test]
    async fn every_table_is_carried_over_and_holds_only_text_and_numbers() {
        let pools = open(&LedgerUrl::memory()).await.unwrap();
        let mut conn = pools.reader.acquire().await.unwrap();
        let there: Vec<(String, String, String)> = sqlx::query_as(
            "SELECT m.name, c.name, c.type FROM sqlite_schema m, pragma_table_info(m.name) c
             WHERE m.type = 'table' AND m.name <> '_sqlx_migrations'",
        )
        .fetch_all(&mut *conn)
        .await
        .unwrap();
        let tables: BTreeSet<&str> = there.iter().map(|(table, ..)| table.as_str()).collect();
        assert_eq!(tables, BTreeSet::from(TABLES));
        for (table, column, kind) in &there {
            assert!(
                matches!(kind.as_str(), "TEXT" | "BIGINT"),
                "{table}.{column}"
            );
        }
    }
}
