//! Random events, written as the files that an organiser would write, and plausible changes to
//! them.
//!
//! A [`Sketch`] is an event file before it is text. It is thrown from dice, so that proptest can
//! shrink it, and put right by `settle`, so that hardly any has to be discarded.

mod change;
mod dice;
mod settle;
mod sketch;
mod throw;
mod write;

use std::fmt;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestRunner};

use showcaller_event::{Event, Input};

pub(crate) use sketch::Sketch;
pub(crate) use write::Order;

use crate::files::Files;
use dice::Dice;

/// The numbers that one part of an event is thrown from.
type Throw = Vec<u16>;

/// An event, and what becomes of it.
#[derive(Clone)]
pub(crate) struct Story {
    pub(crate) before: Sketch,
    pub(crate) after: Sketch,
    /// What was changed, in words.
    changes: Vec<&'static str>,
}

impl fmt::Debug for Story {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            before,
            after,
            changes,
        } = self;
        writeln!(f, "\n{before:?}{changes:?}\n{after:?}")
    }
}

impl Sketch {
    /// The event that `check` makes of the files; its findings if it has mistakes, which would be
    /// a defect of the strategy.
    pub(crate) fn event(&self, shuffle: u64) -> Result<Event, String> {
        let Files { yaml, people } = self.files(shuffle);
        let checked = showcaller_event::check(&Input {
            name: "event.yaml",
            bytes: yaml.as_bytes(),
            load: &|_| Ok(people.clone().into_bytes()),
            now: None,
        });
        let told = || checked.diagnostics.iter().map(ToString::to_string);
        checked
            .event
            .ok_or_else(|| format!("{:#?}", told().collect::<Vec<_>>()))
    }
}

impl fmt::Debug for Sketch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Files { yaml, people } = self.files(0);
        write!(f, "---\n{yaml}{people}")
    }
}

/// Random events and random changes to them.
pub(crate) fn stories() -> impl Strategy<Value = Story> {
    let changes = vec(throw(), 1..10);
    (events(), changes).prop_map(|(before, changes)| {
        let mut after = before.clone();
        let mut words = Vec::new();
        for change in changes {
            words.push(after.change(&mut Dice::new(&change)));
            after.settle();
        }
        Story {
            before,
            after,
            changes: words,
        }
    })
}

fn throw() -> impl Strategy<Value = Throw> {
    vec(any::<u16>(), 24)
}

/// Random events.
pub(crate) fn events() -> impl Strategy<Value = Sketch> {
    (
        throw(),
        vec(throw(), 0..=6),
        vec(throw(), 1..=40),
        vec(throw(), 0..=5),
        vec(throw(), 0..=6),
    )
        .prop_map(|(whole, teams, people, rooms, meetings)| {
            Sketch::thrown(&whole, &teams, &people, &rooms, &meetings)
        })
}

/// Tries a property on so many random values: always the same ones, so that no run fails by
/// chance. With `SHOWCALLER_LONG=N`, on N times as many (1: a hundred), and others each time.
pub(crate) fn check<S: Strategy>(
    cases: u32,
    strategy: S,
    mut property: impl AsyncFnMut(S::Value) -> Result<(), String>,
) {
    let long = std::env::var("SHOWCALLER_LONG").ok();
    let times = long.as_ref().map(|times| match times.parse() {
        Ok(times) if times > 1 => times,
        _ => 100,
    });
    let config = Config {
        cases: cases * times.unwrap_or(1),
        rng_seed: times.map_or(RngSeed::Fixed(2027), |_| RngSeed::Random),
        failure_persistence: None,
        max_shrink_time: 60_000,
        ..Config::default()
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let property = std::cell::RefCell::new(&mut property);
    let mut runner = TestRunner::new(config);
    let outcome = runner.run(&strategy, |value| {
        let mut property = property.borrow_mut();
        runtime
            .block_on(property(value))
            .map_err(TestCaseError::fail)
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
}
