//! Deaths of a run over the reference event, counted, for docs/performance.md:
//! `cargo bench -p showcaller-promises --bench sweep`. With `SHOWCALLER_LONG` every place and 5,000
//! samples; otherwise a share of them.

// Modules that the promises share with this program, which needs less of them.
#![allow(dead_code, unused_imports)]

mod beside;
mod crash_anywhere;
mod files;
mod processes;
mod shape;
mod stage;
mod summary_state_and_exit_code_agree;
mod wire;
mod world;

use std::io::Write as _;
use std::time::Instant;

use crash_anywhere::recovery::Verdict;
use crash_anywhere::sweep::{Sweep, Tally};
use crash_anywhere::{every, reference, samples};

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(report());
}

/// Tries everything and prints one line for each kind of death.
async fn report() {
    let (made, changed) = (reference::made().event(), reference::changed().event());
    line(&[
        "run",
        "in flight",
        "places",
        "deaths",
        "twice",
        "duplicates",
        "lost",
        "unclear",
        "wrong",
        "seconds",
    ]);
    for (name, event, before) in [("made", &made, None), ("changed", &changed, Some(&made))] {
        let sweep = Sweep::of(event, before, &[]).await;
        let began = Instant::now();
        told(name, "1", &sweep.tried(every(16)).await, began);
        let began = Instant::now();
        told(name, "8", &sweep.sampled(samples(100)).await, began);
    }
}

fn told(name: &str, in_flight: &str, tally: &Tally, began: Instant) {
    let sum = |count: fn(&Verdict) -> usize| {
        let odd = tally.odd.iter().map(|(_, verdict)| count(verdict));
        odd.sum::<usize>().to_string()
    };
    line(&[
        name,
        in_flight,
        &tally.places.to_string(),
        &tally.tried.to_string(),
        &tally.twice.to_string(),
        &sum(|verdict| verdict.duplicates.len()),
        &sum(|verdict| verdict.lost.len()),
        &sum(|verdict| verdict.unclear.len()),
        &sum(|verdict| verdict.wrong.len()),
        &format!("{:.1}", began.elapsed().as_secs_f64()),
    ]);
    for (story, verdict) in &tally.odd {
        line(&[story, &format!("{verdict:?}")]);
    }
}

fn line(cells: &[&str]) {
    let _ = writeln!(std::io::stdout(), "| {} |", cells.join(" | "));
}
