//! A simulated world in a file.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use showcaller_clock::SharedClock;
use showcaller_simulator::Simulator;
use tokio::sync::Mutex;

use crate::exit::{Code, Failure};
use crate::terminal::when;
use crate::{disk, environment};

/// What is kept between two commands.
#[derive(Serialize, Deserialize)]
pub(crate) struct Saved {
    /// The world's time when it was saved.
    pub(crate) now: Timestamp,
    /// What [`Simulator::save`] gave.
    pub(crate) world: serde_json::Value,
}

impl Saved {
    /// What was kept in this file; nothing if there is none.
    pub(crate) fn read(path: &Path) -> Result<Option<Self>, Failure> {
        let text = match std::fs::read(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => {
                return Err(Failure::new(
                    Code::Failed,
                    format!(
                        "{} cannot be read: {}",
                        path.display(),
                        disk::reason(&error)
                    ),
                ));
            }
        };
        serde_json::from_slice(&text).map(Some).map_err(|error| {
            Failure::new(
                Code::Failed,
                format!("{} is no simulated world: {error}", path.display()),
            )
            .hint("to begin anew, delete it, and the ledger that goes with it")
        })
    }
}

/// The right to use a world. Two programs with one world would each save their own, and one of
/// them would forget what the other was told. It is given back when the program ends, however.
#[derive(Debug)]
pub(crate) struct WorldLock {
    _file: File,
}

impl WorldLock {
    /// Takes it, or says who has it.
    pub(crate) fn take(world: &Path) -> Result<Self, Failure> {
        let mut name = world.file_name().unwrap_or_default().to_owned();
        name.push(".lock");
        let path = world.with_file_name(name);
        let opened = disk::private(
            OpenOptions::new()
                .read(true)
                .write(true)
                .create(true)
                .truncate(false),
        )
        .open(&path);
        let cannot = |error: &std::io::Error| {
            Failure::new(
                Code::Failed,
                format!(
                    "{} cannot be written: {}",
                    path.display(),
                    disk::reason(error)
                ),
            )
        };
        let mut file = opened.map_err(|error| cannot(&error))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(taken(world, &mut file)),
            Err(TryLockError::Error(error)) => return Err(cannot(&error)),
        }
        let words = format!("{}\n{}\n", environment::holder(), Timestamp::now());
        file.set_len(0)
            .and_then(|()| file.write_all(words.as_bytes()))
            .map_err(|error| cannot(&error))?;
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
    Failure::new(
        Code::Guarded,
        format!("{holder} has been using the simulated Webex in {world}{since}"),
    )
    .hint("wait until that has ended, then try again")
}

/// Keeps the world on disk: always at least as new as any answer that was given, so that a program
/// that is killed leaves no ledger that knows more than the world does.
pub(crate) struct WorldFile {
    path: PathBuf,
    simulator: Simulator,
    clock: SharedClock,
    saved: Mutex<Option<u64>>,
    _lock: WorldLock,
}

impl WorldFile {
    /// A file for this simulator's world.
    pub(crate) fn new(
        path: PathBuf,
        simulator: Simulator,
        clock: SharedClock,
        lock: WorldLock,
    ) -> Self {
        Self {
            path,
            simulator,
            clock,
            saved: Mutex::new(None),
            _lock: lock,
        }
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes the world if it changed since it was last written.
    pub(crate) async fn keep(&self) -> std::io::Result<()> {
        // Answers that wait here together are covered by one write.
        let mut saved = self.saved.lock().await;
        let current = match *saved {
            Some(last) => self.simulator.save_if_changed(last),
            None => Some((self.simulator.revision(), self.simulator.save())),
        };
        let Some((revision, world)) = current else {
            return Ok(());
        };
        let kept = Saved {
            now: self.clock.now(),
            world,
        };
        disk::replace(&self.path, &serde_json::to_vec(&kept)?)?;
        *saved = Some(revision);
        Ok(())
    }

    /// The same, at the end of a command.
    pub(crate) async fn save(&self) -> Result<(), Failure> {
        self.keep().await.map_err(|error| {
            Failure::new(
                Code::Failed,
                format!(
                    "the simulated world cannot be saved in {}: {}",
                    self.path.display(),
                    disk::reason(&error)
                ),
            )
        })
    }
}
