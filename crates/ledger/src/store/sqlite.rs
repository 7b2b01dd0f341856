//! A ledger in a SQLite file, or in memory: all that only SQLite, or only a file, knows about.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sqlx::any::AnyPoolOptions;
use sqlx::{AnyConnection, ConnectOptions as _, Connection as _, Executor as _};
use tokio::sync::Mutex;
use url::Url;

use super::database_error::{DatabaseFault, database_fault};
use super::dialect::Dialect;
use super::group_commit::{Source, Writer};
use super::in_place::InPlace;
use super::lent::Pool;
use super::migrations::{APPLICATION_ID, migrate};
use super::partial::{Existing, Partial, cannot, log_of};
use super::pools::{Pools, connect_options};
use crate::error::Error;
use crate::url::LedgerUrl;

const READ_ONLY: &str = "PRAGMA query_only = ON;";

const READERS: u32 = 3;

/// How long a task waits for its turn. Far more than a healthy disk ever makes it wait.
const TIMEOUT: Duration = Duration::from_secs(60);

/// A database in memory.
pub(super) async fn open_memory(url: &LedgerUrl) -> Result<Pools, Error> {
    let (pools, _) = empty_memory().await?;
    migrate(&mut *pools.reader.acquire().await?, Dialect::Sqlite, url).await?;
    Ok(pools)
}

/// A database in memory without any table, and the name by which SQLite's other connections in
/// this process find it.
pub(crate) async fn empty_memory() -> Result<(Pools, String), Error> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    sqlx::any::install_default_drivers();
    let name = format!("file:showcaller-{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let options = connect_options(&format!("sqlite:{name}?mode=memory"))?;
    let mut only = options.connect().await?;
    only.execute(Dialect::Sqlite.session()).await?;
    let only = Pool::Only(Arc::new(Mutex::new(only)));
    let pools = Pools {
        dialect: Dialect::Sqlite,
        writer: Writer::start(Source::Shared(only.clone())),
        messages: None,
        reader: only.clone(),
        long_reads: only,
        file: None,
    };
    Ok((pools, format!("{name}?mode=memory&cache=shared")))
}

pub(super) async fn open_file(url: &LedgerUrl, given: &Path) -> Result<Pools, Error> {
    let path = make_file(url, given).await?;
    let options = connect_options(sqlite_address(&path, "rw")?.as_str())?;

    // First on a connection outside of the pools, which retry what fails until they lose patience.
    let mut conn = options
        .connect()
        .await
        .map_err(|error| explain(error, given))?;
    prepare(&mut conn, given).await?;
    migrate(&mut conn, Dialect::Sqlite, url).await?;
    conn.close().await?;

    let reader = pool(READERS)
        .after_connect(|conn, _| {
            Box::pin(async move {
                conn.execute(Dialect::Sqlite.session()).await?;
                conn.execute(READ_ONLY).await?;
                Ok(())
            })
        })
        .connect_lazy_with(options.clone());
    let reader = Pool::Several(reader);
    // SQLite copies a file only through a connection that might write.
    let long_reads = Pool::Several(pool(1).connect_lazy_with(options.clone()));
    let file = InPlace::new(given, &path).map_err(cannot(given))?;
    let writer = Writer::start(Source::Own {
        dialect: Dialect::Sqlite,
        options,
        file: Some(file.clone()),
    });
    Ok(Pools {
        dialect: Dialect::Sqlite,
        writer,
        messages: None,
        reader,
        long_reads,
        file: Some(file),
    })
}

/// Sees that the path still leads to the file that is open, and that it is whole, for the next process that opens it
/// next.
pub(crate) async fn verify(file: &InPlace) -> Result<(), Error> {
    file.check()?;
    let mut conn = look_at(file.given()).await?;
    let found: Result<(String,), _> = sqlx::query_as("PRAGMA quick_check(1)")
        .fetch_one(&mut conn)
        .await;
    let _ = conn.close().await;
    match found {
        Ok((word,)) if word == "ok" => Ok(()),
        Ok((word,)) => Err(Error::Damaged {
            what: "the file itself",
            cause: word.into(),
        }),
        Err(error) => Err(error.into()),
    }
}

/// A connection to a ledger's file that changes nothing of it, not even its format. Where nothing may be
/// written beside it, it is read as a file that nothing changes, unless there is a log.
pub(crate) async fn look_at(given: &Path) -> Result<AnyConnection, Error> {
    sqlx::any::install_default_drivers();
    let path = given.canonicalize().map_err(cannot(given))?;
    refuse_odd(&path, given)?;
    match look_through(&path, given, "ro").await {
        Err(Error::CannotOpen { .. } | Error::NotWritable(_)) if !has_log(&path) => {
            look_through(&path, given, "ro&immutable=true").await
        }
        looked => looked,
    }
}

