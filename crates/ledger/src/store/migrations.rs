//! Brings a ledger's tables up to date.

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::{Any, AnyConnection, Connection as _, Executor as _, Transaction};

use super::dialect::Dialect;
use crate::error::Error;
use crate::url::LedgerUrl;

static MIGRATIONS: Migrator = sqlx::migrate!();

/// Written into the head of a file, so that no other program's SQLite file is taken for a ledger,
/// nor a ledger for another program's file. The letters spell "Show".
pub(crate) const APPLICATION_ID: i64 = 0x5368_6f77;

/// PRAGMA takes no parameters; a test holds this text and the constant together.
const MARK: &str = "PRAGMA application_id = 1399353207";

/// The newest format that this build knows.
fn newest() -> i64 {
    MIGRATIONS
        .iter()
        .map(|migration| migration.version)
        .max()
        .unwrap_or(0)
}

/// Brings the tables up to date, in one transaction: of two processes that do so at once, the
/// second finds nothing left to do.
pub(crate) async fn migrate(
    conn: &mut AnyConnection,
    dialect: Dialect,
    url: &LedgerUrl,
) -> Result<(), Error> {
    let mut tx: Transaction<'_, Any> = conn.begin_with(dialect.begin_exclusive()).await?;
    if dialect == Dialect::Postgres {
        refuse_another_schema(&mut tx, url).await?;
    }
    MIGRATIONS
        .run_direct(None, &mut *tx, false)
        .await
        .map_err(|error| refuse_tables(error, url))?;
    if dialect == Dialect::Sqlite {
        tx.execute(MARK).await?;
    }
    tx.commit().await?;
    Ok(())
}

fn refuse_tables(error: MigrateError, url: &LedgerUrl) -> Error {
    match error {
        MigrateError::VersionMissing(version) if version > newest() => Error::Newer {
            ledger: url.clone(),
            version,
        },
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => error.into(),
        other => Error::OtherTables {
            ledger: url.clone(),
            cause: other.into(),
        },
    }
}

/// Refuses a schema on a server that has tables, but not those of a ledger.
async fn refuse_another_schema(conn: &mut AnyConnection, url: &LedgerUrl) -> Result<(), Error> {
    let (tables, migrated): (i64, i64) = sqlx::query_as(
        "SELECT COUNT(*), COUNT(*) FILTER (WHERE tablename = '_sqlx_migrations')
         FROM pg_catalog.pg_tables WHERE schemaname = current_schema()",
    )
    .fetch_one(&mut *conn)
    .await?;
    if tables == 0 {
        return Ok(());
    }
    // Other programs number their changes in a table of that name, too.
    if migrated > 0 {
        let (ours,): (i64,) = sqlx::query_as(
            "SELECT COUNT(*) FROM _sqlx_migrations WHERE version = 1 AND description = 'ledger'",
        )
        .fetch_one(conn)
        .await?;
        if ours > 0 {
            return Ok(());
        }
    }
    Err(Error::AnotherProgram {
        ledger: url.clone(),
    })
}
