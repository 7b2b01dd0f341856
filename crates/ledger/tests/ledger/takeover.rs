//! What a dead process leaves behind is taken over by one other.

use showcaller_ledger::{Claim, Claimant, Error, MessageKind, OperationState};

use crate::fixtures::outcome::{done, failed, not_sent, unclear};
use crate::fixtures::{
    alive, answer, at, claimant, claimed, delivery, heartbeat, instance, on_both, on_each, started,
};
use OperationState::{Done, Failed, Unclear, Waiting};

#[tokio::test]
async fn what_waits_moves_to_the_heir_and_what_was_being_sent_is_in_doubt() {
    on_each(|ledger| async move {
        let (dead, heir) = (alive(&ledger, "dead").await, alive(&ledger, "heir").await);
        let mut ids = Vec::new();
        for room in 0..5 {
            ids.push(claimed(&ledger, delivery(room), &dead).await);
        }
        let of_another_kind = claimed(&ledger, answer(1), &dead).await;
        started(&ledger, ids[1], &dead).await;
        started(&ledger, ids[4], &dead).await;
        let sent = started(&ledger, ids[2], &dead).await;
        ledger.finish_message(sent, &done(), at(2)).await.unwrap();

        let found = claimant(&ledger, MessageKind::Delivery).await;
        assert_eq!(
            (found.instance, found.waiting, found.sending),
            (dead.id, 2, 2)
        );
        let process = found.process.as_ref().unwrap();
        assert_eq!((&process.instance, process.alive_until), (&dead, at(30)));
        let taken = ledger.take_over_messages(MessageKind::Delivery, &found, &heir, at(40));
        let taken = taken.await.unwrap().unwrap();
        let keys = |operations: &[showcaller_ledger::Operation]| {
            let keys = operations.iter().map(|it| it.key.clone().unwrap());
            keys.collect::<Vec<_>>()
        };
        assert_eq!(keys(&taken.waiting), [delivery(0).key, delivery(3).key]);
        assert_eq!(keys(&taken.in_doubt), [delivery(1).key, delivery(4).key]);
        for moved in taken.waiting.iter().chain(&taken.in_doubt) {
            assert_eq!(
                (moved.claimed_by, moved.changed_at),
                (Some(heir.id), at(40))
            );
            assert_eq!(ledger.operation(moved.id).await.unwrap().unwrap(), *moved);
        }
        let reason = taken.in_doubt[0].reason.as_deref();
        assert_eq!(reason, Some("the process that was sending it died"));
        started(&ledger, ids[0], &heir).await;
        let done = ledger.operation(ids[2]).await.unwrap().unwrap();
        assert_eq!((done.state, done.claimed_by), (Done, Some(dead.id)));
        // Each kind is taken over by who sends that kind.
        let answer = ledger.operation(of_another_kind).await.unwrap().unwrap();
        assert_eq!((answer.state, answer.claimed_by), (Waiting, Some(dead.id)));
        let left = claimant(&ledger, MessageKind::Answer).await;
        assert!(left.process.as_ref().unwrap().dead_since == Some(at(40)));
        let taken = ledger.take_over_messages(MessageKind::Answer, &left, &heir, at(41));
        assert_eq!(taken.await.unwrap().unwrap().waiting.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_process_that_gave_a_sign_of_life_is_not_taken_over() {
    on_each(|ledger| async move {
        let (ann, bob) = (alive(&ledger, "ann").await, alive(&ledger, "bob").await);
        let id = claimed(&ledger, delivery(1), &ann).await;
        let seen = claimant(&ledger, MessageKind::Delivery).await;
        let unknown = Claimant {
            process: None,
            ..seen.clone()
        };
        ledger.check_in(&heartbeat(&ann, 20)).await.unwrap();
        for seen in [seen, unknown] {
            let taken = ledger.take_over_messages(MessageKind::Delivery, &seen, &bob, at(40));
            assert_eq!(taken.await.unwrap(), None);
        }
        started(&ledger, id, &ann).await;

        // Nor is anything given to an heir that is dead itself, and no process dies of the attempt.
        let seen = claimant(&ledger, MessageKind::Delivery).await;
        let nobody = instance("nobody");
        let taken = ledger.take_over_messages(MessageKind::Delivery, &seen, &nobody, at(60));
        assert!(matches!(taken.await, Err(Error::NotAlive)));
        ledger.check_in(&heartbeat(&ann, 61)).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn messages_of_a_process_that_is_known_no_more_are_taken_over() {
    on_each(|ledger| async move {
        let (gone, heir) = (alive(&ledger, "gone").await, alive(&ledger, "heir").await);
        claimed(&ledger, delivery(1), &gone).await;
        ledger.check_out(&gone).await.unwrap();
        let left = claimant(&ledger, MessageKind::Delivery).await;
        assert_eq!((left.instance, &left.process), (gone.id, &None));
        let taken = ledger.take_over_messages(MessageKind::Delivery, &left, &heir, at(1));
        assert_eq!(taken.await.unwrap().unwrap().waiting.len(), 1);
        let now = claimant(&ledger, MessageKind::Delivery).await;
        assert_eq!((now.instance, now.waiting, now.sending), (heir.id, 1, 0));
    })
    .await;
}

#[tokio::test]
async fn a_late_report_of_the_dead_counts_while_nothing_newer_is_known() {
    on_each(|ledger| async move {
        let (dead, heir) = (alive(&ledger, "dead").await, alive(&ledger, "heir").await);
        let mut attempts = Vec::new();
        for room in 0..4 {
            let id = claimed(&ledger, delivery(room), &dead).await;
            attempts.push((id, started(&ledger, id, &dead).await));
        }
        let found = claimant(&ledger, MessageKind::Delivery).await;
        let taken = ledger.take_over_messages(MessageKind::Delivery, &found, &heir, at(40));
        taken.await.unwrap().unwrap();
        for ((id, attempt), (outcome, counts, state)) in attempts.into_iter().zip([
            (done(), true, Done),
            (failed(), true, Failed),
            (not_sent(), true, Waiting),
            (unclear(), false, Unclear),
        ]) {
            let counted = ledger
                .finish_message(attempt, &outcome, at(41))
                .await
                .unwrap();
            let now = ledger.operation(id).await.unwrap().unwrap();
            assert_eq!((counted, now.state), (counts, state));
            assert_eq!(now.claimed_by, Some(heir.id), "the dead gets nothing back");
        }
    })
    .await;
}

#[tokio::test]
async fn what_the_dead_reports_late_as_not_sent_is_won_by_the_heir_alone() {
    on_each(|ledger| async move {
        let (dead, heir) = (alive(&ledger, "dead").await, alive(&ledger, "heir").await);
        let id = claimed(&ledger, delivery(1), &dead).await;
        let attempt = started(&ledger, id, &dead).await;
        let found = claimant(&ledger, MessageKind::Delivery).await;
        let taken = ledger.take_over_messages(MessageKind::Delivery, &found, &heir, at(40));
        assert_eq!(taken.await.unwrap().unwrap().waiting, []);
        let claim = async |by| ledger.claim(&[delivery(1)], by, at(42)).await.unwrap()[0];
        assert_eq!(claim(&heir).await, Claim::Lost, "it is in doubt");
        let counts = ledger.finish_message(attempt, &not_sent(), at(41)).await;
        assert!(counts.unwrap());

        let stranger = alive(&ledger, "stranger").await;
        assert_eq!(claim(&stranger).await, Claim::Lost);
        assert_eq!(claim(&heir).await, Claim::Won(id));
        let unfinished = ledger.unfinished(MessageKind::Delivery, &heir).await;
        assert_eq!(
            unfinished.unwrap().len(),
            1,
            "nor does it depend on a claim"
        );
        started(&ledger, id, &heir).await;
        assert_eq!(claim(&heir).await, Claim::Lost);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_who_take_over_at_once_each_message_is_with_one() {
    on_both(|shared| async move {
        let (here, there) = (&shared.ledger, shared.again().await);
        let (one, two) = (alive(here, "one").await, alive(&there, "two").await);
        for round in 0..8_u32 {
            let dead = alive(here, "dead").await;
            let messages: Vec<_> = (0..30).map(|n| delivery(round * 100 + n)).collect();
            let claims = here.claim(&messages, &dead, at(0)).await.unwrap();
            for claim in claims.iter().step_by(3) {
                let Claim::Won(id) = claim else {
                    panic!("lost")
                };
                started(here, *id, &dead).await;
            }
            let all = here.claimants(MessageKind::Delivery).await.unwrap();
            let found = all.iter().find(|it| it.instance == dead.id).unwrap();
            let kind = MessageKind::Delivery;
            let (first, second) = tokio::join!(
                here.take_over_messages(kind, found, &one, at(40)),
                there.take_over_messages(kind, found, &two, at(40))
            );
            let (first, second) = (first.unwrap().unwrap(), second.unwrap().unwrap());
            assert_eq!(first.waiting.len() + second.waiting.len(), 20);
            assert_eq!(first.in_doubt.len() + second.in_doubt.len(), 10);
            let by_each = [(&one, first), (&two, second)];
            for (by, taken) in by_each {
                for moved in taken.waiting.iter().chain(&taken.in_doubt) {
                    let now = here.operation(moved.id).await.unwrap().unwrap();
                    assert_eq!(now.claimed_by, Some(by.id));
                }
            }
        }
        there.close().await;
    })
    .await;
}
