//! A cue under a limit, on virtual time.

use jiff::{SignedDuration, Timestamp};
use showcaller_clock::{Clock as _, VirtualClock};
use showcaller_engine::Stop;
use showcaller_rehearsal::setup_time;
use showcaller_simulator::Rate;
use tokio::runtime::Builder;

use crate::watched::{Call, Purpose};
use crate::world::{LATENCY, ROOMS, Replica, Revision, World};

/// How many people an apply puts into rooms while cues go: one call each.
const JOINING: usize = 2_000;
/// The cue that teaches the pace, and the one that is measured.
const CUES: [usize; 2] = [1, 2];
/// One heartbeat.
const HEARTBEAT: SignedDuration = SignedDuration::from_secs(10);
/// Between the two cues.
const REST: SignedDuration = SignedDuration::from_mins(10);
/// For how long an apply has been under way at the go.
const APPLYING: SignedDuration = SignedDuration::from_mins(2);
/// Between two questions.
const QUESTIONS: SignedDuration = SignedDuration::from_secs(2);
/// A cue that takes longer has failed.
const LONGEST: SignedDuration = SignedDuration::from_hours(2);

/// What is measured of one cue. Times are in seconds.
pub(crate) struct Measured {
    /// From the go to the last answer.
    pub(crate) took: f64,
    pub(crate) allowed: f64,
    pub(crate) refused: usize,
    /// Calls of answers that started while the cue waited in their own process.
    pub(crate) own: usize,
    /// Calls of answers that started in another process later than one heartbeat after.
    pub(crate) others: usize,
    /// Calls of the apply while the cue waited.
    pub(crate) apply: usize,
    /// Questions that were asked meanwhile, and those of them that were answered in the end.
    pub(crate) asked: u64,
    pub(crate) answered: u64,
}

/// Measures the cue under this limit: one process alone, or a standby and an apply beside it.
pub(crate) fn measure(rate: Rate, beside: bool) -> Measured {
    let revision = Revision::new(ROOMS, CUES.len());
    let clock = VirtualClock::starting_at(setup_time(&revision.event));
    let scene = clock.run(scene(&clock, revision, rate, beside));
    let runtime = Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(scene)
}

async fn scene(clock: &VirtualClock, revision: Revision, rate: Rate, beside: bool) -> Measured {
    let world = World::on_virtual_time(clock, revision).await;
    world.set_up().await;
    let later = Revision::new(ROOMS + JOINING, CUES.len());
    let engine = world.engine("apply", &later.event);
    let outlook = world.look(&engine, &later).await;
    let rooms = world.rooms();
    let limited = world.simulator.set_rate(Some(rate));
    limited.expect("a limit that works");

    let mut replicas = vec![world.serve("leader").await];
    if beside {
        replicas.push(world.serve("standby").await);
    }
    world.go(CUES[0]).await;
    until_sent(&world, CUES[0], &[], &rooms).await;
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
        world.go(CUES[1]).await;
        let asked = until_sent(&world, CUES[1], &replicas, &rooms).await;
        stop.ask();
        (began, asked)
    };
    let ((), (began, asked)) = tokio::join!(applying, calling);
    let mut measured = world.calls.read(|calls| reckon(calls, began, rate));
    measured.asked = asked;
    // No question is lost for it.
    let unanswered = |replicas: &[Replica]| asked > answered(replicas);
    let waits_since = clock.now();
    while unanswered(&replicas) && clock.now().duration_since(waits_since) < LONGEST {
        clock.sleep(QUESTIONS).await;
    }
    measured.answered = answered(&replicas);
    for replica in replicas {
        replica.stop().await;
    }
    measured
}

fn answered(replicas: &[Replica]) -> u64 {
    replicas.iter().map(Replica::answered).sum()
}

/// Waits until a cue is everywhere. Meanwhile questions are asked, of each process in turn. Returns how many.
async fn until_sent(world: &World, cue: usize, asked: &[Replica], rooms: &[String]) -> u64 {
    let began = world.clock.now();
    let mut number = 0;
    while world.calls.sent(cue) < ROOMS {
        let waited = world.clock.now().duration_since(began);
        assert!(waited < LONGEST, "{} messages sent", world.calls.sent(cue));
        world.clock.sleep(QUESTIONS).await;
        if !asked.is_empty() {
            let replica = &asked[number % asked.len()];
            world.ask(number % ROOMS, replica, rooms).await;
            number += 1;
        }
    }
    number as u64
}

fn reckon(calls: &[Call], go: Timestamp, rate: Rate) -> Measured {
    let cue = |call: &&Call| call.purpose == Purpose::Cue(CUES[1]);
    let first = calls.iter().find(cue).expect("it was sent");
    let last = calls.iter().rfind(cue).expect("it was sent");
    let ends = calls.iter().filter(cue).filter_map(|call| call.answer);
    let end = ends.map(|(at, _)| at).max().expect("it was answered");
    let during = |from: Timestamp| {
        let within = move |call: &&Call| call.start > from && call.start < last.start;
        calls.iter().filter(within)
    };
    let answers = |call: &&Call| call.purpose == Purpose::Answer;
    let of_leader = |call: &&Call| call.process == first.process;
    let own = during(first.start).filter(of_leader).filter(answers);
    let others = during(first.start + HEARTBEAT).filter(|call| !of_leader(call));
    let refused = during(go).filter(|it| it.answer.is_some_and(|(_, status)| status == 429));
    let apply = during(first.start).filter(|call| call.process == "apply");
    Measured {
        took: end.duration_since(go).as_secs_f64(),
        allowed: allowed(calls, go, rate),
        refused: refused.count(),
        own: own.count(),
        others: others.filter(answers).count(),
        apply: apply.count(),
        asked: 0,
        answered: 0,
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
