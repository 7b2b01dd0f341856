use serde_json::json;

use crate::fixtures::{at, on_each};

#[tokio::test]
async fn a_sequence_rises_with_every_change_and_only_then() {
    on_each(|ledger| async move {
        let touch = async |fingerprint: &str, seconds: i64| {
            ledger
                .touch_calendar("m-1", fingerprint, &json!({ "at": seconds }), at(seconds))
                .await
                .unwrap()
        };
        assert_eq!(touch("a", 0).await, 0);
        assert_eq!(touch("a", 1).await, 0);
        assert_eq!(touch("b", 2).await, 1);
        assert_eq!(touch("b", 3).await, 1);
        assert_eq!(touch("a", 4).await, 2, "back again is a change, too");

        let entry = ledger.calendar_entry("m-1").await.unwrap().unwrap();
        assert_eq!(entry.snapshot, json!({ "at": 4 }));
        assert_eq!((entry.at, entry.cancelled), (at(4), false));
    })
    .await;
}

#[tokio::test]
async fn calling_off_raises_the_sequence_once_and_so_does_coming_back() {
    on_each(|ledger| async move {
        let snapshot = json!({ "title": "Opening" });
        ledger
            .touch_calendar("m-1", "a", &snapshot, at(0))
            .await
            .unwrap();
        assert_eq!(ledger.cancel_calendar("m-1", at(1)).await.unwrap(), Some(1));
        assert_eq!(ledger.cancel_calendar("m-1", at(2)).await.unwrap(), Some(1));
        let off = ledger.calendar_entry("m-1").await.unwrap().unwrap();
        assert!(off.cancelled);
        assert_eq!(off.at, at(1));
        assert_eq!(off.snapshot, snapshot, "what is needed to say so is kept");

        let back = ledger
            .touch_calendar("m-1", "a", &snapshot, at(3))
            .await
            .unwrap();
        assert_eq!(back, 2);
        let entry = ledger.calendar_entry("m-1").await.unwrap().unwrap();
        assert!(!entry.cancelled);
    })
    .await;
}

#[tokio::test]
async fn what_no_calendar_was_told_of_cannot_be_called_off() {
    on_each(|ledger| async move {
        assert_eq!(ledger.cancel_calendar("m-1", at(0)).await.unwrap(), None);
        assert_eq!(ledger.calendar_entries().await.unwrap(), []);
    })
    .await;
}
