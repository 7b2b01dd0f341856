//! A day of an event on a virtual clock: how long it takes, and whether the same seed gives the same
//! trace.
//!
//! `cargo bench -p showcaller-rehearsal --bench virtual_day`. An apply that Webex answers slowly holds
//! its lease all day, the process's heart beats beside it, and three loops wake up every 20 to 90
//! seconds; all of them wait on one clock, and write into one ledger in memory.
#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

mod large;

use std::hash::{DefaultHasher, Hasher as _};
use std::process::ExitCode;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use jiff::SignedDuration;
use showcaller_clock::{Clock as _, SharedClock, VirtualClock};
use showcaller_engine::Engine;
use showcaller_event::Event;
use showcaller_ledger::{Ledger, LedgerUrl};
use showcaller_plan::Wishes;
use showcaller_rehearsal::{InProcess, connect, setup_time, stay_on_one_core};
use showcaller_simulator::Simulator;
use showcaller_webex::Transport;
use tokio::runtime::Builder;
use tokio::task::JoinSet;

const DAY: SignedDuration = SignedDuration::from_hours(24);
const BOUND: Duration = Duration::from_secs(5);
/// How long Webex takes over each call.
const LATENCY: SignedDuration = SignedDuration::from_hours(3);

/// What happened in a day.
#[derive(Debug, PartialEq, Eq)]
struct Day {
    /// Times at which a loop woke up.
    wakes: u64,
    /// Calls that were answered.
    calls: usize,
    trace: u64,
}

fn main() -> ExitCode {
    stay_on_one_core();
    let event = large::example("workshop");
    let (first, took) = day(&event, 7);
    let (second, again) = day(&event, 7);
    let (other, _) = day(&event, 8);
    let slower = took.max(again);
    let (fast, same) = (slower < BOUND, first == second && first != other);
    println!(
        "24 h with lease, heartbeat and 3 loops: {:.2} s, {} {} s",
        slower.as_secs_f64(),
        if fast { "under" } else { "NOT under" },
        BOUND.as_secs()
    );
    println!(
        "{} wakes, {} calls, trace {:016x}: {}",
        first.wakes,
        first.calls,
        first.trace,
        if same {
            "the same again, another for another seed"
        } else {
            "NOT the same again"
        }
    );
    if !same {
        println!("{first:?}\n{second:?}\n{other:?}");
    }
    match fast && same {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

fn day(event: &Event, seed: u64) -> (Day, Duration) {
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime");
    let clock = VirtualClock::starting_at(setup_time(event));
    let started = Instant::now();
    let day = runtime.block_on(clock.run(one_day(event, &clock, seed)));
    (day, started.elapsed())
}

async fn one_day(event: &Event, world: &VirtualClock, seed: u64) -> Day {
    let clock: SharedClock = Arc::new(world.clone());
    let mut config = large::unlimited(event);
    config.clock = Arc::clone(&clock);
    config.latency = Some(LATENCY);
    config.seed = seed;
    let simulator = Simulator::new(config).expect("a simulator");
    let transport: Arc<dyn Transport> = Arc::new(InProcess::to(&simulator));
    let connections = connect(event, &simulator, &transport, &clock).expect("tokens");
    let ledger = Ledger::open(&LedgerUrl::memory()).await.expect("a ledger");
    let ledger = ledger.on_clock(Arc::clone(&clock));
    let process = large::process();
    let engine = Engine::new(connections, ledger.clone(), Arc::clone(&clock), process);
    let engine = engine.with_in_flight(1);

    let presence = engine.presence().await.expect("a ledger");
    let wishes = Wishes::default();
    let outlook = engine.look(event, &wishes).await.expect("a look");
    let begins = clock.now();
    let trace = Arc::new(Mutex::new((0, DefaultHasher::new())));
    let mut loops = JoinSet::new();
    for number in 0..3 {
        let wakes = wakes(world.clone(), ledger.clone(), number, seed, trace.clone());
        loops.spawn(clock.task(Box::pin(wakes)));
    }
    tokio::select! {
        () = clock.sleep(DAY) => {}
        _ = large::apply(&engine, event, outlook) => panic!("the apply lasts for a day"),
    }
    loops.abort_all();
    while loops.join_next().await.is_some() {}
    // The lease and the heartbeat are as fresh as at the beginning.
    let now = clock.now();
    let holder = ledger.holder("apply").await.expect("a ledger");
    assert!(holder.expect("it is held").until > now);
    let shares = ledger.shares(now).await.expect("a ledger");
    assert!(shares.iter().all(|share| share.processes_alive() == 1));
    assert_eq!(now.duration_since(begins), DAY);
    presence.end().await;

    let mut trace = trace.lock().expect("no panic");
    let calls = simulator.calls();
    trace.1.write_usize(calls);
    Day {
        wakes: trace.0,
        calls,
        trace: trace.1.finish(),
    }
}

type Trace = Arc<Mutex<(u64, DefaultHasher)>>;

/// A loop that sleeps for 20 to 90 seconds, and writes down that it woke up.
async fn wakes(clock: VirtualClock, ledger: Ledger, number: u64, seed: u64, trace: Trace) {
    let mut state = seed << 8 | number;
    loop {
        // An xorshift step: <https://www.jstatsoft.org/article/view/v008i14>.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let pause = i64::try_from(20 + state % 71).expect("small");
        clock.sleep(SignedDuration::from_secs(pause)).await;
        let fact = (format!("loop-{number}"), clock.now().to_string());
        ledger.set_meta(&fact.0, &fact.1).await.expect("a ledger");
        let mut trace = trace.lock().expect("no panic");
        trace.0 += 1;
        trace.1.write(fact.0.as_bytes());
        trace.1.write(fact.1.as_bytes());
    }
}
