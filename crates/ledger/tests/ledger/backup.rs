//! Copies hold one moment of a ledger, whole.

use std::fs;

use serde_json::json;
use showcaller_ledger::{Effect, Error, Existing, Ledger, LedgerUrl};

use crate::fixtures::{OnDisk, PROVISION, at, in_memory, on_each, operation, record};

#[tokio::test]
async fn a_backup_is_a_ledger_that_holds_the_same() {
    on_each(|ledger| async move {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("Über #1 50%41.backup");
        let id = ledger.begin(&operation("room/jury")).await.unwrap();
        let made = Effect::Record(record("room/jury", "r-1"));
        ledger.finish(id, &json!({}), &[made], at(1)).await.unwrap();
        ledger.begin(&operation("room/coaches")).await.unwrap();

        ledger.backup(&file, Existing::Refuse).await.unwrap();
        let copy = Ledger::open(&LedgerUrl::file(&file)).await.unwrap();
        assert_eq!(
            copy.resources().await.unwrap(),
            ledger.resources().await.unwrap()
        );
        assert_eq!(
            copy.operations_of_run("run-1").await.unwrap(),
            ledger.operations_of_run("run-1").await.unwrap()
        );
        copy.close().await;
        let files = fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(files, 1, "nothing is left beside it");
    })
    .await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_backup_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;

    let disk = OnDisk::new().await;
    let file = disk.folder.path().join("backup");
    disk.ledger.backup(&file, Existing::Refuse).await.unwrap();
    let mode = fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[tokio::test]
async fn a_file_is_replaced_only_when_that_was_asked_for() {
    let disk = OnDisk::new().await;
    let file = disk.folder.path().join("backup");
    fs::write(&file, "dear diary").unwrap();
    let refused = disk.ledger.backup(&file, Existing::Refuse).await;
    assert!(matches!(refused, Err(Error::Exists { .. })), "{refused:?}");
    let refused = disk.ledger.backup(&file, Existing::Replace).await;
    assert!(
        matches!(refused, Err(Error::NotALedger { .. })),
        "{refused:?}"
    );
    assert_eq!(fs::read_to_string(&file).unwrap(), "dear diary");

    fs::remove_file(&file).unwrap();
    for existing in [Existing::Refuse, Existing::Replace, Existing::Replace] {
        disk.ledger.backup(&file, existing).await.unwrap();
    }
    let copy = Ledger::open(&LedgerUrl::file(&file)).await.unwrap();
    assert_eq!(copy.resources().await.unwrap(), []);
}

#[tokio::test]
async fn a_ledger_in_use_is_never_replaced() {
    let disk = OnDisk::new().await;
    disk.ledger.begin(&operation("room/jury")).await.unwrap();
    let itself = disk.folder.path().join("event.ledger");
    for copied in [disk.ledger.clone(), in_memory().await] {
        let refused = copied.backup(&itself, Existing::Replace).await;
        assert!(matches!(refused, Err(Error::Exists { .. })), "{refused:?}");
    }
    assert_eq!(
        disk.again()
            .await
            .open_operations(PROVISION)
            .await
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn a_backup_that_cannot_be_written_leaves_nothing() {
    let disk = OnDisk::new().await;
    let nowhere = disk.folder.path().join("no/such/folder/backup");
    let refused = disk.ledger.backup(&nowhere, Existing::Refuse).await;
    assert!(
        matches!(refused, Err(Error::CannotOpen { .. })),
        "{refused:?}"
    );
    let folder = disk.folder.path().to_owned();
    let refused = disk.ledger.backup(&folder, Existing::Replace).await;
    assert!(
        matches!(refused, Err(Error::IsAFolder { .. })),
        "{refused:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_beside_writers_holds_one_moment() {
    let disk = OnDisk::new().await;
    let writing = {
        let ledger = disk.ledger.clone();
        tokio::spawn(async move {
            for n in 0..100 {
                // Two rows that are written together.
                let pair = [
                    record(&format!("room/{n}"), "r"),
                    record(&format!("tab/{n}"), "t"),
                ];
                ledger.record_all(&pair).await.unwrap();
            }
        })
    };
    for n in 0..5 {
        let file = disk.folder.path().join(format!("backup-{n}"));
        disk.ledger.backup(&file, Existing::Refuse).await.unwrap();
        let copy = Ledger::open(&LedgerUrl::file(&file)).await.unwrap();
        let found = copy.resources().await.unwrap().len();
        assert_eq!(found % 2, 0, "half of a write in a backup");
    }
    writing.await.unwrap();
}

#[tokio::test]
async fn a_fork_goes_its_own_way() {
    on_each(|ledger| async move {
        ledger.begin(&operation("room/jury")).await.unwrap();
        let fork = ledger.fork().await.unwrap();
        let second = fork.fork().await.unwrap();
        fork.begin(&operation("room/coaches")).await.unwrap();
        ledger.record(&record("room/x", "r")).await.unwrap();

        assert_eq!(fork.open_operations(PROVISION).await.unwrap().len(), 2);
        assert_eq!(ledger.open_operations(PROVISION).await.unwrap().len(), 1);
        assert_eq!(second.open_operations(PROVISION).await.unwrap().len(), 1);
        assert_eq!(fork.resources().await.unwrap(), []);
    })
    .await;
}
