//! Tabs (messaging §4).

use rstest::rstest;
use serde_json::{Value, json};

use crate::client::{ANN, HOST, Webex};

fn tab(room: &str, url: &str) -> Value {
    json!({"roomId": room, "contentUrl": url, "displayName": "Board"})
}

#[test]
fn a_tab_is_pinned_changed_and_removed() {
    let webex = Webex::new();
    let host = webex.by(HOST);
    let room = host.post("/rooms", json!({"title": "x"})).id();
    let id = host
        .post("/room/tabs", tab(&room, "https://boards.example/1"))
        .id();
    let list = format!("/room/tabs?roomId={room}");
    assert_eq!(
        host.get(&list).each("contentUrl"),
        ["https://boards.example/1"]
    );
    let path = format!("/room/tabs/{id}");
    host.put(&path, tab(&room, "https://boards.example/2")).ok();
    assert_eq!(
        host.get(&path).ok()["contentUrl"],
        "https://boards.example/2"
    );
    webex.by(ANN).get(&path).refused(404);
    assert_eq!(host.delete(&path).status, 204);
    host.get(&path).refused(404);
    assert!(host.get(&list).items().is_empty());
}

#[rstest]
#[case("contentUrl", json!("http://boards.example"))]
#[case("contentUrl", json!("boards"))]
#[case("contentUrl", Value::Null)]
#[case("displayName", json!(""))]
#[case("roomId", Value::Null)]
fn a_tab_needs_a_room_a_name_and_an_https_address(#[case] name: &str, #[case] value: Value) {
    let webex = Webex::new();
    let room = webex.by(HOST).post("/rooms", json!({"title": "x"})).id();
    let mut body = tab(&room, "https://boards.example");
    body[name] = value;
    webex.by(HOST).post("/room/tabs", body).refused(400);
    webex.by(HOST).get("/room/tabs").refused(400);
}

#[test]
fn tabs_of_a_locked_room_are_for_moderators_or_for_all_members() {
    for (switch, code) in [("moderators", 403), ("members", 200)] {
        let webex = Webex::with(&[&format!("locked-tabs={switch}")]);
        let room = webex
            .by(HOST)
            .post("/rooms", json!({"title": "x", "isLocked": true}))
            .id();
        webex
            .by(HOST)
            .post("/memberships", json!({"roomId": room, "personEmail": ANN}))
            .ok();
        let pinned = webex
            .by(ANN)
            .post("/room/tabs", tab(&room, "https://boards.example"));
        assert_eq!(pinned.status, code);
    }
}

#[test]
fn a_second_tab_with_the_same_address_is_allowed_or_refused() {
    for (switch, code) in [("allowed", 200), ("refused", 409)] {
        let webex = Webex::with(&[&format!("duplicate-tab={switch}")]);
        let room = webex.by(HOST).post("/rooms", json!({"title": "x"})).id();
        webex
            .by(HOST)
            .post("/room/tabs", tab(&room, "https://boards.example"))
            .ok();
        let again = webex
            .by(HOST)
            .post("/room/tabs", tab(&room, "https://boards.example"));
        assert_eq!(again.status, code);
    }
}
