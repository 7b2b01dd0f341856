//! Opening a ledger: all that only SQLite, or only a file, knows about.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::{Any, AnyConnection, AnyPool, ConnectOptions, Connection, Executor, Transaction};
use url::Url;

use crate::error::Error;
use crate::url::{LedgerUrl, Place};

static MIGRATIONS: Migrator = sqlx::migrate!();

/// How a writing transaction begins. A plain BEGIN takes the right to write only when it first
/// writes, and fails if another writer came between.
pub(crate) const BEGIN_WRITE: &str = "BEGIN IMMEDIATE";

/// Written into the head of the file, so that no other program's SQLite file is taken for a
/// ledger, nor a ledger for another program's file. The letters spell "Show".
const APPLICATION_ID: i64 = 0x5368_6f77;

/// Each connection: durable at every commit; a deleted secret is overwritten, not just unlinked.
const EACH: &str = "PRAGMA busy_timeout = 10000;
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON;
    PRAGMA secure_delete = ON;";

const READ_ONLY: &str = "PRAGMA query_only = ON;";

/// SQLite has one writer at a time: a queue in front of one connection is fair and does not spin,
/// which its own waiting for the lock is not and does.
const WRITERS: u32 = 1;
const READERS: u32 = 3;

/// How long a task waits for its turn. Far more than a healthy disk ever makes it wait.
const PATIENCE: Duration = Duration::from_secs(60);

/// One creation of a file at a time in this process; see [`make_file`].
static CREATION: Mutex<()> = Mutex::new(());

/// The connections. For a ledger in memory all are the same single connection.
#[derive(Clone)]
pub(crate) struct Pools {
    pub(crate) writer: AnyPool,
    pub(crate) reader: AnyPool,
    /// For what reads for long.
    pub(crate) aside: AnyPool,
}

pub(crate) async fn open(url: &LedgerUrl) -> Result<Pools, Error> {
    sqlx::any::install_default_drivers();
    match url.place() {
        Place::Memory => open_memory(url).await,
        Place::File(path) => open_file(url, path).await,
        Place::Server(_) => Err(Error::NotThisBuild(url.clone())),
    }
}

async fn open_memory(url: &LedgerUrl) -> Result<Pools, Error> {
    let (pools, _) = empty_memory().await?;
    migrate(&mut *pools.writer.acquire().await?, url).await?;
    Ok(pools)
}

/// A database in memory without any table, and the name by which SQLite's other connections in
/// this process find it.
pub(crate) async fn empty_memory() -> Result<(Pools, String), Error> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    sqlx::any::install_default_drivers();
    let name = format!("file:showcaller-{}", NEXT.fetch_add(1, Ordering::Relaxed));
    // Closing the only connection empties it.
    let writer = pool(1, EACH)
        .min_connections(1)
        .connect_with(options(&format!("sqlite:{name}?mode=memory"))?)
        .await?;
    let pools = Pools {
        reader: writer.clone(),
        aside: writer.clone(),
        writer,
    };
    Ok((pools, format!("{name}?mode=memory&cache=shared")))
}

async fn open_file(url: &LedgerUrl, given: &Path) -> Result<Pools, Error> {
    let path = make_file(given)?;
    let options = options(sqlite_address(&path)?.as_str())?;

    // First on a connection outside of the pools, which retry what fails until they lose patience.
    let mut conn = options
        .connect()
        .await
        .map_err(|error| explain(error, given))?;
    prepare(&mut conn, given).await?;
    migrate(&mut conn, url).await?;
    conn.close().await?;

    let writer = pool(WRITERS, EACH).connect_with(options.clone()).await?;
    let reader = pool(READERS, EACH)
        .after_connect(|conn, _| {
            Box::pin(async move {
                conn.execute(EACH).await?;
                conn.execute(READ_ONLY).await?;
                Ok(())
            })
        })
        .connect_lazy_with(options.clone());
    // SQLite copies a file only through a connection that might write.
    let aside = pool(1, EACH).connect_lazy_with(options);
    Ok(Pools {
        writer,
        reader,
        aside,
    })
}

