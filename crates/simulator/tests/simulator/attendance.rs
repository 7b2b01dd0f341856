//! Who joins and leaves meetings, and what Webex tells of it (meetings §1, §9).

use serde_json::{Value, json};

use crate::client::{ANN, BEN, BOT, HOST, Webex, meeting, text};
use crate::inbox::{Inbox, Received, listen};

/// A meeting of the host's tomorrow, with Ann as its co-host.
fn tomorrow(webex: &Webex) -> String {
    let mut body = meeting("m", "2027-10-02T08:00:00Z", "2027-10-02T09:00:00Z");
    body["invitees"] = json!([{"email": ANN, "coHost": true}]);
    webex.by(HOST).post("/meetings", body).id()
}

fn series(webex: &Webex, id: &str) -> Value {
    webex.by(HOST).get(&format!("/meetings/{id}")).ok()
}

fn joined(series: &Value) -> (&Value, &Value) {
    (&series["hostDidJoin"], &series["attendeeDidJoin"])
}

#[test]
fn a_meeting_runs_until_the_last_one_leaves_and_then_as_another_instance() {
    let webex = Webex::new();
    let inbox = Inbox::of(&webex);
    let id = tomorrow(&webex);
    for event in ["started", "ended", "all"] {
        listen(&webex, HOST, &format!("meetings/{event}"), "");
    }
    let events = || inbox.events(&webex);
    let first = webex.joins(&id, HOST);
    assert_eq!(webex.joins(&id, BEN), first);
    assert_eq!(events(), ["meetings/started"]);
    assert_eq!(webex.leaves(&id, HOST), first);
    assert_eq!(series(&webex, &id)["state"], "inProgress");
    // The host has been there.
    assert_eq!(joined(&series(&webex, &id)), (&json!(true), &json!(true)));
    assert_eq!(events(), [""; 0]);
    webex.pass(90);
    webex.leaves(&id, BEN);
    assert_eq!(series(&webex, &id)["state"], "active");
    assert_eq!(events(), ["meetings/ended"]);
    let again = webex.joins(&id, HOST);
    assert_ne!(again, first);
    for instance in [&first, &again] {
        let number = instance.strip_prefix(&format!("{id}_I_"));
        let number = number.expect("an instance of this series");
        assert!(number.bytes().all(|byte| byte.is_ascii_digit()), "{number}");
    }
    assert_eq!(events(), ["meetings/started"]);
}

#[test]
fn an_end_is_told_with_both_times_and_without_a_title() {
    let webex = Webex::new();
    let inbox = Inbox::of(&webex);
    let id = tomorrow(&webex);
    listen(&webex, HOST, "meetings/started", "");
    listen(&webex, HOST, "meetings/ended", "");
    let instance = webex.joins(&id, HOST);
    webex.pass(600);
    webex.leaves(&id, HOST);
    let received = inbox.take(&webex);
    let of = |event: &str| -> &Received {
        let found = received.iter().find(|one| one.event() == event);
        found.expect("a delivery")
    };
    let (started, ended) = (of("meetings/started"), of("meetings/ended"));
    assert_eq!(started.body["data"]["end"], Value::Null);
    assert_eq!(started.body["data"]["state"], "inProgress");
    let ended = &ended.body["data"];
    assert_eq!(ended["id"], instance.as_str());
    assert_eq!(ended["state"], "ended");
    assert_eq!(ended["start"], "2027-10-01T08:00:00Z");
    assert_eq!(ended["end"], "2027-10-01T08:10:00Z");
    for member in ["title", "meetingSeriesId"] {
        assert_eq!(ended.get(member), None);
    }
}

