//! Cards that people use. <https://developer.webex.com/docs/api/v1/attachment-actions>

use axum::body::Body;
use http::Request;
use rstest::rstest;
use serde_json::{Value, json};

use crate::client::{ANN, Answer, BEN, BOT, HOST, Webex, text};
use crate::inbox::{Inbox, listen};

/// A room with Ann and a card of the bot's in it: the room and the message.
fn card(webex: &Webex) -> (String, String) {
    let room = webex.by(BOT).post("/rooms", json!({"title": "Jury"})).id();
    let member = json!({"roomId": room, "personEmail": ANN});
    webex.by(BOT).post("/memberships", member).ok();
    let content = json!({
        "type": "AdaptiveCard",
        "version": "1.3",
        "body": [{"type": "Input.Text", "id": "where"}],
        "actions": [
            {"type": "Action.OpenUrl", "title": "Board", "url": "https://example.com"},
            {"type": "Action.ShowCard", "title": "Help", "card": {
                "type": "AdaptiveCard",
                "actions": [{"type": "Action.Submit", "title": "SOS", "data": {"cue": "sos"}}],
            }},
        ],
    });
    let card =
        json!({"contentType": "application/vnd.microsoft.card.adaptive", "content": content});
    let message = json!({"roomId": room, "text": "help?", "attachments": [card]});
    let message = webex.by(BOT).post("/messages", message).id();
    (room, message)
}

fn press(webex: &Webex, email: &str, message: &str, button: &str, entered: &Value) -> Answer {
    let path = format!("/_simulator/press?email={email}&message={message}&button={button}");
    let request = Request::post(path).body(Body::from(entered.to_string()));
    webex.send(request.unwrap())
}

#[test]
fn a_pressed_button_sends_what_was_entered_and_its_own_data_and_webhooks_tell_only_who_and_where() {
    let webex = Webex::new();
    let (room, message) = card(&webex);
    let inbox = Inbox::of(&webex);
    listen(
        &webex,
        BOT,
        "attachmentActions/created",
        &format!("roomId={room}"),
    );
    let entered = json!({"where": "stage", "urgent": true});
    let pressed = press(&webex, ANN, &message, "SOS", &entered).ok();
    let body = inbox.take(&webex).remove(0).body;
    let ann = webex.by(ANN).get("/people/me").ok();
    assert_eq!(body["actorId"], ann["id"]);
    assert_eq!(
        body["data"],
        json!({
            "id": pressed["id"], "type": "submit", "messageId": message,
            "personId": ann["id"], "roomId": room, "created": "2027-10-01T08:00:00.000Z",
        })
    );
    let path = format!("/attachment/actions/{}", text(&pressed["id"]));
    let read = webex.by(BOT).get(&path).ok();
    assert_eq!(
        read["inputs"],
        json!({"where": "stage", "urgent": "true", "cue": "sos"})
    );
    assert_eq!(webex.world("attachmentActions"), [read]);
}

#[test]
fn every_press_is_an_action_of_its_own() {
    let webex = Webex::new();
    let (_, message) = card(&webex);
    let press = || press(&webex, ANN, &message, "SOS", &json!({})).id();
    assert_ne!(press(), press());
}

#[test]
fn a_card_is_used_through_the_api_by_anybody_but_its_author() {
    let webex = Webex::new();
    let (room, message) = card(&webex);
    let action = json!({"type": "submit", "messageId": message, "inputs": {"where": "stage"}});
    let used =
        |who: &str, action: &Value| webex.by(who).post("/attachment/actions", action.clone());
    let made = used(ANN, &action).ok();
    assert_eq!(made["inputs"], action["inputs"]);
    assert!(used(BOT, &action).refused(400).contains("Author of a card"));
    used(BEN, &action).refused(404);
    let text = json!({"roomId": room, "text": "no card"});
    let mut wrong = action;
    wrong["messageId"] = json!(webex.by(ANN).post("/messages", text).id());
    assert!(
        used(ANN, &wrong)
            .refused(400)
            .contains("an activity with cards")
    );
    wrong["type"] = json!("cancel");
    used(ANN, &wrong).refused(400);
}

#[rstest]
#[case("200", 200)]
#[case("202", 202)]
fn what_a_card_that_is_used_answers_is_a_switch(#[case] switch: &str, #[case] status: u16) {
    let webex = Webex::with(&[&format!("card-action-code={switch}")]);
    let (_, message) = card(&webex);
    let action = json!({"type": "submit", "messageId": message, "inputs": {}});
    let made = webex.by(ANN).post("/attachment/actions", action);
    assert_eq!(made.status, status);
}

#[test]
fn anybody_in_the_room_may_send_any_inputs_as_long_as_they_are_texts() {
    let webex = Webex::new();
    let (_, message) = card(&webex);
    let send = |inputs: Value| {
        let action = json!({"type": "submit", "messageId": message, "inputs": inputs});
        webex.by(ANN).post("/attachment/actions", action)
    };
    let sent = send(json!({"cue": "open-the-gates", "made-up": "x", "yes": true, "n": 1}));
    assert_eq!(
        sent.body["inputs"],
        json!({"cue": "open-the-gates", "made-up": "x", "yes": "true", "n": "1"})
    );
    for wrong in [
        json!({"a": {}}),
        json!({"a": []}),
        json!({"a": null}),
        json!([]),
    ] {
        send(wrong).refused(400);
    }
}

#[test]
fn an_action_is_read_by_whoever_may_read_the_card() {
    let webex = Webex::new();
    let (room, message) = card(&webex);
    let other_bot = "other@webex.bot";
    let member = json!({"roomId": room, "personEmail": other_bot});
    webex.simulator.token_for(other_bot);
    webex.by(BOT).post("/memberships", member).ok();
    let inbox = Inbox::of(&webex);
    listen(&webex, other_bot, "attachmentActions/created", "");
    let action = press(&webex, ANN, &message, "SOS", &json!({})).id();
    assert!(inbox.events(&webex).is_empty());
    let path = format!("/attachment/actions/{action}");
    webex.by(ANN).get(&path).ok();
    for who in [other_bot, HOST] {
        let told = webex.by(who).get(&path).refused(404);
        assert_eq!(told, "Unable to get attachment action.");
    }
}

#[test]
fn a_button_that_is_not_there_cannot_be_pressed() {
    let webex = Webex::new();
    let (_, message) = card(&webex);
    for (who, button, status) in [
        (ANN, "Board", 400),
        (ANN, "Nothing", 400),
        (BEN, "SOS", 404),
    ] {
        let answer = press(&webex, who, &message, button, &json!({}));
        assert_eq!(answer.status, status, "{who} {button}");
    }
    assert_eq!(press(&webex, ANN, &message, "SOS", &json!([])).status, 400);
}