fn options(address: &str) -> Result<AnyConnectOptions, Error> {
    // Statements are logged without their values, but even so at a cost per statement.
    Ok(AnyConnectOptions::from_str(address)?.disable_statement_logging())
}

fn pool(connections: u32, each: &'static str) -> AnyPoolOptions {
    AnyPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(PATIENCE)
        .idle_timeout(None)
        .max_lifetime(None)
        // A file does not hang up.
        .test_before_acquire(false)
        .after_connect(move |conn, _| {
            Box::pin(async move {
                conn.execute(each).await?;
                Ok(())
            })
        })
}

/// Makes the file and its folder where they are missing, and returns its real path.
///
/// The file is made here and not by SQLite, because SQLite would make it readable for all. An
/// existing file is never opened here, not even to look at its first bytes: on Unix, closing any
/// handle of a file drops every lock that the process has on it, those of an open ledger included.
/// For the same reason a second opener waits until the first has closed what it made.
fn make_file(given: &Path) -> Result<PathBuf, Error> {
    let cannot = |cause: io::Error| Error::CannotOpen {
        path: given.to_owned(),
        cause: cause.into(),
    };
    let absolute = std::path::absolute(given).map_err(cannot)?;
    let (Some(folder), Some(name)) = (absolute.parent(), absolute.file_name()) else {
        return Err(Error::IsAFolder {
            path: given.to_owned(),
        });
    };
    new_folder().create(folder).map_err(cannot)?;
    let path = folder.canonicalize().map_err(cannot)?.join(name);

    let _one_at_a_time = CREATION
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    match new_file().open(&path) {
        Ok(file) => drop(file),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            refuse_unwritable(&path, given)?;
        }
        Err(error) => return Err(cannot(error)),
    }
    Ok(path)
}

fn refuse_unwritable(path: &Path, given: &Path) -> Result<(), Error> {
    let path_given = given.to_owned();
    let found = fs::metadata(path).map_err(|cause| Error::CannotOpen {
        path: given.to_owned(),
        cause: cause.into(),
    })?;
    if found.is_dir() {
        return Err(Error::IsAFolder { path: path_given });
    }
    if !found.is_file() {
        return Err(Error::NotALedger {
            path: path_given,
            what: "it is no regular file",
        });
    }
    if found.permissions().readonly() {
        return Err(Error::ReadOnly { path: path_given });
    }
    Ok(())
}

fn new_folder() -> fs::DirBuilder {
    let mut folder = fs::DirBuilder::new();
    folder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
    folder
}

pub(crate) fn new_file() -> fs::OpenOptions {
    let mut file = fs::OpenOptions::new();
    file.write(true).create_new(true);
    // SQLite gives its write-ahead log and shared memory the mode of the file.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut file, 0o600);
    file
}

/// The path as an address that sqlx reads back to the very same path.
fn sqlite_address(path: &Path) -> Result<Url, Error> {
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
    url.set_query(Some("mode=rw"));
    Ok(url)
}

/// The path as SQLite itself reads it, for a file that exists: even a connection to a database in
/// memory means a file then.
pub(crate) fn attachable(path: &Path) -> Result<String, Error> {
    let url = sqlite_address(path)?;
    Ok(format!("file://{}?mode=rw&cache=private", url.path()))
}

/// Sees that the file is a ledger or empty, and makes it one that readers and writers share.
async fn prepare(conn: &mut AnyConnection, given: &Path) -> Result<(), Error> {
    let looked = look(conn).await.map_err(|error| explain(error, given))?;
    if let Some(what) = looked {
        return Err(Error::NotALedger {
            path: given.to_owned(),
            what,
        });
    }
    conn.execute(EACH).await?;
    write_ahead(conn).await
}

