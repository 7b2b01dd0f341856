//! One process sends the messages of a show at a time: the holder of a lease.

use jiff::SignedDuration;
use serde_json::json;
use showcaller_ledger::{
    Body, Claim, Error, Instance, Lease, Ledger, MessageKey, MessageKind, NewMessage, Operation,
    OperationState, Recipient,
};
use uuid::Uuid;

use crate::fixtures::outcome::{done, failed, not_sent, unclear};
use crate::fixtures::{alive, answer, at, claimed, delivery, on_each, started};
use OperationState::{Done, Failed, Sending, Unclear, Waiting};

const MINUTE: SignedDuration = SignedDuration::from_secs(60);
const OF_THE_SHOW: [MessageKind; 4] = MessageKind::OF_THE_SHOW;

async fn leads(ledger: &Ledger, by: &Instance, second: i64) -> Lease {
    let lease = ledger.acquire("cues", by, at(second), MINUTE).await;
    lease.expect("the lease is free")
}

fn said(number: u128) -> NewMessage {
    let recipient = Recipient::Person(Uuid::from_u128(number));
    NewMessage {
        key: MessageKey::say(Uuid::from_u128(7), recipient),
        ..delivery(1)
    }
}

async fn row(ledger: &Ledger, message: &NewMessage) -> Operation {
    let row = ledger.message(&message.key).await.unwrap();
    row.expect("it was claimed")
}

#[tokio::test]
async fn what_waits_is_the_leaders_and_what_is_being_sent_is_left_to_its_sender() {
    on_each(|ledger| async move {
        let (former, dead) = (alive(&ledger, "former").await, alive(&ledger, "dead").await);
        let waiting = [delivery(1), delivery(2), said(3)];
        claimed(&ledger, waiting[0].clone(), &former).await;
        claimed(&ledger, waiting[1].clone(), &dead).await;
        claimed(&ledger, waiting[2].clone(), &former).await;
        let sending = claimed(&ledger, delivery(4), &former).await;
        let attempt = started(&ledger, sending, &former).await;
        let doubt = claimed(&ledger, delivery(5), &former).await;
        let doubted = started(&ledger, doubt, &former).await;
        ledger
            .finish_message(doubted, &unclear(), at(1))
            .await
            .unwrap();
        claimed(&ledger, answer(1), &former).await;

        let leader = alive(&ledger, "leader").await;
        let own = claimed(&ledger, delivery(6), &leader).await;
        let lease = leads(&ledger, &leader, 0).await;
        let adopted = ledger
            .adopt_waiting(&OF_THE_SHOW, &lease, at(5))
            .await
            .unwrap();
        let keys: Vec<_> = adopted.iter().map(|it| it.key.clone().unwrap()).collect();
        assert_eq!(keys, waiting.clone().map(|it| it.key));
        for (adopted, message) in adopted.iter().zip(&waiting) {
            assert_eq!(*adopted, row(&ledger, message).await);
            assert_eq!(
                (adopted.claimed_by, adopted.state),
                (Some(leader.id), Waiting)
            );
            assert_eq!(
                ledger.start(adopted.id, &former, at(6)).await.unwrap(),
                None
            );
            let again = ledger
                .claim(std::slice::from_ref(message), &former, at(6))
                .await
                .unwrap();
            assert_eq!(again, [Claim::Lost]);
            started(&ledger, adopted.id, &leader).await;
        }
        let again = ledger
            .adopt_waiting(&OF_THE_SHOW, &lease, at(7))
            .await
            .unwrap();
        assert_eq!(again, []);
        let owner = async |message| row(&ledger, &message).await.claimed_by;
        assert_eq!(owner(delivery(6)).await, Some(leader.id));
        for left in [delivery(4), delivery(5), answer(1)] {
            assert_eq!(owner(left).await, Some(former.id));
        }
        assert!(
            ledger
                .finish_message(attempt, &done(), at(8))
                .await
                .unwrap()
        );
        started(&ledger, own, &leader).await;
    })
    .await;
}

