//! A question is answered once: in its room or in private, in its thread, from what is in force; twice at
//! most where it cannot be known whether the first answer was sent.

mod in_doubt;

use http::Method;
use serde_json::{Value, json};
use showcaller_ledger::{InboxState, IncomingKind};
use showcaller_rehearsal::BOT;

use crate::processes;
use crate::talk::{Said, Talk, event_of, fair_with_a_bot, member, mention, pressed};

const RIA: &str = "ria@example.com";
const BEA: &str = "bea@example.com";
const OLGA: &str = "olga@example.com";

#[tokio::test]
async fn where_it_was_asked_and_nowhere_else() {
    let talk = Talk::about(&fair_with_a_bot()).await;
    let red = talk.room("Red team");
    talk.asks(RIA, "Red team", "agenda all").await;
    talk.after(5).await;
    assert_eq!(talk.said().len(), 1);
    let said = &talk.said_in(&red)[0];
    assert!(
        said.markdown().contains("Red - Fitting"),
        "{}",
        said.markdown()
    );
    assert_eq!(said.thread(), None, "asked at top level, answered there");

    let question = talk.asks(BEA, "Blue team", "board").await;
    talk.after(5).await;
    let blue = talk.said_in(&talk.room("Blue team"));
    assert_eq!(
        blue[0].markdown(),
        "The board of Blue: https://boards.example.com/blue"
    );
    let thread = json!({
        "roomId": question["roomId"], "parentId": question["id"], "markdown": mention("board"),
    });
    let in_thread = talk.writes(BEA, thread).await;
    talk.hears(event_of(&in_thread)).await;
    talk.after(5).await;
    let blue = talk.said_in(&talk.room("Blue team"));
    assert_eq!(blue.len(), 2, "a thread is another place");
    assert_eq!(blue[1].thread(), question["id"].as_str());

    let question = talk.asks_in_private(RIA, "next").await;
    talk.after(5).await;
    let room = question["roomId"].as_str().unwrap();
    assert_eq!(talk.said_in(room).len(), 1);
    assert_eq!(talk.said().len(), 4);
    talk.ends().await;
}

#[tokio::test]
async fn however_often_it_is_heard_of_or_asked() {
    let talk = Talk::about(&fair_with_a_bot()).await;
    let question = talk.asks(RIA, "Red team", "agenda").await;
    for _ in 0..3 {
        talk.hears(event_of(&question)).await;
    }
    talk.asks("coach.red@example.com", "Red team", "Agenda!")
        .await;
    talk.after(30).await;
    assert_eq!(talk.said().len(), 1);
    assert_eq!(talk.count(InboxState::Answered).await, 1);
    assert_eq!(talk.count(InboxState::Repeated).await, 1);
    talk.asks(RIA, "Red team", "agenda").await;
    talk.after(5).await;
    assert_eq!(talk.said().len(), 2, "later it is another question");
    talk.ends().await;
}

#[tokio::test]
async fn every_call_for_help_reaches_the_organisers_but_the_same_words_only_once() {
    let talk = Talk::about(&fair_with_a_bot()).await;
    for text in [
        "help! our projector is broken, sos",
        "help! our board is broken, sos",
        "help! our board is broken, sos",
    ] {
        talk.asks(RIA, "Red team", text).await;
    }
    talk.after(10).await;
    let tickets = talk.said_in(&talk.room("Crew"));
    let of = |words: &str| {
        tickets
            .iter()
            .filter(|it| it.markdown().contains(words))
            .count()
    };
    assert_eq!(
        (of("projector is broken"), of("board is broken")),
        (1, 1),
        "{tickets:?}"
    );
    talk.ends().await;
}

#[tokio::test]
async fn what_is_not_for_the_bot_is_not_answered() {
    let talk = Talk::about(&fair_with_a_bot()).await;
    let elsewhere = talk
        .person(RIA)
        .does(Method::POST, "/v1/rooms", json!({"title": "Friends"}))
        .await;
    let membership = json!({"roomId": elsewhere["id"], "personEmail": BOT});
    talk.person(RIA)
        .does(Method::POST, "/v1/memberships", membership)
        .await;
    let asked = json!({"roomId": elsewhere["id"], "markdown": mention("agenda")});
    let not_the_events = talk.writes(RIA, asked).await;
    let red = talk.room("Red team");
    let to_all = talk
        .writes(RIA, json!({"roomId": red, "markdown": "<@all> agenda"}))
        .await;
    let own = talk
        .writes(BOT, json!({"roomId": red, "markdown": "agenda"}))
        .await;
    for message in [&not_the_events, &to_all, &own] {
        talk.hears(event_of(message)).await;
    }
    talk.after(60).await;
    assert_eq!(talk.said().len(), 1, "what it wrote itself");
    assert_eq!(talk.count(InboxState::Answered).await, 0);
    talk.ends().await;
}

