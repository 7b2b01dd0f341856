use showcaller_ledger::{Existing, Revision, Source};

use crate::fixtures::{HOW, at, in_memory, on_both, on_each};

fn revision(digest: &str) -> Revision {
    Revision {
        at: at(0),
        source_digest: digest.into(),
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
        let before = ledger.revision_before(second).await.unwrap().unwrap();
        assert_eq!((before.id, before.revision), (first, revision("one")));
        assert_eq!(ledger.revision_before(first).await.unwrap(), None);
        let latest = ledger.latest_revision().await.unwrap().unwrap();
        assert_eq!(latest.id, second);
        assert_eq!(latest.revision, revision("two"));
    })
    .await;
}

#[tokio::test]
async fn a_revision_without_files_is_one_too() {
    on_each(|ledger| async move {
        ledger.add_revision(&revision("one")).await.unwrap();
        let mut bare = revision("two");
        bare.sources.clear();
        ledger.add_revision(&bare).await.unwrap();
        let latest = ledger.latest_revision().await.unwrap().unwrap();
        assert_eq!(latest.revision, bare);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revision_is_not_read_half_from_before_a_restore_and_half_from_after() {
    on_both(|shared| async move {
        let folder = tempfile::tempdir().unwrap();
        let mut backups = Vec::new();
        for name in ["one", "two"] {
            let original = in_memory().await;
            let mut revision = revision(name);
            // Both have the same number, and files of their own.
            revision.sources[0].content = name.into();
            original.add_revision(&revision).await.unwrap();
            let file = folder.path().join(name);
            original.backup(&file, Existing::Refuse).await.unwrap();
            backups.push(file);
        }
        let ledger = shared.ledger.clone();
        ledger.restore_from(&backups[0], HOW).await.unwrap();
        let restoring = tokio::spawn(async move {
            for backup in backups.iter().cycle().take(30) {
                ledger.restore_from(backup, HOW).await.unwrap();
            }
        });
        while !restoring.is_finished() {
            let read = shared.ledger.latest_revision().await.unwrap().unwrap();
            let content = &read.revision.sources[0].content;
            assert_eq!(read.revision.source_digest.as_bytes(), content);
        }
        restoring.await.unwrap();
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