#[tokio::test]
async fn who_has_lost_the_lease_claims_and_adopts_and_starts_nothing() {
    on_each(|ledger| async move {
        let (former, leader) = (
            alive(&ledger, "former").await,
            alive(&ledger, "leader").await,
        );
        let lost = leads(&ledger, &former, 0).await;
        let fenced = ledger.fenced_by(&lost);
        let waiting = claimed(&fenced, delivery(1), &former).await;
        let sending = claimed(&fenced, delivery(2), &former).await;
        let attempt = started(&fenced, sending, &former).await;
        let broken = claimed(&fenced, delivery(3), &former).await;
        let refused = started(&fenced, broken, &former).await;
        fenced
            .finish_message(refused, &failed(), at(1))
            .await
            .unwrap();
        let untried = row(&ledger, &delivery(1)).await.attempt();

        leads(&ledger, &leader, 60).await;
        let kept: Body = json!({}).into();
        for outcome in [
            fenced
                .claim(&[delivery(9)], &former, at(61))
                .await
                .map(drop),
            ledger
                .adopt_waiting(&OF_THE_SHOW, &lost, at(61))
                .await
                .map(drop),
            fenced.start(waiting, &former, at(61)).await.map(drop),
            fenced
                .withdraw(untried, "old", &kept, at(61))
                .await
                .map(drop),
            fenced
                .reopen(refused, &delivery(3), &former, at(61))
                .await
                .map(drop),
        ] {
            assert!(
                matches!(&outcome, Err(Error::LeaseLost { by: Some(by), .. }) if by == "leader"),
                "{outcome:?}"
            );
        }
        assert_eq!(ledger.message(&delivery(9).key).await.unwrap(), None);
        assert_eq!(row(&ledger, &delivery(1)).await.state, Waiting);
        assert_eq!(row(&ledger, &delivery(3)).await.state, Failed);
        // But what became of an attempt is written.
        assert!(
            fenced
                .finish_message(attempt, &done(), at(62))
                .await
                .unwrap()
        );
        assert_eq!(row(&ledger, &delivery(2)).await.state, Done);
    })
    .await;
}

#[tokio::test]
async fn a_dead_leaders_messages_are_sent_or_in_doubt() {
    on_each(|ledger| async move {
        let (dead, leader) = (alive(&ledger, "dead").await, alive(&ledger, "leader").await);
        let lost = leads(&ledger, &dead, 0).await;
        let fenced = ledger.fenced_by(&lost);
        claimed(&fenced, delivery(1), &dead).await;
        let sending = claimed(&fenced, delivery(2), &dead).await;
        let attempt = started(&fenced, sending, &dead).await;

        let lease = leads(&ledger, &leader, 60).await;
        let fenced = ledger.fenced_by(&lease);
        let adopted = ledger
            .adopt_waiting(&OF_THE_SHOW, &lease, at(61))
            .await
            .unwrap();
        assert_eq!(adopted.len(), 1);
        let claimants = ledger.claimants(MessageKind::Delivery).await.unwrap();
        let found = claimants.into_iter().find(|it| it.instance == dead.id);
        let found = found.expect("it was sending");
        assert_eq!((found.waiting, found.sending), (0, 1));
        let taken = fenced.take_over_messages(MessageKind::Delivery, &found, &leader, at(61));
        let taken = taken.await.unwrap().unwrap();
        assert_eq!((taken.waiting.len(), taken.in_doubt.len()), (0, 1));
        // A person says that it did not arrive: it waits for the leader.
        let not_sent = not_sent();
        let settled = fenced.settle_message(attempt, &not_sent, &leader, at(62));
        assert!(settled.await.unwrap());
        started(&fenced, sending, &leader).await;
    })
    .await;
}

#[tokio::test]
async fn a_message_that_failed_waits_again_for_one_word_and_with_what_is_to_be_sent_now() {
    on_each(|ledger| async move {
        let (ann, bob) = (alive(&ledger, "ann").await, alive(&ledger, "bob").await);
        let id = claimed(&ledger, delivery(1), &ann).await;
        let anew = NewMessage {
            body: json!({ "text": "anew" }).into(),
            revision: Some(2),
            ..delivery(1)
        };
        let reopen = async |attempt| ledger.reopen(attempt, &anew, &bob, at(3)).await.unwrap();
        let untried = row(&ledger, &anew).await.attempt();
        assert!(!reopen(untried).await, "it is waiting");
        let first = started(&ledger, id, &ann).await;
        assert!(!reopen(first).await, "it is being sent");
        let kept: Body = json!({}).into();
        let ended = failed();
        ledger
            .finish_message(first, ended.keeping(kept), at(2))
            .await
            .unwrap();
        let another = ledger.reopen(first, &delivery(2), &bob, at(3)).await;
        assert!(!another.unwrap(), "that is another message");
        assert!(!reopen(untried).await, "another attempt was looked at");
        assert!(reopen(first).await);
        assert!(!reopen(first).await, "one word opens it once");

        let waiting = row(&ledger, &anew).await;
        assert_eq!((waiting.state, waiting.claimed_by), (Waiting, Some(bob.id)));
        assert_eq!((&waiting.body, waiting.revision), (&anew.body, Some(2)));
        assert_eq!((waiting.reason, waiting.tracking_id), (None, None));
        let second = started(&ledger, id, &bob).await;
        assert!(!reopen(first).await);
        assert!(!ledger.finish_message(first, &done(), at(4)).await.unwrap());
        assert!(
            ledger
                .finish_message(second, &failed(), at(4))
                .await
                .unwrap()
        );
        assert!(
            !reopen(first).await,
            "the word was about the attempt before"
        );
        assert_eq!(row(&ledger, &anew).await.state, Failed);
    })
    .await;
}

