//! Operations per second on this machine's disk: what a ledger costs a run at the very least.
#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde_json::json;
use showcaller_ledger::{Effect, Ledger, LedgerUrl, NewOperation, Record};

const PAIRS: usize = 2_000;
const SYNCS: u32 = 500;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Beside the build, not in a temporary folder: that may lie in memory.
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    println!(
        "fdatasync of 4 KiB appended: {:.0}/s",
        syncs(folder.path())?
    );
    for in_flight in [1, 8, 32] {
        let url = LedgerUrl::file(folder.path().join(format!("{in_flight}.ledger")));
        measure("SQLite", &url, in_flight).await?;
    }
    // A ledger of its own, which is not cleared away: give an empty database.
    if let Ok(url) = std::env::var("SHOWCALLER_BENCH_POSTGRES") {
        for in_flight in [1, 8, 32] {
            measure("PostgreSQL", &url.parse()?, in_flight).await?;
        }
    }
    Ok(())
}

async fn measure(
    kind: &str,
    url: &LedgerUrl,
    in_flight: usize,
) -> Result<(), Box<dyn std::error::Error>> {
    let ledger = Ledger::open(url).await?;
    let took = pairs(&ledger, in_flight).await?;
    println!(
        "{kind}, {in_flight:>2} in flight: {:.0} begin + finish pairs/s",
        PAIRS as f64 / took.as_secs_f64()
    );
    ledger.close().await;
    Ok(())
}

/// Appends and synchronisations per second: the floor under every durable commit.
fn syncs(folder: &Path) -> std::io::Result<f64> {
    let mut file = File::create(folder.join("plain"))?;
    let started = Instant::now();
    for _ in 0..SYNCS {
        file.write_all(&[7; 4096])?;
        file.sync_data()?;
    }
    Ok(f64::from(SYNCS) / started.elapsed().as_secs_f64())
}

async fn pairs(ledger: &Ledger, in_flight: usize) -> Result<Duration, Box<dyn std::error::Error>> {
    let started = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for lane in 0..in_flight {
        let ledger = ledger.clone();
        tasks.spawn(async move {
            for n in (lane..PAIRS).step_by(in_flight) {
                pair(&ledger, n).await?;
            }
            Ok::<_, showcaller_ledger::Error>(())
        });
    }
    while let Some(lane) = tasks.join_next().await {
        lane??;
    }
    Ok(started.elapsed())
}

async fn pair(ledger: &Ledger, n: usize) -> Result<(), showcaller_ledger::Error> {
    let at = Timestamp::UNIX_EPOCH;
    let address = format!("membership/team-{}/person-{n}@example.com", n / 8);
    let body = json!({ "personEmail": format!("person-{n}@example.com"), "roomId": "Y2lz" });
    let id = ledger
        .begin(&NewOperation {
            run: "bench".into(),
            address: address.clone(),
            verb: "create".into(),
            body: body.clone().into(),
            owner: "bot".into(),
            creation_host: None,
            at,
        })
        .await?;
    let record = Record {
        address,
        remote_id: format!("remote-{n}"),
        kind: "membership".into(),
        owner: "bot".into(),
        attributes: body.clone(),
        created_by_us: true,
        at,
    };
    ledger
        .finish(id, &body, &[Effect::Record(record)], at)
        .await
}
