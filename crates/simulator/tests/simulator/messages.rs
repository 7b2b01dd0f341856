//! Messages and what a bot sees of them (messaging §6).

use rstest::rstest;
use serde_json::{Value, json};

use crate::client::{ANN, BEN, BOT, HOST, STRANGER, Webex, text};

fn room_of_three(webex: &Webex) -> String {
    let room = webex.by(HOST).post("/rooms", json!({"title": "x"})).id();
    for email in [ANN, BOT] {
        webex
            .by(HOST)
            .post(
                "/memberships",
                json!({"roomId": room, "personEmail": email}),
            )
            .ok();
    }
    room
}

#[test]
fn messages_are_listed_newest_first_and_move_the_room_up() {
    let webex = Webex::new();
    let room = room_of_three(&webex);
    webex.pass(60);
    for words in ["one", "two", "three"] {
        webex
            .by(HOST)
            .post("/messages", json!({"roomId": room, "text": words}))
            .ok();
    }
    let list = format!("/messages?roomId={room}");
    assert_eq!(
        webex.by(ANN).get(&list).each("text"),
        ["three", "two", "one"]
    );
    let two = webex.by(ANN).get(&list).each("id").remove(1);
    assert_eq!(
        webex
            .by(ANN)
            .get(&format!("{list}&beforeMessage={two}"))
            .each("text"),
        ["one"]
    );
    assert!(
        webex
            .by(ANN)
            .get(&format!("{list}&before=2027-10-01T08:00:30Z"))
            .items()
            .is_empty()
    );
    let room = webex.by(HOST).get(&format!("/rooms/{room}")).ok();
    assert_eq!(room["lastActivity"], "2027-10-01T08:01:00.000Z");
    webex.by(BEN).get(&list).refused(404);
    let told = webex.by(HOST).get("/messages").refused(400);
    assert_eq!(told, "Required String parameter 'roomId' is not present");
}

#[rstest]
#[case(json!({}), "Both text and file cannot be empty.")]
#[case(json!({"text": "hi"}), "Exactly one of the destination fields must not be empty (roomId, toPersonEmail, toPersonId)")]
#[case(json!({"text": "hi", "roomId": "ROOM", "toPersonEmail": ANN}), "Exactly one of the destination fields must not be empty (roomId, toPersonEmail, toPersonId)")]
#[case(json!({"text": "x".repeat(7440), "roomId": "ROOM"}), "'text' cannot be longer than 7439 bytes.")]
#[case(json!({"markdown": "é".repeat(3720), "roomId": "ROOM"}), "'markdown' cannot be longer than 7439 bytes.")]
#[case(json!({"files": ["https://a.example/1", "https://a.example/2"], "roomId": "ROOM"}), "Only one file can be sent with a message.")]
fn a_message_that_cannot_be_is_refused(#[case] mut body: Value, #[case] told: &str) {
    let webex = Webex::new();
    let room = room_of_three(&webex);
    if body["roomId"] == "ROOM" {
        body["roomId"] = json!(room);
    }
    assert_eq!(webex.by(HOST).post("/messages", body).refused(400), told);
    assert!(webex.world("messages").is_empty());
}

#[test]
fn the_longest_message_counts_bytes() {
    let webex = Webex::new();
    let room = room_of_three(&webex);
    webex
        .by(HOST)
        .post(
            "/messages",
            json!({"roomId": room, "text": "x".repeat(7439)}),
        )
        .ok();
}

#[test]
fn a_bot_sees_in_a_group_room_only_what_mentions_it_and_what_it_wrote() {
    let webex = Webex::new();
    let room = room_of_three(&webex);
    let ann = webex.by(ANN);
    let plain = ann
        .post("/messages", json!({"roomId": room, "text": "just us"}))
        .id();
    let asked =
        json!({"roomId": room, "markdown": format!("<@personEmail:{BOT}|Showcaller> agenda")});
    let asked = ann.post("/messages", asked).ok();
    assert_eq!(asked["text"], "Showcaller agenda");
    assert_eq!(asked["mentionedPeople"].as_array().unwrap().len(), 1);
    let bot = webex.by(BOT);
    let own = bot
        .post("/messages", json!({"roomId": room, "text": "here it is"}))
        .id();
    bot.get(&format!("/messages/{plain}")).refused(404);
    bot.get(&format!("/messages/{}", text(&asked["id"]))).ok();
    bot.get(&format!("/messages/{own}")).ok();
    bot.get(&format!("/messages?roomId={room}")).refused(403);
    let mentions = bot.get(&format!("/messages?roomId={room}&mentionedPeople=me"));
    assert_eq!(mentions.each("id"), [text(&asked["id"])]);
    let direct = ann
        .post("/messages", json!({"toPersonEmail": BOT, "text": "psst"}))
        .ok();
    let list = format!("/messages?roomId={}", text(&direct["roomId"]));
    assert_eq!(bot.get(&list).each("text"), ["psst"]);
}

