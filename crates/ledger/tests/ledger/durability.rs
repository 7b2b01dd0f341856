//! What was written is there after a crash, and all or nothing of it.

use std::fs;

use serde_json::json;
use showcaller_ledger::{Effect, Ledger, LedgerUrl, OperationState};

use crate::fixtures::{OnDisk, PROVISION, at, on_both, operation, record};

#[tokio::test]
async fn what_begin_returned_survives_a_crash() {
    let disk = OnDisk::new().await;
    let id = disk.ledger.begin(&operation("room/jury")).await.unwrap();

    // The files as they lie on the disk at this moment, while the ledger is still open: what a
    // process that is killed now would leave.
    let after = tempfile::tempdir().unwrap();
    for file in ["event.ledger", "event.ledger-wal"] {
        fs::copy(disk.folder.path().join(file), after.path().join(file)).unwrap();
    }
    let url = LedgerUrl::file(after.path().join("event.ledger"));
    let found = Ledger::open(&url).await.unwrap();

    let open = found.open_operations(PROVISION).await.unwrap();
    assert_eq!(open.len(), 1);
    assert_eq!((open[0].id, open[0].state), (id, OperationState::Sending));
    assert_eq!(open[0].body, operation("room/jury").body);
}

#[tokio::test]
async fn dropping_a_ledger_without_closing_it_loses_nothing() {
    let disk = OnDisk::new().await;
    let id = disk.ledger.begin(&operation("room/jury")).await.unwrap();
    let OnDisk { folder, ledger } = disk;
    drop(ledger);

    let url = LedgerUrl::file(folder.path().join("event.ledger"));
    let found = Ledger::open(&url).await.unwrap();
    assert_eq!(found.open_operations(PROVISION).await.unwrap()[0].id, id);
}

#[tokio::test]
async fn closing_and_reopening_keeps_everything() {
    on_both(|disk| async move {
        let id = disk.ledger.begin(&operation("room/jury")).await.unwrap();
        let made = record("room/jury", "r-1");
        disk.ledger
            .finish(id, &json!({}), &[Effect::Record(made.clone())], at(1))
            .await
            .unwrap();
        disk.ledger.keep_secret("room/jury", "s").await.unwrap();
        disk.ledger.set_meta("fact", "settled").await.unwrap();
        disk.ledger.clone().close().await;

        let again = disk.again().await;
        assert_eq!(again.resources().await.unwrap(), [made]);
        assert_eq!(again.meta("fact").await.unwrap().unwrap(), "settled");
        assert!(again.secret("room/jury").await.unwrap().is_some());
        let second = again.begin(&operation("room/coaches")).await.unwrap();
        assert!(second > id, "numbers go on where they were");
    })
    .await;
}

#[tokio::test]
async fn a_refused_finish_writes_none_of_its_effects() {
    on_both(|disk| async move {
        let id = disk.ledger.begin(&operation("room/jury")).await.unwrap();
        disk.ledger.failed(id, "no", None, at(1)).await.unwrap();
        let made = Effect::Record(record("room/jury", "r-1"));
        disk.ledger
            .finish(id, &json!({}), &[made], at(2))
            .await
            .unwrap_err();
        assert_eq!(disk.ledger.resources().await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn a_write_that_is_given_up_leaves_the_ledger_usable() {
    on_both(|disk| async move {
        for n in 0..200 {
            let new = operation(&format!("room/{n}"));
            let write = disk.ledger.begin(&new);
            // Given up after some steps, each time at another place.
            let mut write = std::pin::pin!(write);
            for _ in 0..n % 20 {
                let mut step = std::pin::pin!(tokio::task::yield_now());
                tokio::select! {
                    biased;
                    done = &mut write => { done.unwrap(); break }
                    () = &mut step => {}
                }
            }
        }
        let id = disk.ledger.begin(&operation("room/last")).await.unwrap();
        let found = disk.again().await.open_operations(PROVISION).await.unwrap();
        assert_eq!(found.last().map(|operation| operation.id), Some(id));
    })
    .await;
}
