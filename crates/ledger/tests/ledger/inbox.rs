//! An event is written once and decided upon once, with all messages of its answer.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use showcaller_ledger::{
    Claim, Decided, Decision, Error, InboxKey, InboxState, IncomingKind, Ledger, MessageKind,
    Reminder, Restoring,
};
use uuid::Uuid;

use crate::fixtures::outcome::unclear;
use crate::fixtures::{
    HOW, alive, answer, asked, at, backup_of, claimed, heartbeat, in_memory, instance, on_both,
    on_each, started,
};
use InboxState::{Answered, Gone, Ignored, Repeated, Skipped, Waiting};

/// An answer in two parts.
fn answered(number: u128) -> Decision {
    let part = |part| showcaller_ledger::NewMessage {
        key: showcaller_ledger::MessageKey::answer(Uuid::from_u128(number), part),
        ..answer(number)
    };
    Decision {
        intent: Some("agenda".into()),
        language: Some("en".into()),
        messages: vec![part(1), part(2)],
        ..Decision::unanswered(Answered)
    }
}

/// An answer to a question that is the same as every other one within five seconds.
fn same(number: u128, sameness: &str) -> Decision {
    Decision {
        sameness: Some((sameness.into(), SignedDuration::from_secs(5))),
        ..answered(number)
    }
}

async fn heard(ledger: &Ledger, number: u128, second: i64) -> InboxKey {
    let event = asked(number, second);
    let new = ledger.take_in(std::slice::from_ref(&event), at(second), at(second + 10));
    assert_eq!(new.await.unwrap(), [true]);
    event.0
}

async fn state_of(ledger: &Ledger, key: &InboxKey) -> InboxState {
    ledger.inbox_entry(key).await.unwrap().unwrap().state
}

#[tokio::test]
async fn an_event_is_written_once_however_often_it_is_heard_of() {
    on_each(|ledger| async move {
        let [one, two] = [1, 2].map(|number| asked(number, 0));
        let twice = [one.clone(), one.clone()];
        let taken = ledger.take_in(&twice, at(0), at(10)).await.unwrap();
        assert_eq!(taken, [true, false]);
        let mut spelt_otherwise = one.clone();
        spelt_otherwise.1.remote_id = "Y2lz".into();
        let again = [two.clone(), spelt_otherwise];
        let taken = ledger.take_in(&again, at(1), at(11)).await.unwrap();
        assert_eq!(taken, [true, false]);
        let first = ledger.inbox_entry(&one.0).await.unwrap().unwrap();
        assert_eq!((first.incoming, first.heard_at), (one.1, at(0)));
        assert_eq!((first.state, first.tries), (Waiting, 0));
        assert_eq!(ledger.take_in(&[], at(1), at(1)).await.unwrap(), [false; 0]);
    })
    .await;
}

#[test]
fn every_event_of_a_membership_is_another_one() {
    let ids = (Uuid::from_u128(1), Uuid::from_u128(2));
    let keys = [
        InboxKey::membership(IncomingKind::Joined, ids, false, at(0)),
        InboxKey::membership(IncomingKind::Left, ids, false, at(0)),
        InboxKey::membership(IncomingKind::Joined, ids, true, at(0)),
        InboxKey::membership(IncomingKind::Joined, ids, false, at(10)),
        InboxKey::membership(IncomingKind::Joined, (ids.1, ids.0), false, at(0)),
    ];
    assert_eq!(BTreeSet::from(keys.clone()).len(), keys.len());
    // The same delivery, received again.
    let again = InboxKey::membership(IncomingKind::Left, ids, false, at(9));
    assert_eq!(again, keys[1]);
}

