//! How close `apply` comes to what the distance to Webex allows.
//!
//! `cargo bench -p showcaller-rehearsal --bench latency` (about two minutes). Every answer takes 150 ms and there is no
//! limit on calls. The bound is max(depth, calls of the busiest owner / in flight) x latency, where
//! depth is the longest chain of calls of which each needs the one before it: no order of the calls
//! could be quicker. Fails if `apply` takes more than 1.3 times that, if 32 in flight are not 15 times
//! as quick as one after another, or if a call was made that was not needed.
#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

mod large;

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::SignedDuration;
use showcaller_clock::{OffsetClock, SharedClock};
use showcaller_engine::Engine;
use showcaller_event::Event;
use showcaller_event::model::Address;
use showcaller_ledger::{Ledger, LedgerUrl};
use showcaller_plan::{Action, Owner, Plan, Step, Wishes};
use showcaller_rehearsal::{InProcess, connect, setup_time};
use showcaller_simulator::Simulator;
use showcaller_webex::Transport;

const LATENCY: Duration = Duration::from_millis(150);
const WIDTHS: [usize; 4] = [4, 8, 16, 32];
const MOST_RATIO: f64 = 1.3;
const LEAST_GAIN: f64 = 15.0;

/// What one `apply` of an empty Webex took.
struct Run {
    took: Duration,
    calls: BTreeMap<Owner, usize>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let reference = measured("reference event", &large::example("innovation-challenge")).await;
    let larger = measured("300 people, 150 meetings", &large::event(300, 30)).await;
    if reference && larger {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

async fn measured(name: &str, event: &Event) -> bool {
    let (alone, plan) = applied(event, 1).await;
    let depth = depth(&plan);
    let (total, needed) = (alone.calls.values().sum::<usize>(), needed(&plan));
    println!(
        "{name}: {} steps, {total} calls, of which {needed} are needed (each write, and one look per \
         invitation list that was written); the longest chain has {depth}",
        plan.steps.len(),
    );
    println!("   1 in flight  {:>6.2} s", alone.took.as_secs_f64());
    let mut good = total == needed;
    for width in WIDTHS {
        let (run, _) = applied(event, width).await;
        let busiest = run.calls.values().max().copied().unwrap_or(0);
        let bound = LATENCY.as_secs_f64() * (depth as f64).max(busiest as f64 / width as f64);
        let (ratio, gain) = (
            run.took.as_secs_f64() / bound,
            alone.took.as_secs_f64() / run.took.as_secs_f64(),
        );
        let fine = ratio <= MOST_RATIO && (width < 32 || gain >= LEAST_GAIN);
        println!(
            "  {width:>2} in flight  {:>6.2} s  bound {bound:>5.2} s  ratio {ratio:.2} (at most \
             {MOST_RATIO})  {gain:>4.1} times as quick: {}",
            run.took.as_secs_f64(),
            if fine { "good" } else { "OVER" }
        );
        good &= fine;
    }
    good
}

async fn applied(event: &Event, width: usize) -> (Run, Plan) {
    let clock: SharedClock = Arc::new(OffsetClock::starting_at(setup_time(event)));
    let mut config = large::unlimited(event);
    config.clock = Arc::clone(&clock);
    config.latency = Some(SignedDuration::try_from(LATENCY).expect("a short time"));
    let simulator = Simulator::new(config).expect("a simulator");
    let transport: Arc<dyn Transport> = Arc::new(InProcess::to(&simulator));
    let connections = connect(event, &simulator, &transport, &clock).expect("tokens");
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let url = LedgerUrl::file(folder.path().join("bench.ledger"));
    let ledger = Ledger::open(&url).await.expect("a ledger");
    let engine = Engine::new(connections, ledger.clone(), clock, large::process())
        .with_known_in_flight(width);
    let outlook = engine
        .look(event, &Wishes::default())
        .await
        .expect("a look");
    let plan = outlook.plan.clone();
    let before = requests(&engine);
    let started = Instant::now();
    large::apply(&engine, event, outlook).await;
    let took = started.elapsed();
    let mut calls = requests(&engine);
    for (owner, made) in &mut calls {
        *made -= before[owner];
    }
    ledger.close().await;
    (Run { took, calls }, plan)
}

fn requests(engine: &Engine) -> BTreeMap<Owner, usize> {
    let counted = engine.connections().requests().into_iter();
    counted
        .map(|(owner, (sent, _))| (owner, usize::try_from(sent).unwrap_or(usize::MAX)))
        .collect()
}

/// Calls that the plan cannot do without: its writes, and one look at each list written.
fn needed(plan: &Plan) -> usize {
    plan.steps.iter().map(calls_of).sum()
}

/// How many calls a step makes one after another. A meeting's invitation list is read back, because
/// Webex may take somebody as a guest who was to be a co-host (meetings §2).
fn calls_of(step: &Step) -> usize {
    match &step.action {
        Action::CreateMeeting { invitees, .. } => 1 + usize::from(!invitees.is_empty()),
        Action::AddInvitees { .. } => 2,
        _ => 1,
    }
}

/// The longest chain of calls of which each needs the one before it.
fn depth(plan: &Plan) -> usize {
    let mut ends: BTreeMap<&Address, usize> = BTreeMap::new();
    // Steps are sorted: whatever one comes after stands before it.
    for step in &plan.steps {
        let before = step.after.iter().filter_map(|need| ends.get(need)).max();
        let end = before.copied().unwrap_or(0) + calls_of(step);
        ends.insert(&step.address, end);
    }
    ends.values().max().copied().unwrap_or(0)
}
