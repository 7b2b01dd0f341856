//! Copies of a ledger: one in a file, to be kept, and one in memory, to be tried things on.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use sqlx::{AnyConnection, Connection as _};

use crate::error::Error;
use crate::handle::Ledger;
use crate::open;
use crate::tables;
use crate::url::LedgerUrl;
use crate::writing::Kind;

/// What to do where a backup is to be written and a file is already there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    /// Leave it alone: [`Error::Exists`].
    Refuse,
    /// Put the backup in its place, once it is whole.
    Replace,
}

impl Ledger {
    /// Writes every row of this ledger into a SQLite file, which is a ledger itself: it can be
    /// opened as one, on whatever database the original lives.
    ///
    /// It holds one moment of the ledger, however much is written meanwhile, and nobody waits for
    /// it. The file is made for its owner's eyes alone (mode 0600), as it holds the same secrets,
    /// and appears under its name only when it is whole.
    ///
    /// # Errors
    ///
    /// [`Error::Exists`], also for a file that is in use as a ledger, whatever `existing` says;
    /// [`Error::CannotOpen`] if the file cannot be written.
    pub async fn backup(&self, to: &Path, existing: Existing) -> Result<(), Error> {
        let place = Reserved::new(to, existing)?;
        let address = open::attachable(&place.partial)?;
        match self.kind() {
            Kind::File => vacuum_into(&mut *self.aside().await?, &address).await?,
            Kind::Server => {
                let copy = self.fork().await?;
                vacuum_into(&mut *copy.aside().await?, &address).await?;
                copy.close().await;
            }
        }
        place.keep()
    }

    /// A copy of this ledger in memory, which goes its own way from here on and is gone when it is
    /// closed. It costs less than opening a file does: a few milliseconds for a few hundred rows.
    /// From a server every row is carried over.
    pub async fn fork(&self) -> Result<Ledger, Error> {
        if self.kind() == Kind::Server {
            return self.fetch().await;
        }
        let (doors, address) = open::empty_memory().await?;
        vacuum_into(&mut *self.aside().await?, &address).await?;
        Ok(Self::in_memory(doors))
    }

    /// Every row of one moment, carried over from a server.
    async fn fetch(&self) -> Result<Ledger, Error> {
        let copy = Self::open(&LedgerUrl::memory()).await?;
        let mut conn = self.aside().await?;
        let mut snapshot = conn.begin_with(open::BEGIN_SNAPSHOT).await?;
        let everything = tables::read_all(&mut snapshot).await?;
        snapshot.rollback().await?;
        copy.write(everything, |tx, everything| {
            Box::pin(async move {
                for (table, rows) in everything {
                    table.fill(tx.conn(), rows).await?;
                }
                Ok(())
            })
        })
        .await?;
        Ok(copy)
    }
}

/// A copy in memory of the ledger in a file, brought up to date; the file stays as it is.
pub(crate) async fn copy_of(file: &Path) -> Result<Ledger, Error> {
    let mut conn = open::look_at(file).await?;
    let (doors, address) = open::empty_memory().await?;
    vacuum_into(&mut conn, &address).await?;
    conn.close().await?;
    open::migrate(
        &mut *doors.aside.acquire().await?,
        Kind::File,
        &LedgerUrl::file(file),
    )
    .await?;
    Ok(Ledger::in_memory(doors))
}

async fn vacuum_into(conn: &mut AnyConnection, address: &str) -> Result<(), Error> {
    sqlx::query("VACUUM INTO $1")
        .bind(address)
        .execute(conn)
        .await?;
    Ok(())
}

/// The place of a file that is being written.
struct Reserved {
    given: PathBuf,
    partial: PathBuf,
    /// Whether the file under the final name is only our sign that the name is taken.
    sign: bool,
    kept: bool,
}

impl Reserved {
    /// Takes the name, so that of two who want it at once one is told, and makes an empty file
    /// beside it to write to.
    fn new(given: &Path, existing: Existing) -> Result<Self, Error> {
        let cannot = |cause: io::Error| Error::CannotOpen {
            path: given.to_owned(),
            cause: cause.into(),
        };
        if given.is_dir() || given.file_name().is_none() {
            return Err(Error::IsAFolder {
                path: given.to_owned(),
            });
        }
        let sign = match open::new_file().open(given) {
            Ok(file) => {
                drop(file);
                true
            }
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                return Err(cannot(error));
            }
            // A write-ahead log beside it would be taken for that of the new file.
            Err(_) if existing == Existing::Refuse || in_use(given) => {
                return Err(Error::Exists {
                    path: given.to_owned(),
                });
            }
            Err(_) => false,
        };
        let mut place = Self {
            partial: given.to_owned(),
            given: given.to_owned(),
            sign,
            kept: false,
        };
        let absolute = std::path::absolute(given).map_err(cannot)?;
        place.partial = partial(&absolute);
        // What a process that died left there.
        let _ = fs::remove_file(&place.partial);
        open::new_file().open(&place.partial).map_err(cannot)?;
        Ok(place)
    }

    fn keep(mut self) -> Result<(), Error> {
        fs::rename(&self.partial, &self.given).map_err(|cause| Error::CannotOpen {
            path: self.given.clone(),
            cause: cause.into(),
        })?;
        self.kept = true;
        Ok(())
    }
}

impl Drop for Reserved {
    fn drop(&mut self) {
        if self.kept {
            return;
        }
        if self.partial != self.given {
            let _ = fs::remove_file(&self.partial);
        }
        if self.sign {
            let _ = fs::remove_file(&self.given);
        }
    }
}

fn in_use(ledger: &Path) -> bool {
    let mut log = ledger.as_os_str().to_owned();
    log.push("-wal");
    Path::new(&log).exists()
}

fn partial(absolute: &Path) -> PathBuf {
    let mut name = absolute.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.partial", std::process::id()));
    absolute.with_file_name(name)
}