#[tokio::test]
async fn what_no_webhook_tells_is_found_within_ninety_seconds() {
    let mut talk = Talk::without_a_bot(&fair_with_a_bot()).await;
    let red = talk.room("Red team");
    let asked = |text: &str| json!({"roomId": red, "markdown": mention(text)});
    talk.writes(RIA, asked("agenda")).await;
    talk.after(60).await;
    talk.begins(&processes::dead()).await;
    talk.after(90).await;
    assert_eq!(
        talk.said().len(),
        0,
        "what was asked before there was a bot"
    );
    talk.writes(RIA, asked("agenda")).await;
    talk.writes(BEA, json!({"toPersonEmail": BOT, "markdown": "agenda"}))
        .await;
    talk.after(90).await;
    assert_eq!(talk.said().len(), 2);
    talk.is_killed();
    talk.writes(RIA, asked("board")).await;
    talk.after(600).await;
    talk.begins(&processes::alive()).await;
    talk.after(90).await;
    let said = talk.said();
    assert_eq!(said.len(), 3, "asked while it was away");
    assert!(
        said[2].markdown().starts_with("Sorry"),
        "{}",
        said[2].markdown()
    );
    talk.is_killed();
    talk.writes(RIA, asked("board")).await;
    talk.after(3 * 3600).await;
    talk.begins(&processes::alive()).await;
    talk.after(90).await;
    assert_eq!(talk.said().len(), 3, "too late to be of use");
    talk.ends().await;
}

async fn press(talk: &Talk, email: &str, message: &Value, inputs: Value) {
    let action = json!({"type": "submit", "messageId": message, "inputs": inputs});
    let person = talk.person(email);
    let action = person
        .does(Method::POST, "/v1/attachment/actions", action)
        .await;
    talk.hears(pressed(&action)).await;
}

#[tokio::test]
async fn a_press_is_answered_and_a_forged_one_is_not() {
    let talk = Talk::about(&fair_with_a_bot()).await;
    talk.asks(RIA, "Red team", "agenda all").await;
    talk.asks(BEA, "Blue team", "agenda all").await;
    talk.after(5).await;
    let red = talk.said_in(&talk.room("Red team"))[0].clone();
    let blue = talk.said_in(&talk.room("Blue team"))[0].clone();
    let buttons = red.buttons();
    assert!(!buttons.is_empty());
    for inputs in [
        json!({}),
        json!({"key": ""}),
        json!({"key": "details"}),
        json!({"key": "answer/1#0"}),
        json!({"key": "#0"}),
        blue.buttons()[0].clone(),
        json!({"key": format!("{}9", buttons[0]["key"].as_str().unwrap())}),
        json!({"intent": "details", "role": "organiser"}),
    ] {
        press(&talk, RIA, &red.0["id"], inputs).await;
    }
    talk.after(60).await;
    assert_eq!(talk.said().len(), 2);
    press(&talk, RIA, &red.0["id"], buttons[0].clone()).await;
    talk.after(5).await;
    assert_eq!(talk.said_in(&talk.room("Red team")).len(), 2);
    assert_eq!(talk.said().len(), 3);
    talk.ends().await;
}

#[tokio::test]
async fn a_call_for_a_human_reaches_the_organisers_once() {
    let talk = Talk::about(&fair_with_a_bot()).await;
    let question = talk
        .asks(RIA, "Red team", "help! our board is broken, sos")
        .await;
    talk.hears(event_of(&question)).await;
    talk.after(10).await;
    let crew = talk.said_in(&talk.room("Crew"));
    assert_eq!(crew.len(), 1);
    let ticket = crew[0].markdown();
    assert!(
        ticket.contains("Ria Long") && ticket.contains("Red team"),
        "{ticket}"
    );
    assert_eq!(talk.said_in(&talk.room("Red team")).len(), 1);
    talk.ends().await;
}

#[tokio::test]
async fn host_keys_are_for_organisers_in_private() {
    let talk = Talk::about(&fair_with_a_bot()).await;
    let of = async |email: &str| {
        let question = talk.asks_in_private(email, "details Jury table").await;
        talk.after(6).await;
        let room = question["roomId"].as_str().unwrap().to_owned();
        talk.said_in(&room)
            .last()
            .expect("an answer")
            .markdown()
            .to_owned()
    };
    assert!(of(OLGA).await.contains("Host key"));
    assert!(!of(RIA).await.contains("Host key"));
    // Coaches and the jury are in the organisers' room, too.
    talk.asks(OLGA, "Crew", "details Jury table").await;
    talk.after(6).await;
    let crew = talk.said_in(&talk.room("Crew"));
    assert!(
        !crew[0].markdown().contains("Host key"),
        "{}",
        crew[0].markdown()
    );
    talk.ends().await;
}