#[tokio::test]
async fn what_must_not_be_sent_any_more_is_withdrawn_only_while_it_waits() {
    on_each(|ledger| async move {
        let ann = alive(&ledger, "ann").await;
        let kept = || Body::from(json!({ "to": "a room" }));
        let withdraw = async |attempt| {
            let withdrawn = ledger.withdraw(attempt, "recalled", &kept(), at(3)).await;
            withdrawn.unwrap()
        };
        let id = claimed(&ledger, delivery(1), &ann).await;
        let untried = row(&ledger, &delivery(1)).await.attempt();
        assert!(withdraw(untried).await);
        let ended = row(&ledger, &delivery(1)).await;
        assert_eq!(
            (ended.state, ended.reason.as_deref()),
            (Failed, Some("recalled"))
        );
        assert_eq!((ended.body, ended.changed_at), (kept(), at(3)));
        assert_eq!(ledger.start(id, &ann, at(4)).await.unwrap(), None);
        let again = ledger.claim(&[delivery(1)], &ann, at(4)).await.unwrap();
        assert_eq!(again, [Claim::Lost], "its key is known for ever");
        assert!(!withdraw(untried).await);

        let ends = [None, Some(done()), Some(unclear()), Some(not_sent())];
        let states = [Sending, Done, Unclear, Waiting];
        for (room, (end, state)) in (2..).zip(ends.into_iter().zip(states)) {
            let id = claimed(&ledger, delivery(room), &ann).await;
            let untried = row(&ledger, &delivery(room)).await.attempt();
            let attempt = started(&ledger, id, &ann).await;
            if let Some(end) = end {
                ledger.finish_message(attempt, &end, at(2)).await.unwrap();
            }
            assert!(!withdraw(untried).await, "it was tried since");
            assert_eq!(withdraw(attempt).await, state == Waiting, "{state}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_look_tells_whether_a_message_of_the_show_changed() {
    on_each(|ledger| async move {
        let (ann, bob) = (alive(&ledger, "ann").await, alive(&ledger, "bob").await);
        let mut heads = vec![ledger.show_messages_head().await.unwrap()];
        let looks = async || ledger.show_messages_head().await.unwrap();
        // All at one instant: clocks of several machines may stand behind each other.
        let first = claimed(&ledger, delivery(1), &ann).await;
        heads.push(looks().await);
        claimed(&ledger, said(1), &ann).await;
        heads.push(looks().await);
        let attempt = ledger.start(first, &ann, at(0)).await.unwrap().unwrap();
        heads.push(looks().await);
        for (outcome, again) in [(not_sent(), true), (unclear(), false)] {
            let attempt = match again {
                true => attempt,
                false => ledger.start(first, &ann, at(0)).await.unwrap().unwrap(),
            };
            ledger
                .finish_message(attempt, &outcome, at(0))
                .await
                .unwrap();
            heads.push(looks().await);
        }
        let doubted = row(&ledger, &delivery(1)).await.attempt();
        ledger
            .settle_message(doubted, &failed(), &bob, at(0))
            .await
            .unwrap();
        heads.push(looks().await);
        ledger
            .reopen(doubted, &delivery(1), &bob, at(0))
            .await
            .unwrap();
        heads.push(looks().await);
        for (n, head) in heads.iter().enumerate() {
            let same = heads.iter().filter(|it| *it == head).count();
            assert_eq!(same, 1, "{n}: {head:?}");
        }
        claimed(&ledger, answer(1), &ann).await;
        assert_eq!(Some(&looks().await), heads.last(), "an answer is no cue");

        let deliveries = ledger.messages_of(MessageKind::Delivery).await.unwrap();
        assert_eq!(deliveries, [row(&ledger, &delivery(1)).await]);
        let said = [row(&ledger, &said(1)).await];
        assert_eq!(ledger.messages_of(MessageKind::Say).await.unwrap(), said);
        assert_eq!(ledger.messages_of(MessageKind::Recall).await.unwrap(), []);
    })
    .await;
}