/// The same for a file that has no log: none is made beside it.
pub(crate) async fn look_at_unused(given: &Path) -> Result<AnyConnection, Error> {
    sqlx::any::install_default_drivers();
    let path = given.canonicalize().map_err(cannot(given))?;
    refuse_odd(&path, given)?;
    look_through(&path, given, "ro&immutable=true").await
}

async fn look_through(path: &Path, given: &Path, mode: &str) -> Result<AnyConnection, Error> {
    let mut conn = connect_options(sqlite_address(path, mode)?.as_str())?
        .connect()
        .await
        .map_err(|error| explain(error, given))?;
    match look(&mut conn)
        .await
        .map_err(|error| explain(error, given))?
    {
        Look::Ledger => Ok(conn),
        Look::Empty | Look::Another => Err(Error::NotALedger {
            path: given.to_owned(),
            what: "no Showcaller wrote it",
        }),
    }
}

/// Whether a ledger's file has a log with something in it: as long as a process writes, it has.
fn has_log(path: &Path) -> bool {
    fs::metadata(log_of(path)).is_ok_and(|log| log.len() > 0)
}

fn pool(connections: u32) -> AnyPoolOptions {
    AnyPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(TIMEOUT)
        .idle_timeout(None)
        .max_lifetime(None)
        // A file does not hang up.
        .test_before_acquire(false)
        .after_connect(move |conn, _| {
            Box::pin(async move {
                conn.execute(Dialect::Sqlite.session()).await?;
                Ok(())
            })
        })
}

/// Makes the file and its folder where they are missing, and returns its real path: SQLite follows
/// links, and keeps its log beside the file itself.
///
/// A new file is named once it has its tables, so that an empty one is never a ledger that is being
/// made. It is made here and not by SQLite, because SQLite would make it readable for all. An existing
/// file is never opened here, not even to look at its first bytes: on Unix, closing any handle of a
/// file drops every lock that the process has on it, those of an open ledger included.
async fn make_file(url: &LedgerUrl, given: &Path) -> Result<PathBuf, Error> {
    let absolute = std::path::absolute(given).map_err(cannot(given))?;
    let (Some(folder), Some(_)) = (absolute.parent(), absolute.file_name()) else {
        return Err(Error::IsAFolder {
            path: given.to_owned(),
        });
    };
    new_folder().create(folder).map_err(cannot(given))?;
    if fs::symlink_metadata(&absolute).is_err() {
        match new_ledger(url, &absolute).await {
            // Another process was faster.
            Err(Error::Exists { path: taken }) if taken == absolute => {}
            Err(Error::Exists { path }) => return Err(Error::LogAlone { path }),
            made => made?,
        }
    }
    let path = absolute.canonicalize().map_err(cannot(given))?;
    let found = refuse_odd(&path, given)?;
    if found.permissions().readonly() {
        return Err(Error::ReadOnly {
            path: given.to_owned(),
        });
    }
    if found.len() == 0 && !has_log(&path) {
        return Err(Error::Empty {
            path: given.to_owned(),
        });
    }
    Ok(path)
}

async fn new_ledger(url: &LedgerUrl, path: &Path) -> Result<(), Error> {
    let file = Partial::new(path, Existing::Refuse)?;
    let address = sqlite_address(&file.path, "rw")?;
    let mut conn = connect_options(address.as_str())?.connect().await?;
    conn.execute(Dialect::Sqlite.session()).await?;
    migrate(&mut conn, Dialect::Sqlite, url).await?;
    conn.close().await?;
    file.keep()
}

fn refuse_odd(path: &Path, given: &Path) -> Result<fs::Metadata, Error> {
    let path_given = given.to_owned();
    let found = fs::metadata(path).map_err(cannot(given))?;
    if found.is_dir() {
        return Err(Error::IsAFolder { path: path_given });
    }
    if !found.is_file() {
        return Err(Error::NotALedger {
            path: path_given,
            what: "it is no regular file",
        });
    }
    Ok(found)
}

fn new_folder() -> fs::DirBuilder {
    let mut folder = fs::DirBuilder::new();
    folder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
    folder
}

/// The path as an address that sqlx reads back to the very same path.
fn sqlite_address(path: &Path, mode: &str) -> Result<Url, Error> {
    let cannot = |cause: &'static str| Error::CannotOpen {
        path: path.to_owned(),
        cause: cause.into(),
    };
    let text = path
        .to_str()
        .ok_or_else(|| cannot("its name is not valid UTF-8"))?;
    let mut url = Url::parse("sqlite:///").map_err(|_| cannot("its name makes no address"))?;
    // Percent signs first: setting a path escapes all that is special, except for those.
    url.set_path(&text.replace('%', "%25"));
    url.set_query(Some(&format!("mode={mode}")));
    Ok(url)
}

/// The path as SQLite itself reads it, for a file that exists: even a connection to a database in
/// memory means a file then.
pub(crate) fn attachable(path: &Path) -> Result<String, Error> {
    let url = sqlite_address(path, "rw")?;
    Ok(format!("file://{}?mode=rw&cache=private", url.path()))
}

