//! Answers of which it is not known whether Webex has them.

use http::Method;
use serde_json::json;
use showcaller_ledger::{InboxState, MessageKind};
use showcaller_rehearsal::BOT;

use super::RIA;
use crate::processes;
use crate::talk::{Talk, event_of, fair_with_a_bot, mention};

/// How often a question is answered whose answers get lost in this way, and how often that stays in doubt.
async fn answers_where(fault: &str, private: bool) -> (usize, u64) {
    let talk = Talk::about(&fair_with_a_bot()).await;
    let faults = fault.split(" and ");
    let faults = faults.map(|fault| format!("{fault} by {BOT}").parse().expect("a fault"));
    talk.stage.simulator.set_faults(faults.collect());
    match private {
        true => talk.asks_in_private(RIA, "agenda").await,
        false => talk.asks(RIA, "Red team", "agenda").await,
    };
    talk.after(600).await;
    let answers = MessageKind::Answer.into();
    let counts = talk.ledger().operation_counts(answers, None).await.unwrap();
    assert_eq!((counts.waiting, counts.sending, counts.failed), (0, 0, 0));
    let said = talk.said().len();
    talk.ends().await;
    (said, counts.unclear)
}

#[tokio::test]
async fn an_answer_in_doubt_is_settled_by_evidence_or_sent_a_second_time() {
    let lost = "reset-after-effect on POST /messages";
    let not_sent = "reset on POST /messages";
    for (fault, private, expected) in [
        (format!("{not_sent} call 1"), false, (1, 0)),
        (format!("{not_sent} call 1"), true, (1, 0)),
        (format!("{lost} call 1"), true, (1, 0)),
        (format!("{lost} call 1"), false, (2, 0)),
        (lost.to_owned(), false, (2, 1)),
        (lost.to_owned(), true, (1, 0)),
        ("503 on POST /messages call 1".to_owned(), false, (1, 0)),
        (
            "429 on POST /messages for 3 calls retry-after 20".to_owned(),
            false,
            (1, 0),
        ),
        ("refused from 1s until 3m".to_owned(), false, (1, 0)),
        ("503 from 0s until 1m".to_owned(), false, (1, 0)),
        ("503 from 0s until 1m".to_owned(), true, (1, 0)),
        (
            "503 on POST /messages from 0s until 1m".to_owned(),
            false,
            (1, 0),
        ),
        // A look that failed proves nothing, and costs nothing.
        (
            format!("{lost} call 1 and 503 on GET from 1s until 2m"),
            true,
            (1, 0),
        ),
        (
            format!("{not_sent} call 1 and 503 on GET from 1s until 2m"),
            false,
            (1, 0),
        ),
    ] {
        assert_eq!(
            answers_where(&fault, private).await,
            expected,
            "{fault}, private: {private}"
        );
    }
}

#[tokio::test]
async fn an_outage_of_a_minute_loses_no_answer_where_others_go_on_talking() {
    let talk = Talk::about(&fair_with_a_bot()).await;
    let fault = format!("503 on POST /messages from 0s until 55s by {BOT}");
    let fault = fault.parse().expect("a fault");
    talk.stage.simulator.set_faults(vec![fault]);
    let red = talk.room("Red team");
    talk.asks(RIA, "Red team", "agenda").await;
    for _ in 0..12 {
        let chat = json!({"roomId": red, "markdown": "Anybody there?"});
        talk.writes("coach.red@example.com", chat).await;
        talk.after(10).await;
    }
    assert_eq!(talk.said().len(), 1);
    talk.ends().await;
}

#[tokio::test]
async fn the_answer_of_a_thread_whose_first_message_is_deleted_comes_beside_it() {
    let talk = Talk::about(&fair_with_a_bot()).await;
    let red = talk.room("Red team");
    let first = json!({"roomId": red, "markdown": "Something else"});
    let first = talk.writes(RIA, first).await;
    let thread = first["id"].as_str().expect("an id");
    let question = json!({"roomId": red, "parentId": thread, "markdown": mention("agenda")});
    let question = talk.writes(RIA, question).await;
    let path = format!("/v1/messages/{thread}");
    talk.person(RIA)
        .does(Method::DELETE, &path, json!(null))
        .await;
    talk.hears(event_of(&question)).await;
    talk.after(5).await;
    let said = talk.said_in(&red);
    assert_eq!((said.len(), said[0].thread()), (1, None));
    talk.ends().await;
}

#[tokio::test]
async fn the_bots_own_message_is_evidence_where_webex_tells_of_it() {
    let talk = Talk::about(&fair_with_a_bot()).await;
    let fault = format!("reset-after-effect on POST /messages by {BOT} call 1");
    talk.stage
        .simulator
        .set_faults(vec![fault.parse().expect("a fault")]);
    talk.asks(RIA, "Red team", "agenda").await;
    talk.after(2).await;
    let said = talk.said();
    talk.hears(event_of(&said[0].0)).await;
    talk.after(60).await;
    assert_eq!(talk.said().len(), 1);
    talk.ends().await;
}

#[tokio::test]
async fn another_answer_with_the_same_text_is_no_evidence() {
    let talk = Talk::about(&fair_with_a_bot()).await;
    let not_sent = format!("reset on POST /messages call 1 by {BOT}");
    talk.stage
        .simulator
        .set_faults(vec![not_sent.parse().expect("a fault")]);
    // The first gets lost, and the second, in a thread of its own, says the same.
    let question = talk.asks_in_private(RIA, "help").await;
    let in_thread = json!({
        "roomId": question["roomId"], "parentId": question["id"], "markdown": "help",
    });
    let in_thread = talk.writes(RIA, in_thread).await;
    talk.after(1).await;
    talk.hears(event_of(&in_thread)).await;
    talk.after(60).await;
    let threads: Vec<bool> = talk.said().iter().map(|it| it.thread().is_some()).collect();
    assert_eq!(threads, [true, false]);
    talk.ends().await;
}

#[tokio::test]
async fn whatever_the_process_was_doing_when_it_was_killed() {
    for fault in [
        "stall on GET /messages/*",
        "stall on POST /messages",
        "stall-after-effect on POST /messages",
    ] {
        let mut talk = Talk::without_a_bot(&fair_with_a_bot()).await;
        talk.begins(&processes::dead()).await;
        let stalls = format!("{fault} by {BOT}").parse().expect("a fault");
        talk.stage.simulator.set_faults(vec![stalls]);
        talk.asks(RIA, "Red team", "agenda").await;
        talk.after(3).await;
        talk.is_killed();
        talk.stage.simulator.set_faults(Vec::new());
        talk.begins(&processes::alive()).await;
        talk.after(40).await;
        let expected = if fault.contains("effect") { 2 } else { 1 };
        assert_eq!(talk.said().len(), expected, "{fault}");
        assert_eq!(talk.count(InboxState::Answered).await, 1, "{fault}");
        talk.after(600).await;
        assert_eq!(talk.said().len(), expected, "never a third time: {fault}");
        talk.ends().await;
    }
}
