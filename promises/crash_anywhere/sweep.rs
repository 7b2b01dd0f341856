//! Every place of one run at which it might die, one call after the other.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use showcaller_clock::VirtualClock;
use showcaller_event::Event;
use showcaller_ledger::{Ledger, LedgerUrl};
use showcaller_simulator::Simulator;

use super::chance::{self, Chance};
use super::directed::{Director, Pending, directed};
use super::left::{self, Left};
use super::recovery::{Right, Verdict, recovered, run};
use crate::stage::{Stage, switched};

/// How many deaths are kept on the disk at once.
const AT_ONCE: usize = 64;

/// A run to die in, and what comes out if nobody does.
pub(crate) struct Sweep<'a> {
    pub(super) event: &'a Event,
    before: Option<&'a Event>,
    settings: &'a [&'a str],
    pub(super) right: Right,
}

/// What was tried, and what came of it.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Places at which a run may die.
    pub(crate) places: usize,
    /// Deaths that were tried.
    pub(crate) tried: usize,
    /// How many of them were followed by a second one.
    pub(crate) twice: usize,
    /// What did not come right, each with its story.
    pub(crate) odd: Vec<(String, Verdict)>,
}

impl<'a> Sweep<'a> {
    /// The run that makes `event`, out of `before` or out of nothing, on a Webex with these
    /// switches.
    pub(crate) async fn of(
        event: &'a Event,
        before: Option<&'a Event>,
        settings: &'a [&'a str],
    ) -> Self {
        let mut sweep = Self {
            event,
            before,
            settings,
            right: Right::default(),
        };
        let folder = left::folder();
        let (stage, _) = sweep.prepared(&folder).await;
        let report = run(&stage, event, &stage.process).await;
        assert!(report.is_complete(), "{report:#?}");
        sweep.right = Right::of(&stage, !sweep.settings.is_empty()).await;
        sweep
    }

    /// A stage on which everything stands as before the run, and where its ledger is.
    pub(super) async fn prepared(&self, folder: &tempfile::TempDir) -> (Stage, PathBuf) {
        let path = folder.path().join("the.ledger");
        let switches = switched(self.settings.iter().copied());
        let mut stage = Stage::with(self.event, |config| config.switches = switches).await;
        stage.ledger = Ledger::open(&LedgerUrl::file(&path)).await.expect("a file");
        let stage = stage.beside_messages().await;
        if let Some(before) = self.before {
            let report = run(&stage, before, &stage.process).await;
            assert!(report.is_complete(), "{report:#?}");
        }
        (stage, path)
    }

    /// Tries every `k`-th place.
    pub(crate) async fn tried(&self, k: usize) -> Tally {
        let mut tally = Tally::default();
        let mut from = 0;
        loop {
            let folder = left::folder();
            let (mut stage, path) = self.prepared(&folder).await;
            let deaths = Deaths {
                simulator: stage.simulator.clone(),
                clock: stage.clock.clone(),
                ledger: path,
                every: k,
                from,
                found: Mutex::default(),
            };
            let report = directed(&mut stage, self.event, 1, &deaths).await;
            assert!(report.expect("it goes on").is_complete());
            let found = deaths
                .found
                .into_inner()
                .unwrap_or_else(PoisonError::into_inner);
            tally.places = found.places;
            if found.left.is_empty() {
                return tally;
            }
            from = found.next;
            for (place, left) in found.left {
                self.one(place, left, &mut tally).await;
            }
        }
    }

    async fn one(&self, place: usize, left: Left, tally: &mut Tally) {
        // A third of the next processes dies, too.
        let mut chance = Chance::of(Chance::seed_of(chance::seed(), place as u64));
        let again = (chance.below(3) == 0).then(|| chance.below(12));
        let verdict = recovered(&left, self.event, &self.right, again).await;
        tally.tried += 1;
        tally.twice += usize::from(again.is_some());
        if !verdict.is_right() {
            let story = match again {
                Some(at) => format!("{}, and again at write {at} of the next run", left.story),
                None => left.story.clone(),
            };
            tally.odd.push((story, verdict));
        }
        left.bury();
    }

    /// Tries every `k`-th place, and expects the world to come right after each.
    pub(crate) async fn survives(&self, k: usize) {
        let tally = self.tried(k).await;
        assert!(tally.odd.is_empty(), "{:#?}", tally.odd);
        assert!(tally.tried >= 20, "only {} deaths were tried", tally.tried);
    }
}

/// Copies what a death would leave behind, at every place.
struct Deaths {
    simulator: Simulator,
    clock: VirtualClock,
    ledger: PathBuf,
    every: usize,
    /// The first place that is still to be tried.
    from: usize,
    found: Mutex<Found>,
}

#[derive(Default)]
struct Found {
    places: usize,
    /// The first place after those that were copied.
    next: usize,
    left: Vec<(usize, Left)>,
}

impl Deaths {
    /// Whether this place is not tried now: it was tried before, or another run tries it.
    fn passes(&self, place: usize) -> bool {
        let offset = Chance::of(chance::seed()).below(self.every);
        place < self.from || place % self.every != offset
    }

    fn place(&self, story: impl FnOnce() -> String) {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        let place = found.places;
        found.places += 1;
        if self.passes(place) || found.left.len() >= AT_ONCE {
            return;
        }
        found.next = found.places;
        let to = self.ledger.with_file_name(format!("{place}.ledger"));
        let left = Left::now(story(), &self.simulator, &self.clock, &self.ledger, to);
        found.left.push((place, left));
    }
}

impl Director for Deaths {
    fn choose(&self, pending: &[Pending]) -> Option<usize> {
        self.place(|| format!("died before {}", pending[0].name()));
        Some(0)
    }

    fn acted(&self, name: &str, writes: bool) {
        if writes {
            self.place(|| format!("died after {name}, before its answer"));
            self.place(|| format!("died with the answer to {name}, before the ledger"));
        }
    }

    fn ended(&self) {
        self.place(|| "died between two steps".to_owned());
    }
}
