//! A message is sent by one process at a time, and what became of it is never forgotten.

use serde_json::{Value, json};
use showcaller_ledger::{
    Body, Error, MessageKind, NewMessage, OperationKind, OperationState, Undecodable,
};

use crate::fixtures::outcome::{done, failed, not_sent, unclear};
use crate::fixtures::{
    DELIVERY, OnDisk, PROVISION, alive, at, claimant, claimed, delivery, in_memory, on_both,
    on_each, operation, started,
};
use OperationState::{Done, Failed, Sending, Unclear, Waiting};

#[tokio::test]
async fn of_a_message_that_ended_only_that_part_of_the_body_is_kept_that_is_given() {
    on_each(|ledger| async move {
        let ann = alive(&ledger, "ann").await;
        let kept = || Body::new(7, &json!({"to": "a room"})).unwrap();
        let ends = [
            (done(), true),
            (failed(), true),
            (unclear(), false),
            (not_sent(), false),
        ];
        for (room, (end, ends)) in (0..).zip(ends) {
            let id = claimed(&ledger, delivery(room), &ann).await;
            let attempt = started(&ledger, id, &ann).await;
            let finished = ledger.finish_message(attempt, end.keeping(kept()), at(2));
            assert!(finished.await.unwrap());
            let row = ledger.operation(id).await.unwrap().unwrap();
            let expected = if ends { kept() } else { delivery(room).body };
            assert_eq!(row.body, expected, "{}", row.state);
            if end == unclear() {
                let done = done();
                let settled = ledger.settle_message(attempt, done.keeping(kept()), &ann, at(3));
                assert!(settled.await.unwrap());
                let row = ledger.operation(id).await.unwrap().unwrap();
                assert_eq!(row.body, kept());
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_message_is_started_by_its_owner_and_once() {
    on_both(|shared| async move {
        let (here, there) = (&shared.ledger, shared.again().await);
        let (ann, bob) = (alive(here, "ann").await, alive(&there, "bob").await);
        for room in 0..10 {
            let id = claimed(here, delivery(room), &ann).await;
            assert_eq!(there.start(id, &bob, at(1)).await.unwrap(), None);
            let (one, two) =
                tokio::join!(here.start(id, &ann, at(1)), there.start(id, &ann, at(1)));
            let (one, two) = (one.unwrap(), two.unwrap());
            assert!(one.is_some() != two.is_some(), "{one:?} {two:?}");
            let sending = here.operation(id).await.unwrap().unwrap();
            assert_eq!((sending.state, sending.attempts), (Sending, 1));
            assert_eq!(sending.changed_at, at(1));
        }
        there.close().await;
    })
    .await;
}

#[tokio::test]
async fn what_came_of_an_attempt_is_written_beside_it() {
    on_each(|ledger| async move {
        let ann = alive(&ledger, "ann").await;
        let nothing = (None, None, None);
        let said = |outcome: Value| (Some(outcome), None, None);
        let because = |reason: &str| (None, Some(reason.to_owned()), None);
        let mut refused = because("the room is gone");
        refused.2 = Some("ROUTER_1".to_owned());
        for (room, (outcome, state, beside)) in (0..).zip([
            (done(), Done, said(json!({ "id": "m-1" }))),
            (failed(), Failed, refused),
            (unclear(), Unclear, because("no answer")),
            (not_sent(), Waiting, because("no connection")),
        ]) {
            let id = claimed(&ledger, delivery(room), &ann).await;
            let attempt = started(&ledger, id, &ann).await;
            assert!(
                ledger
                    .finish_message(attempt, &outcome, at(2))
                    .await
                    .unwrap()
            );
            let found = ledger.operation(id).await.unwrap().unwrap();
            assert_eq!((found.state, found.changed_at), (state, at(2)));
            assert_eq!((found.outcome, found.reason, found.tracking_id), beside);
        }
        // What was not sent is sent anew, and the reason of before is forgotten.
        let id = ledger.message(&delivery(3).key).await.unwrap().unwrap().id;
        started(&ledger, id, &ann).await;
        let again = ledger.operation(id).await.unwrap().unwrap();
        assert_eq!((again.state, again.attempts), (Sending, 2));
        assert_eq!((again.outcome, again.reason, again.tracking_id), nothing);
    })
    .await;
}

#[tokio::test]
async fn what_is_reported_of_an_earlier_attempt_does_not_count() {
    on_each(|ledger| async move {
        let ann = alive(&ledger, "ann").await;
        let id = claimed(&ledger, delivery(1), &ann).await;
        let first = started(&ledger, id, &ann).await;
        assert!(
            ledger
                .finish_message(first, &not_sent(), at(2))
                .await
                .unwrap()
        );
        for outcome in [failed(), unclear(), not_sent()] {
            let late = ledger.finish_message(first, &outcome, at(2)).await;
            assert!(!late.unwrap(), "it is waiting");
        }
        let second = started(&ledger, id, &ann).await;
        for outcome in [done(), failed(), unclear(), not_sent()] {
            assert!(!ledger.finish_message(first, &outcome, at(3)).await.unwrap());
        }
        assert_eq!(ledger.operation(id).await.unwrap().unwrap().state, Sending);
        assert!(ledger.finish_message(second, &done(), at(4)).await.unwrap());
        for outcome in [done(), failed(), unclear(), not_sent()] {
            let late = ledger
                .finish_message(second, &outcome, at(5))
                .await
                .unwrap();
            assert!(!late, "it is done, and stays so");
        }
    })
    .await;
}

#[tokio::test]
async fn that_it_was_sent_counts_until_it_is_sent_anew_whatever_was_thought_of_it() {
    on_each(|ledger| async move {
        let ann = alive(&ledger, "ann").await;
        let id = claimed(&ledger, delivery(1), &ann).await;
        let first = started(&ledger, id, &ann).await;
        let thought = ledger.finish_message(first, &unclear(), at(2)).await;
        assert!(thought.unwrap());
        let settled = ledger.settle_message(first, &not_sent(), &ann, at(3)).await;
        assert!(settled.unwrap());
        assert!(ledger.finish_message(first, &done(), at(4)).await.unwrap());
        assert_eq!(ledger.operation(id).await.unwrap().unwrap().state, Done);
        assert_eq!(ledger.start(id, &ann, at(5)).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_process_that_lost_the_ledgers_answers_finds_its_messages_again() {
    on_each(|ledger| async move {
        let (ann, bob) = (alive(&ledger, "ann").await, alive(&ledger, "bob").await);
        claimed(&ledger, delivery(1), &ann).await;
        let sending = claimed(&ledger, delivery(2), &ann).await;
        started(&ledger, sending, &ann).await;
        let ended = claimed(&ledger, delivery(3), &ann).await;
        let attempt = started(&ledger, ended, &ann).await;
        assert!(
            ledger
                .finish_message(attempt, &done(), at(2))
                .await
                .unwrap()
        );
        claimed(&ledger, delivery(4), &bob).await;

        let kind = MessageKind::Delivery;
        let unfinished = ledger.unfinished(kind, &ann).await.unwrap();
        let states: Vec<_> = unfinished.iter().map(|it| it.state).collect();
        assert_eq!(states, [Waiting, Sending]);
        let attempt = unfinished[1].attempt();
        assert!(
            ledger
                .finish_message(attempt, &unclear(), at(3))
                .await
                .unwrap()
        );
        let left = ledger.unfinished(kind, &ann).await.unwrap();
        assert_eq!(left.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_message_in_doubt_is_settled_once_and_by_one() {
    on_both(|shared| async move {
        let (here, there) = (&shared.ledger, shared.again().await);
        let (ann, bob) = (alive(here, "ann").await, alive(&there, "bob").await);
        for (room, outcome) in (0..).zip([done(), failed(), not_sent()]) {
            let id = claimed(here, delivery(room), &ann).await;
            let waiting = here.operation(id).await.unwrap().unwrap().attempt();
            let settle = here.settle_message(waiting, &outcome, &bob, at(2));
            assert!(!settle.await.unwrap(), "it is waiting");
            let attempt = started(here, id, &ann).await;
            let settle = here.settle_message(attempt, &outcome, &bob, at(2));
            assert!(!settle.await.unwrap(), "it is being sent");
            here.finish_message(attempt, &unclear(), at(2))
                .await
                .unwrap();

            let (one, two) = tokio::join!(
                here.settle_message(attempt, &outcome, &ann, at(3)),
                there.settle_message(attempt, &outcome, &bob, at(3))
            );
            let (one, two) = (one.unwrap(), two.unwrap());
            assert!(one != two, "of two that settle it one does");
            let settled = here.operation(id).await.unwrap().unwrap();
            let by = if one { ann.id } else { bob.id };
            assert_eq!((settled.claimed_by, settled.attempts), (Some(by), 1));
        }
        // What was not sent belongs to the one that found it out.
        let waiting = here.message(&delivery(2).key).await.unwrap().unwrap();
        assert_eq!(waiting.state, Waiting);
        let by = [&ann, &bob]
            .into_iter()
            .find(|it| Some(it.id) == waiting.claimed_by);
        assert!(
            here.start(waiting.id, by.unwrap(), at(4))
                .await
                .unwrap()
                .is_some()
        );
        there.close().await;
    })
    .await;
}

#[tokio::test]
async fn evidence_of_one_attempt_says_nothing_of_a_later_one() {
    on_each(|ledger| async move {
        let (ann, bob) = (alive(&ledger, "ann").await, alive(&ledger, "bob").await);
        let id = claimed(&ledger, delivery(1), &ann).await;
        let first = started(&ledger, id, &ann).await;
        ledger
            .finish_message(first, &unclear(), at(2))
            .await
            .unwrap();
        // Both look, and find nothing; one of them sends it, and it is not known what became of that.
        let seen_by_bob = ledger.operation(id).await.unwrap().unwrap().attempt();
        assert_eq!(seen_by_bob, first);
        let not_there = not_sent();
        let settle = ledger.settle_message(first, &not_there, &ann, at(3));
        assert!(settle.await.unwrap());
        let second = started(&ledger, id, &ann).await;
        ledger
            .finish_message(second, &unclear(), at(4))
            .await
            .unwrap();
        for outcome in [not_sent(), failed(), done()] {
            let settle = ledger.settle_message(seen_by_bob, &outcome, &bob, at(5));
            assert!(!settle.await.unwrap());
        }
        let done = done();
        let settle = ledger.settle_message(second, &done, &bob, at(6));
        assert!(settle.await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn a_start_whose_answer_was_lost_can_be_taken_back() {
    on_each(|ledger| async move {
        let ann = alive(&ledger, "ann").await;
        let id = claimed(&ledger, delivery(1), &ann).await;
        started(&ledger, id, &ann).await;
        let found = ledger.operation(id).await.unwrap().unwrap();
        let not_sent = not_sent();
        let end = ledger.finish_message(found.attempt(), &not_sent, at(2));
        assert!(end.await.unwrap());
        started(&ledger, id, &ann).await;
    })
    .await;
}

#[tokio::test]
async fn a_body_that_this_build_cannot_read_is_returned_as_it_is() {
    on_each(|ledger| async move {
        let (ann, bob) = (alive(&ledger, "ann").await, alive(&ledger, "bob").await);
        let newer = NewMessage {
            body: Body::new(2, &json!({ "later": true })).unwrap(),
            ..delivery(1)
        };
        let other = NewMessage {
            body: Body::new(1, &"not what it should be").unwrap(),
            ..delivery(2)
        };
        for message in [&newer, &other] {
            let id = claimed(&ledger, message.clone(), &ann).await;
            started(&ledger, id, &ann).await;
        }
        let found = claimant(&ledger, MessageKind::Delivery).await;
        let taken = ledger.take_over_messages(MessageKind::Delivery, &found, &bob, at(40));
        let taken = taken.await.unwrap().unwrap().in_doubt;
        let open = ledger.open_operations(DELIVERY).await.unwrap();
        assert_eq!((taken.len(), open.len()), (2, 2));
        for (message, found) in [newer, other].iter().zip(taken) {
            assert_eq!(found.body, message.body);
            let read = found.body.decode::<Vec<u8>>(1);
            assert!(read.is_err(), "it is unclear, not nothing");
        }
    })
    .await;
}

#[tokio::test]
async fn not_even_a_body_that_is_no_json_hides_its_message() {
    let disk = OnDisk::new().await;
    let ann = alive(&disk.ledger, "ann").await;
    let id = claimed(&disk.ledger, delivery(1), &ann).await;
    started(&disk.ledger, id, &ann).await;
    disk.say("UPDATE operations SET body = '{'").await;
    let open = disk.ledger.open_operations(DELIVERY).await.unwrap();
    let read = open[0].body.decode::<Value>(1);
    assert!(matches!(read, Err(Undecodable::Json { .. })), "{read:?}");
}

#[tokio::test]
async fn steps_and_messages_are_strangers_to_each_other() {
    let ledger = in_memory().await;
    let ann = alive(&ledger, "ann").await;
    let step = ledger.begin(&operation("room/1")).await.unwrap();
    let message = claimed(&ledger, delivery(1), &ann).await;
    started(&ledger, message, &ann).await;

    // What is done to the one by the functions of the other is not done.
    for refused in [
        ledger.done(message, &json!({}), at(2)).await,
        ledger.failed(message, "no", None, at(2)).await,
        ledger.not_found(message, at(2)).await,
        ledger.unclear(message, "no answer", at(2)).await,
    ] {
        assert!(matches!(refused, Err(Error::UnknownOperation(id)) if id == message));
    }
    assert_eq!(ledger.start(step, &ann, at(2)).await.unwrap(), None);
    ledger.unclear(step, "no answer", at(2)).await.unwrap();
    let done = done();
    let step_read = ledger.operation(step).await.unwrap().unwrap();
    let settle = ledger.settle_message(step_read.attempt(), &done, &ann, at(2));
    assert!(!settle.await.unwrap());

    let ids = async |kind: OperationKind| {
        let open = ledger.open_operations(kind).await.unwrap();
        open.iter().map(|it| it.id).collect::<Vec<_>>()
    };
    assert_eq!(ids(PROVISION).await, [step]);
    assert_eq!(ids(DELIVERY).await, [message]);
    assert_eq!(ids(MessageKind::Answer.into()).await, []);
    assert_eq!(ledger.runs(9).await.unwrap().len(), 1);
}
