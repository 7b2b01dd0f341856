//! A ledger that an earlier Showcaller wrote is brought up to date, and keeps what it has.

use std::path::Path;

use showcaller_ledger::{Ledger, LedgerUrl};
use sqlx::migrate::Migrator;
use sqlx::{AnyConnection, Connection as _, Executor as _};

use crate::fixtures::{HOW, Schema, heartbeat, in_memory, instance, operation};

/// The first format, as it was made when there was no other.
async fn make_the_first_format(conn: &mut AnyConnection) {
    let folder = tempfile::tempdir().unwrap();
    let migrations = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let first = "0001_ledger.sql";
    std::fs::copy(migrations.join(first), folder.path().join(first)).unwrap();
    let migrator = Migrator::new(folder.path()).await.unwrap();
    migrator.run_direct(None, conn, false).await.unwrap();
    conn.execute(
        "INSERT INTO counters VALUES ('intents', 7);
         INSERT INTO meta VALUES ('fact', 'settled');
         INSERT INTO leases VALUES ('apply', 'ann@laptop pid 1', 3, 1, 2)",
    )
    .await
    .unwrap();
}

async fn works(url: &LedgerUrl) {
    let ledger = Ledger::open(url).await.unwrap();
    assert!(ledger.format().await.unwrap() > 1);
    assert_eq!(ledger.meta("fact").await.unwrap().unwrap(), "settled");
    assert_eq!(
        ledger.holder("apply").await.unwrap().unwrap().by,
        "ann@laptop pid 1"
    );
    let id = ledger.begin(&operation("room/jury")).await.unwrap();
    assert_eq!(id.to_string(), "8");
    let one = instance("one");
    ledger.check_in(&heartbeat(&one, 0)).await.unwrap();
    ledger.close().await;
}

async fn first_file(path: &Path) {
    sqlx::any::install_default_drivers();
    let address = format!("sqlite://{}?mode=rwc", path.display());
    let mut conn = AnyConnection::connect(&address).await.unwrap();
    make_the_first_format(&mut conn).await;
    conn.execute("PRAGMA application_id = 1399353207")
        .await
        .unwrap();
    conn.close().await.unwrap();
}

#[tokio::test]
async fn in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("event.ledger");
    first_file(&path).await;
    works(&LedgerUrl::file(&path)).await;
}

#[tokio::test]
async fn on_a_server() {
    let Some(schema) = Schema::new().await else {
        return;
    };
    make_the_first_format(&mut schema.connect().await).await;
    works(&schema.url).await;
    schema.drop().await;
}

#[tokio::test]
async fn as_a_backup_which_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("backup");
    first_file(&path).await;
    let before = std::fs::read(&path).unwrap();
    let ledger = in_memory().await;
    ledger.restore_from(&path, HOW).await.unwrap();
    assert_eq!(ledger.meta("fact").await.unwrap().unwrap(), "settled");
    assert_eq!(std::fs::read(&path).unwrap(), before);
}
