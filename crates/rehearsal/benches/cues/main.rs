//! How soon a cue is in 500 rooms, against what Webex's limit allows.
//!
//! ```text
//! cargo bench -p showcaller-rehearsal --bench cues
//! ```
//!
//! On virtual time, every call taking 150 ms. The limit is 300 or 60 calls a minute from a bucket of 10 or
//! 60. A first cue to all rooms teaches the client the pace; ten minutes later, with a full bucket, an
//! operator says go for the second one. The bound is what the simulator's bucket allows for it: the calls
//! that are in the bucket at the go, and then the rate. The time that it took is from the go to the last
//! answer, and holds the up to one second until the runner reads the log.
//!
//! A row is one process alone, which also answers a question every other second (1.1 times the bound); or a
//! leader and a standby, questions to each of them, and an `apply` of 2,000 calls by a third process (1.2
//! times). Counted beside: calls of answers that start while the cue waits in their own process, and those
//! that start in another process later than one heartbeat (10 s) after the first message of the cue.

#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

#[path = "../large/mod.rs"]
mod large;
mod watched;
mod world;

use std::process::ExitCode;

use jiff::{SignedDuration, Timestamp};
use showcaller_clock::{Clock as _, VirtualClock};
use showcaller_engine::Stop;
use showcaller_simulator::Rate;
use tokio::runtime::Builder;
use watched::{Call, Purpose};
use world::{JOINING, LATENCY, ROOMS, Replica, Revision, World};

/// One heartbeat.
const HEARTBEAT: SignedDuration = SignedDuration::from_secs(10);
/// Between the cue that teaches the pace and the one that is measured.
const REST: SignedDuration = SignedDuration::from_mins(10);
/// For how long an apply has been under way at the go.
const APPLYING: SignedDuration = SignedDuration::from_mins(2);
/// A cue that takes longer has failed.
const LONGEST: SignedDuration = SignedDuration::from_hours(2);

/// What is measured of one cue.
struct Measured {
    took: f64,
    allowed: f64,
    refused: usize,
    /// Calls of answers that started while the cue waited in their own process.
    own: usize,
    /// Calls of answers that started in another process later than one heartbeat after.
    others: usize,
    /// Calls of the apply meanwhile.
    apply: usize,
    answered: usize,
}

