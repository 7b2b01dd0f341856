//! Messages and cards that are changed and taken away (messaging §6).

use rstest::rstest;
use serde_json::{Value, json};

use crate::client::{ANN, BEN, BOT, HOST, Webex, text};
use crate::inbox::{Inbox, listen};
use crate::messages::room_of_three;

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

fn with_card(room: &str, version: usize) -> Value {
    let card = json!({
        "contentType": "application/vnd.microsoft.card.adaptive",
        "content": {"type": "AdaptiveCard", "version": "1.3", "body": [
            {"type": "TextBlock", "text": version.to_string()},
        ]},
    });
    json!({"roomId": room, "text": version.to_string(), "attachments": [card]})
}

#[test]
fn a_card_takes_the_place_of_a_card_as_often_as_a_text_is_edited() {
    for (switch, last) in [("yes", 400), ("no", 200)] {
        let webex = Webex::with(&[&format!("card-edits-counted={switch}")]);
        let room = room_of_three(&webex);
        let bot = webex.by(BOT);
        let path = format!(
            "/messages/{}",
            bot.post("/messages", with_card(&room, 0)).id()
        );
        webex.by(HOST).put(&path, with_card(&room, 1)).refused(403);
        webex.pass(60);
        for edit in 1..=10 {
            bot.put(&path, with_card(&room, edit)).ok();
        }
        let shown = bot.get(&path).ok();
        assert_eq!(shown["attachments"], with_card(&room, 10)["attachments"]);
        assert_eq!(shown["updated"], "2027-10-01T08:01:00.000Z");
        assert_eq!(bot.put(&path, with_card(&room, 11)).status, last);
        // A card alone is enough.
        let mut bare = with_card(&room, 12);
        bare.as_object_mut().unwrap().remove("text");
        assert_eq!(bot.put(&path, bare).status, last);
    }
}

#[test]
fn a_card_may_be_fixed_for_ever() {
    let webex = Webex::with(&["card-edit=400"]);
    let room = room_of_three(&webex);
    let bot = webex.by(BOT);
    let path = format!(
        "/messages/{}",
        bot.post("/messages", with_card(&room, 0)).id()
    );
    let told = bot.put(&path, with_card(&room, 1)).refused(400);
    assert_eq!(
        told,
        "Editing messages with files or attachments is not supported."
    );
    assert_eq!(bot.get(&path).ok().get("updated"), None);
}

#[test]
fn an_edit_makes_no_card_of_words_no_words_of_a_card_and_nothing_of_a_file() {
    let webex = Webex::new();
    let room = room_of_three(&webex);
    let words = |text: &str| json!({"roomId": room, "text": text});
    let file = json!({"roomId": room, "files": ["https://files.example/agenda.pdf"]});
    for (before, after) in [
        (words("x"), with_card(&room, 1)),
        (with_card(&room, 1), words("x")),
        (file.clone(), words("x")),
        (file, with_card(&room, 1)),
    ] {
        let bot = webex.by(BOT);
        let message = bot.post("/messages", before).id();
        bot.put(&format!("/messages/{message}"), after).refused(400);
    }
}

#[test]
fn a_message_has_one_card_and_nothing_else_is_one() {
    let webex = Webex::new();
    let room = room_of_three(&webex);
    let mut two = with_card(&room, 1);
    let card = two["attachments"][0].clone();
    two["attachments"].as_array_mut().unwrap().push(card);
    webex.by(BOT).post("/messages", two).refused(400);
    let page = json!({"contentType": "text/html", "content": {}});
    let wrong = json!({"roomId": room, "text": "t", "attachments": [page]});
    webex.by(BOT).post("/messages", wrong).refused(400);
}

#[rstest]
#[case("all", 2)]
#[case("people", 1)]
#[case("none", 0)]
fn webhooks_are_told_of_edits_as_the_switch_says(#[case] switch: &str, #[case] told: usize) {
    let webex = Webex::with(&[&format!("message-updated-events={switch}")]);
    let room = room_of_three(&webex);
    let inbox = Inbox::of(&webex);
    for who in [ANN, BOT] {
        listen(&webex, who, "messages/updated", "");
    }
    let said = json!({"roomId": room, "markdown": format!("<@personEmail:{BOT}> agenda")});
    let message = webex.by(ANN).post("/messages", said.clone()).id();
    webex
        .by(ANN)
        .put(&format!("/messages/{message}"), said)
        .ok();
    assert_eq!(inbox.events(&webex).len(), told);
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
fn of_a_deleted_message_webhooks_are_told_who_could_read_it() {
    let webex = Webex::new();
    let room = room_of_three(&webex);
    let inbox = Inbox::of(&webex);
    for who in [ANN, BOT, BEN] {
        listen(&webex, who, "messages/deleted", "");
    }
    let owners = || {
        let received = inbox.take(&webex);
        let mut owners: Vec<String> = received
            .iter()
            .map(|one| text(&one.body["createdBy"]).to_owned())
            .collect();
        owners.sort();
        owners
    };
    let ids = |people: &[&str]| {
        let mut ids: Vec<String> = people
            .iter()
            .map(|who| webex.by(who).get("/people/me").id())
            .collect();
        ids.sort();
        ids
    };
    for (said, readers) in [
        ("lunch", vec![ANN]),
        ("<@personEmail:BOT> lunch", vec![ANN, BOT]),
    ] {
        let said = json!({"roomId": room, "markdown": said.replace("BOT", BOT)});
        let path = format!("/messages/{}", webex.by(ANN).post("/messages", said).id());
        webex.by(ANN).delete(&path).ok();
        assert_eq!(owners(), ids(&readers));
        webex.by(ANN).get(&path).refused(404);
    }
}

#[test]
fn what_is_edited_or_deleted_moves_its_room_or_not() {
    for (switch, moves) in [("no", false), ("yes", true)] {
        let webex = Webex::with(&[&format!("change-moves-activity={switch}")]);
        let room = room_of_three(&webex);
        let bot = webex.by(BOT);
        let words = json!({"roomId": room, "text": "x"});
        let path = format!("/messages/{}", bot.post("/messages", words.clone()).id());
        let activity = || bot.get(&format!("/rooms/{room}")).ok()["lastActivity"].clone();
        let written = activity();
        webex.pass(60);
        bot.put(&path, words).ok();
        let edited = activity();
        webex.pass(60);
        bot.delete(&path).ok();
        assert_eq!(edited != written, moves);
        assert_eq!(activity() != edited, moves);
    }
}
