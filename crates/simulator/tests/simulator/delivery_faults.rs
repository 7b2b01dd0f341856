//! What goes wrong with deliveries, as a person scripts it.

use serde_json::json;

use crate::client::{ANN, BOT, HOST, Webex, meeting, text};
use crate::inbox::{Inbox, listen};

fn with(faults: &[&str]) -> (Webex, Inbox) {
    let webex = Webex::set_up(|config| {
        config.faults = faults.iter().map(|line| line.parse().unwrap()).collect();
    });
    let inbox = Inbox::of(&webex);
    listen(&webex, BOT, "messages/created", "");
    (webex, inbox)
}

/// Ann writes so many messages to the bot, and nothing is delivered meanwhile.
fn write(webex: &Webex, number: usize) -> Vec<String> {
    let write = |_| {
        let body = json!({"toPersonEmail": BOT, "text": "agenda"});
        webex.by(ANN).post("/messages", body).id()
    };
    (0..number).map(write).collect()
}

/// The ids of what was received, as their places among `sent`.
fn received(webex: &Webex, inbox: &Inbox, sent: &[String]) -> Vec<usize> {
    let place = |id: &str| sent.iter().position(|own| own == id).unwrap();
    let received = inbox.take(webex);
    let ids = received.iter().map(|one| text(&one.body["data"]["id"]));
    ids.map(place).collect()
}

fn outcomes(webex: &Webex) -> Vec<String> {
    let notes = webex.simulator.deliveries();
    notes
        .iter()
        .map(|note| text(&note["outcome"]).to_owned())
        .collect()
}

#[test]
fn deliveries_to_one_webhook_come_in_the_order_of_what_they_are_about() {
    let (webex, inbox) = with(&[]);
    let sent = write(&webex, 20);
    let inorder: Vec<usize> = (0..20).collect();
    assert_eq!(received(&webex, &inbox, &sent), inorder);
}

#[test]
fn a_lost_delivery_never_comes_and_is_no_failure_to_webex() {
    let (webex, inbox) = with(&["delivery-lost on /messages/created call 2"]);
    let sent = write(&webex, 3);
    assert_eq!(received(&webex, &inbox, &sent), [0, 2]);
    assert_eq!(outcomes(&webex), ["delivered", "lost", "delivered"]);
    let note = &webex.simulator.deliveries()[1];
    assert_eq!(
        note["faults"],
        json!(["delivery-lost on /messages/created call 2"])
    );
}

#[test]
fn a_delayed_delivery_holds_up_what_is_behind_it() {
    let (webex, inbox) = with(&["delivery-delayed call 2 over 90s"]);
    let sent = write(&webex, 3);
    assert_eq!(received(&webex, &inbox, &sent), [0, 1, 2]);
    let notes = webex.simulator.deliveries();
    let ended: Vec<&str> = notes.iter().map(|note| text(&note["ended"])).collect();
    assert_eq!(
        ended,
        [
            "2027-10-01T08:00:00.000Z",
            "2027-10-01T08:01:30.000Z",
            "2027-10-01T08:01:30.000Z"
        ]
    );
}

#[test]
fn a_reordered_delivery_is_overtaken() {
    let (webex, inbox) = with(&["delivery-reordered call 1"]);
    let sent = write(&webex, 3);
    let order = received(&webex, &inbox, &sent);
    assert_eq!(
        order.iter().position(|place| *place == 0),
        Some(2),
        "{order:?}"
    );
    assert_eq!(
        webex.simulator.deliveries()[0]["ended"],
        "2027-10-01T08:00:05.000Z"
    );
}

#[test]
fn a_duplicated_delivery_comes_twice_with_the_same_bytes() {
    let (webex, inbox) = with(&["delivery-duplicated call 1"]);
    write(&webex, 1);
    let twice = inbox.take(&webex);
    assert_eq!(twice.len(), 2);
    assert_eq!(twice[0].bytes, twice[1].bytes);
    let (webex, inbox) = with(&["delivery-duplicated call 1 over 90s"]);
    let sent = write(&webex, 2);
    assert_eq!(received(&webex, &inbox, &sent), [0, 1, 0]);
}