fn main() -> ExitCode {
    println!("500 rooms, calls of 150 ms; pace learnt, bucket full");
    println!(
        "{:>18} {:>6} {:>8} {:>8} {:>6} {:>6} {:>5} {:>8} {:>9} {:>6}",
        "limit", "bucket", "took", "allowed", "ratio", "bound", "429s", "own", "others", "apply"
    );
    let mut good = true;
    for beside in [false, true] {
        for per_minute in [300, 60] {
            for burst in [10, 60] {
                good &= row(Rate { per_minute, burst }, beside);
            }
        }
    }
    match good {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

fn row(rate: Rate, beside: bool) -> bool {
    let runtime = Builder::new_current_thread().enable_all().build();
    let revision = Revision::with_people(ROOMS);
    let clock = World::clock(&revision);
    let scene = clock.run(scene(&clock, revision, rate, beside));
    let measured = runtime.expect("a runtime").block_on(scene);
    let ratio = measured.took / measured.allowed;
    let bound = if beside { 1.2 } else { 1.1 };
    let good = ratio <= bound && measured.own == 0 && measured.others == 0;
    println!(
        "{:>18} {:>6} {:>6.1} s {:>6.1} s {ratio:>6.3} {bound:>6.1} {:>5} {:>8} {:>9} {:>6}  {} answers meanwhile: {}",
        format!(
            "{}/min{}",
            rate.per_minute,
            if beside { " + apply" } else { "" }
        ),
        rate.burst,
        measured.took,
        measured.allowed,
        measured.refused,
        measured.own,
        measured.others,
        measured.apply,
        measured.answered,
        if good { "good" } else { "MISSED" },
    );
    good
}

async fn scene(clock: &VirtualClock, revision: Revision, rate: Rate, beside: bool) -> Measured {
    let world = World::new(clock, revision).await;
    let later = Revision::with_people(ROOMS + JOINING);
    let engine = world.engine("apply", &later.event);
    let outlook = world.look(&engine, &later).await;
    let rooms = world.rooms();
    world
        .simulator
        .set_rate(Some(rate))
        .expect("a limit that works");

    let mut replicas = vec![world.serve("leader").await];
    if beside {
        replicas.push(world.serve("standby").await);
    }
    world.go("first").await;
    until_sent(&world, 1, &[], &rooms).await;
    clock.sleep(REST).await;

    let stop = Stop::default();
    let applying = async {
        if beside {
            let presence = engine.presence().await.expect("a ledger");
            later.apply(&engine, outlook, &stop).await;
            presence.end().await;
        }
    };
    let calling = async {
        if beside {
            clock.sleep(APPLYING).await;
        }
        let began = clock.now();
        world.go("second").await;
        until_sent(&world, 2, &replicas, &rooms).await;
        stop.ask();
        began
    };
    let ((), began) = tokio::join!(applying, calling);
    let measured = world.calls.read(|calls| reckon(calls, began, rate));
    for replica in replicas {
        replica.stop().await;
    }
    measured
}

/// Waits until a cue is everywhere. Meanwhile one question is asked every other second, of each process in
/// turn.
async fn until_sent(world: &World, cue: usize, asked: &[Replica], rooms: &[String]) {
    let began = world.clock.now();
    let mut number = 0;
    while world.calls.sent(cue) < ROOMS {
        let waited = world.clock.now().duration_since(began);
        assert!(waited < LONGEST, "{} messages sent", world.calls.sent(cue));
        world.clock.sleep(SignedDuration::from_secs(2)).await;
        if !asked.is_empty() {
            let replica = &asked[number % asked.len()];
            world.ask(number % ROOMS, replica, rooms).await;
            number += 1;
        }
    }
}

fn reckon(calls: &[Call], go: Timestamp, rate: Rate) -> Measured {
    let cue = |call: &&Call| call.purpose == Purpose::Cue(2);
    let first = calls.iter().find(cue).expect("it was sent");
    let last = calls.iter().rfind(cue).expect("it was sent");
    let end = calls.iter().filter(cue).filter_map(|call| call.answer);
    let end = end.map(|(at, _)| at).max().expect("it was answered");
    let leader = first.process;
    let during = |from: Timestamp| {
        let within = move |call: &&Call| call.start > from && call.start < last.start;
        calls.iter().filter(within)
    };
    let answers = |call: &&Call| call.purpose == Purpose::Answer;
    let own = during(first.start)
        .filter(|call| call.process == leader)
        .filter(answers);
    let settled = first.start + HEARTBEAT;
    let others = during(settled)
        .filter(|call| call.process != leader)
        .filter(answers);
    let refused = during(go).filter(|it| it.answer.is_some_and(|(_, status)| status == 429));
    Measured {
        took: end.duration_since(go).as_secs_f64(),
        allowed: allowed(calls, go, rate),
        refused: refused.count(),
        own: own.count(),
        others: others.count(),
        apply: during(first.start)
            .filter(|call| call.process == "apply")
            .count(),
        answered: during(go).filter(answers).count(),
    }
}

/// The least time for all messages: what is in the bucket at the go, by what was let through before, and
/// then the rate.
fn allowed(calls: &[Call], go: Timestamp, rate: Rate) -> f64 {
    let per_second = f64::from(rate.per_minute) / 60.0;
    let burst = f64::from(rate.burst);
    // The simulator looks at a call once its latency is over.
    let mut through: Vec<Timestamp> = calls
        .iter()
        .filter(|call| call.answer.is_some_and(|(_, status)| status != 429))
        .map(|call| call.start + LATENCY)
        .filter(|at| *at <= go)
        .collect();
    through.sort();
    let (mut level, mut last) = (burst, through.first().copied().unwrap_or(go));
    let mut fill = |level: f64, at: Timestamp| {
        let passed = at.duration_since(last).as_secs_f64();
        last = at;
        (level + passed * per_second).min(burst)
    };
    for at in through {
        level = (fill(level, at) - 1.0).max(0.0);
    }
    let level = fill(level, go).floor();
    (ROOMS as f64 - level) / per_second
}
