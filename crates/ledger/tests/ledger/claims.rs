//! Of several processes one claims a message, all of one decision or none.

use showcaller_ledger::{Claim, Error, Instance, MessageKind, OperationState};

use crate::fixtures::outcome::{done, failed, unclear};
use crate::fixtures::{
    DELIVERY, PROVISION, alive, answer, at, claimant, claimed, delivery, heartbeat, instance,
    on_both, on_each, operation, started,
};
use OperationState::{Done, Failed, Sending, Unclear, Waiting};

#[tokio::test]
async fn a_message_is_claimed_once_in_every_state() {
    on_each(|ledger| async move {
        let (ann, bob) = (alive(&ledger, "ann").await, alive(&ledger, "bob").await);
        let ends = [None, Some(done()), Some(failed()), Some(unclear())];
        let states = [Sending, Done, Failed, Unclear];
        for (room, (end, state)) in (0..).zip(ends.into_iter().zip(states)) {
            let id = claimed(&ledger, delivery(room), &ann).await;
            let claims = ledger.claim(&[delivery(room)], &bob, at(2)).await.unwrap();
            assert_eq!(claims, [Claim::Lost], "waiting for Ann");
            let again = ledger.claim(&[delivery(room)], &ann, at(2)).await.unwrap();
            assert_eq!(again, [Claim::Won(id)], "its answer may have been lost");
            let attempt = started(&ledger, id, &ann).await;
            if let Some(end) = end {
                assert!(ledger.finish_message(attempt, &end, at(2)).await.unwrap());
            }
            let before = ledger.message(&delivery(room).key).await.unwrap().unwrap();
            assert_eq!((before.id, before.state), (id, state));
            for by in [&ann, &bob] {
                let claims = ledger.claim(&[delivery(room)], by, at(9)).await.unwrap();
                assert_eq!(claims, [Claim::Lost], "{state}");
            }
            let after = ledger.message(&delivery(room).key).await.unwrap().unwrap();
            assert_eq!(after, before, "a lost claim changes nothing");
        }
    })
    .await;
}

