use std::fs;

use secrecy::ExposeSecret as _;

use crate::fixtures::{OnDisk, on_each};

#[tokio::test]
async fn the_first_secret_of_an_address_stays() {
    on_each(|ledger| async move {
        assert!(ledger.secret("meeting/a").await.unwrap().is_none());
        let first = ledger.keep_secret("meeting/a", "one").await.unwrap();
        let second = ledger.keep_secret("meeting/a", "two").await.unwrap();
        let read = ledger.secret("meeting/a").await.unwrap().unwrap();
        for secret in [&first, &second, &read] {
            assert_eq!(secret.expose_secret(), "one");
        }
        assert!(!format!("{read:?}").contains("one"));
    })
    .await;
}

#[tokio::test]
async fn an_erased_secret_is_gone_from_the_file() {
    let disk = OnDisk::new().await;
    disk.ledger
        .keep_secret("meeting/a", "planted-secret")
        .await
        .unwrap();
    assert!(disk.ledger.erase_secret("meeting/a").await.unwrap());
    assert!(!disk.ledger.erase_secret("meeting/a").await.unwrap());
    assert!(disk.ledger.secret("meeting/a").await.unwrap().is_none());
    disk.ledger.clone().close().await;

    for file in fs::read_dir(disk.folder.path()).unwrap() {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        let found = bytes.windows(14).any(|window| window == b"planted-secret");
        assert!(!found, "the secret is still in the file");
    }
}
