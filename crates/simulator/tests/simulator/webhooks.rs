//! Webhooks as they are stored (messaging §9).

use rstest::rstest;
use serde_json::{Value, json};

use crate::client::{ANN, BOT, HOST, Webex, text};

fn webhook() -> Value {
    json!({
        "name": "questions",
        "targetUrl": "https://bot.example/hook",
        "resource": "messages",
        "event": "created",
        "secret": "s3cret",
    })
}

#[test]
fn a_webhook_is_kept_for_its_creator() {
    let webex = Webex::new();
    let bot = webex.by(BOT);
    let made = bot.post("/webhooks", webhook()).ok();
    assert_eq!(
        (text(&made["status"]), text(&made["ownedBy"])),
        ("active", "creator")
    );
    let path = format!("/webhooks/{}", text(&made["id"]));
    assert_eq!(bot.get(&path).ok(), made);
    assert_eq!(bot.get("/webhooks").items(), [made]);
    webex.by(ANN).get(&path).refused(404);
    assert!(webex.by(ANN).get("/webhooks").items().is_empty());
    let told = webex.by(ANN).delete(&path).refused(400);
    assert_eq!(
        told,
        "Failed to delete webhook. You are not the owner of it."
    );
    assert_eq!(bot.delete(&path).status, 204);
    assert_eq!(
        bot.delete(&path).refused(400),
        "Invalid webhookId for Delete Webhook request."
    );
}

#[rstest]
#[case("name", Value::Null, "name cannot be empty")]
#[case("targetUrl", Value::Null, "targetUrl cannot be null")]
#[case("resource", json!("teams"), "invalid value for resource")]
#[case("event", json!("started"), "invalid value for event: messages/started")]
#[case("filter", json!("roomId=00000000-0000-4000-8000-000000000000"), "invalid value for filter: roomId")]
#[case("filter", json!("colour=red"), "invalid value for filter: colour")]
fn a_webhook_that_cannot_be_is_refused(
    #[case] name: &str,
    #[case] value: Value,
    #[case] told: &str,
) {
    let webex = Webex::new();
    let mut body = webhook();
    body[name] = value;
    assert_eq!(webex.by(BOT).post("/webhooks", body).refused(400), told);
}

#[rstest]
#[case("messages", "all")]
#[case("memberships", "all")]
#[case("all", "all")]
#[case("attachmentActions", "created")]
fn the_firehose_and_single_events_are_known(#[case] resource: &str, #[case] event: &str) {
    let webex = Webex::new();
    let mut body = webhook();
    body["resource"] = json!(resource);
    body["event"] = json!(event);
    webex.by(BOT).post("/webhooks", body).ok();
}

#[test]
fn a_filter_names_what_one_can_see() {
    let webex = Webex::new();
    let room = webex.by(BOT).post("/rooms", json!({"title": "x"})).id();
    let mut body = webhook();
    body["filter"] = json!(format!("roomId={room}&personEmail={ANN}"));
    assert_eq!(
        webex.by(BOT).post("/webhooks", body.clone()).ok()["filter"],
        body["filter"]
    );
    assert_eq!(
        webex.by(ANN).post("/webhooks", body).refused(400),
        "invalid value for filter: roomId"
    );
}

#[test]
fn meetings_are_for_hosts_and_not_for_bots() {
    let webex = Webex::new();
    let mut body = webhook();
    body["resource"] = json!("meetings");
    body["event"] = json!("started");
    webex.by(HOST).post("/webhooks", body.clone()).ok();
    webex.by(BOT).post("/webhooks", body.clone()).refused(403);
    body["ownedBy"] = json!("org");
    webex.by(HOST).post("/webhooks", body).refused(403);
    webex.by(HOST).get("/webhooks?ownedBy=org").refused(403);
}

#[test]
fn an_update_changes_name_address_and_secret_and_ignores_the_rest() {
    let webex = Webex::new();
    let bot = webex.by(BOT);
    let path = format!("/webhooks/{}", bot.post("/webhooks", webhook()).id());
    let change = json!({"name": "n", "targetUrl": "https://new.example", "event": "deleted", "status": "active"});
    let changed = bot.put(&path, change).ok();
    assert_eq!(
        (text(&changed["name"]), text(&changed["targetUrl"])),
        ("n", "https://new.example")
    );
    assert_eq!(
        (text(&changed["event"]), text(&changed["secret"])),
        ("created", "s3cret")
    );
    bot.put(
        &path,
        json!({"name": "n", "targetUrl": "https://new.example", "status": "inactive"}),
    )
    .refused(400);
    bot.put(&path, json!({"targetUrl": "https://new.example"}))
        .refused(400);
}

#[test]
fn plain_and_double_webhooks_are_allowed_or_refused() {
    let webex = Webex::new();
    let mut plain = webhook();
    plain["targetUrl"] = json!("http://bot.example/hook");
    webex.by(BOT).post("/webhooks", plain.clone()).ok();
    webex.by(BOT).post("/webhooks", plain.clone()).ok();

    let webex = Webex::with(&["plain-http-webhook=refused", "duplicate-webhook=refused"]);
    webex.by(BOT).post("/webhooks", plain).refused(400);
    webex.by(BOT).post("/webhooks", webhook()).ok();
    webex.by(BOT).post("/webhooks", webhook()).refused(409);
}