#[tokio::test]
async fn what_was_claimed_is_kept_as_it_was_given() {
    on_each(|ledger| async move {
        let ann = alive(&ledger, "ann").await;
        let id = claimed(&ledger, delivery(1), &ann).await;
        let found = ledger.message(&delivery(1).key).await.unwrap().unwrap();
        assert_eq!(ledger.operation(id).await.unwrap().as_ref(), Some(&found));
        assert_eq!((found.kind, found.state), (DELIVERY, Waiting));
        assert_eq!(found.key, Some(delivery(1).key));
        assert_eq!(found.claimed_by, Some(ann.id));
        assert_eq!(
            (found.address.as_str(), found.owner.as_str()),
            ("room/1", "bot")
        );
        assert_eq!((found.revision, found.attempts), (Some(1), 0));
        assert_eq!(found.body, delivery(1).body);
        assert_eq!((found.at, found.changed_at), (at(0), at(0)));
        assert!(!format!("{found:?}").contains("planted"));
        assert_eq!(ledger.message(&delivery(2).key).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn claims_come_back_in_the_order_given_and_a_key_given_twice_is_won_once() {
    on_each(|ledger| async move {
        let (ann, bob) = (alive(&ledger, "ann").await, alive(&ledger, "bob").await);
        for room in [3, 50, 119] {
            claimed(&ledger, delivery(room), &bob).await;
        }
        // More than one statement takes, in an order that is not that of the keys.
        let rooms: Vec<u32> = (0..140).map(|n| n * 47 % 120).collect();
        let messages: Vec<_> = rooms.iter().map(|room| delivery(*room)).collect();
        let claims = ledger.claim(&messages, &ann, at(1)).await.unwrap();
        assert_eq!(claims.len(), messages.len());
        for (n, (room, claim)) in rooms.iter().zip(&claims).enumerate() {
            let lost = n >= 120 || [3, 50, 119].contains(room);
            assert_eq!(*claim == Claim::Lost, lost, "{n}");
            if let Claim::Won(id) = claim {
                let won = ledger.operation(*id).await.unwrap().unwrap();
                assert_eq!(won.key, Some(delivery(*room).key));
            }
        }
        assert_eq!(ledger.claim(&[], &ann, at(1)).await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn the_messages_of_one_decision_are_claimed_all_or_none() {
    on_both(|shared| async move {
        let ledger = shared.ledger;
        let (ann, bob) = (alive(&ledger, "ann").await, alive(&ledger, "bob").await);
        for n in 0..40_u32 {
            let messages: Vec<_> = (0..60).map(|room| delivery(n * 100 + room)).collect();
            // Given up after some steps, each time at another place.
            let mut write = std::pin::pin!(ledger.claim(&messages, &ann, at(1)));
            for _ in 0..n % 12 {
                let mut step = std::pin::pin!(tokio::task::yield_now());
                tokio::select! {
                    biased;
                    done = &mut write => { done.unwrap(); break }
                    () = &mut step => {}
                }
            }
            // One that comes after it, whether it happened or not.
            let claims = ledger.claim(&messages, &bob, at(2)).await.unwrap();
            let won = claims.iter().filter(|it| **it != Claim::Lost).count();
            assert!(won == 0 || won == 60, "{won}");
        }
        ledger.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_lost_claim_fails_nothing_that_shares_its_commit() {
    on_each(|ledger| async move {
        let mut processes = Vec::new();
        for name in ["ann", "bob", "cleo"] {
            processes.push(alive(&ledger, name).await);
        }
        let mut asked = tokio::task::JoinSet::new();
        for n in 0..60_u32 {
            let (ledger, by) = (ledger.clone(), processes[n as usize % 3].clone());
            asked.spawn(async move {
                ledger
                    .begin(&operation(&format!("room/{n}")))
                    .await
                    .unwrap();
                // Every message is claimed by each of them.
                ledger.claim(&[delivery(n / 3)], &by, at(1)).await.unwrap()[0]
            });
        }
        let claims = asked.join_all().await;
        let won = claims.iter().filter(|it| **it != Claim::Lost).count();
        assert_eq!(won, 20);
        assert_eq!(ledger.open_operations(PROVISION).await.unwrap().len(), 60);
        let counts = ledger.operation_counts(DELIVERY, None).await.unwrap();
        assert_eq!(counts.waiting, 20);
    })
    .await;
}

#[tokio::test]
async fn a_process_that_is_not_alive_claims_and_starts_nothing() {
    on_each(|ledger| async move {
        let ann = alive(&ledger, "ann").await;
        let refuses = async |by: &Instance, id| {
            let claimed = ledger.claim(&[delivery(7)], by, at(1)).await;
            assert!(matches!(claimed, Err(Error::NotAlive)), "{claimed:?}");
            let started = ledger.start(id, by, at(1)).await;
            assert!(matches!(started, Err(Error::NotAlive)), "{started:?}");
        };
        let id = claimed(&ledger, delivery(1), &ann).await;
        refuses(&instance("a stranger"), id).await;

        let gone = alive(&ledger, "gone").await;
        let its = claimed(&ledger, delivery(2), &gone).await;
        ledger.check_out(&gone).await.unwrap();
        refuses(&gone, its).await;

        let dead = alive(&ledger, "dead").await;
        let its = claimed(&ledger, answer(1), &dead).await;
        let claimant = claimant(&ledger, MessageKind::Answer).await;
        let taken = ledger.take_over_messages(MessageKind::Answer, &claimant, &ann, at(40));
        taken.await.unwrap().expect("it gave no sign of life");
        refuses(&dead, its).await;
        let beat = ledger.check_in(&heartbeat(&dead, 41)).await;
        assert!(matches!(beat, Err(Error::NotAlive)), "{beat:?}");
        assert_eq!(ledger.message(&delivery(7).key).await.unwrap(), None);
    })
    .await;
}
