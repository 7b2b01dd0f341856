//! Events per second that a process takes in durably, handed over one by one by many callers at once, as
//! webhooks come; and how long one of them takes.
//!
//! `SHOWCALLER_BENCH_POSTGRES` or `SHOWCALLER_TEST_POSTGRES` is the address of a server, in which it
//! makes a schema and drops it; `scripts/postgres` sets it.
#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

use std::time::{Duration, Instant};

use jiff::Timestamp;
use showcaller_ledger::{InboxKey, InboxState, Incoming, IncomingKind, Ledger, LedgerUrl};
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Executor as _};
use url::Url;
use uuid::Uuid;

type Failure = Box<dyn std::error::Error + Send + Sync>;

const EVENTS: usize = 20_000;
const CALLERS: [usize; 4] = [1, 16, 64, 256];
const AT: Timestamp = Timestamp::UNIX_EPOCH;

fn main() -> Result<(), Failure> {
    tokio::runtime::Runtime::new()?.block_on(async {
        // Beside the build, not in a temporary folder: that may lie in memory.
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
        let file = LedgerUrl::file(folder.path().join("event.ledger"));
        measure("SQLite", &file).await?;
        let server = ["SHOWCALLER_BENCH_POSTGRES", "SHOWCALLER_TEST_POSTGRES"]
            .into_iter()
            .find_map(|name| std::env::var(name).ok());
        let Some(server) = server else { return Ok(()) };
        sqlx::any::install_default_drivers();
        let mut conn = AnyConnection::connect(&server).await?;
        let schema = format!("inbox_{}", std::process::id());
        conn.execute(AssertSqlSafe(format!("CREATE SCHEMA {schema}")))
            .await?;
        let mut url: Url = server.parse()?;
        let option = format!("-c search_path={schema}");
        url.query_pairs_mut().append_pair("options", &option);
        measure("PostgreSQL", &url.as_str().parse()?).await?;
        conn.execute(AssertSqlSafe(format!("DROP SCHEMA {schema} CASCADE")))
            .await?;
        Ok(())
    })
}

async fn measure(title: &str, url: &LedgerUrl) -> Result<(), Failure> {
    let ledger = Ledger::open(url).await?;
    println!("{title}: events taken in, each durably");
    for callers in CALLERS {
        // A single caller waits for each synchronisation.
        let events = EVENTS * callers.min(16) / 16;
        let began = Instant::now();
        let mut calls = tokio::task::JoinSet::new();
        for _ in 0..callers {
            calls.spawn(take_in(ledger.clone(), events / callers));
        }
        let mut took: Vec<Duration> = Vec::with_capacity(events);
        while let Some(times) = calls.join_next().await {
            took.extend(times??);
        }
        let rate = took.len() as f64 / began.elapsed().as_secs_f64();
        took.sort_unstable();
        let p99 = took[took.len() * 99 / 100].as_secs_f64() * 1_000.0;
        println!("  {callers:>3} callers: {rate:>6.0}/s, p99 {p99:.1} ms");
    }
    ledger.close().await;
    Ok(())
}

async fn take_in(ledger: Ledger, events: usize) -> Result<Vec<Duration>, showcaller_ledger::Error> {
    let mut took = Vec::with_capacity(events);
    for _ in 0..events {
        let id = Uuid::new_v4();
        let event = Incoming {
            kind: IncomingKind::Message,
            remote_id: format!("Y2lzY29zcGFyazovL3VzL01FU1NBR0Uv{}", id.simple()),
            room: format!("Y2lzY29zcGFyazovL3VzL1JPT00v{}", id.simple()),
            direct: false,
            person: format!("Y2lzY29zcGFyazovL3VzL1BFT1BMRS8{}", id.simple()),
            moderator: false,
            at: AT,
        };
        let began = Instant::now();
        ledger
            .take_in(
                &[(InboxKey::message(id), event, InboxState::Waiting)],
                AT,
                AT,
            )
            .await?;
        took.push(began.elapsed());
    }
    Ok(took)
}