/// What the file is, if it is not a ledger.
async fn look(conn: &mut AnyConnection) -> Result<Option<&'static str>, sqlx::Error> {
    let (application,): (i64,) = sqlx::query_as("PRAGMA application_id")
        .fetch_one(&mut *conn)
        .await?;
    let (tables,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM sqlite_schema")
        .fetch_one(&mut *conn)
        .await?;
    let strange = application != APPLICATION_ID && (application != 0 || tables != 0);
    Ok(strange.then_some("it is a database of another program"))
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
                if trouble(&error) == Some(Trouble::Busy) && pause < Duration::from_secs(5) =>
            {
                tokio::time::sleep(pause).await;
                pause *= 2;
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// Brings the tables up to date, in one transaction: of two processes that do so at once, the
/// second finds nothing left to do.
async fn migrate(conn: &mut AnyConnection, url: &LedgerUrl) -> Result<(), Error> {
    let mut tx: Transaction<'_, Any> = conn.begin_with(BEGIN_WRITE).await?;
    MIGRATIONS
        .run_direct(None, &mut *tx, false)
        .await
        .map_err(|error| refuse_tables(error, url))?;
    // PRAGMA takes no parameters; a test holds this text and the constant together.
    tx.execute("PRAGMA application_id = 1399353207").await?;
    tx.commit().await?;
    Ok(())
}

fn refuse_tables(error: MigrateError, url: &LedgerUrl) -> Error {
    let newest = MIGRATIONS.iter().map(|migration| migration.version).max();
    match error {
        MigrateError::VersionMissing(version) if Some(version) > newest => Error::Newer {
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

/// What SQLite's own error codes mean for us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    Busy,
    Full,
    ReadOnly,
    NotADatabase,
    Corrupt,
}

/// Reads the kind of trouble from a database error, if it is one that SQLite has a code for.
pub(crate) fn trouble(error: &sqlx::Error) -> Option<Trouble> {
    let code: i64 = error.as_database_error()?.code()?.parse().ok()?;
    // The low byte is the kind, the rest says which of its kind: <https://sqlite.org/rescode.html>.
    match code & 0xff {
        5 | 6 => Some(Trouble::Busy),
        8 => Some(Trouble::ReadOnly),
        11 => Some(Trouble::Corrupt),
        13 => Some(Trouble::Full),
        26 => Some(Trouble::NotADatabase),
        _ => None,
    }
}

fn explain(error: sqlx::Error, given: &Path) -> Error {
    match trouble(&error) {
        Some(Trouble::NotADatabase) => Error::NotALedger {
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
        let pools = open(&LedgerUrl::memory()).await.unwrap();
        let (mark,): (i64,) = sqlx::query_as("PRAGMA application_id")
            .fetch_one(&pools.reader)
            .await
            .unwrap();
        assert_eq!(mark, APPLICATION_ID);
    }

    #[tokio::test]
    async fn every_connection_is_durable_and_readers_cannot_write() {
        let folder = tempfile::tempdir().unwrap();
        let url = LedgerUrl::file(folder.path().join("a.ledger"));
        let pools = open(&url).await.unwrap();
        for pool in [&pools.writer, &pools.reader] {
            let (synchronous,): (i64,) = sqlx::query_as("PRAGMA synchronous")
                .fetch_one(pool)
                .await
                .unwrap();
            let (journal,): (String,) = sqlx::query_as("PRAGMA journal_mode")
                .fetch_one(pool)
                .await
                .unwrap();
            let (keys,): (i64,) = sqlx::query_as("PRAGMA foreign_keys")
                .fetch_one(pool)
                .await
                .unwrap();
            assert_eq!((synchronous, journal.as_str(), keys), (2, "wal", 1));
        }
        let written = sqlx::query("INSERT INTO meta (name, content) VALUES ('a', 'b')")
            .execute(&pools.reader)
            .await
            .unwrap_err();
        assert_eq!(trouble(&written), Some(Trouble::ReadOnly));
    }
}
