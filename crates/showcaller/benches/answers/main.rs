//! How soon a question is answered, how soon the bot is ready, and what it costs in memory.
//!
//! Load generator, simulator and bot are three processes on one machine, the bot's ledger is a file that is
//! synchronised at every commit, and the load is an open loop: what is to be asked is asked when it is due,
//! however slow the answers are. `SHOWCALLER_LONG=1` asks for 60 s instead of 5.
#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

mod hostile;
mod http;
#[path = "../../../server/benches/ingress/measure.rs"]
mod measure;
mod programs;
mod questions;

use std::time::Duration;

use measure::{beside_syncs, percentile};
use programs::{Serve, Stage, free_addresses};
use showcaller_engine::hooks::keys;
use showcaller_event::model::EventKey;
use showcaller_ledger::{Ledger, LedgerUrl};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// How often the bot is started.
const STARTS: usize = 9;
/// From its start until it is ready.
const READY: Duration = Duration::from_millis(200);
/// For so long it has nothing to do until its memory is measured, and the bound.
const IDLE: Duration = Duration::from_secs(10);
const MOST_MEMORY: f64 = 30.0;

/// Webex takes so long for a call.
const LATENCY: Duration = Duration::from_millis(150);
const QUESTIONS_PER_SECOND: u32 = 20;
/// From the webhook's 2xx until the answer's bytes are at the simulator.
const SOON: Duration = Duration::from_millis(200);

/// Bounds that were missed.
#[derive(Default)]
struct Missed(Vec<&'static str>);

impl Missed {
    fn bound(&mut self, holds: bool, what: &'static str) {
        if !holds {
            self.0.push(what);
        }
    }
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut missed = Missed::default();
    let stage = Stage::new(&[])?;
    let serve = start(&stage, &mut missed).await?;
    memory(&stage, &serve, &mut missed).await?;
    drop((serve, stage));
    answers(&mut missed).await?;
    match missed.0.is_empty() {
        true => Ok(()),
        false => Err(format!("missed: {}", missed.0.join("; ")).into()),
    }
}

/// Starts the bot again and again, and leaves the last one at work.
async fn start(stage: &Stage, missed: &mut Missed) -> Result<Serve, Failure> {
    let addresses = free_addresses()?;
    let first = Serve::start(stage, &addresses).await?.began_within;
    let mut starts = Vec::new();
    for _ in 0..STARTS {
        starts.push(Serve::start(stage, &addresses).await?.began_within);
    }
    let [best, median, worst] = [0.0, 50.0, 100.0].map(|it| percentile(&mut starts, it));
    println!(
        "start to ready, {STARTS} times: best {best:.1?}, median {median:.1?}, worst {worst:.1?}"
    );
    println!("  bound for the median: {READY:.1?}; the first start, which registers: {first:.1?}");
    missed.bound(median < READY, "start to ready");
    Serve::start(stage, &addresses).await
}

/// The memory of a bot that was just started.
async fn memory(stage: &Stage, serve: &Serve, missed: &mut Missed) -> Result<(), Failure> {
    tokio::time::sleep(IDLE).await;
    let idle = serve.memory()?;
    println!(
        "memory with nothing to do for {IDLE:.0?}: {:.1} MB of {MOST_MEMORY} MB, {:.1} MB of them the \
         program and its libraries",
        idle.all, idle.mapped
    );
    missed.bound(idle.all < MOST_MEMORY, "memory with nothing to do");

    let ledger = Ledger::open(&LedgerUrl::file(stage.ledger())).await?;
    let event = EventKey::new("innovation-challenge");
    let (_, secret) = keys(&ledger, &event).await?;
    let before = ledger.inbox_counts().await?;
    hostile::bodies(&serve.address, secret.expose(), 1_000).await?;
    let after_1_000 = serve.memory()?.all;
    hostile::bodies(&serve.address, secret.expose(), 9_000).await?;
    let after_10_000 = serve.memory()?.all;
    println!(
        "memory after 1,000 hostile bodies {after_1_000:.1} MB, after 10,000 {after_10_000:.1} MB"
    );
    missed.bound(
        after_10_000 <= after_1_000 * 1.1,
        "memory after hostile bodies",
    );
    missed.bound(
        before == ledger.inbox_counts().await?,
        "no hostile body is believed",
    );
    ledger.close().await;
    Ok(())
}

/// Asks, and measures how soon the answers arrive.
async fn answers(missed: &mut Missed) -> Result<(), Failure> {
    let long = std::env::var_os("SHOWCALLER_LONG").is_some();
    let span = Duration::from_secs(if long { 60 } else { 5 });
    let stage = Stage::new(&["--latency", "150ms"])?;
    let _serve = Serve::start(&stage, &free_addresses()?).await?;
    let asking = questions::ask(&stage, QUESTIONS_PER_SECOND, span, LATENCY);
    let (outcome, mut syncs) = beside_syncs(stage.path(), asking).await?;
    let mut outcome = outcome?;
    println!(
        "{QUESTIONS_PER_SECOND} questions/s in {} rooms for {span:?}, {LATENCY:?} a call: {} of {} answered \
         each by itself",
        outcome.rooms, outcome.answered, outcome.asked
    );
    missed.bound(
        outcome.answered == outcome.asked,
        "every question is answered by itself",
    );
    missed.bound(outcome.rooms == 12, "twelve rooms");
    let percentiles = |took: &mut [Duration]| [50.0, 95.0, 100.0].map(|it| percentile(took, it));
    let [p50, p95, most] = percentiles(&mut outcome.from_accepted);
    println!(
        "  from the 2xx to the answer's bytes: p50 {p50:.0?}, p95 {p95:.0?}, longest {most:.0?}"
    );
    println!("  bound for p95: {SOON:.0?}");
    missed.bound(p95 < SOON, "p95 from a question to its answer");
    let [p50, p95, most] = percentiles(&mut outcome.from_due);
    println!(
        "  from when the question was due to be there: p50 {p50:.0?}, p95 {p95:.0?}, longest {most:.0?}"
    );
    let [p50, p95, most] = percentiles(&mut outcome.calls);
    println!(
        "  one call, as the reading of the question is: p50 {p50:.0?}, p95 {p95:.0?}, longest {most:.0?}"
    );
    let sync = percentile(&mut syncs, 95.0);
    println!("  a plain sync's p95 meanwhile: {sync:.1?}; two commits follow the 2xx");
    Ok(())
}
