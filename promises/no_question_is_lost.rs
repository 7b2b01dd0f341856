//! No question is lost: neither where a delivery does, nor while the bot is away, in a flood, or when Webex
//! throttles. Counted in the simulator's world.

use std::collections::BTreeMap;
use std::sync::Arc;

use http::Method;
use jiff::Timestamp;
use serde_json::{Value, json};
use showcaller_clock::SharedClock;
use showcaller_engine::{Restoration, restore};
use showcaller_ledger::{Existing, InboxState, Ledger, LedgerUrl};
use showcaller_rehearsal::BOT;

use crate::files::{Files, fair};
use crate::processes;
use crate::stage::Stage;
use crate::talk::{Said, Talk, event_of, mention};

/// A question, the first of a thread of its own, so that its answers are known by that.
struct Asked {
    thread: String,
    at: Timestamp,
    message: Value,
}

impl Talk {
    /// A person asks in a thread of their own, of which Webex does not tell.
    async fn asks_in_a_thread(&self, email: &str, room: &str, text: &str) -> Asked {
        let first = json!({"roomId": room, "markdown": "Something else"});
        let first = self.writes(email, first).await;
        let thread = first["id"].as_str().expect("an id").to_owned();
        let question = json!({"roomId": room, "parentId": thread, "markdown": mention(text)});
        let message = self.writes(email, question).await;
        Asked {
            thread,
            at: time(&message),
            message,
        }
    }

    /// How long after their questions the answers came, in seconds and by thread.
    fn answered(&self, asked: &[Asked]) -> Vec<Vec<i64>> {
        let mut by_thread: BTreeMap<&str, Vec<Timestamp>> = BTreeMap::new();
        let said = self.said();
        for answer in &said {
            let thread = answer.thread().unwrap_or_default();
            by_thread.entry(thread).or_default().push(time(&answer.0));
        }
        asked
            .iter()
            .map(|question| {
                let answers = by_thread.get(&*question.thread);
                let after = |at: &Timestamp| at.duration_since(question.at).as_secs();
                answers.into_iter().flatten().map(after).collect()
            })
            .collect()
    }
}

fn time(message: &Value) -> Timestamp {
    let created = message["created"].as_str().expect("a time");
    created.parse().expect("a time")
}

/// The rooms of the reference event, each with somebody who is in it.
fn rooms(talk: &Talk) -> Vec<(String, String)> {
    let rooms = talk.event.rooms.iter();
    rooms
        .filter_map(|room| {
            let member = room.members.first()?;
            Some((talk.room(&room.title), member.email.to_string()))
        })
        .collect()
}

#[tokio::test]
async fn of_five_deliveries_one_is_lost_and_every_question_is_answered_within_90_seconds() {
    let talk = Talk::about(&Files::of_example("innovation-challenge")).await;
    let rooms = rooms(&talk);
    assert_eq!(rooms.len(), 12);
    let mut asked = Vec::new();
    for number in 0..60_usize {
        let (room, email) = &rooms[number % rooms.len()];
        let question = talk.asks_in_a_thread(email, room, "help").await;
        if number % 5 != 3 {
            talk.hears(event_of(&question.message)).await;
        }
        asked.push(question);
        talk.after(3).await;
    }
    talk.after(90).await;
    for (number, answers) in talk.answered(&asked).into_iter().enumerate() {
        let [after] = answers[..] else {
            panic!("question {number} was answered {} times", answers.len());
        };
        assert!(
            after <= 90,
            "question {number} was answered after {after} s"
        );
    }
    talk.ends().await;
}

#[tokio::test]
async fn what_is_asked_of_a_bot_that_was_taken_over_is_left_to_the_other() {
    let talk = Talk::about(&fair()).await;
    let room = talk.room("Red team");
    talk.after(60).await;
    let theirs = json!({
        "name": "showcaller fair 99999999-1c1b-4f4e-9f4f-0a4d9bb0a001 server",
        "targetUrl": "https://server.example.com/hooks/fair",
        "resource": "messages", "event": "created",
    });
    let hook = talk
        .person(BOT)
        .does(Method::POST, "/v1/webhooks", theirs)
        .await;
    let asked = [talk
        .asks_in_a_thread("ria@example.com", &room, "help")
        .await];
    talk.after(300).await;
    assert_eq!(talk.answered(&asked), [[0; 0]]);
    // It is gone, and no other has the bot.
    let hook = hook["id"].as_str().expect("an id");
    let path = format!("/v1/webhooks/{hook}");
    talk.person(BOT)
        .does(Method::DELETE, &path, json!(null))
        .await;
    talk.after(60).await;
    assert_eq!(talk.answered(&asked)[0].len(), 1);
    talk.ends().await;
}

#[tokio::test]
async fn what_was_asked_while_the_bot_was_away_is_answered_and_nothing_older_than_it() {
    let mut talk = Talk::without_a_bot(&fair()).await;
    let room = talk.room("Red team");
    let before = talk
        .asks_in_a_thread("ria@example.com", &room, "help")
        .await;
    talk.after(60).await;
    talk.begins(&processes::alive()).await;
    talk.after(120).await;
    talk.is_killed();
    let away = talk
        .asks_in_a_thread("ria@example.com", &room, "help")
        .await;
    let private = json!({"toPersonEmail": BOT, "markdown": "help"});
    talk.writes("ria@example.com", private).await;
    talk.after(600).await;
    talk.begins(&processes::alive()).await;
    talk.after(120).await;
    let answers = talk.answered(&[before, away]);
    assert!(answers[0].is_empty(), "it was asked before there was a bot");
    assert_eq!(answers[1].len(), 1, "{answers:?}");
    assert_eq!(talk.said().len(), 2, "and one in private");
    talk.ends().await;
}

