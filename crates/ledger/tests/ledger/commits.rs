//! A server that goes away just when it was asked to commit.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use serde_json::json;
use showcaller_ledger::{Claim, Effect, Error, Ledger, LedgerUrl};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::fixtures::{PROVISION, Schema, alive, at, delivery, operation, record};

/// What the line does with the word that is to make everything last.
const PASS: u8 = 0;
const LOSE_COMMIT: u8 = 1;
const LOSE_ANSWER: u8 = 2;

/// A line to the server that can be told to break at a commit.
struct Line {
    url: LedgerUrl,
    does: Arc<AtomicU8>,
}

impl Line {
    async fn to(schema: &Schema) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let mut server = String::new();
        let url = schema.changed(|url| {
            let host = url.host_str().unwrap();
            server = format!("{host}:{}", url.port().unwrap_or(5432));
            url.set_host(Some("127.0.0.1")).unwrap();
            url.set_port(Some(port)).unwrap();
        });
        let does = Arc::new(AtomicU8::new(PASS));
        let told = Arc::clone(&does);
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let far = TcpStream::connect(&server).await.unwrap();
                tokio::spawn(carry(near, far, Arc::clone(&told)));
            }
        });
        Self { url, does }
    }
}

async fn carry(mut near: TcpStream, mut far: TcpStream, does: Arc<AtomicU8>) {
    let (mut asked, mut answered) = (vec![0; 65_536], vec![0; 65_536]);
    loop {
        tokio::select! {
            read = near.read(&mut asked) => {
                let Ok(read @ 1..) = read else { return };
                // Not the isolation level, which has that word in it.
                let commits = asked[..read].windows(7).any(|word| word == b"COMMIT\0");
                let does = match commits {
                    true => does.swap(PASS, Ordering::SeqCst),
                    false => PASS,
                };
                if does == LOSE_COMMIT {
                    return;
                }
                if far.write_all(&asked[..read]).await.is_err() {
                    return;
                }
                if does == LOSE_ANSWER {
                    // It is there once the server has answered; the answer goes nowhere.
                    let _ = far.read(&mut answered).await;
                    return;
                }
            }
            read = far.read(&mut answered) => {
                let Ok(read @ 1..) = read else { return };
                if near.write_all(&answered[..read]).await.is_err() {
                    return;
                }
            }
        }
    }
}

/// Writes while the line breaks, and sees that no caller was told a lie.
async fn nobody_is_told_a_lie(does: u8, happened: bool) {
    let Some(schema) = Schema::new().await else {
        return;
    };
    let line = Line::to(&schema).await;
    let ledger = Ledger::open(&line.url).await.unwrap();
    let id = ledger.begin(&operation("room/jury")).await.unwrap();

    line.does.store(does, Ordering::SeqCst);
    let made = [Effect::Record(record("room/jury", "r-1"))];
    let (outcome, next) = (json!({}), operation("room/coaches"));
    let (finish, begin) = tokio::join!(
        ledger.finish(id, &outcome, &made, at(1)),
        ledger.begin(&next),
    );
    for refused in [finish, begin.map(drop)] {
        assert!(
            matches!(refused, Err(Error::CommitUnclear(_))),
            "{refused:?}"
        );
    }
    // Both or neither, and the same handle goes on.
    assert_eq!(
        ledger.resources().await.unwrap().len(),
        usize::from(happened)
    );
    let open = ledger.open_operations(PROVISION).await.unwrap();
    let open: Vec<&str> = open
        .iter()
        .map(|operation| operation.address.as_str())
        .collect();
    let expected = if happened {
        "room/coaches"
    } else {
        "room/jury"
    };
    assert_eq!(open, [expected]);
    ledger.begin(&operation("room/later")).await.unwrap();
    ledger.close().await;
    schema.drop().await;
}

#[tokio::test]
async fn a_commit_that_did_not_arrive_is_told_as_unclear() {
    nobody_is_told_a_lie(LOSE_COMMIT, false).await;
}

#[tokio::test]
async fn a_commit_whose_answer_was_lost_is_told_as_unclear() {
    nobody_is_told_a_lie(LOSE_ANSWER, true).await;
}

/// The same for messages, which are committed one by one.
async fn no_claim_is_told_a_lie(does: u8, happened: bool) {
    let Some(schema) = Schema::new().await else {
        return;
    };
    let line = Line::to(&schema).await;
    let ledger = Ledger::open(&line.url).await.unwrap();
    let ann = alive(&ledger, "ann").await;
    line.does.store(does, Ordering::SeqCst);
    let refused = ledger.claim(&[delivery(1)], &ann, at(1)).await;
    assert!(
        matches!(refused, Err(Error::CommitUnclear(_))),
        "{refused:?}"
    );
    // The same handle goes on: whether it happened or not, the claim is repeated and won.
    let known = ledger.message(&delivery(1).key).await.unwrap();
    assert_eq!(known.is_some(), happened);
    let again = ledger.claim(&[delivery(1)], &ann, at(2)).await.unwrap();
    assert!(matches!(again[..], [Claim::Won(_)]), "{again:?}");
    let ben = alive(&ledger, "ben").await;
    let theirs = ledger.claim(&[delivery(1)], &ben, at(2)).await.unwrap();
    assert_eq!(theirs, [Claim::Lost]);
    ledger.close().await;
    schema.drop().await;
}

#[tokio::test]
async fn a_claim_whose_commit_did_not_arrive_is_told_as_unclear() {
    no_claim_is_told_a_lie(LOSE_COMMIT, false).await;
}

#[tokio::test]
async fn a_claim_whose_answer_was_lost_is_told_as_unclear() {
    no_claim_is_told_a_lie(LOSE_ANSWER, true).await;
}