#[tokio::test]
async fn a_decision_claims_every_message_of_the_answer_and_no_second_one_counts() {
    on_each(|ledger| async move {
        let (one, two) = (alive(&ledger, "one").await, alive(&ledger, "two").await);
        let key = heard(&ledger, 1, 0).await;
        let decided = ledger
            .decide(&key, &answered(1), &one, at(2))
            .await
            .unwrap();
        let Decided::Won(claims) = decided else {
            panic!("{decided:?}");
        };
        assert!(matches!(claims[..], [Claim::Won(_), Claim::Won(_)]));
        for by in [&one, &two] {
            let again = ledger.decide(&key, &answered(1), by, at(3)).await.unwrap();
            assert_eq!(again, Decided::Lost);
        }
        let ours = ledger.unfinished(MessageKind::Answer, &one).await.unwrap();
        assert_eq!(ours.len(), 2);
        let entry = ledger.inbox_entry(&key).await.unwrap().unwrap();
        assert_eq!(
            (entry.state, entry.intent.as_deref()),
            (Answered, Some("agenda"))
        );
        let unheard = ledger
            .decide(&asked(9, 0).0, &answered(9), &one, at(3))
            .await;
        assert_eq!(unheard.unwrap(), Decided::Lost);
    })
    .await;
}

#[tokio::test]
async fn a_process_that_is_dead_decides_nothing() {
    on_each(|ledger| async move {
        let stranger = instance("never checked in");
        let key = heard(&ledger, 1, 0).await;
        let refused = ledger.decide(&key, &answered(1), &stranger, at(2)).await;
        assert!(matches!(refused, Err(Error::NotAlive)), "{refused:?}");
        assert_eq!(
            state_of(&ledger, &key).await,
            Waiting,
            "wholly or not at all"
        );
    })
    .await;
}

