//! Threads, and talks between two (messaging §6).

use serde_json::{Value, json};

use crate::client::{ANN, BEN, BOT, HOST, STRANGER, Webex, text};
use crate::inbox::{Inbox, listen};
use crate::messages::room_of_three;

#[test]
fn writing_to_a_person_opens_a_room_of_two_once() {
    let webex = Webex::new();
    let first = webex
        .by(BOT)
        .post("/messages", json!({"toPersonEmail": ANN, "text": "hello"}))
        .ok();
    assert_eq!(
        (text(&first["roomType"]), text(&first["toPersonEmail"])),
        ("direct", ANN)
    );
    let answer = webex
        .by(ANN)
        .post("/messages", json!({"toPersonEmail": BOT, "text": "hi"}))
        .ok();
    assert_eq!(answer["roomId"], first["roomId"]);
    let listed = webex
        .by(BOT)
        .get(&format!("/messages/direct?personEmail={ANN}"));
    assert_eq!(listed.each("text"), ["hi", "hello"]);
    let told = webex
        .by(BOT)
        .get(&format!("/messages/direct?personEmail={BEN}"))
        .refused(404);
    assert_eq!(told, "Failed to get one on one conversation");
    webex
        .by(BOT)
        .post(
            "/messages",
            json!({"toPersonEmail": STRANGER, "text": "hello"}),
        )
        .ok();
    assert_eq!(webex.mails(), [format!("account {STRANGER}")]);
    let room = text(&first["roomId"]);
    webex
        .by(ANN)
        .post("/memberships", json!({"roomId": room, "personEmail": BEN}))
        .refused(400);
    webex
        .by(ANN)
        .put(&format!("/rooms/{room}"), json!({"title": "x"}))
        .refused(400);
}

#[test]
fn a_room_of_two_is_the_same_however_the_other_is_named_and_both_see_all_of_it() {
    let webex = Webex::new();
    let ann = webex.by(ANN).get("/people/me").id();
    let by = |who: &str, body: Value| {
        text(&webex.by(who).post("/messages", body).ok()["roomId"]).to_owned()
    };
    let room = by(BOT, json!({"toPersonId": ann, "text": "one"}));
    for body in [
        json!({"toPersonEmail": ANN, "text": "two"}),
        json!({"toPersonEmail": ANN.to_uppercase(), "text": "three"}),
        json!({"roomId": room, "text": "four"}),
    ] {
        assert_eq!(by(BOT, body), room);
    }
    assert_eq!(by(ANN, json!({"toPersonEmail": BOT, "text": "five"})), room);
    let all = ["five", "four", "three", "two", "one"];
    for (who, other) in [(ANN, BOT), (BOT, ANN)] {
        let who = webex.by(who);
        assert_eq!(
            who.get(&format!("/messages?roomId={room}")).each("text"),
            all
        );
        let list = format!("/messages/direct?personEmail={other}");
        assert_eq!(who.get(&list).each("text"), all);
        let rooms = who.get("/rooms?type=direct");
        assert_eq!(rooms.each("id"), [room.as_str()]);
    }
    webex
        .by(BEN)
        .get(&format!("/messages?roomId={room}"))
        .refused(404);
}

#[test]
fn the_room_in_which_something_was_said_last_is_listed_first() {
    let webex = Webex::new();
    let bot = webex.by(BOT);
    let group = room_of_three(&webex);
    let direct = |text: &str| json!({"toPersonEmail": ANN, "text": text});
    webex.pass(60);
    let room = webex
        .by(ANN)
        .post("/messages", json!({"toPersonEmail": BOT, "text": "hi"}))
        .ok();
    let room = text(&room["roomId"]).to_owned();
    let order = || bot.get("/rooms?sortBy=lastactivity").each("id");
    let moved = |room: &str| bot.get(&format!("/rooms/{room}")).ok()["lastActivity"].clone();
    assert_eq!(order(), [room.clone(), group.clone()]);
    // What a bot cannot read moves a room as well, and so does what it says itself.
    webex.pass(60);
    webex
        .by(ANN)
        .post("/messages", json!({"roomId": group, "text": "psst"}))
        .ok();
    assert_eq!(order(), [group.clone(), room.clone()]);
    assert_eq!(moved(&group), "2027-10-01T08:02:00.000Z");
    webex.pass(60);
    bot.post("/messages", direct("yes?")).ok();
    assert_eq!(order(), [room.clone(), group]);
    assert_eq!(moved(&room), "2027-10-01T08:03:00.000Z");
}

