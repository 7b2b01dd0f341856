//! The rows of every table as they are, to be carried from one database to another.

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Row as _};

use crate::error::Error;
use crate::several::{places, rows_at_once};
use Column::{Number, Text};

/// A table and its columns. A test holds this list and the migrations together.
pub(crate) struct Table {
    pub(crate) name: &'static str,
    columns: &'static [Column],
}

/// A column's name, and what it holds. A database wants to know the type even of what is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Text(&'static str),
    Number(&'static str),
}

/// A value of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cell {
    Text(Option<String>),
    Number(Option<i64>),
}

/// A row, in the order of its table's columns.
pub(crate) type Row = Vec<Cell>;

/// A table's rows.
pub(crate) type Rows = (&'static Table, Vec<Row>);

pub(crate) static COUNTERS: Table = Table {
    name: "counters",
    columns: &[Text("name"), Number("last")],
};

pub(crate) static LEASES: Table = Table {
    name: "leases",
    columns: &[
        Text("name"),
        Text("holder"),
        Number("token"),
        Number("held_since"),
        Number("held_until"),
    ],
};

pub(crate) static CREATIONS: Table = Table {
    name: "creations",
    columns: &[
        Number("id"),
        Text("host"),
        Text("address"),
        Number("created_at"),
    ],
};

pub(crate) static PROCESSES: Table = Table {
    name: "processes",
    columns: &[Text("process"), Text("owner"), Number("alive_until")],
};

pub(crate) static LIMITS: Table = Table {
    name: "limits",
    columns: &[Text("owner"), Text("per_minute"), Number("noted_at")],
};

pub(crate) const INTENTS: Table = Table {
    name: "intents",
    columns: &[
        Number("id"),
        Text("run"),
        Text("address"),
        Text("verb"),
        Text("body"),
        Text("owner"),
        Text("creation_host"),
        Text("state"),
        Number("attempts"),
        Text("outcome"),
        Text("reason"),
        Text("tracking_id"),
        Number("written_at"),
        Number("changed_at"),
    ],
};

/// What the ledger knows of the event and of Webex; what is referred to comes first.
pub(crate) static CONTENT: [Table; 9] = [
    Table {
        name: "binding",
        columns: &[
            Number("id"),
            Text("base_url"),
            Text("bot_id"),
            Text("org_id"),
            Text("event_key"),
        ],
    },
    Table {
        name: "resources",
        columns: &[
            Text("address"),
            Text("remote_id"),
            Text("kind"),
            Text("owner"),
            Text("attributes"),
            Number("created_by_us"),
            Number("recorded_at"),
        ],
    },
    Table {
        name: "tombstones",
        columns: &[
            Number("id"),
            Text("address"),
            Text("remote_id"),
            Text("kind"),
            Number("forgotten_at"),
            Text("why"),
        ],
    },
    Table {
        name: "secrets",
        columns: &[Text("address"), Text("secret")],
    },
    Table {
        name: "pins",
        columns: &[Text("address"), Text("host")],
    },
    INTENTS,
    Table {
        name: "revisions",
        columns: &[
            Number("id"),
            Number("applied_at"),
            Text("source_digest"),
            Text("event"),
        ],
    },
    Table {
        name: "revision_sources",
        columns: &[
            Number("revision"),
            Number("position"),
            Text("path"),
            Text("encoding"),
            Text("content"),
        ],
    },
    Table {
        name: "calendar",
        columns: &[
            Text("uid"),
            Text("fingerprint"),
            Number("sequence"),
            Number("cancelled"),
            Text("snapshot"),
            Number("changed_at"),
        ],
    },
];

/// Facts by name, the last of the content.
pub(crate) static META: Table = Table {
    name: "meta",
    columns: &[Text("name"), Text("content")],
};

/// Every table, in an order in which they can be filled.
pub(crate) fn all() -> impl DoubleEndedIterator<Item = &'static Table> {
    content().chain([&COUNTERS, &LEASES, &CREATIONS, &PROCESSES, &LIMITS])
}

/// The tables that a restored ledger has from its backup alone.
pub(crate) fn content() -> impl DoubleEndedIterator<Item = &'static Table> {
    CONTENT.iter().chain([&META])
}

impl Column {
    fn name(self) -> &'static str {
        match self {
            Text(name) | Number(name) => name,
        }
    }

    fn read(self, row: &AnyRow, index: usize) -> Result<Cell, sqlx::Error> {
        Ok(match self {
            Text(_) => Cell::Text(row.try_get(index)?),
            Number(_) => Cell::Number(row.try_get(index)?),
        })
    }
}

impl Table {
    fn names(&self) -> String {
        let names: Vec<&str> = self.columns.iter().map(|column| column.name()).collect();
        names.join(", ")
    }

    /// Every row.
    pub(crate) async fn read(&'static self, conn: &mut AnyConnection) -> Result<Rows, Error> {
        let statement = format!("SELECT {} FROM {}", self.names(), self.name);
        let rows = sqlx::query(AssertSqlSafe(statement))
            .fetch_all(conn)
            .await?;
        let rows: Result<Vec<Row>, sqlx::Error> = rows
            .iter()
            .map(|row| {
                let columns = self.columns.iter().enumerate();
                columns
                    .map(|(index, column)| column.read(row, index))
                    .collect()
            })
            .collect();
        Ok((self, rows?))
    }

    /// Deletes every row.
    pub(crate) async fn clear(&self, conn: &mut AnyConnection) -> Result<(), Error> {
        let statement = format!("DELETE FROM {}", self.name);
        sqlx::query(AssertSqlSafe(statement)).execute(conn).await?;
        Ok(())
    }

    /// Adds rows.
    pub(crate) async fn fill(&self, conn: &mut AnyConnection, rows: &[Row]) -> Result<(), Error> {
        let at_once = rows_at_once(self.columns.len());
        for several in rows.chunks(at_once) {
            let statement = format!(
                "INSERT INTO {} ({}) VALUES {}",
                self.name,
                self.names(),
                places(several.len(), self.columns.len())
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
}

/// Every row of every table, as they are within one transaction.
pub(crate) async fn read_all(conn: &mut AnyConnection) -> Result<Vec<Rows>, Error> {
    let mut everything = Vec::new();
    for table in all() {
        everything.push(table.read(conn).await?);
    }
    Ok(everything)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::open::open;
    use crate::url::LedgerUrl;

    #[tokio::test]
    async fn every_table_and_column_of_the_schema_is_known_here() {
        let doors = open(&LedgerUrl::memory()).await.unwrap();
        let columns: Vec<(String, String, String)> = sqlx::query_as(
            "SELECT m.name, c.name, c.type FROM sqlite_schema m, pragma_table_info(m.name) c
             WHERE m.type = 'table' AND m.name <> '_sqlx_migrations'",
        )
        .fetch_all(&doors.reader)
        .await
        .unwrap();
        let there: BTreeSet<(String, String, String)> = columns.into_iter().collect();
        let here: BTreeSet<(String, String, String)> = all()
            .flat_map(|table| table.columns.iter().map(move |column| (table, column)))
            .map(|(table, column)| {
                let (name, kind) = match column {
                    Text(name) => (name, "TEXT"),
                    Number(name) => (name, "BIGINT"),
                };
                (table.name.into(), (*name).into(), kind.into())
            })
            .collect();
        assert_eq!(here, there);
    }
}