#[test]
fn who_waits_in_the_lobby_keeps_the_meeting_as_it_is_and_starts_nothing() {
    let webex = Webex::new();
    let inbox = Inbox::of(&webex);
    let id = tomorrow(&webex);
    listen(&webex, HOST, "meetings/started", "");
    listen(&webex, HOST, "meetings/ended", "");
    let instance = webex.waits(&id, BEN);
    let shown = series(&webex, &id);
    assert_eq!(shown["state"], "inProgress");
    assert_eq!(joined(&shown), (&json!(false), &json!(true)));
    let path = format!("/meetings/{id}");
    let change = json!({"title": "n", "sendEmail": false});
    let host = webex.by(HOST);
    assert_eq!(
        host.patch(&path, change.clone()).refused(400),
        "Meeting is in progress"
    );
    let lobby = host.get(&format!("/meetings/{instance}")).ok();
    assert_eq!(lobby["state"], "lobby");
    for member in ["password", "hostKey", "telephony", "hostDidJoin"] {
        assert_eq!(lobby.get(member), None, "{member}");
    }
    // No person was ever in it.
    webex.leaves(&id, BEN);
    assert_eq!(inbox.events(&webex), [""; 0]);
    host.patch(&path, change).ok();

    webex.waits(&id, BEN);
    webex.pass(60);
    let running = webex.joins(&id, HOST);
    let running = host.get(&format!("/meetings/{running}")).ok();
    assert_eq!(text(&running["start"]), "2027-10-01T08:01:00Z");
    assert_eq!(inbox.events(&webex), ["meetings/started"]);
}

#[test]
fn the_first_one_in_the_lobby_may_start_a_meeting() {
    let webex = Webex::with(&["lobby-starts=yes"]);
    let inbox = Inbox::of(&webex);
    let id = tomorrow(&webex);
    listen(&webex, HOST, "meetings/started", "");
    listen(&webex, HOST, "meetings/ended", "");
    webex.waits(&id, BEN);
    assert_eq!(inbox.events(&webex), ["meetings/started"]);
    webex.joins(&id, HOST);
    assert_eq!(inbox.events(&webex), [""; 0]);
    for person in [HOST, BEN] {
        webex.leaves(&id, person);
    }
    assert_eq!(inbox.events(&webex), ["meetings/ended"]);
}

#[test]
fn a_co_host_counts_as_host_or_not() {
    for (switch, counts) in [("yes", true), ("no", false)] {
        let webex = Webex::with(&[&format!("cohost-joins-as-host={switch}")]);
        let id = tomorrow(&webex);
        webex.joins(&id, ANN);
        let shown = series(&webex, &id);
        assert_eq!(joined(&shown), (&json!(counts), &json!(true)));
    }
}

#[test]
fn who_is_not_there_cannot_leave_and_what_is_not_there_cannot_be_joined() {
    let webex = Webex::new();
    let id = tomorrow(&webex);
    webex.joins(&id, HOST);
    let refused = webex
        .simulator
        .leaves(&id, BEN)
        .expect_err("Ben is not in it");
    assert_eq!(refused.to_string(), "The person is not in the meeting.");
    webex
        .simulator
        .joins("0", HOST)
        .expect_err("no such meeting");
    let leave = format!("/_simulator/leave?meeting={id}&email={BEN}");
    assert_eq!(webex.control("POST", &leave).status, 400);
}

#[test]
fn people_join_and_leave_over_http_too() {
    let webex = Webex::new();
    let id = tomorrow(&webex);
    let post = |what: &str, more: &str| {
        let path = format!("/_simulator/{what}?meeting={id}{more}");
        webex.control("POST", &path).ok()["state"].clone()
    };
    let ben = format!("&email={BEN}");
    assert_eq!(post("join", &format!("{ben}&lobby=true")), "lobby");
    assert_eq!(post("join", ""), "inProgress");
    assert_eq!(post("join", &ben), "inProgress");
    assert_eq!(post("leave", ""), "inProgress");
    assert_eq!(post("leave", &ben), "ended");
}

#[test]
fn a_bot_hears_of_no_meeting() {
    let webex = Webex::new();
    for event in ["started", "ended"] {
        let body = json!({"name": "n", "targetUrl": "https://bot.example/hook",
            "resource": "meetings", "event": event});
        webex.by(BOT).post("/webhooks", body).refused(403);
    }
}
