//! Waits per second on a virtual clock, and whether the same seed gives the same trace.
#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

use std::hash::{DefaultHasher, Hasher};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use showcaller_clock::{Clock as _, VirtualClock};
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;

const WAITS: u64 = 300_000;
const BOUND: Duration = Duration::from_secs(3);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let one = Builder::new_current_thread().enable_all().build()?;
    let two = Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    for loops in [3, 1_000] {
        measure("1 thread", &one, loops);
        measure("2 threads", &two, loops);
    }
    Ok(())
}

fn measure(threads: &str, runtime: &Runtime, loops: u64) {
    let (first, took) = run(runtime, loops, 8);
    let (second, again) = run(runtime, loops, 8);
    let (other, _) = run(runtime, loops, 9);
    let slower = took.max(again);
    println!(
        "{threads}, {loops:>4} loops: {WAITS} waits in {:.2} s, {} {} s; trace {first:016x}, {}",
        slower.as_secs_f64(),
        if slower < BOUND { "under" } else { "NOT under" },
        BOUND.as_secs(),
        if first == second && first != other {
            "the same again, another for another seed"
        } else {
            "which is NOT what makes it"
        }
    );
}

/// The hash of all that happened, and how long that took.
fn run(runtime: &Runtime, loops: u64, seed: u64) -> (u64, Duration) {
    let clock = VirtualClock::starting_at(Timestamp::UNIX_EPOCH);
    let trace = Arc::new(Mutex::new(DefaultHasher::new()));
    let started = Instant::now();
    runtime.block_on(clock.run(async {
        let mut tasks = JoinSet::new();
        for number in 0..loops {
            let turns = turns(clock.clone(), number, WAITS / loops, seed, trace.clone());
            tasks.spawn(clock.task(Box::pin(turns)));
        }
        tasks.join_all().await;
    }));
    let took = started.elapsed();
    let trace = trace.lock().expect("no panic").finish();
    (trace, took)
}

async fn turns(
    clock: VirtualClock,
    number: u64,
    waits: u64,
    seed: u64,
    trace: Arc<Mutex<DefaultHasher>>,
) {
    let mut random = seed ^ (number << 32);
    for _ in 0..waits {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let seconds = 1 + i64::from(random.to_be_bytes()[0] % 60);
        clock.sleep(SignedDuration::from_secs(seconds)).await;
        let mut trace = trace.lock().expect("no panic");
        trace.write_u128(clock.monotonic().as_nanos());
        trace.write_u64(number);
    }
}
