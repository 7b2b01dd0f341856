//! How many deliveries are taken in durably, how soon they get their 2xx, and what hostile clients can do.
//!
//! Load generator and server are two processes on one machine, the ledger is a file that is synchronised
//! at every commit, and the load is an open loop: a delivery's latency counts from when it was to be sent,
//! whether or not a connection was free then. `SHOWCALLER_LONG=1` measures for 60 s instead of 5.
#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

mod hostile;
mod load;
mod measure;
mod server;

use std::path::Path;
use std::time::Duration;

use showcaller_ledger::{Ledger, LedgerUrl};

use load::Load;
use server::Server;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Deliveries that must be taken in each second.
const ENOUGH: f64 = 2_000.0;
/// What is offered to see that: a little more, because the last ones take their time.
const OFFERED: u32 = 2_100;
/// The load at which latency is measured, and its bound.
const CALM: u32 = 500;
const SOON: Duration = Duration::from_millis(10);

#[tokio::main]
async fn main() -> Result<(), Failure> {
    if let Some(ledger) = std::env::var_os(server::LEDGER) {
        return server::run(Path::new(&ledger)).await;
    }
    let long = std::env::var_os("SHOWCALLER_LONG").is_some();
    let span = Duration::from_secs(if long { 60 } else { 5 });
    // Beside the build, not in a temporary folder: that may lie in memory.
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let mut missed = Vec::new();
    let mut bound = |holds: bool, what: &str| {
        if !holds {
            missed.push(what.to_owned());
        }
    };

    let file = folder.path().join("many.ledger");
    let mut server = Server::start(&file)?;
    let many = Load {
        per_second: OFFERED,
        span,
        connections: 128,
        forged: false,
    };
    let many = many.run(server.address).await?;
    server.kill();
    println!("offered {OFFERED}/s for {span:?}: {many}");
    bound(many.per_second() >= ENOUGH, "2,000 deliveries a second");
    bound(many.refused == 0, "no refusal under load");
    let kept = kept(&file).await?;
    println!(
        "  in the ledger after SIGKILL: {kept} of {} that were acknowledged",
        many.accepted()
    );
    bound(kept >= many.accepted(), "what was acknowledged is kept");

    let file = folder.path().join("calm.ledger");
    let server = Server::start(&file)?;
    let calm = Load {
        per_second: CALM,
        span,
        connections: 64,
        forged: false,
    };
    let (accepted, mut syncs) =
        measure::beside_syncs(folder.path(), calm.run(server.address)).await?;
    let accepted = accepted?;
    let sync = measure::percentile(&mut syncs, 99.0);
    let most = SOON.max(sync * 4);
    println!("offered {CALM}/s for {span:?}: {accepted}");
    println!("  bound for p99: {most:.1?} (a plain sync's p99 meanwhile: {sync:.1?})");
    bound(
        accepted.latency(99.0) <= most,
        "p99 at 500 deliveries a second",
    );
    bound(
        accepted.refused == 0,
        "no refusal at 500 deliveries a second",
    );
    let forged = Load {
        forged: true,
        ..calm
    };
    println!(
        "  the same without the ledger (forged): {}",
        forged.run(server.address).await?
    );

    let slow = hostile::slow_clients(server.address, 1_000).await?;
    let beside = calm.run(server.address).await?;
    let number = slow.number();
    println!("the same beside {number} clients that send one byte a second: {beside}");
    bound(beside.refused == 0, "slow clients keep nobody out");
    drop(slow);

    hostile::bodies(server.address, 1_000).await?;
    let after_1_000 = server.resident()?;
    hostile::bodies(server.address, 9_000).await?;
    let after_10_000 = server.resident()?;
    println!("memory after 1,000 hostile bodies {after_1_000} kB, after 10,000 {after_10_000} kB");
    bound(
        after_10_000 as f64 <= after_1_000 as f64 * 1.1,
        "memory after hostile bodies",
    );

    match missed.is_empty() {
        true => Ok(()),
        false => Err(format!("missed: {}", missed.join("; ")).into()),
    }
}

/// Events in a ledger.
async fn kept(file: &Path) -> Result<u64, Failure> {
    let ledger = Ledger::open(&LedgerUrl::file(file.to_owned())).await?;
    let counts = ledger.inbox_counts().await?;
    Ok(showcaller_ledger::InboxState::ALL
        .iter()
        .map(|state| counts.of(*state))
        .sum())
}