#[test]
fn an_early_delivery_is_about_what_cannot_be_read_yet() {
    let (webex, inbox) = with(&["delivery-early on /m* for 30s"]);
    listen(&webex, HOST, "meetings/started", "");
    let message = write(&webex, 1).remove(0);
    let id = webex
        .by(HOST)
        .post(
            "/meetings",
            meeting("m", "2027-10-02T08:00:00Z", "2027-10-02T09:00:00Z"),
        )
        .id();
    let started = webex.control("POST", &format!("/_simulator/start?meeting={id}"));
    let paths = [
        (BOT, format!("/messages/{message}")),
        (HOST, format!("/meetings/{}", started.id())),
    ];
    assert_eq!(inbox.take(&webex).len(), 2);
    for (who, path) in &paths {
        webex.by(who).get(path).refused(404);
    }
    webex.pass(30);
    for (who, path) in &paths {
        webex.by(who).get(path).ok();
    }
}

#[test]
fn what_an_early_delivery_is_about_is_in_no_list_either_and_neither_is_a_press() {
    let (webex, inbox) = with(&["delivery-early for 30s"]);
    listen(&webex, BOT, "attachmentActions/created", "");
    let hi = json!({"toPersonEmail": BOT, "text": "hi"});
    let room = webex.by(ANN).post("/messages", hi).ok();
    let content = json!({"type": "AdaptiveCard", "version": "1.3", "actions": [
        {"type": "Action.Submit", "title": "Next", "data": {"key": "next"}},
    ]});
    let card =
        json!({"contentType": "application/vnd.microsoft.card.adaptive", "content": content});
    let card = json!({"toPersonEmail": ANN, "text": "next", "attachments": [card]});
    let card = webex.by(BOT).post("/messages", card).id();
    let action = json!({"type": "submit", "messageId": card, "inputs": {}});
    let action = webex.by(ANN).post("/attachment/actions", action).body;
    assert_eq!(inbox.take(&webex).len(), 3);
    let bot = webex.by(BOT);
    let lists = [
        format!("/messages?roomId={}", text(&room["roomId"])),
        format!("/messages/direct?personEmail={ANN}"),
    ];
    let things = [
        format!("/messages/{card}"),
        format!("/attachment/actions/{}", text(&action["id"])),
    ];
    for list in &lists {
        assert!(bot.get(list).items().is_empty(), "{list}");
    }
    for thing in &things {
        bot.get(thing).refused(404);
    }
    webex.pass(30);
    for list in &lists {
        assert_eq!(bot.get(list).items().len(), 2, "{list}");
    }
    for thing in &things {
        bot.get(thing).ok();
    }
}

#[test]
fn faults_of_deliveries_count_deliveries_and_faults_of_calls_count_calls() {
    let (webex, inbox) = with(&[
        "delivery-lost on /messages* after 1 calls for 1 calls by SHOWCALLER@webex.bot",
        "503 on /messages* call 4",
        "delivery-lost by events@example.com",
    ]);
    let sent = write(&webex, 3);
    assert_eq!(received(&webex, &inbox, &sent), [0, 2]);
    let body = json!({"toPersonEmail": BOT, "text": "agenda"});
    webex.by(ANN).post("/messages", body).refused(503);
    let table = webex.simulator.faults();
    let struck: Vec<u64> = table.iter().map(|(_, struck)| *struck).collect();
    assert_eq!(struck, [1, 1, 0]);
}

#[test]
fn which_deliveries_are_lost_by_chance_is_a_matter_of_the_seed() {
    let lost = |seed: u64| {
        let (webex, inbox) = with(&[&format!("delivery-lost 30% seed {seed}")]);
        let sent = write(&webex, 40);
        received(&webex, &inbox, &sent)
    };
    assert_eq!(lost(1), lost(1));
    assert_ne!(lost(1), lost(2));
    assert!((20..36).contains(&lost(1).len()));
}
