//! What becomes of a ledger whose file is taken away, emptied or overwritten.

use std::fs;
use std::path::{Path, PathBuf};

use showcaller_ledger::{Error, Ledger, LedgerUrl};

use crate::fixtures::{OnDisk, at, operation};

/// Something that happens to a file beside the program.
type Mishap = fn(&Path);

fn log_of(path: &Path) -> PathBuf {
    path.with_extension("ledger-wal")
}

fn overwrite(path: &Path, content: &[u8]) {
    use std::io::Write as _;
    let mut file = fs::OpenOptions::new().write(true).open(path).unwrap();
    file.write_all(content).unwrap();
}

/// A ledger with so much in its file, and not only in its log, that damage matters.
async fn full() -> OnDisk {
    let disk = OnDisk::new().await;
    for n in 0..40 {
        let operation = operation(&format!("room/{n}"));
        disk.ledger.begin(&operation).await.unwrap();
    }
    disk.say("PRAGMA wal_checkpoint(TRUNCATE)").await;
    disk
}

#[cfg(unix)]
#[tokio::test]
async fn a_ledger_that_goes_while_it_is_open_keeps_nothing_more_and_says_so() {
    let mishaps: [(&str, Mishap); 6] = [
        ("was deleted or moved away", |path| {
            fs::remove_file(path).unwrap();
        }),
        ("was deleted or moved away", |path| {
            fs::rename(path, path.with_extension("old")).unwrap();
        }),
        ("was deleted or moved away", |path| {
            fs::remove_dir_all(path.parent().unwrap()).unwrap();
        }),
        ("was replaced by another file", |path| {
            let other = path.with_extension("other");
            fs::copy(path, &other).unwrap();
            fs::rename(other, path).unwrap();
        }),
        ("was emptied", |path| {
            fs::OpenOptions::new()
                .write(true)
                .truncate(true)
                .open(path)
                .unwrap();
        }),
        ("lost its write-ahead log", |path| {
            fs::remove_file(log_of(path)).unwrap();
        }),
    ];
    for (words, mishap) in mishaps {
        let disk = full().await;
        let path = disk.folder.path().join("event.ledger");
        disk.ledger.count_creation("h", "m", at(0)).await.unwrap();
        disk.ledger.verify().await.unwrap();
        mishap(&path);
        let written = disk.ledger.set_meta("a", "b").await.unwrap_err();
        // SQLite may notice by itself that there is nothing to read.
        let told = written.to_string().contains(words) || matches!(written, Error::Damaged { .. });
        assert!(told, "{words}: {written}");
        let verified = disk.ledger.verify().await.unwrap_err();
        let told = verified.to_string().contains(words) || words.contains("log");
        assert!(told, "{words}: {verified}");
        assert!(verified.hint().is_some());
    }
}

/// A link to a ledger, in another folder and under another name.
#[cfg(unix)]
fn link_to(disk: &OnDisk) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("link");
    std::os::unix::fs::symlink(disk.folder.path().join("event.ledger"), &link).unwrap();
    (folder, link)
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_to_a_ledger_is_that_ledger() {
    let disk = OnDisk::new().await;
    let (_folder, link) = link_to(&disk);
    let linked = Ledger::open(&LedgerUrl::file(&link)).await.unwrap();
    linked.set_meta("a", "b").await.unwrap();
    linked.verify().await.unwrap();
    assert_eq!(disk.ledger.meta("a").await.unwrap().unwrap(), "b");

    let other = OnDisk::new().await;
    let (_another, to_other) = link_to(&other);
    fs::rename(to_other, &link).unwrap();
    let written = linked.set_meta("a", "c").await.unwrap_err();
    assert!(written.to_string().contains("was replaced"), "{written}");
}

#[tokio::test]
async fn a_ledger_that_is_overwritten_while_it_is_open_is_found_damaged_at_the_end() {
    for mishap in [
        (|path| overwrite(path, &[0x5a; 64 * 1024])) as Mishap,
        |path| overwrite(path, "event: demo\n".repeat(500).as_bytes()),
        |path| {
            fs::File::options()
                .write(true)
                .open(path)
                .unwrap()
                .set_len(8192)
                .unwrap()
        },
    ] {
        let disk = full().await;
        disk.ledger.verify().await.unwrap();
        mishap(&disk.folder.path().join("event.ledger"));
        let verified = disk.ledger.verify().await.unwrap_err();
        assert!(
            matches!(verified, Error::Damaged { .. } | Error::NotALedger { .. }),
            "{verified:?}"
        );
        assert!(verified.hint().is_some());
    }
}

#[tokio::test]
async fn an_emptied_ledger_is_not_taken_for_a_new_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("event.ledger");
    fs::write(&path, "").unwrap();
    let error = Ledger::open(&LedgerUrl::file(&path)).await.unwrap_err();
    assert!(matches!(error, Error::Empty { .. }), "{error}");
    assert!(error.hint().is_some());
    assert_eq!(fs::metadata(&path).unwrap().len(), 0, "it is left alone");
}

#[tokio::test]
async fn a_log_without_its_ledger_is_not_thrown_away() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("event.ledger");
    fs::write(log_of(&path), "frames").unwrap();
    let error = Ledger::open(&LedgerUrl::file(&path)).await.unwrap_err();
    assert!(matches!(error, Error::LogAlone { .. }), "{error}");
    assert!(error.hint().is_some());
    assert_eq!(fs::read_to_string(log_of(&path)).unwrap(), "frames");
}

#[tokio::test]
async fn a_ledger_that_must_not_be_written_is_read_as_it_is() {
    let disk = full().await;
    let url = disk.ledger.url().clone();
    disk.ledger.set_meta("a", "b").await.unwrap();
    disk.ledger.clone().close().await;
    let path = url.path().unwrap();
    let mut permissions = fs::metadata(path).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(path, permissions).unwrap();

    let ledger = Ledger::open_to_read(&url).await.unwrap();
    assert!(ledger.is_read_only());
    assert_eq!(ledger.url(), &url);
    assert_eq!(ledger.meta("a").await.unwrap().unwrap(), "b");
    let written = ledger.set_meta("a", "c").await.unwrap_err();
    assert!(matches!(written, Error::ReadOnly { .. }), "{written}");
    // A copy of its own may be written.
    ledger
        .fork()
        .await
        .unwrap()
        .set_meta("a", "c")
        .await
        .unwrap();
    let again = Ledger::open_to_read(&url).await.unwrap();
    assert_eq!(again.meta("a").await.unwrap().unwrap(), "b");
}

#[tokio::test]
async fn a_ledger_that_may_be_written_is_no_copy() {
    let disk = OnDisk::new().await;
    let ledger = Ledger::open_to_read(disk.ledger.url()).await.unwrap();
    assert!(!ledger.is_read_only());
    ledger.set_meta("a", "b").await.unwrap();
    assert_eq!(disk.ledger.meta("a").await.unwrap().unwrap(), "b");
}
