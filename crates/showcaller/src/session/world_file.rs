//! A simulated world in a file.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use showcaller_clock::SharedClock;
use showcaller_simulator::{Config, ConfigError, Journal, Simulator, journal_end};

use crate::exit::{Failure, Result};
use crate::output_file::{OutputFile, cannot};
use crate::terminal::when;
use crate::{disk, environment};

/// What is kept between two commands.
#[derive(Deserialize)]
pub(crate) struct Saved {
    /// The world's time when it was saved.
    pub(crate) now: Timestamp,
    /// What [`Simulator::save`] gave.
    pub(crate) world: serde_json::Value,
    /// What happened since, where a program was killed before it could save.
    #[serde(skip)]
    journal: String,
}

/// The same, on its way to the disk.
#[derive(Serialize)]
struct SavedRef<'a> {
    now: Timestamp,
    world: &'a serde_json::Value,
}

impl Saved {
    /// What was kept in this file; nothing if there is none.
    pub(crate) fn read(path: &Path) -> Result<Option<Self>> {
        let text = match std::fs::read(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return nothing_but(&journal_of(path));
            }
            Err(error) => return Err(cannot_read(path, &error)),
        };
        let mut saved: Self =
            serde_json::from_slice(&text).map_err(|error| no_world(path, &error))?;
        let journal = journal_of(path);
        saved.journal = match std::fs::read(&journal) {
            // A line that was cut off may have been cut anywhere.
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(cannot_read(&journal, &error)),
        };
        let end = journal_end(&saved.journal).map_err(|error| no_journal(&journal, &error))?;
        saved.now = end.map_or(saved.now, |end| end.max(saved.now));
        Ok(Some(saved))
    }

    /// A simulator with that world.
    pub(crate) fn load(self, config: Config) -> Result<Simulator, ConfigError> {
        Simulator::load(config, self.world, &self.journal)
    }
}

/// No world is kept: then there is nothing that a journal could go on from.
fn nothing_but(journal: &Path) -> Result<Option<Saved>> {
    match journal.metadata() {
        Ok(meta) if meta.len() > 0 => Err(no_journal(journal, &"the world before it is gone")),
        _ => Ok(None),
    }
}

fn cannot_read(path: &Path, error: &std::io::Error) -> Failure {
    let reason = disk::reason(error);
    Failure::failed(format!("{} cannot be read: {reason}", path.display()))
}

fn no_journal(path: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::failed(format!(
        "the changes in {} cannot be read: {error}",
        path.display()
    ))
    .hint(
        "without them the world is older than what was answered: put back a copy of it, or delete \
         it, its world and the ledger that goes with them, to begin anew",
    )
}

fn no_world(path: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::failed(format!("{} is no simulated world: {error}", path.display()))
        .hint("to begin anew, delete it, and the ledger that goes with it")
}

/// The right to use a world. Two programs with one world would each save their own, and one of
/// them would forget what the other was told. It is given back when the program ends, however.
#[derive(Debug)]
pub(crate) struct WorldLock {
    _file: File,
}

impl WorldLock {
    /// Takes it, or says who has it.
    pub(crate) fn take(world: &Path) -> Result<Self> {
        let mut name = world.file_name().unwrap_or_default().to_owned();
        name.push(".lock");
        let path = world.with_file_name(name);
        OutputFile::Lock.check(&path)?;
        let opened = disk::private(
            OpenOptions::new()
                .read(true)
                .write(true)
                .create(true)
                .truncate(false),
        )
        .open(&path);
        let mut file = opened.map_err(|error| cannot(&path, &error))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(taken(world, &mut file)),
            Err(TryLockError::Error(error)) => return Err(cannot(&path, &error)),
        }
        let words = format!("{}\n{}\n", environment::process_name(), Timestamp::now());
        file.set_len(0)
            .and_then(|()| file.write_all(words.as_bytes()))
            .map_err(|error| cannot(&path, &error))?;
        Ok(Self { _file: file })
    }
}