#[test]
fn a_mention_of_all_reaches_a_bot_only_if_the_switch_says_so() {
    for (switch, seen) in [("no", 0), ("yes", 1)] {
        let webex = Webex::with(&[&format!("all-mentions-bot={switch}")]);
        let room = room_of_three(&webex);
        let all = webex
            .by(ANN)
            .post(
                "/messages",
                json!({"roomId": room, "markdown": "<@all> lunch"}),
            )
            .ok();
        assert_eq!(all["mentionedGroups"], json!(["all"]));
        let mentions = webex
            .by(BOT)
            .get(&format!("/messages?roomId={room}&mentionedPeople=me"));
        assert_eq!(mentions.items().len(), seen);
        assert_eq!(
            webex
                .by(HOST)
                .get(&format!("/messages?roomId={room}&mentionedPeople=me"))
                .items()
                .len(),
            1
        );
    }
}

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
fn in_announcement_mode_only_moderators_post() {
    for (switch, code) in [("403", 403), ("400", 400)] {
        let webex = Webex::with(&[&format!("announcement-post-code={switch}")]);
        let room = json!({"title": "x", "isLocked": true, "isAnnouncementOnly": true});
        let room = webex.by(HOST).post("/rooms", room).id();
        webex
            .by(HOST)
            .post("/memberships", json!({"roomId": room, "personEmail": BOT}))
            .ok();
        let body = json!({"roomId": room, "text": "lunch"});
        webex.by(BOT).post("/messages", body.clone()).refused(code);
        webex.by(HOST).post("/messages", body).ok();
    }
}

#[test]
fn a_message_is_edited_by_its_author_ten_times_and_no_more() {
    let webex = Webex::new();
    let room = room_of_three(&webex);
    let path = format!(
        "/messages/{}",
        webex
            .by(HOST)
            .post("/messages", json!({"roomId": room, "text": "0"}))
            .id()
    );
    webex
        .by(ANN)
        .put(&path, json!({"roomId": room, "text": "mine"}))
        .refused(403);
    webex
        .by(HOST)
        .put(&path, json!({"text": "no room"}))
        .refused(400);
    webex
        .by(HOST)
        .put(&path, json!({"roomId": room, "markdown": "x", "html": "x"}))
        .refused(400);
    webex.pass(60);
    for edit in 1..=10 {
        let edited = webex
            .by(HOST)
            .put(&path, json!({"roomId": room, "text": edit.to_string()}))
            .ok();
        assert_eq!(edited["updated"], "2027-10-01T08:01:00.000Z");
    }
    webex
        .by(HOST)
        .put(&path, json!({"roomId": room, "text": "11"}))
        .refused(400);
    assert_eq!(webex.by(HOST).get(&path).ok()["text"], "10");
}

#[test]
fn a_message_with_a_card_or_a_file_cannot_be_edited() {
    let webex = Webex::new();
    let room = room_of_three(&webex);
    let card = json!({
        "contentType": "application/vnd.microsoft.card.adaptive",
        "content": {"type": "AdaptiveCard", "version": "1.3", "body": []},
    });
    let with_card = json!({"roomId": room, "text": "t", "attachments": [card]});
    let with_file = json!({"roomId": room, "files": ["https://files.example/agenda.pdf"]});
    for body in [with_card, with_file] {
        let message = webex.by(BOT).post("/messages", body).id();
        webex
            .by(BOT)
            .put(
                &format!("/messages/{message}"),
                json!({"roomId": room, "text": "x"}),
            )
            .refused(400);
    }
    let two = json!({"roomId": room, "text": "t", "attachments": [card, card]});
    webex.by(BOT).post("/messages", two).refused(400);
    let wrong = json!({"roomId": room, "text": "t", "attachments": [{"contentType": "text/html", "content": {}}]});
    webex.by(BOT).post("/messages", wrong).refused(400);
}

#[test]
fn a_message_is_deleted_by_its_author_or_a_moderator_and_then_gone() {
    let webex = Webex::new();
    let room = room_of_three(&webex);
    let post = || {
        webex
            .by(ANN)
            .post("/messages", json!({"roomId": room, "text": "x"}))
            .id()
    };
    let first = format!("/messages/{}", post());
    webex.by(HOST).delete(&first).refused(403);
    webex.by(ANN).delete(&first).ok();
    webex.by(ANN).get(&first).refused(404);
    assert_eq!(
        webex.by(ANN).delete(&first).refused(404),
        "Unable to delete message."
    );
    webex
        .by(HOST)
        .put(
            &format!("/rooms/{room}"),
            json!({"title": "x", "isLocked": true}),
        )
        .ok();
    webex.by(HOST).delete(&format!("/messages/{}", post())).ok();
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