#[tokio::test]
async fn however_wrong_a_clock_is() {
    for skew in ["3h", "-3h"] {
        let stage = Stage::before(&fair().event()).await;
        let fault = format!("clock-skew {skew}").parse().expect("a fault");
        stage.simulator.set_faults(vec![fault]);
        let mut talk = Talk::on(stage, &fair()).await;
        talk.begins(&processes::alive()).await;
        talk.asks("ria@example.com", "Red team", "help").await;
        talk.after(5).await;
        assert_eq!(talk.said().len(), 1, "{skew}");
        assert!(!talk.said()[0].markdown().contains("Sorry"), "{skew}");
        let room = talk.room("Blue team");
        talk.asks_in_a_thread("bea@example.com", &room, "help")
            .await;
        talk.after(90).await;
        assert_eq!(talk.said().len(), 2, "{skew}: found by the sweep");
        talk.ends().await;
    }
}

#[tokio::test]
async fn what_may_have_been_answered_before_a_restore_is_not_answered_again() {
    let mut talk = Talk::about(&fair()).await;
    let folder = tempfile::tempdir().expect("a folder");
    let backup = folder.path().join("backup");
    talk.after(30).await;
    let backed_up = talk.ledger().backup(&backup, Existing::Refuse).await;
    backed_up.expect("a backup");
    talk.after(30).await;
    let room = talk.room("Red team");
    let question = json!({"roomId": room, "markdown": mention("help")});
    let question = talk.writes("ria@example.com", question).await;
    talk.hears(event_of(&question)).await;
    talk.asks_in_private("ria@example.com", "help").await;
    talk.after(30).await;
    assert_eq!(talk.said().len(), 2);
    talk.is_killed();
    let unanswered = json!({"toPersonEmail": BOT, "markdown": "help"});
    talk.writes("bea@example.com", unanswered).await;
    talk.after(30).await;
    talk.stage.ledger = Ledger::open(&LedgerUrl::memory()).await.expect("a ledger");
    let restoration = Restoration {
        backup: &backup,
        before: None,
        process: &processes::alive(),
        whatever_it_is_bound_to: false,
    };
    let clock: SharedClock = Arc::new(talk.stage.clock.clone());
    let restored = restore(&talk.stage.ledger, &restoration, &clock).await;
    restored.expect("a restore");
    talk.begins(&processes::alive()).await;
    talk.after(120).await;
    assert_eq!(talk.said_in(&room).len(), 1);
    assert_eq!(
        talk.said().len(),
        3,
        "and the one in private that was not answered"
    );
    assert_eq!(talk.count(InboxState::Skipped).await, 2);
    talk.ends().await;
}

#[tokio::test]
async fn a_flood_is_answered_in_order_and_holds_nobody_else_up() {
    let talk = Talk::about(&fair()).await;
    let room = talk.room("Red team");
    let mut asked = Vec::new();
    for _ in 0..12 {
        let question = talk
            .asks_in_a_thread("ria@example.com", &room, "help")
            .await;
        talk.hears(event_of(&question.message)).await;
        asked.push(question);
    }
    let other = talk
        .asks_in_a_thread("coach.red@example.com", &room, "help")
        .await;
    talk.hears(event_of(&other.message)).await;
    asked.push(other);
    talk.after(5).await;
    let answers = talk.answered(&asked);
    let so_far: Vec<usize> = answers.iter().map(Vec::len).collect();
    // One word to the sixth, and an answer to whoever else asks.
    assert_eq!(so_far, [1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 1]);
    talk.after(60).await;
    let answers = talk.answered(&asked);
    let in_all: Vec<usize> = answers.iter().map(Vec::len).collect();
    assert_eq!(in_all, [1, 1, 1, 1, 1, 2, 1, 1, 1, 1, 1, 1, 1]);
    let last: Vec<i64> = answers[..12]
        .iter()
        .filter_map(|it| it.last().copied())
        .collect();
    assert!(last.is_sorted(), "{last:?}");
    assert!(last[11] <= 30, "{last:?}");
    talk.ends().await;
}

#[tokio::test]
async fn when_webex_throttles_what_stands_above_is_pointed_at() {
    let talk = Talk::about(&fair()).await;
    let room = talk.room("Red team");
    let rate = "20/min burst 5".parse().expect("a rate");
    talk.stage.simulator.set_rate(Some(rate)).expect("a rate");
    let asks = async |text: &str| {
        for email in ["ria@example.com", "coach.red@example.com"] {
            let question = json!({"roomId": room, "markdown": mention(text)});
            let question = talk.writes(email, question).await;
            talk.hears(event_of(&question)).await;
            talk.after(6).await;
        }
    };
    let mut questions = 0;
    for _ in 0..20 {
        for text in ["agenda all", "help"] {
            asks(text).await;
            questions += 2;
        }
    }
    talk.after(1_200).await;
    let said = talk.said_in(&room);
    let short = said.iter().filter(|it| is_short(it)).count();
    let answered = talk.count(InboxState::Answered).await + talk.count(InboxState::Repeated).await;
    assert_eq!(answered, questions, "none is lost");
    assert!(short > 0, "nothing was shortened");
    assert!(!is_short(&said[0]), "what was never said is not above");
    talk.ends().await;
}

fn is_short(said: &Said) -> bool {
    said.markdown().contains("above") && said.buttons().is_empty()
}
