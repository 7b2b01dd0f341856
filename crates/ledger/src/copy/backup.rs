//! Copies of a ledger: one in a file, to be kept, and one in memory, to be tried things on.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use sqlx::{AnyConnection, Connection as _};

use super::rows;
use crate::error::Error;
use crate::ledger::Ledger;
use crate::store::{self, BEGIN_SNAPSHOT, Dialect, attachable, empty_memory, look_at, new_file};
use crate::url::LedgerUrl;

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
    /// and appears under its name only when it is whole. Once this returns `Ok`, it is on the disk.
    ///
    /// A process that dies meanwhile leaves files beside it with `.partial` in their names.
    ///
    /// # Errors
    ///
    /// [`Error::Exists`], also for a file that is in use as a ledger, whatever `existing` says;
    /// [`Error::CannotOpen`] if the file cannot be written.
    pub async fn backup(&self, to: &Path, existing: Existing) -> Result<(), Error> {
        let place = Place::new(to, existing)?;
        let address = attachable(&place.partial)?;
        match self.dialect() {
            Dialect::Sqlite => vacuum_into(&mut *self.long_read().await?, &address).await?,
            Dialect::Postgres => {
                let copy = self.fork().await?;
                vacuum_into(&mut *copy.long_read().await?, &address).await?;
                copy.close().await;
            }
        }
        let cannot = cannot(to);
        // It waits for the disk.
        let kept = tokio::task::spawn_blocking(move || place.keep()).await;
        kept.map_err(|died| cannot(io::Error::other(died)))?
    }

    /// A copy of this ledger in memory, which goes its own way from here on and is gone when it is
    /// closed. It costs less than opening a file does: a few milliseconds for a few hundred rows.
    /// From a server every row is carried over.
    pub async fn fork(&self) -> Result<Ledger, Error> {
        if self.dialect() == Dialect::Postgres {
            return self.fetch().await;
        }
        let (pools, address) = empty_memory().await?;
        vacuum_into(&mut *self.long_read().await?, &address).await?;
        Ok(Self::in_memory(pools))
    }

    /// Every row of one moment, carried over from a server.
    async fn fetch(&self) -> Result<Ledger, Error> {
        let copy = Self::open(&LedgerUrl::memory()).await?;
        let mut conn = self.long_read().await?;
        let mut snapshot = conn.begin_with(BEGIN_SNAPSHOT).await?;
        let everything = rows::read_all(&mut snapshot, Dialect::Postgres).await?;
        snapshot.rollback().await?;
        copy.write(everything, |tx, everything| {
            Box::pin(async move {
                for table in everything {
                    table.fill(tx.conn()).await?;
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
    let mut conn = look_at(file).await?;
    let (pools, address) = empty_memory().await?;
    vacuum_into(&mut conn, &address).await?;
    conn.close().await?;
    store::migrate(
        &mut *pools.long_reads.acquire().await?,
        Dialect::Sqlite,
        &LedgerUrl::file(file),
    )
    .await?;
    Ok(Ledger::in_memory(pools))
}

async fn vacuum_into(conn: &mut AnyConnection, address: &str) -> Result<(), Error> {
    sqlx::query("VACUUM INTO $1")
        .bind(address)
        .execute(conn)
        .await?;
    Ok(())
}

/// The place of a file that is being written, beside the one it is to become.
struct Place {
    given: PathBuf,
    existing: Existing,
    folder: PathBuf,
    partial: PathBuf,
    kept: bool,
}

impl Place {
    /// Makes an empty file to write to. A name that is taken is refused before that work is done;
    /// what counts is whether it is taken afterwards.
    fn new(given: &Path, existing: Existing) -> Result<Self, Error> {
        let is_a_folder = || Error::IsAFolder {
            path: given.to_owned(),
        };
        let absolute = std::path::absolute(given).map_err(cannot(given))?;
        let folder = absolute.parent().ok_or_else(is_a_folder)?.to_owned();
        if given.is_dir() || given.file_name().is_none() {
            return Err(is_a_folder());
        }
        refuse_taken(given, existing)?;
        Ok(Self {
            given: given.to_owned(),
            existing,
            folder,
            partial: new_partial(&absolute).map_err(cannot(given))?,
            kept: false,
        })
    }

    /// Gives the file its name. The content is on the disk before the name is, and the name before
    /// this returns; how much of that SQLite does for a copy depends on its version.
    fn keep(mut self) -> Result<(), Error> {
        let cannot = cannot(&self.given);
        // SQLite has let go of it; see `make_file` for what opening a ledger's file would do.
        let file = fs::OpenOptions::new().write(true).open(&self.partial);
        file.and_then(|file| file.sync_all()).map_err(&cannot)?;
        refuse_taken(&self.given, self.existing)?;
        let named = match self.existing {
            Existing::Refuse => name_anew(&self.partial, &self.given),
            Existing::Replace => fs::rename(&self.partial, &self.given),
        };
        named.map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => Error::Exists {
                path: self.given.clone(),
            },
            _ => cannot(error),
        })?;
        self.kept = true;
        sync_folder(&self.folder).map_err(cannot)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if !self.kept {
            let _ = fs::remove_file(&self.partial);
        }
    }
}

fn cannot(given: &Path) -> impl Fn(io::Error) -> Error + use<> {
    let path = given.to_owned();
    move |cause| Error::CannotOpen {
        path: path.clone(),
        cause: cause.into(),
    }
}

/// Refuses a name under which there is a file that must stay.
fn refuse_taken(given: &Path, existing: Existing) -> Result<(), Error> {
    // Also a link that leads nowhere.
    let there = fs::symlink_metadata(given).is_ok();
    // A write-ahead log would be taken for that of the new file.
    let log = log_of(given);
    match (there, existing, log.exists()) {
        (true, Existing::Refuse, _) | (true, Existing::Replace, true) => Err(Error::Exists {
            path: given.to_owned(),
        }),
        (false, _, true) => Err(Error::Exists { path: log }),
        (_, _, false) => Ok(()),
    }
}

/// Renames a file to what nothing else is called.
fn name_anew(old: &Path, new: &Path) -> io::Result<()> {
    match fs::hard_link(old, new) {
        Ok(()) => {
            // It is there under its name, whatever becomes of the other one.
            let _ = fs::remove_file(old);
            Ok(())
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
        Err(_) => take_and_rename(old, new),
    }
}

/// The same where a file cannot have two names. A process that dies in the middle of it leaves an
/// empty file.
fn take_and_rename(old: &Path, new: &Path) -> io::Result<()> {
    drop(new_file().open(new)?);
    fs::rename(old, new).inspect_err(|_| {
        let _ = fs::remove_file(new);
    })
}

/// Has the names in a folder kept.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    match fs::File::open(folder)?.sync_all() {
        // Some file systems cannot, and some keep names by themselves.
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported
            ) =>
        {
            Ok(())
        }
        synced => synced,
    }
}

/// Only Unix opens a folder as a file.
#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

fn log_of(ledger: &Path) -> PathBuf {
    let mut log = ledger.as_os_str().to_owned();
    log.push("-wal");
    log.into()
}

/// An empty file of our own. Nobody else's is taken for one that was left behind: processes on two
/// machines may have the same number.
fn new_partial(absolute: &Path) -> io::Result<PathBuf> {
    let mut number = 0_u32;
    loop {
        let mut name = absolute.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}-{number}.partial", std::process::id()));
        let path = absolute.with_file_name(name);
        match new_file().open(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
            made => return made.map(|_| path),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names in a folder, sorted.
    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    }

    #[test]
    fn a_backup_has_its_name_only_when_it_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("backup");
        for existing in [Existing::Refuse, Existing::Replace] {
            // A process that is killed drops nothing.
            std::mem::forget(Place::new(&file, existing).unwrap());
            assert!(!file.exists());
        }
        let place = Place::new(&file, Existing::Refuse).unwrap();
        fs::write(&place.partial, "whole").unwrap();
        assert!(!file.exists());
        place.keep().unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "whole");
        let left = names(folder.path());
        assert!(left[1..].iter().all(|name| name.ends_with(".partial")));
        assert_eq!(left.len(), 3, "{left:?}");
    }

    #[test]
    fn of_two_who_want_one_name_the_second_is_told() {
        for existing in [Existing::Refuse, Existing::Replace] {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("backup");
            let [first, second] = ["first", "second"].map(|content| {
                let place = Place::new(&file, existing).unwrap();
                fs::write(&place.partial, content).unwrap();
                place
            });
            first.keep().unwrap();
            let second = second.keep();
            let kept = fs::read_to_string(&file).unwrap();
            match existing {
                Existing::Refuse => {
                    assert!(matches!(second, Err(Error::Exists { .. })), "{second:?}");
                    assert_eq!(kept, "first");
                }
                Existing::Replace => assert_eq!(kept, "second"),
            }
            assert_eq!(names(folder.path()), ["backup"]);
        }
    }

    #[test]
    fn where_a_file_has_only_one_name_nothing_is_replaced_either() {
        let folder = tempfile::tempdir().unwrap();
        let [old, new, taken] = ["old", "new", "taken"].map(|name| folder.path().join(name));
        fs::write(&old, "whole").unwrap();
        fs::write(&taken, "dear diary").unwrap();
        let refused = take_and_rename(&old, &taken).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read_to_string(&taken).unwrap(), "dear diary");
        take_and_rename(&old, &new).unwrap();
        assert_eq!(fs::read_to_string(&new).unwrap(), "whole");
        assert_eq!(names(folder.path()), ["new", "taken"]);
    }

    #[test]
    fn a_log_that_lost_its_ledger_is_not_given_another_one() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("backup-wal"), "frames").unwrap();
        for existing in [Existing::Refuse, Existing::Replace] {
            let refused = Place::new(&folder.path().join("backup"), existing);
            let Err(Error::Exists { path }) = refused.map(drop) else {
                panic!("it was not refused");
            };
            assert_eq!(path, folder.path().join("backup-wal"));
        }
    }
}
