use std::collections::BTreeSet;

use serde_json::json;
use showcaller_ledger::{Effect, Error, OperationCounts, OperationState};

use crate::fixtures::{PROVISION, at, in_memory, on_both, on_each, operation, record};

#[tokio::test]
async fn an_operation_is_open_from_begin_until_it_is_settled() {
    on_each(|ledger| async move {
        let id = ledger.begin(&operation("room/jury")).await.unwrap();
        let open = ledger.open_operations(PROVISION).await.unwrap();
        assert_eq!(open.len(), 1);
        assert_eq!(open[0].state, OperationState::Sending);
        assert_eq!(open[0].attempts, 1);
        assert_eq!(open[0].body, operation("room/jury").body);

        ledger.unclear(id, "no answer", at(1)).await.unwrap();
        let open = ledger.open_operations(PROVISION).await.unwrap();
        assert_eq!(open[0].state, OperationState::Unclear);
        assert_eq!(open[0].reason.as_deref(), Some("no answer"));

        ledger
            .done(id, &json!({ "id": "r-1" }), at(2))
            .await
            .unwrap();
        assert_eq!(ledger.open_operations(PROVISION).await.unwrap(), []);
        let done = ledger.operation(id).await.unwrap().unwrap();
        assert_eq!(done.state, OperationState::Done);
        assert_eq!(done.outcome, Some(json!({ "id": "r-1" })));
        assert_eq!((done.at, done.changed_at), (at(0), at(2)));
    })
    .await;
}

#[tokio::test]
async fn a_failure_keeps_its_reason_and_tracking_id() {
    on_each(|ledger| async move {
        let id = ledger.begin(&operation("room/jury")).await.unwrap();
        ledger
            .failed(id, "the title is too long", Some("ROUTER_1"), at(1))
            .await
            .unwrap();
        let failed = ledger.operation(id).await.unwrap().unwrap();
        assert_eq!(failed.state, OperationState::Failed);
        assert_eq!(failed.reason.as_deref(), Some("the title is too long"));
        assert_eq!(failed.tracking_id.as_deref(), Some("ROUTER_1"));
    })
    .await;
}

#[tokio::test]
async fn the_same_call_is_never_under_way_twice() {
    on_each(|ledger| async move {
        let first = ledger.begin(&operation("room/jury")).await.unwrap();
        let refused = ledger.begin(&operation("room/jury")).await.unwrap_err();
        assert!(
            matches!(&refused, Error::StillOpen { id, state: OperationState::Sending, .. } if *id == first),
            "{refused}"
        );
        ledger.unclear(first, "no answer", at(1)).await.unwrap();
        let refused = ledger.begin(&operation("room/jury")).await.unwrap_err();
        assert!(
            matches!(refused, Error::StillOpen { state: OperationState::Unclear, .. }),
            "{refused}"
        );

        // Another thing, or another verb, is not held up; and once settled, it may be repeated.
        ledger.begin(&operation("room/coaches")).await.unwrap();
        let mut rename = operation("room/jury");
        rename.verb = "update".into();
        ledger.begin(&rename).await.unwrap();
        ledger.failed(first, "was not there", None, at(2)).await.unwrap();
        ledger.begin(&operation("room/jury")).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn an_operation_nobody_wrote_is_unknown() {
    let ledger = in_memory().await;
    let id = ledger.begin(&operation("room/jury")).await.unwrap();
    let other = in_memory().await;
    assert_eq!(other.operation(id).await.unwrap(), None);
    for refused in [
        other.done(id, &json!({}), at(1)).await,
        other.failed(id, "no", None, at(1)).await,
        other.unclear(id, "no", at(1)).await,
    ] {
        assert!(
            matches!(refused, Err(Error::UnknownOperation(it)) if it == id),
            "{refused:?}"
        );
    }
}

#[tokio::test]
async fn finishing_records_and_forgets_in_the_same_breath() {
    on_each(|ledger| async move {
        ledger.record(&record("tab/old", "t-0")).await.unwrap();
        let id = ledger.begin(&operation("room/jury")).await.unwrap();
        let effects = [
            Effect::Record(record("room/jury", "r-1")),
            Effect::Forget {
                address: "tab/old".into(),
                why: "replaced by another tab".into(),
            },
        ];
        ledger
            .finish(id, &json!({}), &effects, at(2))
            .await
            .unwrap();
        assert_eq!(
            ledger.resources().await.unwrap(),
            [record("room/jury", "r-1")]
        );
        let tombstones = ledger.tombstones().await.unwrap();
        assert_eq!(tombstones[0].why, "replaced by another tab");
        assert_eq!(tombstones[0].at, at(2));
    })
    .await;
}

#[tokio::test]
async fn operations_are_counted_and_listed_by_run() {
    on_each(|ledger| async move {
        let first = ledger.begin(&operation("room/a")).await.unwrap();
        let second = ledger.begin(&operation("room/b")).await.unwrap();
        let mut other = operation("room/c");
        other.run = "run-2".into();
        ledger.begin(&other).await.unwrap();
        ledger.done(first, &json!({}), at(1)).await.unwrap();

        let listed = ledger.operations_of_run("run-1").await.unwrap();
        let ids: Vec<_> = listed.iter().map(|operation| operation.id).collect();
        assert_eq!(ids, [first, second]);
        assert_eq!(
            ledger
                .operation_counts(PROVISION, Some("run-1"))
                .await
                .unwrap(),
            OperationCounts {
                sending: 1,
                done: 1,
                ..OperationCounts::default()
            }
        );
        assert_eq!(
            ledger.operation_counts(PROVISION, None).await.unwrap(),
            OperationCounts {
                sending: 2,
                done: 1,
                ..OperationCounts::default()
            }
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_tasks_on_two_handles_get_numbers_of_their_own() {
    on_both(|disk| async move {
        let handles = [disk.ledger.clone(), disk.again().await];
        let mut tasks = tokio::task::JoinSet::new();
        for n in 0..40 {
            let ledger = handles[n % 2].clone();
            tasks.spawn(async move {
                let address = format!("room/{n}");
                let id = ledger.begin(&operation(&address)).await.unwrap();
                let made = Effect::Record(record(&address, &format!("r-{n}")));
                ledger.finish(id, &json!({}), &[made], at(1)).await.unwrap();
                id
            });
        }
        let ids: BTreeSet<_> = tasks.join_all().await.into_iter().collect();
        assert_eq!(ids.len(), 40);
        assert_eq!(disk.ledger.resources().await.unwrap().len(), 40);
        assert_eq!(
            disk.ledger
                .operation_counts(PROVISION, None)
                .await
                .unwrap()
                .done,
            40
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_that_begin_the_same_call_at_once_one_is_refused() {
    on_both(|disk| async move {
        let other = disk.again().await;
        for n in 0..20 {
            let new = operation(&format!("room/{n}"));
            let (one, two) = tokio::join!(disk.ledger.begin(&new), other.begin(&new));
            assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
        }
    })
    .await;
}

#[test]
fn debug_output_hides_what_may_hold_a_password() {
    let shown = format!("{:?}", operation("room/jury"));
    assert!(
        shown.contains("room/jury") && !shown.contains("planted"),
        "{shown}"
    );
}