fn taken(world: &Path, lock: &mut File) -> Failure {
    let mut words = String::new();
    // A lock that was taken this very moment has no name in it yet.
    let _ = lock.read_to_string(&mut words);
    let mut lines = words.lines();
    let holder = lines.next().unwrap_or("another program");
    let since = lines
        .next()
        .and_then(|since| since.parse().ok())
        .map(|since| format!(" since {}", when::local(since)))
        .unwrap_or_default();
    let world = world.display();
    Failure::guarded(format!(
        "{holder} has been using the simulated Webex in {world}{since}"
    ))
    .hint("wait until that has ended, then try again")
}

/// Keeps the world on disk: always at least as new as any answer that was given, so that a program
/// that is killed leaves no ledger that knows more than the world does.
///
/// The whole world is written when a program begins with it and when it ends; in between each
/// change adds a line to the journal beside it.
pub(crate) struct WorldFile {
    path: PathBuf,
    simulator: Simulator,
    clock: SharedClock,
    _lock: WorldLock,
}

impl WorldFile {
    /// A file for this simulator's world, which has taken in what was kept. From here on every
    /// change is on disk before it is answered.
    pub(crate) fn open(
        path: PathBuf,
        simulator: Simulator,
        clock: SharedClock,
        lock: WorldLock,
    ) -> Result<Self> {
        let file = Self {
            path,
            simulator,
            clock,
            _lock: lock,
        };
        file.save()?;
        let path = journal_of(&file.path);
        let journal = JournalFile::create(&path).map_err(|error| file.cannot(&error))?;
        file.simulator.keep_journal(Box::new(journal));
        Ok(file)
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes the whole world, after which the journal begins anew.
    pub(crate) fn save(&self) -> Result<()> {
        let written = self.simulator.fold(|world| {
            let kept = serde_json::to_vec(&SavedRef {
                now: self.clock.now(),
                world,
            })?;
            disk::replace(&self.path, &kept)
        });
        written.map_err(|error| self.cannot(&error))
    }

    /// The same at the end of a command: nothing is left beside the world.
    pub(crate) fn close(&self) -> Result<()> {
        self.save()?;
        match std::fs::remove_file(journal_of(&self.path)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                tracing::warn!(%error, "the journal stays, although nothing is left in it");
            }
            _ => {}
        }
        Ok(())
    }

    fn cannot(&self, error: &std::io::Error) -> Failure {
        Failure::failed(format!(
            "the simulated world cannot be saved in {}: {}",
            self.path.display(),
            disk::reason(error)
        ))
    }
}

/// Where the journal of a world is.
fn journal_of(world: &Path) -> PathBuf {
    let mut name = world.file_name().unwrap_or_default().to_owned();
    name.push(".journal");
    world.with_file_name(name)
}

/// Lines in a file, whole or not at all.
struct JournalFile {
    file: File,
    /// How long it is, without what a full disk may have cut off.
    length: u64,
}

impl JournalFile {
    /// An empty one: what was in it is in the world by now.
    fn create(path: &Path) -> std::io::Result<Self> {
        let mut options = OpenOptions::new();
        let file = disk::private(options.write(true).create(true).truncate(true)).open(path)?;
        Ok(Self { file, length: 0 })
    }

    fn cut(&mut self, length: u64) -> std::io::Result<()> {
        self.file.set_len(length)?;
        self.file.seek(SeekFrom::Start(length))?;
        self.length = length;
        Ok(())
    }
}

impl Journal for JournalFile {
    fn append(&mut self, line: &str) -> std::io::Result<()> {
        let line = format!("{line}\n");
        if let Err(error) = self.file.write_all(line.as_bytes()) {
            self.cut(self.length)?;
            return Err(error);
        }
        self.length += line.len() as u64;
        Ok(())
    }

    fn clear(&mut self) -> std::io::Result<()> {
        self.cut(0)
    }
}