/// Sees that the file is a ledger or empty, and makes it one that readers and writers share.
async fn prepare(conn: &mut AnyConnection, given: &Path) -> Result<(), Error> {
    let looked = look(conn).await.map_err(|error| explain(error, given))?;
    if looked == Look::Another {
        return Err(Error::NotALedger {
            path: given.to_owned(),
            what: "it is a database of another program",
        });
    }
    conn.execute(Dialect::Sqlite.session()).await?;
    write_ahead(conn).await
}

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    Ledger,
    Empty,
    Another,
}

/// Both answers are of one moment: another process may be making its tables just now.
async fn look(conn: &mut AnyConnection) -> Result<Look, sqlx::Error> {
    let mut tx = conn.begin().await?;
    let (application,): (i64,) = sqlx::query_as("PRAGMA application_id")
        .fetch_one(&mut *tx)
        .await?;
    let (tables,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM sqlite_schema")
        .fetch_one(&mut *tx)
        .await?;
    tx.rollback().await?;
    Ok(match (application, tables) {
        (APPLICATION_ID, _) => Look::Ledger,
        (0, 0) => Look::Empty,
        _ => Look::Another,
    })
}

/// Turns the write-ahead log on: readers do not wait for the writer then, and a commit is one
/// synchronised append.
///
/// SQLite does not wait for its lock here, whatever the busy timeout. So a loser of the race
/// between two processes that open a new file waits by itself.
async fn write_ahead(conn: &mut AnyConnection) -> Result<(), Error> {
    let mut pause = Duration::from_millis(5);
    loop {
        let set: Result<(String,), _> = sqlx::query_as("PRAGMA journal_mode = WAL")
            .fetch_one(&mut *conn)
            .await;
        match set {
            Ok((mode,)) if mode.eq_ignore_ascii_case("wal") => return Ok(()),
            Ok((mode,)) => {
                return Err(Error::Database(
                    format!("SQLite offers no write-ahead log here, only `{mode}`").into(),
                ));
            }
            Err(error)
                if database_fault(&error) == Some(DatabaseFault::Busy)
                    && pause < Duration::from_secs(5) =>
            {
                tokio::time::sleep(pause).await;
                pause *= 2;
            }
            Err(error) => return Err(error.into()),
        }
    }
}

fn explain(error: sqlx::Error, given: &Path) -> Error {
    match database_fault(&error) {
        Some(DatabaseFault::NotADatabase) => Error::NotALedger {
            path: given.to_owned(),
            what: "it is no SQLite file",
        },
        Some(_) => error.into(),
        None => Error::CannotOpen {
            path: given.to_owned(),
            cause: error.into(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_ledger_carries_its_mark() {
        let pools = open_memory(&LedgerUrl::memory()).await.unwrap();
        let (mark,): (i64,) = sqlx::query_as("PRAGMA application_id")
            .fetch_one(&mut *pools.reader.acquire().await.unwrap())
            .await
            .unwrap();
        assert_eq!(mark, APPLICATION_ID);
    }

    #[tokio::test]
    async fn every_connection_is_durable_and_readers_cannot_write() {
        let folder = tempfile::tempdir().unwrap();
        let url = LedgerUrl::file(folder.path().join("a.ledger"));
        let pools = open_file(&url, &folder.path().join("a.ledger"))
            .await
            .unwrap();
        for pool in [&pools.long_reads, &pools.reader] {
            let (synchronous,): (i64,) = sqlx::query_as("PRAGMA synchronous")
                .fetch_one(&mut *pool.acquire().await.unwrap())
                .await
                .unwrap();
            let (journal,): (String,) = sqlx::query_as("PRAGMA journal_mode")
                .fetch_one(&mut *pool.acquire().await.unwrap())
                .await
                .unwrap();
            let (keys,): (i64,) = sqlx::query_as("PRAGMA foreign_keys")
                .fetch_one(&mut *pool.acquire().await.unwrap())
                .await
                .unwrap();
            assert_eq!((synchronous, journal.as_str(), keys), (2, "wal", 1));
        }
        let writes = pools
            .writer
            .write(
                None,
                None,
                super::super::group_commit::Change::Facts,
                (),
                |tx, ()| {
                    Box::pin(async move {
                        let (synchronous,): (i64,) = sqlx::query_as("PRAGMA synchronous")
                            .fetch_one(tx.conn())
                            .await?;
                        Ok(synchronous)
                    })
                },
            )
            .await
            .unwrap();
        assert_eq!(writes, 2, "every commit is synchronised");
        let written = sqlx::query("INSERT INTO meta (name, content) VALUES ('a', 'b')")
            .execute(&mut *pools.reader.acquire().await.unwrap())
            .await
            .unwrap_err();
        assert_eq!(database_fault(&written), Some(DatabaseFault::ReadOnly));
    }
}