#[test]
fn in_a_room_of_two_a_bot_is_told_of_everything_its_own_words_included() {
    let webex = Webex::new();
    let inbox = Inbox::of(&webex);
    listen(&webex, BOT, "messages/created", "");
    let said = |who: &str, to: &str| {
        let body = json!({"toPersonEmail": to, "text": "hi"});
        webex.by(who).post("/messages", body).id()
    };
    let ids = [said(ANN, BOT), said(BOT, ANN)];
    let received = inbox.take(&webex);
    let told: Vec<&str> = received
        .iter()
        .map(|one| text(&one.body["data"]["id"]))
        .collect();
    assert_eq!(told, ids);
    assert!(
        received
            .iter()
            .all(|one| one.body["data"]["roomType"] == "direct")
    );
}

#[test]
fn a_reply_to_a_reply_joins_the_thread() {
    let webex = Webex::new();
    let room = room_of_three(&webex);
    let root = webex
        .by(HOST)
        .post("/messages", json!({"roomId": room, "text": "root"}))
        .id();
    let reply = webex
        .by(ANN)
        .post(
            "/messages",
            json!({"roomId": room, "text": "1", "parentId": root}),
        )
        .id();
    let again = webex
        .by(ANN)
        .post(
            "/messages",
            json!({"roomId": room, "text": "2", "parentId": reply}),
        )
        .ok();
    assert_eq!(again["parentId"], root.as_str());
    let thread = webex
        .by(HOST)
        .get(&format!("/messages?roomId={room}&parentId={root}"));
    assert_eq!(thread.each("text"), ["2", "1"]);
    let elsewhere = webex.by(ANN).post("/rooms", json!({"title": "y"})).id();
    let lost = json!({"roomId": elsewhere, "text": "3", "parentId": root});
    webex.by(ANN).post("/messages", lost).refused(400);
}

#[test]
fn a_reply_to_a_reply_may_be_refused() {
    let webex = Webex::with(&["reply-to-reply=400"]);
    let room = room_of_three(&webex);
    let ann = webex.by(ANN);
    let say = |parent: Option<&str>| {
        let mut body = json!({"roomId": room, "text": "x"});
        if let Some(parent) = parent {
            body["parentId"] = json!(parent);
        }
        ann.post("/messages", body)
    };
    let root = say(None).id();
    let reply = say(Some(&root)).id();
    let told = say(Some(&reply)).refused(400);
    assert_eq!(told, "'parentId' is itself a reply.");
    say(Some(&root)).ok();
}

#[test]
fn a_bot_sees_a_reply_in_its_thread_if_it_is_mentioned_or_the_switch_says_so() {
    for (switch, seen) in [("no", 1), ("yes", 2)] {
        let webex = Webex::with(&[&format!("bot-sees-replies={switch}")]);
        let room = room_of_three(&webex);
        let inbox = Inbox::of(&webex);
        let root = json!({"roomId": room, "markdown": format!("<@personEmail:{BOT}> agenda")});
        let root = webex.by(ANN).post("/messages", root).id();
        listen(&webex, BOT, "messages/created", "");
        let mut read = 0;
        for words in ["and next?".to_owned(), format!("<@personEmail:{BOT}> next")] {
            let reply = json!({"roomId": room, "parentId": root, "markdown": words});
            let reply = webex.by(ANN).post("/messages", reply).id();
            let status = webex.by(BOT).get(&format!("/messages/{reply}")).status;
            read += usize::from(status == 200);
        }
        assert_eq!(read, seen);
        assert_eq!(inbox.events(&webex).len(), seen);
    }
}
