//! What a program that died left behind: a world, a time, and a ledger on a disk.

use std::path::{Path, PathBuf};

use bytes::Bytes;
use http::Request;
use showcaller_clock::{Clock as _, VirtualClock};
use showcaller_ledger::{Ledger, LedgerUrl};
use showcaller_rehearsal::InProcess;
use showcaller_simulator::Simulator;
use showcaller_webex::Transport as _;

use crate::stage::Stage;

/// Where things are that a death leaves behind; a folder in memory where there is one.
pub(crate) fn folder() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    let made = match memory.is_dir() {
        true => tempfile::tempdir_in(memory).or_else(|_| tempfile::tempdir()),
        false => tempfile::tempdir(),
    };
    made.expect("a folder")
}

/// One death.
pub(crate) struct Left {
    /// How it came about.
    pub(crate) story: String,
    simulator: Simulator,
    clock: VirtualClock,
    ledger: PathBuf,
}

impl Left {
    /// Copies world, time and ledger as they are at this moment. Nobody may be writing into the
    /// ledger, except for the renewal of its lease.
    pub(crate) fn now(
        story: String,
        simulator: &Simulator,
        clock: &VirtualClock,
        ledger: &Path,
        to: PathBuf,
    ) -> Self {
        copy(ledger, &to);
        let clock = VirtualClock::starting_at(clock.now());
        Self {
            story,
            simulator: simulator.fork_on(std::sync::Arc::new(clock.clone())),
            clock,
            ledger: to,
        }
    }

    /// A call that was still on its way arrives after all; nobody hears of it.
    pub(crate) async fn arrives(&self, call: Request<Bytes>) {
        let answer = InProcess::to(&self.simulator).send(call).await;
        answer.expect("the simulator answers");
    }

    /// The stage as the next process finds it.
    pub(crate) async fn stage(&self) -> Stage {
        let ledger = self.ledger().await;
        let stage = Stage::found(self.simulator.clone(), ledger, self.clock.clone());
        stage.beside_messages().await
    }

    /// Its ledger, opened.
    pub(crate) async fn ledger(&self) -> Ledger {
        let ledger = Ledger::open(&LedgerUrl::file(&self.ledger)).await;
        ledger.expect("a file")
    }

    /// Takes its ledger off the disk.
    pub(crate) fn bury(self) {
        for file in files(&self.ledger) {
            // What is still there goes with the folder.
            let _ = std::fs::remove_file(file);
        }
    }
}

fn files(ledger: &Path) -> [PathBuf; 3] {
    ["", "-wal", "-shm"].map(|end| PathBuf::from(format!("{}{end}", ledger.display())))
}

/// The file and its log, copied until nobody has written into either meanwhile. The third file is
/// only an index, and a reader who finds none makes it.
fn copy(from: &Path, to: &Path) {
    let state = || {
        files(from).map(|file| {
            std::fs::metadata(file)
                .map(|m| (m.len(), m.modified().ok()))
                .ok()
        })
    };
    loop {
        let [main, log, _] = state();
        for (source, target) in files(from).iter().zip(files(to)).take(2) {
            match std::fs::copy(source, target) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    panic!("{}: {error}", source.display())
                }
                _ => {}
            }
        }
        let [main_now, log_now, _] = state();
        if (main, log) == (main_now, log_now) {
            return;
        }
    }
}
