//! How soon a cue is in 500 rooms, against what Webex's limit allows, and what it costs to wait for one.
//!
//! ```text
//! cargo bench -p showcaller-rehearsal --bench cues       # or: -- alone, beside, real, idle
//! ```
//!
//! * *alone*, *beside*: on virtual time, every call taking 150 ms. The limit is 300 or 60 calls a minute from
//!   a bucket of 10 or 60. A first cue to all rooms teaches the client the pace; ten minutes later an operator
//!   says go for the second one. The bound is what the simulator's bucket allows for it: the calls that are
//!   in the bucket at the go, and then the rate. The time that it took is from the go to the last answer, and
//!   holds the up to one second until the runner reads the log. *Alone* is one process, *beside* a leader, a
//!   standby, and an `apply` of 2,000 calls by a third process. A question is asked every other second, of
//!   each process in turn. Counted are calls of answers that start while the cue waits in their own process,
//!   and those that start in another process later than one heartbeat (10 s) after the first message.
//! * *real*: in real time over the network, 150 ms a call, without a limit. The bound is 500 rooms ÷ 32 calls
//!   in flight × 150 ms: no order of the calls could be quicker. Beside it the loop of the origin, one
//!   `requests.post` after the other.
//! * *idle*: the processor time of a runner that waits, of an event of 500 rooms and 20 cues.

#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

#[path = "../large/mod.rs"]
mod large;
mod limited;
mod real;
mod watched;
mod world;

use std::process::ExitCode;

use showcaller_simulator::Rate;
use tokio::runtime::Builder;

/// What a cue may take in real time, by the latency bound.
const MOST_IN_REAL_TIME: f64 = 1.3;
/// Milliseconds of processor time of a look, at the most.
const MOST_OF_A_LOOK: f64 = 5.0;

fn main() -> ExitCode {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let all = !wanted.iter().any(|it| !it.starts_with("--"));
    let wants = |part: &str| all || wanted.iter().any(|it| it == part);
    let mut good = true;
    for (part, beside, bound) in [("alone", false, 1.1), ("beside", true, 1.2)] {
        if wants(part) {
            good &= limited(part, beside, bound);
        }
    }
    let runtime = || Builder::new_multi_thread().enable_all().build();
    let runtime = || runtime().expect("a runtime");
    if wants("real") {
        good &= runtime().block_on(real());
    }
    if wants("idle") {
        good &= runtime().block_on(idle());
    }
    match good {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

fn limited(part: &str, beside: bool, bound: f64) -> bool {
    println!("{part}: 500 rooms, pace learnt, at most {bound} times what the limit allows");
    println!(
        "{:>8} {:>6} {:>9} {:>9} {:>6} {:>5} {:>11} {:>11} {:>14} {:>9}",
        "limit",
        "bucket",
        "took",
        "allowed",
        "ratio",
        "429s",
        "before own",
        "elsewhere",
        "apply's calls",
        "answered"
    );
    let mut good = true;
    for (per_minute, burst) in [(300, 10), (300, 60), (60, 10), (60, 60)] {
        let it = limited::measure(Rate { per_minute, burst }, beside);
        let ratio = it.took / it.allowed;
        let meets = ratio <= bound && it.own == 0 && it.others == 0 && it.asked == it.answered;
        println!(
            "{:>8} {burst:>6} {:>7.1} s {:>7.1} s {ratio:>6.3} {:>5} {:>11} {:>11} {:>14} {:>4}/{:<4} {}",
            format!("{per_minute}/min"),
            it.took,
            it.allowed,
            it.refused,
            it.own,
            it.others,
            it.apply,
            it.answered,
            it.asked,
            if meets { "good" } else { "MISSED" },
        );
        good &= meets;
    }
    good
}

async fn real() -> bool {
    let bound = world::ROOMS as f64 / real::IN_FLIGHT as f64 * world::LATENCY.as_secs_f64();
    let (broadcasts, origin) = real::broadcasts().await;
    println!("real: 500 rooms, 150 ms a call, no limit; {bound:.2} s with 32 calls in flight");
    let mut good = true;
    for (name, it) in ["width found out", "width learnt"]
        .into_iter()
        .zip(&broadcasts)
    {
        let ratio = it.from_first / bound;
        good &= ratio <= MOST_IN_REAL_TIME;
        println!(
            "  {name:>16}: {:.2} s from the go; {:.2} s from the first call, {ratio:.2} times the bound",
            it.from_go, it.from_first
        );
    }
    match origin {
        Some(took) => println!("  one requests.post after another: {took:.2} s"),
        None => println!("  no figure for the origin's loop: python3 with requests is not here"),
    }
    good
}

async fn idle() -> bool {
    let [before, after] = real::idle().await;
    println!("idle: 500 rooms and 20 cues, milliseconds of processor time in a second");
    println!(
        "  no cue sent yet: {before:.2}; 19 of them sent: {after:.2} (at most {MOST_OF_A_LOOK})"
    );
    before <= MOST_OF_A_LOOK && after <= MOST_OF_A_LOOK
}
