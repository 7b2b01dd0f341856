//! A message that either side of a restore knows is known for ever; what neither can know is said.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::Timestamp;
use serde_json::json;
use showcaller_ledger::{
    Claim, Instance, Ledger, MessageOutcome, OperationId, OperationState, Restored, Restoring,
};

use crate::fixtures::outcome::{done, failed, unclear};
use crate::fixtures::{
    HOW, PROVISION, alive, at, backup_of, claimed, delivery, in_memory, on_both, on_each,
    operation, record, started,
};
use OperationState::{Done, Failed, Sending, Unclear, Waiting};

/// A message in a state, claimed at the beginning and changed at that second.
async fn message_in(
    ledger: &Ledger,
    room: u32,
    state: OperationState,
    by: &Instance,
    second: i64,
) -> OperationId {
    let id = claimed(ledger, delivery(room), by).await;
    if state != Waiting {
        let attempt = ledger.start(id, by, at(second)).await.unwrap().unwrap();
        let end = match state {
            Done => done(),
            Failed => failed(),
            Unclear => unclear(),
            Waiting | Sending => return id,
        };
        assert!(
            ledger
                .finish_message(attempt, &end, at(second))
                .await
                .unwrap()
        );
    }
    id
}

async fn restored(ledger: &Ledger, file: &Path, second: i64) -> Restored {
    let how = Restoring {
        at: at(second),
        ..HOW
    };
    ledger.restore_from(file, how).await.unwrap()
}

async fn state_of(ledger: &Ledger, room: u32) -> OperationState {
    let found = ledger.message(&delivery(room).key).await.unwrap();
    found.expect("it is known").state
}

async fn unknown(ledger: &Ledger) -> Vec<(Timestamp, Timestamp)> {
    ledger.messages_unknown().await.unwrap()
}

/// The states in which a backup may hold a message.
const STATES: [OperationState; 5] = [Waiting, Sending, Done, Failed, Unclear];

#[tokio::test]
async fn what_is_known_here_stays_as_it_is() {
    on_each(|ledger| async move {
        let ann = alive(&ledger, "ann").await;
        for (room, state) in (0..).zip(STATES) {
            message_in(&ledger, room, state, &ann, 2).await;
        }
        let (_folder, file) = backup_of(&ledger).await;
        // Since then what was waiting was sent, and every state was come to anew.
        let waited = ledger.message(&delivery(0).key).await.unwrap().unwrap();
        let attempt = started(&ledger, waited.id, &ann).await;
        ledger
            .finish_message(attempt, &done(), at(5))
            .await
            .unwrap();
        for (room, state) in (10..).zip(STATES) {
            message_in(&ledger, room, state, &ann, 6).await;
        }
        let mut before = Vec::new();
        for room in (0..5).chain(10..15) {
            before.push(ledger.message(&delivery(room).key).await.unwrap().unwrap());
        }

        for second in [20, 30] {
            let restored = restored(&ledger, &file, second).await;
            assert_eq!(restored.messages_unknown_since, None);
            assert_eq!(unknown(&ledger).await, []);
            for known in &before {
                let key = known.key.as_ref().unwrap();
                assert_eq!(ledger.message(key).await.unwrap().as_ref(), Some(known));
            }
        }
        // Its process goes on, and nothing is claimed a second time.
        let waiting = ledger.message(&delivery(10).key).await.unwrap().unwrap();
        started(&ledger, waiting.id, &ann).await;
        let all: Vec<_> = (0..5).chain(10..15).map(delivery).collect();
        let claims = ledger.claim(&all, &ann, at(40)).await.unwrap();
        assert!(claims.iter().all(|claim| *claim == Claim::Lost));
    })
    .await;
}

