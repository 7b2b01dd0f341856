//! A process that answers and broadcasts, and an apply on the same ledger: neither sees, counts or
//! ends the other's operations. So it is in the sweep of deaths and in the random schedules, too,
//! where such a process writes between the calls.

use showcaller_ledger::{Ledger, LedgerUrl, OperationCounts, OperationKind};

use crate::beside::Writer;
use crate::files::{Files, fair};
use crate::postgres::Schema;
use crate::stage::{Stage, every_flag};
use crate::world::World;

/// Messages that are written while events are applied.
const MESSAGES: u64 = 10_000;
/// Tasks of the process that writes them.
const TASKS: u64 = 20;

async fn applies_beside(url: &LedgerUrl) {
    let [one, other] = [fair(), changed()].map(|files| files.event());
    let mut stage = Stage::before(&one).await;
    stage.ledger = Ledger::open(url).await.expect("a ledger");
    let writer = Writer::begins(Ledger::open(url).await.expect("the same ledger")).await;
    let writing = async {
        let tasks = (0..TASKS).map(|_| writer.writes(MESSAGES / TASKS));
        futures::future::join_all(tasks).await;
    };
    let mut writing = std::pin::pin!(writing);
    let mut applied = 0;
    let mut written = false;
    // To and fro until all is written, and once more after it.
    loop {
        let last = written;
        let event = if applied % 2 == 0 { &one } else { &other };
        let apply = async {
            let report = stage.apply(event, &every_flag()).await;
            assert!(report.is_complete(), "{report:#?}");
        };
        let mut apply = std::pin::pin!(apply);
        loop {
            tokio::select! {
                () = &mut writing, if !written => written = true,
                () = &mut apply => break,
            }
        }
        applied += 1;
        if last {
            break;
        }
    }
    assert!(applied > 2, "they were at work at the same time");
    writer.finds_its_messages_untouched().await;

    let event = if applied % 2 == 1 { &one } else { &other };
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
