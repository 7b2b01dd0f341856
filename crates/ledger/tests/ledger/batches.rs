//! Writes that happen to share a commit know nothing of each other.

use serde_json::json;
use showcaller_ledger::{Effect, Error, OperationState};

use crate::fixtures::{OnDisk, PROVISION, at, instance, on_both, on_each, operation, record};
use jiff::SignedDuration;

const MINUTE: SignedDuration = SignedDuration::from_secs(60);

#[tokio::test]
async fn one_that_is_refused_takes_no_other_with_it() {
    on_each(|ledger| async move {
        let mut asked = tokio::task::JoinSet::new();
        for n in 0..40 {
            let ledger = ledger.clone();
            // Every address twice: of each two one must be refused.
            asked.spawn(async move { ledger.begin(&operation(&format!("room/{}", n / 2))).await });
        }
        let answers = asked.join_all().await;
        let refused = answers
            .iter()
            .filter(|answer| matches!(answer, Err(Error::StillOpen { .. })))
            .count();
        assert_eq!(refused, 20);
        let open = ledger.open_operations(PROVISION).await.unwrap();
        assert_eq!(open.len(), 20);
        for id in answers.into_iter().flatten() {
            assert!(
                open.iter().any(|operation| operation.id == id),
                "{id} is not there"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn numbers_rise_and_are_never_given_out_twice() {
    on_both(|shared| async move {
        let other = shared.again().await;
        let mut asked = tokio::task::JoinSet::new();
        for n in 0..60 {
            let ledger = [&shared.ledger, &other][n % 2].clone();
            asked.spawn(async move {
                ledger
                    .begin(&operation(&format!("room/{n}")))
                    .await
                    .unwrap()
            });
        }
        let mut ids = asked.join_all().await;
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 60);
        let later = other.begin(&operation("room/later")).await.unwrap();
        assert!(ids.iter().all(|id| *id < later));
        other.close().await;
        shared.ledger.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_lost_lease_stops_its_holder_and_nobody_else() {
    on_each(|ledger| async move {
        let stale = ledger
            .acquire("apply", &instance("ann"), at(0), MINUTE)
            .await
            .unwrap();
        let stale = ledger.fenced_by(&stale);
        // All in one go: the takeover stands in the queue between writes of both.
        let (before, taken, after, free) = tokio::join!(
            async { stale.begin(&operation("room/before")).await },
            async {
                ledger
                    .acquire("apply", &instance("bob"), at(60), MINUTE)
                    .await
            },
            async { stale.begin(&operation("room/after")).await },
            async { ledger.begin(&operation("room/free")).await },
        );
        before.unwrap();
        taken.unwrap();
        assert!(matches!(after, Err(Error::LeaseLost { .. })), "{after:?}");
        free.unwrap();
        assert_eq!(ledger.open_operations(PROVISION).await.unwrap().len(), 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_that_write_at_once_lose_nothing() {
    on_both(|shared| async move {
        let other = shared.again().await;
        let mut lanes = tokio::task::JoinSet::new();
        for lane in 0..8 {
            let ledger = [&shared.ledger, &other][lane % 2].clone();
            lanes.spawn(async move {
                for n in 0..10 {
                    let address = format!("room/{lane}-{n}");
                    let id = ledger.begin(&operation(&address)).await.unwrap();
                    let made = Effect::Record(record(&address, "r"));
                    ledger.finish(id, &json!({}), &[made], at(1)).await.unwrap();
                }
            });
        }
        lanes.join_all().await;
        assert_eq!(shared.ledger.resources().await.unwrap().len(), 80);
        let done = other.operation_counts(PROVISION, None).await.unwrap().done;
        assert_eq!(done, 80);
        other.close().await;
        shared.ledger.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_write_whose_caller_gave_up_happens_wholly_or_not_at_all() {
    on_both(|shared| async move {
        for n in 0..60 {
            let address = format!("room/{n}");
            let id = shared.ledger.begin(&operation(&address)).await.unwrap();
            let effects = [Effect::Record(record(&address, "r"))];
            let outcome = json!({});
            let write = shared.ledger.finish(id, &outcome, &effects, at(1));
            // Given up after some steps, each time at another place.
            let mut write = std::pin::pin!(write);
            for _ in 0..n % 12 {
                let mut step = std::pin::pin!(tokio::task::yield_now());
                tokio::select! {
                    biased;
                    done = &mut write => { done.unwrap(); break }
                    () = &mut step => {}
                }
            }
        }
        // A write that waits its turn behind all of those.
        shared.ledger.set_meta("fact", "settled").await.unwrap();
        let known = shared.ledger.resources().await.unwrap();
        for operation in shared.ledger.operations_of_run("run-1").await.unwrap() {
            let recorded = known
                .iter()
                .any(|record| record.address == operation.address);
            assert_eq!(
                recorded,
                operation.state == OperationState::Done,
                "{operation:?}"
            );
        }
        shared.ledger.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_full_database_refuses_all_and_keeps_what_it_has() {
    let disk = OnDisk::new().await;
    let ledger = &disk.ledger;
    ledger.begin(&operation("room/first")).await.unwrap();
    ledger.allow_no_more_pages().await.unwrap();
    let mut asked = tokio::task::JoinSet::new();
    for n in 0..30 {
        let ledger = ledger.clone();
        asked.spawn(async move {
            let mut large = operation(&format!("room/{n}"));
            large.body = json!({ "filler": "x".repeat(9_000) }).into();
            ledger.begin(&large).await
        });
    }
    for answer in asked.join_all().await {
        assert!(matches!(answer, Err(Error::Full(_))), "{answer:?}");
    }
    assert_eq!(ledger.open_operations(PROVISION).await.unwrap().len(), 1);

    ledger.allow_more_pages().await.unwrap();
    ledger.begin(&operation("room/second")).await.unwrap();
    assert_eq!(
        disk.again()
            .await
            .open_operations(PROVISION)
            .await
            .unwrap()
            .len(),
        2
    );
}

#[tokio::test]
async fn a_closed_ledger_refuses_and_does_not_hang() {
    on_both(|shared| async move {
        let other = shared.ledger.clone();
        shared.ledger.close().await;
        let refused = other.begin(&operation("room/jury")).await;
        assert!(matches!(refused, Err(Error::Database(_))), "{refused:?}");
        other.close().await;
    })
    .await;
}