#[tokio::test]
async fn what_only_the_backup_knows_may_have_been_sent_since() {
    on_each(|ledger| async move {
        let lost = in_memory().await;
        let ann = alive(&lost, "ann").await;
        for (room, state) in (0..).zip(STATES) {
            message_in(&lost, room, state, &ann, 2).await;
        }
        let (_folder, file) = backup_of(&lost).await;
        let restored = restored(&ledger, &file, 20).await;
        for (room, was) in (0..).zip(STATES) {
            let there = lost.message(&delivery(room).key).await.unwrap().unwrap();
            let here = ledger.message(&delivery(room).key).await.unwrap().unwrap();
            if matches!(was, Waiting | Sending) {
                assert_eq!((here.state, here.changed_at), (Unclear, at(20)));
                let reason = here.reason.as_deref();
                assert_eq!(
                    reason,
                    Some("it may have been sent after the backup was made")
                );
                assert_eq!((here.id, here.body), (there.id, there.body));
            } else {
                assert_eq!(here, there);
            }
        }
        assert_eq!(restored.messages_unknown_since, Some(at(2)));
        assert_eq!(unknown(&ledger).await, [(at(2), at(20))]);
        // No process works on them any more: a person or evidence settles them.
        let bob = alive(&ledger, "bob").await;
        let first = ledger.message(&delivery(0).key).await.unwrap().unwrap();
        let reason = "nobody has it".to_owned();
        let nobody_has_it = MessageOutcome::NotSent { reason };
        let settled = ledger.settle_message(first.attempt(), &nobody_has_it, &bob, at(30));
        assert!(settled.await.unwrap());
        started(&ledger, first.id, &bob).await;
    })
    .await;
}

#[tokio::test]
async fn a_ledger_that_is_another_than_the_lost_one_does_not_vouch_for_it() {
    on_each(|ledger| async move {
        let lost = in_memory().await;
        let ann = alive(&lost, "ann").await;
        let (_older, older) = backup_of(&lost).await;
        message_in(&lost, 1, Sending, &ann, 5).await;
        let (_folder, file) = backup_of(&lost).await;

        // It was written to since the backup was made, but it is not what the backup was made of.
        let bob = alive(&ledger, "bob").await;
        message_in(&ledger, 2, Done, &bob, 50).await;
        ledger.begin(&operation("room/new")).await.unwrap();
        let after = restored(&ledger, &file, 60).await;
        assert_eq!(after.messages_unknown_since, Some(at(5)));
        assert_eq!(state_of(&ledger, 1).await, Unclear);
        assert_eq!(state_of(&ledger, 2).await, Done);
        assert_eq!(unknown(&ledger).await, [(at(5), at(60))]);

        // A backup that holds nothing was made before there was anybody to send to.
        let new = in_memory().await;
        let after = restored(&new, &older, 70).await;
        assert_eq!(after.messages_unknown_since, None);
    })
    .await;
}

#[tokio::test]
async fn what_an_older_copy_of_the_lost_one_did_not_finish_is_as_the_backup_has_it() {
    let lost = in_memory().await;
    let ann = alive(&lost, "ann").await;
    let mut sending = Vec::new();
    for room in 1..4 {
        let id = claimed(&lost, delivery(room), &ann).await;
        sending.push((id, room));
    }
    let attempt = started(&lost, sending[0].0, &ann).await;
    let older = lost.fork().await.unwrap();
    lost.finish_message(attempt, &done(), at(5)).await.unwrap();
    let attempt = started(&lost, sending[1].0, &ann).await;
    lost.finish_message(attempt, &done(), at(6)).await.unwrap();
    let (_folder, file) = backup_of(&lost).await;
    let after = restored(&older, &file, 2_000).await;
    assert_eq!(after.messages_unknown_since, Some(at(6)));
    // The third can have been sent after the backup.
    for (room, state) in [(1, Done), (2, Done), (3, Unclear)] {
        assert_eq!(state_of(&older, room).await, state, "{room}");
    }
}

#[tokio::test]
async fn what_a_living_process_has_not_begun_to_send_counts_as_the_backup_has_it() {
    on_each(|older| async move {
        let lost = in_memory().await;
        let ann = alive(&lost, "ann").await;
        let bob = alive(&older, "bob").await;
        let cases = [(Waiting, Done), (Sending, Sending), (Unclear, Done)];
        for (room, (here, _)) in (0..).zip(cases) {
            message_in(&older, room, here, &bob, 4).await;
            message_in(&lost, room, Done, &ann, 5).await;
        }
        message_in(&older, 3, Waiting, &bob, 4).await;
        message_in(&lost, 3, Waiting, &ann, 5).await;
        let waiting = older.message(&delivery(0).key).await.unwrap().unwrap();
        let (_folder, file) = backup_of(&lost).await;
        restored(&older, &file, 20).await;
        for (room, (here, then)) in (0..).zip(cases) {
            assert_eq!(state_of(&older, room).await, then, "{here:?} here");
        }
        assert_eq!(state_of(&older, 3).await, Unclear);
        let started = older.start(waiting.id, &bob, at(21)).await.unwrap();
        assert!(started.is_none(), "it was sent");
    })
    .await;
}

