//! The show log is written once, in one order, and never against what its writer did not know.

use serde_json::{Value, json};
use showcaller_ledger::{Body, Error, Logging, NewShowEntry};

use crate::fixtures::{at, instance, on_both, on_each};

fn entry(key: &str) -> NewShowEntry {
    NewShowEntry {
        key: key.into(),
        body: Body::new(3, &json!({ "go": key })).unwrap(),
    }
}

fn entries<const N: usize>(keys: [&str; N]) -> Vec<NewShowEntry> {
    keys.map(entry).into()
}

#[tokio::test]
async fn an_entry_is_kept_as_it_was_written_and_once() {
    on_each(|ledger| async move {
        assert_eq!(ledger.show_log_head().await.unwrap(), 0);
        let written = ledger
            .log_show(&entries(["a", "b", "a"]), None, at(1))
            .await;
        assert_eq!(written.unwrap(), Logging::Written(vec![1, 2, 1]));
        let repeated = NewShowEntry {
            body: json!("another").into(),
            ..entry("b")
        };
        let written = ledger.log_show(&[repeated, entry("c")], None, at(2)).await;
        assert_eq!(written.unwrap(), Logging::Written(vec![2, 3]));
        assert_eq!(ledger.show_log_head().await.unwrap(), 3);

        let log = ledger.show_log(0).await.unwrap();
        let heads: Vec<_> = log.iter().map(|it| (it.number, &*it.key, it.at)).collect();
        assert_eq!(heads, [(1, "a", at(1)), (2, "b", at(1)), (3, "c", at(2))]);
        let body: Value = log[1].body.decode(3).unwrap();
        assert_eq!(body, json!({ "go": "b" }));
        assert_eq!(ledger.show_log(1).await.unwrap(), log[1..]);
        assert_eq!(ledger.show_log(3).await.unwrap(), []);
        let nothing = ledger.log_show(&[], Some(0), at(3)).await.unwrap();
        assert_eq!(nothing, Logging::Written(vec![]));
    })
    .await;
}

#[tokio::test]
async fn what_was_decided_on_a_part_of_the_log_is_not_written() {
    on_each(|ledger| async move {
        let write = async |keys: &[&str], after| {
            let entries: Vec<_> = keys.iter().map(|key| entry(key)).collect();
            ledger.log_show(&entries, after, at(1)).await.unwrap()
        };
        assert_eq!(write(&["a"], Some(0)).await, Logging::Written(vec![1]));
        assert_eq!(
            write(&["b"], Some(0)).await,
            Logging::Outdated { latest: 1 }
        );
        assert_eq!(
            write(&["b", "c"], Some(1)).await,
            Logging::Written(vec![2, 3])
        );
        assert_eq!(write(&["d"], None).await, Logging::Written(vec![4]));
        // Repeated, because the answer was lost: also where others went on from there.
        assert_eq!(
            write(&["b", "c"], Some(1)).await,
            Logging::Written(vec![2, 3])
        );
        // A part of it that is known already is no news to its writer.
        assert_eq!(
            write(&["d", "e"], Some(3)).await,
            Logging::Written(vec![4, 5])
        );
        assert_eq!(
            write(&["d", "f"], Some(3)).await,
            Logging::Outdated { latest: 5 }
        );
        assert_eq!(ledger.show_log_head().await.unwrap(), 5);
    })
    .await;
}

#[tokio::test]
async fn an_entry_has_the_time_at_which_it_was_first_received() {
    on_each(|ledger| async move {
        let times = async || {
            let log = ledger.show_log(0).await.unwrap().into_iter();
            log.map(|it| (it.at, it.received)).collect::<Vec<_>>()
        };
        for (key, second) in [("old", 10), ("ahead", 900), ("new", 500)] {
            let written = ledger.log_show(&entries([key]), None, at(second)).await;
            written.unwrap();
        }
        let unreceived = [(at(10), false), (at(900), false), (at(500), false)];
        assert_eq!(times().await, unreceived);
        // The first two were written before this leader led.
        ledger.receive_show_entries(2, at(100)).await.unwrap();
        let received = [(at(10), true), (at(100), true), (at(100), true)];
        assert_eq!(times().await, received);
        ledger.receive_show_entries(0, at(200)).await.unwrap();
        assert_eq!(times().await, received, "once");
    })
    .await;
}

#[tokio::test]
async fn who_does_not_lead_any_more_receives_nothing() {
    on_each(|ledger| async move {
        ledger.log_show(&entries(["a"]), None, at(1)).await.unwrap();
        let minute = jiff::SignedDuration::from_mins(1);
        let ann = instance("ann");
        let lease = ledger.acquire("cues", &ann, at(0), minute);
        let lease = lease.await.unwrap();
        let former = ledger.fenced_by(&lease);
        ledger.release(lease).await.unwrap();
        let received = former.receive_show_entries(0, at(3)).await;
        assert!(
            matches!(received, Err(Error::LeaseLost { .. })),
            "{received:?}"
        );
        assert!(!ledger.show_log(0).await.unwrap()[0].received);
    })
    .await;
}

#[tokio::test]
async fn of_two_who_decided_on_the_same_log_one_writes() {
    on_both(|shared| async move {
        let (here, there) = (&shared.ledger, shared.again().await);
        for n in 0..10 {
            let (one, two) = (
                [entry(&format!("here/{n}"))],
                [entry(&format!("there/{n}"))],
            );
            let (one, two) = tokio::join!(
                here.log_show(&one, Some(n), at(1)),
                there.log_show(&two, Some(n), at(1))
            );
            let mut outcomes = [one.unwrap(), two.unwrap()];
            outcomes.sort_by_key(|it| matches!(it, Logging::Outdated { .. }));
            let latest = n + 1;
            assert_eq!(
                outcomes,
                [Logging::Written(vec![latest]), Logging::Outdated { latest }]
            );
        }
        there.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_reader_that_goes_on_from_the_last_number_misses_none() {
    on_both(|shared| async move {
        let mut writers = tokio::task::JoinSet::new();
        for writer in 0..3 {
            let ledger = shared.again().await;
            writers.spawn(async move {
                for n in 0..30 {
                    let entries =
                        entries([&format!("{writer}/{n}"), &format!("{writer}/{n}/more")]);
                    ledger.log_show(&entries, None, at(n)).await.unwrap();
                }
                ledger.close().await;
            });
        }
        let mut read = Vec::new();
        while read.len() < 180 {
            let last = read.last().copied().unwrap_or(0);
            let more = shared.ledger.show_log(last).await.unwrap();
            read.extend(more.iter().map(|it| it.number));
        }
        assert_eq!(read, (1..=180).collect::<Vec<i64>>());
        writers.join_all().await;
    })
    .await;
}
