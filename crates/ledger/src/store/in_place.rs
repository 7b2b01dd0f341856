//! Whether the path of a ledger still leads to the file that is open.
//!
//! SQLite goes on with a file that was deleted, moved or replaced, and what it writes there is gone
//! with the process. So a commit counts only while the path leads to it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::partial::log_of;
use crate::error::Error;

/// The smallest database with a table: its pages are at least this long
/// (<https://sqlite.org/fileformat2.html#pages>).
const PAGE: u64 = 512;

/// An open file, and the path that led to it.
#[derive(Debug, Clone)]
pub(crate) struct InPlace(Arc<Opened>);

#[derive(Debug)]
struct Opened {
    given: PathBuf,
    log: PathBuf,
    identity: Option<Identity>,
}

/// Device and inode.
type Identity = (u64, u64);

impl InPlace {
    /// The file at `path`, which is open and to which `given` leads.
    pub(super) fn new(given: &Path, path: &Path) -> io::Result<Self> {
        let identity = identity(&fs::metadata(path)?);
        Ok(Self(Arc::new(Opened {
            given: given.to_owned(),
            log: log_of(path),
            identity,
        })))
    }

    /// The path that was asked for.
    pub(super) fn given(&self) -> &Path {
        &self.0.given
    }

    /// Refuses unless the path still leads there.
    pub(super) fn check(&self) -> Result<(), Error> {
        let what = match fs::metadata(&self.0.given) {
            Ok(found) if identity(&found) != self.0.identity => "was replaced by another file",
            Ok(found) if found.len() < PAGE => "was emptied",
            Ok(_) => return Ok(()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => "was deleted or moved away",
            Err(_) => "cannot be reached any more",
        };
        Err(self.not_in_place(what))
    }

    /// The same on a connection that has just committed: as long as it is open, there is a log.
    pub(super) fn check_committed(&self) -> Result<(), Error> {
        self.check()?;
        match self.0.log.exists() {
            true => Ok(()),
            false => Err(self.not_in_place("lost its write-ahead log")),
        }
    }

    fn not_in_place(&self, what: &'static str) -> Error {
        Error::NotInPlace {
            path: self.0.given.clone(),
            what,
        }
    }
}

#[cfg(unix)]
fn identity(file: &fs::Metadata) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt as _;
    Some((file.dev(), file.ino()))
}

/// Elsewhere an open file can be neither deleted nor replaced.
#[cfg(not(unix))]
fn identity(_: &fs::Metadata) -> Option<Identity> {
    None
}