#[tokio::test]
async fn a_backup_tells_when_it_was_made_by_whatever_was_written_last() {
    on_each(|ledger| async move {
        // Rooms that were found need no operation, and messages may be sent to them.
        let lost = in_memory().await;
        lost.record(&record("room/1", "r-1")).await.unwrap();
        let (_folder, file) = backup_of(&lost).await;
        let after = restored(&ledger, &file, 20).await;
        assert_eq!(after.messages_unknown_since, Some(record("", "").at));
    })
    .await;
}

#[tokio::test]
async fn times_of_unknown_messages_are_not_forgotten_in_a_further_restore() {
    on_each(|ledger| async move {
        let mut files = Vec::new();
        for second in [5, 7] {
            let lost = in_memory().await;
            let ann = alive(&lost, "ann").await;
            message_in(&lost, 1, Done, &ann, second).await;
            files.push(backup_of(&lost).await);
        }
        restored(&ledger, &files[0].1, 20).await;
        let (_folder, with_a_span) = backup_of(&ledger).await;
        let both = [(at(5), at(20)), (at(7), at(30))];
        restored(&ledger, &files[1].1, 30).await;
        assert_eq!(unknown(&ledger).await, both);
        // The ledger it was made of, and another one.
        restored(&ledger, &with_a_span, 40).await;
        assert_eq!(unknown(&ledger).await, both);
        let other = in_memory().await;
        restored(&other, &with_a_span, 50).await;
        assert_eq!(unknown(&other).await[0], both[0]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_writes_messages_beside_a_restore_loses_none() {
    on_both(|shared| async move {
        let lost = in_memory().await;
        let ann = alive(&lost, "ann").await;
        for room in 0..20 {
            message_in(&lost, room * 10, Waiting, &ann, 2).await;
        }
        let step = lost.begin(&operation("room/step")).await.unwrap();
        lost.done(step, &json!({}), at(3)).await.unwrap();
        let (_folder, file) = backup_of(&lost).await;

        let stop = Arc::new(AtomicBool::new(false));
        let (other, told) = (shared.again().await, Arc::clone(&stop));
        let bob = alive(&other, "bob").await;
        let writing = tokio::spawn(async move {
            let mut sent = Vec::new();
            for room in 1.. {
                if told.load(Ordering::Relaxed) {
                    break;
                }
                let claims = other.claim(&[delivery(room)], &bob, at(4)).await.unwrap();
                let Claim::Won(id) = claims[0] else { continue };
                let Some(attempt) = other.start(id, &bob, at(4)).await.unwrap() else {
                    assert_eq!(room % 10, 0, "only what the backup knows is taken away");
                    continue;
                };
                if room % 3 != 0 {
                    let done = done();
                    let counts = other.finish_message(attempt, &done, at(5));
                    assert!(counts.await.unwrap());
                }
                sent.push((room, id, if room % 3 == 0 { Sending } else { Done }));
            }
            other.close().await;
            sent
        });
        for second in 20..32 {
            restored(&shared.ledger, &file, second).await;
        }
        stop.store(true, Ordering::Relaxed);
        let sent = writing.await.unwrap();
        for (room, id, state) in sent {
            let found = shared.ledger.message(&delivery(room).key).await.unwrap();
            let found = found.expect("it is known");
            assert_eq!((found.id, found.state), (id, state));
        }
        for room in 1..20 {
            let known = shared
                .ledger
                .message(&delivery(room * 10).key)
                .await
                .unwrap();
            assert!(known.is_some(), "from the backup, or claimed before");
        }
        let steps = shared
            .ledger
            .operation_counts(PROVISION, None)
            .await
            .unwrap();
        assert_eq!(steps.done, 1);
        shared.ledger.close().await;
    })
    .await;
}
