use serde_json::json;
use showcaller_ledger::{Revision, Source};

use crate::fixtures::{at, on_each};

fn revision(digest: &str) -> Revision {
    Revision {
        at: at(0),
        source_digest: digest.into(),
        event: json!({ "event": "x", "days": ["day-1"], "title": "Prüfung" }),
        sources: vec![
            Source {
                path: "event.yaml".into(),
                content: "event: x\n".into(),
            },
            Source {
                path: "people.csv".into(),
                content: b"email,name\nann@example.com,J\xfcrgen\n".to_vec(),
            },
            Source {
                path: "nul.csv".into(),
                content: b"email\0".to_vec(),
            },
        ],
    }
}

#[tokio::test]
async fn the_latest_revision_comes_back_byte_for_byte() {
    on_each(|ledger| async move {
        assert_eq!(ledger.latest_revision().await.unwrap(), None);
        let first = ledger.add_revision(&revision("one")).await.unwrap();
        let second = ledger.add_revision(&revision("two")).await.unwrap();
        assert!(second > first);
        let latest = ledger.latest_revision().await.unwrap().unwrap();
        assert_eq!(latest.id, second);
        assert_eq!(latest.revision, revision("two"));
    })
    .await;
}

#[tokio::test]
async fn facts_are_kept_by_name_and_replaced() {
    on_each(|ledger| async move {
        assert_eq!(ledger.meta("rotation").await.unwrap(), None);
        ledger.set_meta("rotation", "3").await.unwrap();
        ledger.set_meta("rotation", "4").await.unwrap();
        assert_eq!(ledger.meta("rotation").await.unwrap().as_deref(), Some("4"));
    })
    .await;
}
