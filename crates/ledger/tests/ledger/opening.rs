//! What may be opened, what may not, and what the file looks like.

use std::fs;
use std::path::Path;

use showcaller_ledger::{Error, Ledger, LedgerUrl};
use sqlx::Connection as _;

use crate::fixtures::{OnDisk, PROVISION, at, operation, written_by_another};

async fn refused(path: &Path) -> Error {
    let error = Ledger::open(&LedgerUrl::file(path)).await.unwrap_err();
    assert!(error.hint().is_some(), "{error} has no hint");
    error
}

#[cfg(unix)]
#[tokio::test]
async fn the_file_and_its_helpers_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new/deep/event.ledger");
    let ledger = Ledger::open(&LedgerUrl::file(&path)).await.unwrap();
    ledger.begin(&operation("room/jury")).await.unwrap();

    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let mut files = 0;
    for file in fs::read_dir(path.parent().unwrap()).unwrap() {
        assert_eq!(mode(&file.unwrap().path()), 0o600);
        files += 1;
    }
    assert_eq!(
        files, 3,
        "the file, its write-ahead log and its shared memory"
    );
    assert_eq!(mode(&folder.path().join("new")), 0o700);
    assert_eq!(mode(&folder.path().join("new/deep")), 0o700);
}

#[tokio::test]
async fn odd_names_are_just_names() {
    let folder = tempfile::tempdir().unwrap();
    for name in [
        "50%41 off #1.ledger",
        "Über uns.ledger",
        "a&b=c;d",
        "file:x",
        ":memory:",
    ] {
        let path = folder.path().join(name);
        let ledger = Ledger::open(&LedgerUrl::file(&path)).await.unwrap();
        ledger.set_meta("name", name).await.unwrap();
        ledger.close().await;
        assert!(path.is_file(), "{name}");
        let again = Ledger::open(&LedgerUrl::file(&path)).await.unwrap();
        assert_eq!(again.meta("name").await.unwrap().unwrap(), name);
        again.close().await;
    }
    let files = fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(files, 5, "nothing else was made");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_may_open_a_new_file_at_once() {
    let folder = tempfile::tempdir().unwrap();
    for round in 0..4 {
        let path = folder.path().join(round.to_string());
        open_at_once(&LedgerUrl::file(path)).await;
    }
}

async fn open_at_once(url: &LedgerUrl) {
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..8 {
        let url = url.clone();
        tasks.spawn(async move {
            let ledger = Ledger::open(&url).await.unwrap();
            ledger
                .begin(&operation(&format!("room/{n}")))
                .await
                .unwrap();
            ledger
        });
    }
    let ledgers = tasks.join_all().await;
    assert_eq!(
        ledgers[0].open_operations(PROVISION).await.unwrap().len(),
        8
    );
}

#[tokio::test]
async fn readers_are_served_while_another_process_writes() {
    let disk = OnDisk::new().await;
    let path = disk.folder.path().join("event.ledger");
    let address = format!("sqlite://{}?mode=rw", path.display());
    let mut other = sqlx::AnyConnection::connect(&address).await.unwrap();
    let writing = other.begin_with("BEGIN IMMEDIATE").await.unwrap();
    assert_eq!(disk.ledger.resources().await.unwrap(), []);
    writing.rollback().await.unwrap();
    disk.ledger.count_creation("h", "m", at(0)).await.unwrap();
}

#[tokio::test]
async fn a_folder_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let error = refused(folder.path()).await;
    assert!(matches!(error, Error::IsAFolder { .. }), "{error}");
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("file"), "").unwrap();
    let url = LedgerUrl::file(folder.path().join("file/event.ledger"));
    let error = Ledger::open(&url).await.unwrap_err();
    assert!(matches!(error, Error::CannotOpen { .. }), "{error}");
    insta::assert_snapshot!(error.hint().unwrap(), @"see that the path is right, and that you may read and write there");
}

#[tokio::test]
async fn whatever_else_a_database_says_there_is_something_to_try() {
    let disk = OnDisk::new().await;
    let ledger = disk.ledger.clone();
    disk.ledger.close().await;
    let error = ledger.begin(&operation("room/jury")).await.unwrap_err();
    assert!(matches!(error, Error::Database(_)), "{error}");
    insta::assert_snapshot!(error.hint().unwrap(), @"run the same command again; if that fails, see to the disk or the server it is on");
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    for text in ["event: x\n".to_owned(), "event: innovation\n".repeat(1_000)] {
        let path = folder.path().join("event.yaml");
        fs::write(&path, &text).unwrap();
        let error = refused(&path).await;
        assert!(matches!(error, Error::NotALedger { .. }), "{error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }
}

#[tokio::test]
async fn a_database_of_another_program_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("places.sqlite");
    written_by_another(&path, "CREATE TABLE places (url TEXT)").await;
    let before = fs::read(&path).unwrap();
    let error = refused(&path).await;
    assert!(matches!(error, Error::NotALedger { .. }), "{error}");
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[tokio::test]
async fn a_read_only_file_is_refused() {
    let disk = OnDisk::new().await;
    disk.ledger.clone().close().await;
    let path = disk.folder.path().join("event.ledger");
    let mut permissions = fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions).unwrap();
    let error = refused(&path).await;
    assert!(matches!(error, Error::ReadOnly { .. }), "{error}");
}

#[tokio::test]
async fn a_ledger_of_a_newer_build_is_refused() {
    let disk = OnDisk::new().await;
    disk.ledger.clone().close().await;
    let path = disk.folder.path().join("event.ledger");
    written_by_another(
        &path,
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9000, 'from the future', 1, x'00', 1)",
    )
    .await;
    let error = refused(&path).await;
    assert!(
        matches!(error, Error::Newer { version: 9000, .. }),
        "{error}"
    );
}

#[tokio::test]
async fn a_ledger_whose_tables_were_made_by_other_statements_is_refused() {
    let disk = OnDisk::new().await;
    disk.ledger.clone().close().await;
    let path = disk.folder.path().join("event.ledger");
    written_by_another(&path, "UPDATE _sqlx_migrations SET checksum = x'00'").await;
    let error = refused(&path).await;
    assert!(matches!(error, Error::OtherTables { .. }), "{error}");
}

#[tokio::test]
async fn a_damaged_value_is_reported_not_guessed() {
    let disk = OnDisk::new().await;
    disk.ledger.begin(&operation("room/jury")).await.unwrap();
    disk.say("UPDATE operations SET outcome = '{'").await;
    let error = disk.ledger.open_operations(PROVISION).await.unwrap_err();
    assert!(
        matches!(
            error,
            Error::Damaged {
                what: "a JSON value",
                ..
            }
        ),
        "{error}"
    );
}
