//! Opening a ledger, wherever it is kept.

mod file;
mod server;

use std::str::FromStr as _;

use sqlx::any::AnyConnectOptions;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::{
    Any, AnyConnection, AnyPool, ConnectOptions as _, Connection as _, Executor as _, Transaction,
};

pub(crate) use self::file::{attachable, empty_memory, look_at, new_file};
pub(crate) use self::server::BEGIN_SNAPSHOT;
use crate::error::Error;
use crate::url::{LedgerUrl, Place};
use crate::writer::Writer;
use crate::writing::Kind;

static MIGRATIONS: Migrator = sqlx::migrate!();

/// The ways to a ledger. For one in memory all lead over the same single connection.
#[derive(Clone)]
pub(crate) struct Doors {
    pub(crate) kind: Kind,
    pub(crate) writer: Writer,
    pub(crate) reader: AnyPool,
    /// For what reads for long.
    pub(crate) aside: AnyPool,
}

pub(crate) async fn open(url: &LedgerUrl) -> Result<Doors, Error> {
    sqlx::any::install_default_drivers();
    match url.place() {
        Place::Memory => file::open_memory(url).await,
        Place::File(path) => file::open_file(url, path).await,
        Place::Server(address) => server::open(url, address).await,
    }
}

/// What is said on each connection first.
pub(crate) fn each(kind: Kind) -> &'static str {
    match kind {
        Kind::File => file::EACH,
        Kind::Server => server::EACH,
    }
}

/// How a transaction begins that has the right to write from its first moment on.
pub(crate) fn begin_write(kind: Kind) -> &'static str {
    match kind {
        Kind::File => file::BEGIN_WRITE,
        Kind::Server => server::BEGIN_WRITE,
    }
}

/// The newest format that this build knows.
pub(crate) fn newest() -> i64 {
    MIGRATIONS
        .iter()
        .map(|migration| migration.version)
        .max()
        .unwrap_or(0)
}

fn options(address: &str) -> Result<AnyConnectOptions, Error> {
    // Statements are logged without their values, but even so at a cost per statement.
    Ok(AnyConnectOptions::from_str(address)?.disable_statement_logging())
}

/// Brings the tables up to date, in one transaction: of two processes that do so at once, the
/// second finds nothing left to do.
pub(crate) async fn migrate(
    conn: &mut AnyConnection,
    kind: Kind,
    url: &LedgerUrl,
) -> Result<(), Error> {
    let mut tx: Transaction<'_, Any> = conn.begin_with(begin_write(kind)).await?;
    if kind == Kind::Server {
        server::refuse_another(&mut tx, url).await?;
    }
    MIGRATIONS
        .run_direct(None, &mut *tx, false)
        .await
        .map_err(|error| refuse_tables(error, url))?;
    if kind == Kind::File {
        tx.execute(file::MARK).await?;
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
