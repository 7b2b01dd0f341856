//! How near the client comes to limits that nobody told it, and how seldom it oversteps them.
//!
//! ```text
//! cargo bench -p showcaller-webex --bench pacing
//! ```
//!
//! The client and the simulator in one process, on virtual time: 5,000 people are put into 500 rooms
//! by the bot, 5,500 calls in all, each answered after 150 ms, up to 32 in flight. All rooms are
//! asked for at once, and then all people. The limit is 60, 150, 300 or 600 calls a minute from a
//! bucket that holds 1, 10, 60 or 300 and is full at the start. In the later rows the limit changes
//! once, when half of the calls have succeeded; the bucket stays.
//!
//! A row passes if both bounds hold:
//!
//! * *within 1.10 times of what the limit allows after the first minute.* Of all calls, those that
//!   had succeeded 60 s after the first one was sent are taken away, and so are the whole calls that
//!   the bucket held at that instant (replayed from the simulator's log): what is left cannot be done
//!   faster than the limit refills, at the old limit up to the change and at the new one after it.
//!   That time is what the limit allows; the time that it took is from that instant to the last
//!   answer. What the first minute itself wasted shows in the last column, which compares the whole
//!   run with the best possible one, and has no bound.
//! * *429s of at most 1 % of the calls, and one more for a change.* Those at the very beginning count
//!   too: with 32 calls in flight, a bucket that is found empty refuses about as many.
//!
//! Below that: how long the client takes to find out how many calls may be in flight where nothing
//! limits them, against as many in flight from the start.

#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

mod run;

use std::process::ExitCode;
use std::sync::Mutex;

use run::{Row, Told};

const PER_MINUTE: [u32; 4] = [60, 150, 300, 600];
const BUCKETS: [u32; 4] = [1, 10, 60, 300];
const RATIO: f64 = 1.10;

fn main() -> ExitCode {
    println!("5,000 people in 500 rooms, 5,500 calls of 150 ms, at most 32 in flight\n");
    println!(
        "{:>14} {:>6} {:>7} {:>8} {:>8} {:>6} {:>5} {:>6}  {:<6} {:>6}",
        "limit/min", "bucket", "calls", "took", "allowed", "ratio", "429s", "", "", "whole"
    );
    let missed = told(&rows()).into_iter().filter(|passes| !passes).count();
    println!();
    let slow = widths();
    if missed + slow == 0 {
        return ExitCode::SUCCESS;
    }
    println!("\n{missed} limits and {slow} widths miss their bound.");
    ExitCode::FAILURE
}

/// Every limit as it stays, then halved, doubled, and the two that change most.
fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    let mut add = |per_minute: u32, then: Option<u32>| {
        rows.extend(BUCKETS.map(|bucket| Row {
            per_minute,
            bucket,
            then,
        }));
    };
    for then in [
        (|_| None) as fn(u32) -> Option<u32>,
        |per_minute| Some(per_minute / 2),
        |per_minute| Some(per_minute * 2),
    ] {
        for per_minute in PER_MINUTE {
            add(per_minute, then(per_minute));
        }
    }
    add(60, Some(600));
    add(600, Some(60));
    rows
}

/// Runs the rows on all cores, prints them in order, and says which pass.
fn told(rows: &[Row]) -> Vec<bool> {
    let next = Mutex::new(0);
    let done: Mutex<Vec<Option<Told>>> = Mutex::new(vec![None; rows.len()]);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                loop {
                    let place = {
                        let mut next = next.lock().expect("no panic");
                        *next += 1;
                        *next - 1
                    };
                    let Some(row) = rows.get(place) else { return };
                    let told = run::limited(row);
                    done.lock().expect("no panic")[place] = Some(told);
                }
            });
        }
    });
    let done = done.into_inner().expect("no panic");
    let lines = rows.iter().zip(done.into_iter().flatten());
    lines.map(|(row, told)| print(row, &told)).collect()
}

fn print(row: &Row, told: &Told) -> bool {
    let changes = f64::from(u8::from(row.then.is_some()));
    let few = f64::from(told.refused) <= 0.01 * f64::from(told.calls) + changes;
    let near = told.took <= RATIO * told.allowed;
    let limit = match row.then {
        None => row.per_minute.to_string(),
        Some(then) => format!("{} to {then}", row.per_minute),
    };
    println!(
        "{limit:>14} {:>6} {:>7} {:>6.0} s {:>6.0} s {:>6.3} {:>5} {:>5.2}%  {:<6} {:>6.3}",
        row.bucket,
        told.calls,
        told.took,
        told.allowed,
        told.took / told.allowed,
        told.refused,
        100.0 * f64::from(told.refused) / f64::from(told.calls),
        match (near, few) {
            (true, true) => "PASS",
            (false, true) => "SLOW",
            (true, false) => "429s",
            (false, false) => "BOTH",
        },
        told.whole,
    );
    near && few
}

/// How many round trips the discovery of the width costs; the number of widths that cost too many.
fn widths() -> usize {
    const BOUND: f64 = 1.5;
    println!("no limit, 2,000 calls of 150 ms");
    println!(
        "{:>14} {:>9} {:>9} {:>17}",
        "in flight", "took", "at best", "round trips lost"
    );
    let mut slow = 0;
    for in_flight in [4, 8, 16, 32, 64] {
        let (took, best) = run::unlimited(in_flight, 2_000);
        let lost = (took - best) / run::LATENCY_SECONDS;
        // Wider than the default is searched for in one step more.
        let bound = BOUND + if in_flight > 32 { 1.0 } else { 0.0 };
        let passes = lost <= bound;
        slow += usize::from(!passes);
        println!(
            "{in_flight:>14} {took:>7.2} s {best:>7.2} s {lost:>17.2}  {}",
            if passes { "PASS" } else { "SLOW" }
        );
    }
    slow
}
