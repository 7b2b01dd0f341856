//! Messages and what a bot sees of them (messaging §6).

use rstest::rstest;
use serde_json::{Value, json};

use crate::client::{ANN, BEN, BOT, HOST, Webex, text};
use crate::inbox::{Inbox, listen};

pub(crate) fn room_of_three(webex: &Webex) -> String {
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
    // The third of one instant: each is later than the one before.
    assert_eq!(room["lastActivity"], "2027-10-01T08:01:00.002Z");
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
fn a_mention_is_shown_by_name_and_known_by_id() {
    let webex = Webex::new();
    let room = room_of_three(&webex);
    let markdown = format!("<@personEmail:{BOT}|Show> agenda for <@personEmail:{ANN}>");
    let said = json!({"roomId": room, "markdown": markdown});
    let said = webex.by(ANN).post("/messages", said).ok();
    assert_eq!(said["text"], "Show agenda for Ann Archer");
    let ids = [BOT, ANN].map(|who| webex.by(who).get("/people/me").id());
    assert_eq!(said["mentionedPeople"], json!(ids));
    let mention = |id: &str, name: &str| {
        format!(
            "<spark-mention data-object-type=\"person\" data-object-id=\"{id}\">{name}</spark-mention>"
        )
    };
    let [bot, ann] = ids;
    let html = format!(
        "<p>{} agenda for {}</p>",
        mention(&bot, "Show"),
        mention(&ann, "Ann Archer")
    );
    assert_eq!(said["html"], html);
}

#[test]
fn a_file_is_served_by_the_simulator_that_the_caller_talks_to() {
    let webex = Webex::new();
    let inbox = Inbox::of(&webex);
    listen(&webex, HOST, "messages/created", "");
    let room = room_of_three(&webex);
    let file = json!({"roomId": room, "files": ["https://files.example/agenda.pdf"]});
    let sent = webex.by(HOST).post("/messages", file.clone()).ok();
    let address = text(&sent["files"][0]);
    assert!(
        address.starts_with("http://webex.example/v1/contents/"),
        "{address}"
    );
    assert_eq!(inbox.take(&webex)[0].body["data"]["files"][0], address);
    webex.by(HOST).get(address).refused(501);
    let webex =
        Webex::set_up(|config| config.public_url = Some("https://sim.example/v1".to_owned()));
    let room = room_of_three(&webex);
    let file = json!({"roomId": room, "files": ["https://files.example/agenda.pdf"]});
    let sent = webex.by(HOST).post("/messages", file).ok();
    assert!(text(&sent["files"][0]).starts_with("https://sim.example/v1/contents/"));
}
