//! A process that answers and broadcasts, and an apply on the same ledger: neither sees, counts or
//! ends the other's operations. So it is in the sweep of deaths and in the random schedules, too,
//! where such a process writes between the calls.

use std::sync::atomic::{AtomicU64, Ordering};

use showcaller_ledger::{Ledger, LedgerUrl, OperationCounts, OperationKind};

use crate::beside::Writer;
use crate::files::{Files, fair};
use crate::postgres::Schema;
use crate::stage::{Stage, every_flag};
use crate::world::World;

/// Messages that are written at least while events are applied.
const MESSAGES: u64 = 10_000;
/// How many each task writes before it looks whether that is enough.
const BATCH: u64 = 50;
/// Applies that end at least while messages are written.
const APPLIES: u64 = 3;
/// Tasks of the process that writes them.
const TASKS: u64 = 20;

async fn applies_beside(url: &LedgerUrl) {
    let [one, other] = [fair(), changed()].map(|files| files.event());
    let mut stage = Stage::before(&one).await;
    stage.ledger = Ledger::open(url).await.expect("a ledger");
    let writer = Writer::begins(Ledger::open(url).await.expect("the same ledger")).await;
    let (written, applied) = (AtomicU64::new(0), AtomicU64::new(0));
    let messages = || written.load(Ordering::Relaxed);
    let applies = || applied.load(Ordering::Relaxed);
    // Neither ends before the other has done its part, so that they are at work at the same time
    // however slow one of them is.
    let writes = async || {
        while messages() < MESSAGES || applies() < APPLIES {
            writer.writes(BATCH).await;
            written.fetch_add(BATCH, Ordering::Relaxed);
        }
    };
    let writing = futures::future::join_all((0..TASKS).map(|_| writes()));
    let applying = async {
        while messages() < MESSAGES || applies() < APPLIES {
            // To and fro.
            let event = [&one, &other][usize::from(applies() % 2 == 1)];
            let report = stage.apply(event, &every_flag()).await;
            assert!(report.is_complete(), "{report:#?}");
            applied.fetch_add(1, Ordering::Relaxed);
        }
    };
    futures::future::join(writing, applying).await;
    writer.finds_its_messages_untouched().await;

    let event = [&one, &other][usize::from(applies() % 2 == 0)];
    let plan = stage.full_plan(event).await;
    assert!(plan.is_empty(), "{:#?}", plan.steps);
    let differences = World::new(stage.simulator.world()).differences(event);
    assert_eq!(differences, Vec::<String>::new());
    let counts = stage
        .ledger
        .operation_counts(OperationKind::Provision, None);
    let counts = counts.await.expect("a ledger");
    let ended = OperationCounts {
        done: counts.done,
        ..OperationCounts::default()
    };
    assert_eq!(counts, ended, "steps are counted, messages are not");
}

fn changed() -> Files {
    fair()
        .edited("title: Crew,", "title: The crew,")
        .edited("\"14:00-15:00\"", "\"14:20-15:30\"")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn beside_ten_thousand_messages_in_a_file() {
    let folder = tempfile::tempdir().expect("a folder");
    applies_beside(&LedgerUrl::file(folder.path().join("event.ledger"))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn beside_ten_thousand_messages_on_a_server() {
    let Some(schema) = Schema::new().await else {
        return;
    };
    applies_beside(&schema.url()).await;
    schema.drop().await;
}