#[tokio::test]
async fn people_who_join_later_are_welcomed_once_and_many_together() {
    let talk = Talk::about(&fair_with_a_bot()).await;
    talk.hears(member(&talk, IncomingKind::Joined, "Red team", OLGA))
        .await;
    talk.after(60).await;
    let said = talk.said_in(&talk.room("Red team"));
    assert_eq!(said.len(), 1);
    assert!(
        said[0].markdown().contains("Welcome to Red team!"),
        "{}",
        said[0].markdown()
    );
    assert!(said[0].0["mentionedPeople"].is_array());
    talk.after(3600).await;
    talk.hears(member(&talk, IncomingKind::Joined, "Red team", OLGA))
        .await;
    talk.after(60).await;
    assert_eq!(talk.said().len(), 1, "they left and joined again");
    for email in [RIA, BEA, OLGA, "otto@example.com"] {
        talk.hears(member(&talk, IncomingKind::Joined, "Blue team", email))
            .await;
    }
    talk.after(60).await;
    let said = talk.said_in(&talk.room("Blue team"));
    assert_eq!(said.len(), 1);
    let mentioned = |said: &Said| said.0["mentionedPeople"].as_array().map(Vec::len);
    assert_eq!(mentioned(&said[0]), Some(4), "{said:?}");
    talk.hears(member(
        &talk,
        IncomingKind::Joined,
        "Blue team",
        "coach.red@example.com",
    ))
    .await;
    // Welcomed with others, and back again.
    talk.hears(member(&talk, IncomingKind::Joined, "Blue team", BEA))
        .await;
    talk.after(60).await;
    let said = talk.said_in(&talk.room("Blue team"));
    assert_eq!(said.len(), 2, "a minute later they are others");
    assert_eq!(mentioned(&said[1]), Some(1), "{said:?}");
    talk.ends().await;
}

#[tokio::test]
async fn a_reminder_comes_before_the_next_meeting_by_the_schedule_in_force() {
    let mut talk = Talk::without_a_bot(&fair_with_a_bot()).await;
    // Monday's market begins at nine in Lisbon.
    let start: jiff::Timestamp = "2027-04-05T08:00:00Z".parse().unwrap();
    let left = start.duration_since(talk.stage.now()).as_secs();
    talk.after(left - 3600).await;
    talk.begins(&processes::alive()).await;
    talk.asks_in_private(RIA, "remind me").await;
    talk.after(60).await;
    assert_eq!(talk.said().len(), 1);
    assert_eq!(talk.ledger().reminders().await.unwrap().len(), 1);
    talk.after(3600 - 390).await;
    assert_eq!(talk.said().len(), 1);
    talk.after(60).await;
    let said = talk.said();
    assert_eq!(said.len(), 2);
    assert!(
        said[1].markdown().contains("Monday - Market"),
        "{}",
        said[1].markdown()
    );
    assert_eq!(talk.ledger().reminders().await.unwrap(), []);
    talk.after(3600).await;
    assert_eq!(talk.said().len(), 2);
    talk.ends().await;
}

#[tokio::test]
async fn that_the_bot_was_put_out_is_told_to_the_organisers() {
    let talk = Talk::about(&fair_with_a_bot()).await;
    let event = member(&talk, IncomingKind::Left, "Red team", BOT);
    talk.hears(event.clone()).await;
    talk.after(30).await;
    assert_eq!(talk.said().len(), 0, "it is not true");
    let path = format!("/v1/memberships?roomId={}", talk.room("Red team"));
    let members = talk.person(BOT).does(Method::GET, &path, Value::Null).await;
    let own = members["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["personEmail"] == BOT);
    let path = format!("/v1/memberships/{}", own.unwrap()["id"].as_str().unwrap());
    talk.person("coach.red@example.com")
        .does(Method::DELETE, &path, Value::Null)
        .await;
    for _ in 0..2 {
        talk.hears(member(&talk, IncomingKind::Left, "Red team", BOT))
            .await;
        talk.after(30).await;
    }
    let crew = talk.said_in(&talk.room("Crew"));
    assert_eq!(crew.len(), 1);
    assert!(
        crew[0].markdown().contains("Red team"),
        "{}",
        crew[0].markdown()
    );
    talk.ends().await;
}