#[tokio::test]
async fn the_same_question_a_moment_later_or_earlier_counts_as_answered() {
    on_each(|ledger| async move {
        let one = alive(&ledger, "one").await;
        let decide = async |number: u128, second, sameness: &str| {
            let key = heard(&ledger, number, second).await;
            let decision = same(number, sameness);
            let decided = ledger.decide(&key, &decision, &one, at(60)).await.unwrap();
            match decided {
                Decided::Won(_) => None,
                Decided::Repeats(first) => {
                    assert_eq!(state_of(&ledger, &key).await, Repeated);
                    Some(first)
                }
                Decided::Lost => panic!("it was not decided upon before"),
            }
        };
        let key = |number| Some(asked(number, 0).0);
        assert_eq!(decide(1, 20, "agenda").await, None);
        assert_eq!(decide(2, 25, "agenda").await, key(1));
        assert_eq!(decide(3, 15, "agenda").await, key(1), "it was late");
        assert_eq!(decide(4, 20, "now").await, None);
        assert_eq!(decide(5, 26, "agenda").await, None);
        assert_eq!(decide(6, 28, "agenda").await, key(5));
        assert_eq!(decide(7, 3, "agenda").await, None, "it was very late");
        assert_eq!(decide(8, 29, "agenda").await, key(5), "the latest counts");
        assert_eq!(ledger.last_asked("agenda").await.unwrap(), Some(at(26)));
        assert_eq!(ledger.last_asked("other").await.unwrap(), None);
        let counts = ledger.inbox_counts().await.unwrap();
        assert_eq!((counts.of(Answered), counts.of(Repeated)), (4, 4));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_replicas_that_decide_the_same_at_once_one_answers() {
    on_both(|shared| async move {
        let other = shared.again().await;
        let (one, two) = (
            alive(&shared.ledger, "one").await,
            alive(&other, "two").await,
        );
        for round in 0..20 {
            let numbers = [2 * round + 1, 2 * round + 2];
            for number in numbers {
                heard(&shared.ledger, number, 0).await;
            }
            let sameness = format!("room/{round}");
            let deciding = numbers.into_iter().flat_map(|number| {
                [(&shared.ledger, &one), (&other, &two)].map(|(ledger, by)| {
                    let (key, decision) = (asked(number, 0).0, same(number, &sameness));
                    let (ledger, by) = (ledger.clone(), by.clone());
                    tokio::spawn(async move { ledger.decide(&key, &decision, &by, at(1)).await })
                })
            });
            let mut won = 0;
            for decided in deciding.collect::<Vec<_>>() {
                won += usize::from(matches!(decided.await.unwrap().unwrap(), Decided::Won(_)));
            }
            assert_eq!(won, 1, "round {round}");
        }
        let counts = shared.ledger.inbox_counts().await.unwrap();
        assert_eq!((counts.of(Answered), counts.of(Repeated)), (20, 20));
        let answers = MessageKind::Answer.into();
        let counts = shared.ledger.operation_counts(answers, None).await.unwrap();
        assert_eq!(counts.waiting, 40, "two parts each");
        other.close().await;
        shared.ledger.close().await;
    })
    .await;
}

#[tokio::test]
async fn what_is_due_is_taken_up_by_one_process_at_a_time_the_earliest_first() {
    on_each(|ledger| async move {
        for (number, second) in [(1, 3), (2, 1), (3, 2)] {
            heard(&ledger, number, second).await;
        }
        let keys = async |now, until| {
            let due = ledger.take_up_due(at(now), at(until), 2).await.unwrap();
            due.into_iter().map(|entry| entry.key).collect::<Vec<_>>()
        };
        let key = |number| asked(number, 0).0;
        assert_eq!(keys(10, 50).await, [], "who heard it has it in hand");
        assert_eq!(ledger.next_due().await.unwrap(), Some(at(11)));
        assert_eq!(keys(14, 50).await, [key(2), key(3)]);
        assert_eq!(keys(14, 50).await, [key(1)]);
        assert_eq!(keys(49, 90).await, []);
        ledger.postpone(&key(1), at(40)).await.unwrap();
        let entry = ledger.inbox_entry(&key(1)).await.unwrap().unwrap();
        assert_eq!((entry.tries, entry.due_at), (1, at(40)));
        let one = alive(&ledger, "one").await;
        for (number, state) in [(2, Gone), (3, Ignored)] {
            let end = Decision::unanswered(state);
            ledger
                .decide(&key(number), &end, &one, at(50))
                .await
                .unwrap();
            assert_eq!(state_of(&ledger, &key(number)).await, state);
        }
        assert_eq!(keys(60, 99).await, [key(1)]);
        let counts = ledger.inbox_counts().await.unwrap();
        assert_eq!(
            (counts.of(Waiting), counts.oldest_waiting),
            (1, Some(at(3)))
        );
    })
    .await;
}

#[tokio::test]
async fn what_was_written_is_kept_only_for_a_time() {
    on_each(|ledger| async move {
        let one = alive(&ledger, "one").await;
        let key = heard(&ledger, 1, 0).await;
        let planted = Decision {
            text: Some("planted".into()),
            ..answered(1)
        };
        assert!(!format!("{planted:?}").contains("planted"));
        ledger.decide(&key, &planted, &one, at(1)).await.unwrap();
        let holds = async || {
            let (_folder, file) = backup_of(&ledger).await;
            let bytes = std::fs::read(file).unwrap();
            // The messages of the fixture hold the word, too.
            let text = String::from_utf8_lossy(&bytes).replace("\"planted\"", "");
            text.contains("planted")
        };
        ledger.forget_texts(at(1)).await.unwrap();
        assert!(holds().await);
        ledger.forget_texts(at(2)).await.unwrap();
        assert!(!holds().await);
    })
    .await;
}

#[tokio::test]
async fn a_message_in_doubt_is_sent_anew_once() {
    on_each(|ledger| async move {
        let (one, two) = (alive(&ledger, "one").await, alive(&ledger, "two").await);
        let id = claimed(&ledger, answer(1), &one).await;
        let first = started(&ledger, id, &one).await;
        assert!(
            !ledger.resend(first, &two, at(2)).await.unwrap(),
            "not in doubt"
        );
        ledger
            .finish_message(first, &unclear(), at(2))
            .await
            .unwrap();
        assert!(ledger.resend(first, &two, at(3)).await.unwrap());
        assert!(!ledger.resend(first, &one, at(3)).await.unwrap());
        let second = started(&ledger, id, &two).await;
        ledger
            .finish_message(second, &unclear(), at(4))
            .await
            .unwrap();
        for attempt in [first, second] {
            assert!(
                !ledger.resend(attempt, &two, at(5)).await.unwrap(),
                "never a third time"
            );
        }
        let message = ledger.operation(id).await.unwrap().unwrap();
        assert!(message.resent && message.attempts == 2);
    })
    .await;
}

#[tokio::test]
async fn a_wish_to_be_reminded_is_noted_with_its_answer_and_forgotten_with_its_reminder() {
    on_each(|ledger| async move {
        let one = alive(&ledger, "one").await;
        let wish = |second| Reminder {
            person: Uuid::from_u128(7),
            person_id: "Y2lz".into(),
            email: "ann@example.com".to_owned(),
            language: "nl".into(),
            asked_at: at(second),
        };
        for number in [1, 2] {
            let key = heard(&ledger, number, 0).await;
            let decision = Decision {
                reminder: Some(wish(number.try_into().unwrap())),
                ..answered(number)
            };
            ledger.decide(&key, &decision, &one, at(1)).await.unwrap();
        }
        assert_eq!(ledger.reminders().await.unwrap(), [wish(2)]);
        let reminded = ledger.remind(&wish(1), &[answer(8)], &one, at(3)).await;
        assert!(matches!(reminded.unwrap()[..], [Claim::Won(_)]));
        assert_eq!(ledger.reminders().await.unwrap(), [wish(2)], "a later wish");
        ledger.remind(&wish(2), &[], &one, at(3)).await.unwrap();
        assert_eq!(ledger.reminders().await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn a_restore_forgets_no_decision_of_either_side() {
    on_each(|ledger| async move {
        let one = alive(&ledger, "one").await;
        // Decided upon before the backup, after it, by the lost ledger only, and not at all.
        let there = in_memory().await;
        there.check_in(&heartbeat(&one, 0)).await.unwrap();
        for of in [&ledger, &there] {
            for number in 1..=4 {
                heard(of, number, 0).await;
            }
        }
        heard(&there, 5, 0).await;
        heard(&ledger, 6, 0).await;
        let end = async |of: &Ledger, number, state| {
            let end = Decision::unanswered(state);
            let decided = of.decide(&asked(number, 0).0, &end, &one, at(1)).await;
            assert_eq!(decided.unwrap(), Decided::Won(Vec::new()));
        };
        end(&ledger, 1, Answered).await;
        end(&there, 1, Skipped).await;
        end(&there, 2, Answered).await;
        end(&ledger, 3, Ignored).await;
        let (_folder, file) = backup_of(&there).await;
        let how = Restoring { at: at(9), ..HOW };
        ledger.restore_from(&file, how).await.unwrap();
        let mut states = Vec::new();
        for number in 1..=6 {
            states.push(state_of(&ledger, &asked(number, 0).0).await);
        }
        assert_eq!(
            states,
            [Answered, Answered, Ignored, Waiting, Waiting, Waiting]
        );
    })
    .await;
}

#[tokio::test]
async fn what_needs_no_answer_is_known_and_never_due() {
    on_each(|ledger| async move {
        let (key, event, _) = asked(1, 5);
        let own = (key.clone(), event, Ignored);
        let taken = ledger.take_in(&[own, asked(2, 3)], at(5), at(5)).await;
        assert_eq!(taken.unwrap(), [true, true]);
        assert_eq!(state_of(&ledger, &key).await, Ignored);
        let due = ledger.take_up_due(at(9), at(19), 9).await.unwrap();
        assert_eq!(due.len(), 1);
        for (since, known) in [(3, 2), (5, 1), (6, 0)] {
            let heard = ledger
                .heard_since(IncomingKind::Message, at(since))
                .await
                .unwrap();
            assert_eq!(heard.len(), known, "since {since}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_was_asked_long_ago_is_compared_with_nothing() {
    on_each(|ledger| async move {
        let one = alive(&ledger, "one").await;
        for (number, second) in [(1, 0), (2, 26)] {
            let key = heard(&ledger, number, second).await;
            let decision = Decision {
                sameness: Some((format!("question {number}"), SignedDuration::from_secs(5))),
                ..answered(number)
            };
            ledger.decide(&key, &decision, &one, at(30)).await.unwrap();
        }
        ledger.forget_questions(at(26)).await.unwrap();
        assert_eq!(ledger.last_asked("question 1").await.unwrap(), None);
        assert_eq!(ledger.last_asked("question 2").await.unwrap(), Some(at(26)));
    })
    .await;
}
