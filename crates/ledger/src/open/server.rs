//! A ledger on a PostgreSQL server: all that only PostgreSQL knows about.

use std::time::Duration;

use sqlx::any::AnyPoolOptions;
use sqlx::{AnyConnection, ConnectOptions as _, Connection as _, Executor as _};
use url::Url;

use super::{Doors, migrate, options};
use crate::error::Error;
use crate::url::LedgerUrl;
use crate::writer::{Source, Writer};
use crate::writing::Kind;

/// Each connection: durable at every commit, even where the server's own setting is not; nobody
/// waits for ever for another, and a process that was stopped in the middle of a transaction does
/// not keep the others out for ever.
pub(super) const EACH: &str = "SET lock_timeout = '60s';
    SET idle_in_transaction_session_timeout = '60s';
    SET client_min_messages = 'warning';
    SELECT set_config('synchronous_commit', 'on', false)
        WHERE current_setting('synchronous_commit') = 'off'";

/// All writers of one ledger take turns, as they do on SQLite: there is nothing to deadlock on, and
/// what a transaction has read stays true until it commits. The lock is of our own number, and one
/// for each schema of a database; readers do not ask for it.
///
/// The level is said, whatever the server's default is: on a higher one everything would be read as
/// it was before the lock was waited for, a lease that was taken over meanwhile included.
pub(super) const BEGIN_WRITE: &str = "BEGIN ISOLATION LEVEL READ COMMITTED;
    SELECT pg_advisory_xact_lock(1399353207, hashtext(current_schema()))";

/// How a transaction begins that sees one moment of the ledger, whatever is written meanwhile.
pub(crate) const BEGIN_SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

const READERS: u32 = 3;

/// How long somebody waits for a connection.
const PATIENCE: Duration = Duration::from_secs(15);

pub(super) async fn open(url: &LedgerUrl, address: &Url) -> Result<Doors, Error> {
    let options = options(address.as_str())?;
    // First on a connection outside of the pools, which retry what fails until they lose patience.
    let connected = tokio::time::timeout(PATIENCE, options.connect()).await;
    let mut conn = connected.map_err(|_| Error::OutOfReach("it took too long".into()))??;
    conn.execute(EACH).await?;
    migrate(&mut conn, Kind::Server, url).await?;
    conn.close().await?;

    let pool = |connections| {
        AnyPoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(PATIENCE)
            .after_connect(|conn, _| {
                Box::pin(async move {
                    conn.execute(EACH).await?;
                    Ok(())
                })
            })
            .connect_lazy_with(options.clone())
    };
    Ok(Doors {
        kind: Kind::Server,
        reader: pool(READERS),
        aside: pool(1),
        writer: Writer::start(Source::Own {
            kind: Kind::Server,
            options: options.clone(),
        }),
    })
}

/// Refuses a schema that has tables, but not those of a ledger.
pub(super) async fn refuse_another(conn: &mut AnyConnection, url: &LedgerUrl) -> Result<(), Error> {
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
