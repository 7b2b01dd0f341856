//! What either side of a restore decided in a show stays decided.

use std::path::Path;

use serde_json::json;
use showcaller_ledger::{Body, Ledger, Logging, NewControlToken, NewShowEntry};

use crate::fixtures::{HOW, at, backup_of, in_memory, on_each};

/// Writes entries of these keys, each at its second.
async fn log(ledger: &Ledger, entries: &[(&str, i64)]) {
    for (key, second) in entries {
        let entry = NewShowEntry {
            key: (*key).into(),
            body: Body::new(2, &json!({ "go": key })).unwrap(),
        };
        ledger.log_show(&[entry], None, at(*second)).await.unwrap();
    }
}

async fn keys(ledger: &Ledger) -> Vec<(i64, String)> {
    let log = ledger.show_log(0).await.unwrap();
    log.into_iter().map(|it| (it.number, it.key)).collect()
}

async fn restore(ledger: &Ledger, file: &Path) {
    ledger.restore_from(file, HOW).await.unwrap();
}

fn numbered<const N: usize>(keys: [(i64, &str); N]) -> Vec<(i64, String)> {
    keys.map(|(number, key)| (number, key.to_owned())).into()
}

#[tokio::test]
async fn an_older_backup_changes_nothing_in_the_log() {
    on_each(|ledger| async move {
        log(&ledger, &[("a", 1), ("b", 2)]).await;
        let (_folder, file) = backup_of(&ledger).await;
        log(&ledger, &[("c", 3)]).await;
        let before = ledger.show_log(0).await.unwrap();
        restore(&ledger, &file).await;
        assert_eq!(ledger.show_log(0).await.unwrap(), before);
        log(&ledger, &[("d", 4)]).await;
        assert_eq!(ledger.show_log_head().await.unwrap(), 4);
    })
    .await;
}

#[tokio::test]
async fn a_lost_log_comes_back_as_it_was() {
    on_each(|ledger| async move {
        let lost = in_memory().await;
        log(&lost, &[("a", 1), ("b", 2), ("c", 3)]).await;
        let (_folder, file) = backup_of(&lost).await;
        restore(&ledger, &file).await;
        assert_eq!(
            ledger.show_log(0).await.unwrap(),
            lost.show_log(0).await.unwrap()
        );
        log(&ledger, &[("d", 4)]).await;
        assert_eq!(ledger.show_log_head().await.unwrap(), 4);
    })
    .await;
}

#[tokio::test]
async fn where_both_sides_went_on_their_entries_follow_each_other_by_time() {
    on_each(|ledger| async move {
        let lost = in_memory().await;
        log(&lost, &[("a", 1), ("b", 2)]).await;
        let (_folder, older) = backup_of(&lost).await;
        // The clock of one that wrote to it went back: what it wrote keeps its order.
        log(&lost, &[("c", 5), ("d", 3), ("e", 9)]).await;
        let (_folder2, newer) = backup_of(&lost).await;
        restore(&ledger, &older).await;
        log(&ledger, &[("x", 4), ("y", 6)]).await;
        let seen = ledger.show_log_head().await.unwrap();

        restore(&ledger, &newer).await;
        let merged = [
            (1, "a"),
            (2, "b"),
            (6, "x"),
            (7, "c"),
            (8, "d"),
            (9, "y"),
            (10, "e"),
        ];
        assert_eq!(keys(&ledger).await, numbered(merged));
        let decided = NewShowEntry {
            key: "slip".into(),
            body: json!({}).into(),
        };
        let outdated = ledger
            .log_show(&[decided], Some(seen), at(10))
            .await
            .unwrap();
        assert_eq!(outdated, Logging::Outdated { latest: 10 });
        let after = ledger.show_log(0).await.unwrap();
        assert_eq!(after[3].at, at(5));
        assert_eq!(after[3].body, Body::new(2, &json!({ "go": "c" })).unwrap());

        restore(&ledger, &newer).await;
        assert_eq!(
            keys(&ledger).await,
            numbered(merged),
            "nothing is there twice"
        );
    })
    .await;
}

#[tokio::test]
async fn entries_that_were_received_follow_each_other_as_they_were() {
    on_each(|ledger| async move {
        let lost = in_memory().await;
        log(&lost, &[("a", 1)]).await;
        let (_folder, older) = backup_of(&lost).await;
        log(&lost, &[("slow", 2)]).await;
        lost.receive_show_entries(0, at(7)).await.unwrap();
        let (_folder2, newer) = backup_of(&lost).await;
        restore(&ledger, &older).await;
        log(&ledger, &[("ahead", 90)]).await;
        ledger.receive_show_entries(0, at(5)).await.unwrap();

        restore(&ledger, &newer).await;
        let after = ledger.show_log(0).await.unwrap().into_iter();
        let after: Vec<_> = after.map(|it| (it.key, it.at, it.received)).collect();
        let expected = [("a", 5), ("ahead", 5), ("slow", 7)];
        assert_eq!(
            after,
            expected.map(|(key, second)| (key.to_owned(), at(second), true))
        );
    })
    .await;
}

#[tokio::test]
async fn a_token_that_either_side_revoked_stays_revoked() {
    on_each(|ledger| async move {
        let add = async |ledger: &Ledger, number: u8| {
            let token = NewControlToken {
                name: format!("token {number}"),
                scope: "cues".into(),
                hash: [number; 32],
                expires_at: None,
            };
            ledger.add_control_token(&token, at(1)).await.unwrap()
        };
        let other = in_memory().await;
        let [revoked_here, revoked_there] = [add(&other, 1).await, add(&other, 2).await];
        let (_folder, older) = backup_of(&other).await;
        other
            .revoke_control_token(revoked_there, at(2))
            .await
            .unwrap();
        add(&other, 3).await;
        let (_folder2, newer) = backup_of(&other).await;

        restore(&ledger, &older).await;
        ledger
            .revoke_control_token(revoked_here, at(3))
            .await
            .unwrap();
        add(&ledger, 4).await;
        restore(&ledger, &newer).await;
        let tokens = ledger.control_tokens().await.unwrap();
        let tokens: Vec<_> = tokens
            .iter()
            .map(|it| (it.id, it.token.name.as_str(), it.revoked_at))
            .collect();
        let expected = [
            (1, "token 1", Some(at(3))),
            (2, "token 2", Some(at(2))),
            (3, "token 4", None),
            (4, "token 3", None),
        ];
        assert_eq!(tokens, expected);
        assert_eq!(add(&ledger, 5).await, 5);
    })
    .await;
}
