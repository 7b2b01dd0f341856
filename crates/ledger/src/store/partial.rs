//! Files that have their name only once they are whole.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempPath;

use crate::error::Error;

/// What to do where a backup is to be written and a file is already there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    /// Leave it alone: [`Error::Exists`].
    Refuse,
    /// Put the backup in its place, once it is whole.
    Replace,
}

/// The place of a file that is being written, beside the one it is to become. It is for its owner's eyes
/// alone: SQLite gives its write-ahead log and shared memory the mode of the file.
pub(crate) struct Partial {
    given: PathBuf,
    existing: Existing,
    folder: PathBuf,
    pub(crate) path: TempPath,
}

impl Partial {
    /// Makes an empty file to write to. A name that is taken is refused before that work is done;
    /// what counts is whether it is taken afterwards.
    pub(crate) fn new(given: &Path, existing: Existing) -> Result<Self, Error> {
        let is_a_folder = || Error::IsAFolder {
            path: given.to_owned(),
        };
        let absolute = std::path::absolute(given).map_err(cannot(given))?;
        let folder = absolute.parent().ok_or_else(is_a_folder)?.to_owned();
        let name = given.file_name().filter(|_| !given.is_dir());
        let mut prefix = name.ok_or_else(is_a_folder)?.to_owned();
        prefix.push(".");
        refuse_taken(given, existing)?;
        let mut partial = tempfile::Builder::new();
        let partial = partial
            .prefix(&prefix)
            .suffix(".partial")
            .tempfile_in(&folder);
        Ok(Self {
            given: given.to_owned(),
            existing,
            folder,
            path: partial.map_err(cannot(given))?.into_temp_path(),
        })
    }

    /// Gives the file its name. The content is on the disk before the name is, and the name before
    /// this returns; how much of that SQLite does for a copy depends on its version.
    pub(crate) fn keep(self) -> Result<(), Error> {
        let cannot = cannot(&self.given);
        // SQLite has let go of it; see `sqlite::make_file` for what opening a ledger's file would do.
        let file = fs::OpenOptions::new().write(true).open(&self.path);
        file.and_then(|file| file.sync_all()).map_err(&cannot)?;
        refuse_taken(&self.given, self.existing)?;
        let named = match self.existing {
            Existing::Refuse => name_anew(self.path, &self.given),
            Existing::Replace => self.path.persist(&self.given).map_err(|error| error.error),
        };
        named.map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => Error::Exists {
                path: self.given.clone(),
            },
            _ => cannot(error),
        })?;
        sync_folder(&self.folder).map_err(cannot)
    }
}

pub(crate) fn cannot(given: &Path) -> impl Fn(io::Error) -> Error + use<> {
    let path = given.to_owned();
    move |cause| Error::CannotOpen {
        path: path.clone(),
        cause: cause.into(),
    }
}

/// Refuses a name under which there is a file that must stay.
fn refuse_taken(given: &Path, existing: Existing) -> Result<(), Error> {
    // A write-ahead log would be taken for that of the new file. Looked for first: another process
    // makes the file, then its log.
    let log = log_of(given);
    let has_log = log.exists();
    // Also a link that leads nowhere.
    let there = fs::symlink_metadata(given).is_ok();
    match (there, existing, has_log) {
        (true, Existing::Refuse, _) | (true, Existing::Replace, true) => Err(Error::Exists {
            path: given.to_owned(),
        }),
        (false, _, true) => Err(Error::Exists { path: log }),
        (_, _, false) => Ok(()),
    }
}

/// Renames a file to what nothing else is called.
fn name_anew(old: TempPath, new: &Path) -> io::Result<()> {
    match old.persist_noclobber(new) {
        Err(refused) if refused.error.kind() != io::ErrorKind::AlreadyExists => {
            take_and_rename(&refused.path, new)
        }
        named => named.map_err(|refused| refused.error),
    }
}

/// The same where a file cannot have two names. A process that dies in the middle of it leaves an
/// empty file.
fn take_and_rename(old: &Path, new: &Path) -> io::Result<()> {
    drop(fs::File::create_new(new)?);
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

/// The write-ahead log of a ledger's file.
pub(super) fn log_of(ledger: &Path) -> PathBuf {
    let mut log = ledger.as_os_str().to_owned();
    log.push("-wal");
    log.into()
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
            std::mem::forget(Partial::new(&file, existing).unwrap());
            assert!(!file.exists());
        }
        let place = Partial::new(&file, Existing::Refuse).unwrap();
        fs::write(&place.path, "whole").unwrap();
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
                let place = Partial::new(&file, existing).unwrap();
                fs::write(&place.path, content).unwrap();
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
            let refused = Partial::new(&folder.path().join("backup"), existing);
            let Err(Error::Exists { path }) = refused.map(drop) else {
                panic!("it was not refused");
            };
            assert_eq!(path, folder.path().join("backup-wal"));
        }
    }
}
