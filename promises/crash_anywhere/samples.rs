//! Samples of deaths with several calls in flight, each of which has not arrived, or has had its
//! effect, or was answered without anybody writing that down.
//!
//! Sixty-four samples share one run, whose calls arrive in an order of its own; the number of a
//! sample says which run, and chooses the moment and what becomes of each call.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use http::Request;
use showcaller_clock::VirtualClock;
use showcaller_simulator::Simulator;

use super::chance::{self, Chance};
use super::directed::{Director, Pending, directed};
use super::left::{self, Left};
use super::recovery::recovered;
use super::sweep::{Sweep, Tally};

/// How many samples share a run.
const SHARED: u64 = 64;
const IN_FLIGHT: usize = 8;

impl Sweep<'_> {
    /// Tries so many samples; only the one called `SHOWCALLER_SEED`, if that is set.
    pub(crate) async fn sampled(&self, samples: u64) -> Tally {
        let mut tally = Tally::default();
        if let Some(one) = chance::given_seed() {
            self.samples_of_a_run(&[one], &mut tally).await;
            return tally;
        }
        for first in (0..samples).step_by(SHARED as usize) {
            let last = samples.min(first + SHARED);
            let numbers: Vec<u64> = (first..last).collect();
            self.samples_of_a_run(&numbers, &mut tally).await;
        }
        tally
    }

    /// Tries samples that share a run.
    async fn samples_of_a_run(&self, numbers: &[u64], tally: &mut Tally) {
        let schedule = numbers.first().map_or(0, |number| number / SHARED);
        // Once to count its moments, and once to die in them.
        let moments = self.moments_of(schedule, &[], 1).await.moment;
        let found = self.moments_of(schedule, numbers, moments).await;
        tally.places += moments;
        for sample in found.samples {
            self.sample(sample, tally).await;
        }
    }

    async fn moments_of(&self, schedule: u64, numbers: &[u64], moments: usize) -> Found {
        let folder = left::folder();
        let (mut stage, ledger) = self.prepared(&folder).await;
        let found = Found {
            chance: Chance::of(Chance::seed_of(schedule, 0)),
            moment: 0,
            samples: Vec::new(),
            folder,
        };
        let moments = Moments {
            simulator: stage.simulator.clone(),
            clock: stage.clock.clone(),
            ledger,
            wanted: numbers
                .iter()
                .map(|number| (Chance::of(*number).below(moments), *number))
                .collect(),
            found: Mutex::new(found),
        };
        let report = directed(&mut stage, self.event, IN_FLIGHT, &moments).await;
        let report = report.expect("it goes on");
        assert!(report.is_complete(), "schedule {schedule}: {report:#?}");
        moments
            .found
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
    }

    async fn sample(&self, sample: Sample, tally: &mut Tally) {
        for call in sample.arrives {
            sample.left.arrives(call).await;
        }
        let verdict = recovered(&sample.left, self.event, &self.right, None).await;
        tally.tried += 1;
        if !verdict.is_right() {
            tally.odd.push((sample.left.story.clone(), verdict));
        }
        sample.left.bury();
    }

    /// Tries so many samples, and expects the world to come right after each.
    pub(crate) async fn survives_samples(&self, samples: u64) {
        let tally = self.sampled(samples).await;
        assert!(tally.odd.is_empty(), "{:#?}", tally.odd);
        assert!(tally.tried > 0, "nothing was tried");
    }
}

/// One death, and the calls that arrived all the same, in the order in which they did.
struct Sample {
    left: Left,
    arrives: Vec<Request<Bytes>>,
}

/// Lets calls arrive in a seeded order, and copies what is left at the moments of the samples.
struct Moments {
    simulator: Simulator,
    clock: VirtualClock,
    ledger: PathBuf,
    /// At which moment which sample is taken.
    wanted: Vec<(usize, u64)>,
    found: Mutex<Found>,
}

struct Found {
    chance: Chance,
    moment: usize,
    samples: Vec<Sample>,
    /// Keeps the copies until they are buried.
    #[allow(dead_code)]
    folder: tempfile::TempDir,
}

impl Moments {
    fn sample(&self, number: u64, pending: &[Pending]) -> Sample {
        let mut chance = Chance::of(Chance::seed_of(number, 1));
        let (mut arrives, mut fates) = (Vec::new(), Vec::new());
        for call in pending.iter().filter(|call| call.writes()) {
            let fate = ["had not arrived", "had its effect", "was answered"][chance.below(3)];
            if fate != "had not arrived" {
                arrives.push(call.request());
            }
            fates.push(format!("{} {fate}", call.name()));
        }
        chance.shuffle(&mut arrives);
        let story = format!("SHOWCALLER_SEED={number}: {}", fates.join(", "));
        let to = self.ledger.with_file_name(format!("{number}.ledger"));
        let left = Left::now(story, &self.simulator, &self.clock, &self.ledger, to);
        Sample { left, arrives }
    }
}

impl Director for Moments {
    fn choose(&self, pending: &[Pending]) -> Option<usize> {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        let moment = found.moment;
        found.moment += 1;
        for (_, number) in self.wanted.iter().filter(|(at, _)| *at == moment) {
            let sample = self.sample(*number, pending);
            found.samples.push(sample);
        }
        Some(found.chance.below(pending.len()))
    }
}
