use jiff::SignedDuration;

use crate::fixtures::{at, on_each, operation};

#[tokio::test]
async fn creations_are_counted_per_host_from_a_time_on() {
    on_each(|ledger| async move {
        for (host, seconds) in [("a", 0), ("a", 10), ("b", 10), ("a", 20)] {
            ledger
                .count_creation(host, "meeting/x", at(seconds))
                .await
                .unwrap();
        }
        assert_eq!(ledger.creations("a", at(0)).await.unwrap(), 3);
        assert_eq!(ledger.creations("a", at(10)).await.unwrap(), 2);
        assert_eq!(ledger.creations("a", at(21)).await.unwrap(), 0);
        assert_eq!(ledger.creations("b", at(0)).await.unwrap(), 1);
        let counted = ledger.creations_since(at(1)).await.unwrap();
        assert_eq!(counted["a"], [at(10), at(20)], "the oldest first");
        assert_eq!(counted["b"], [at(10)]);
    })
    .await;
}

#[tokio::test]
async fn every_sending_of_a_creating_call_counts_whatever_comes_of_it() {
    on_each(|ledger| async move {
        let mut new = operation("meeting/opening/day-1");
        new.creation_host = Some("host@example.com".into());
        let counted = async || ledger.creations("host@example.com", at(0)).await.unwrap();

        let first = ledger.begin(&new).await.unwrap();
        assert_eq!(counted().await, 1);
        ledger.failed(first, "refused", None, at(1)).await.unwrap();
        assert_eq!(counted().await, 1);

        let second = ledger.begin(&new).await.unwrap();
        assert_eq!(counted().await, 2);
        ledger.unclear(second, "no answer", at(3)).await.unwrap();
        ledger.begin(&new).await.unwrap_err();
        assert_eq!(
            counted().await,
            2,
            "a call that is refused here is not made"
        );
    })
    .await;
}

#[tokio::test]
async fn times_come_back_in_whole_microseconds() {
    on_each(|ledger| async move {
        let fine = at(0) + SignedDuration::from_nanos(1_234_567);
        ledger.count_creation("a", "m", fine).await.unwrap();
        let coarse = at(0) + SignedDuration::from_micros(1_234);
        let counted = ledger.creations_since(at(0)).await.unwrap();
        assert_eq!(counted["a"], [coarse]);
    })
    .await;
}
