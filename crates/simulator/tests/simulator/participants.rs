//! Who is, or was, in a meeting, as its host reads it and is told (meetings §8, §9).

use rstest::rstest;
use serde_json::{Value, json};

use crate::client::{ANN, BEN, BOT, HOST, Webex, meeting, text};
use crate::inbox::{Inbox, Received, listen};

/// A meeting of the host's tomorrow, with Ann as its co-host.
fn tomorrow(webex: &Webex) -> String {
    let mut body = meeting("m", "2027-10-02T08:00:00Z", "2027-10-02T09:00:00Z");
    body["invitees"] = json!([{"email": ANN, "coHost": true}]);
    body["allowAnyUserToBeCoHost"] = json!(false);
    webex.by(HOST).post("/meetings", body).id()
}

fn path(id: &str) -> String {
    format!("/meetingParticipants?meetingId={id}")
}

fn listed(webex: &Webex, id: &str) -> Vec<Value> {
    webex.by(HOST).all(&path(id)).0
}

/// `ann@example.com joined`
fn in_short(listed: &[Value]) -> Vec<String> {
    let short = |one: &Value| format!("{} {}", text(&one["email"]), text(&one["state"]));
    listed.iter().map(short).collect()
}

#[test]
fn a_running_meeting_lists_who_is_there_and_an_ended_one_all_who_were() {
    let webex = Webex::new();
    let id = tomorrow(&webex);
    let instance = webex.joins(&id, HOST);
    webex.joins(&id, BEN);
    webex.waits(&id, ANN);
    webex.leaves(&id, BEN);
    let there = listed(&webex, &id);
    assert_eq!(
        in_short(&there),
        ["events@example.com joined", "ann@example.com lobby"]
    );
    let who = |one: &Value| [&one["host"], &one["coHost"], &one["invitee"]].map(|it| it == true);
    assert_eq!(who(&there[0]), [true, false, false]);
    assert_eq!(who(&there[1]), [false, true, true]);
    assert_eq!(there[0]["meetingId"], instance.as_str());
    webex.pass(60);
    webex.joins(&id, BEN);
    webex.leaves(&id, HOST);
    webex.leaves(&id, BEN);
    webex.leaves(&id, ANN);
    // Ann has waited only.
    let were = listed(&webex, &id);
    assert_eq!(
        in_short(&were),
        ["events@example.com end", "ben@example.com end"]
    );
    let ben = &were[1];
    assert_eq!(ben["joinedTime"], "2027-10-01T08:00:00Z");
    assert_eq!(ben["leftTime"], "2027-10-01T08:01:00Z");
    assert_eq!(ben["devices"].as_array().map(Vec::len), Some(2));
    assert_eq!(in_short(&listed(&webex, &instance)), in_short(&were));
}

#[test]
fn a_series_stands_for_its_last_instance_and_within_a_window_for_the_last_one_there() {
    let webex = Webex::new();
    let id = tomorrow(&webex);
    for person in [BEN, ANN] {
        webex.joins(&id, person);
        webex.pass(60);
        webex.leaves(&id, person);
    }
    assert_eq!(in_short(&listed(&webex, &id)), ["ann@example.com end"]);
    let occurrence = format!("{id}_20271002T080000Z");
    assert_eq!(
        in_short(&listed(&webex, &occurrence)),
        ["ann@example.com end"]
    );
    let before = "&meetingStartTimeTo=2027-10-01T08:01:00Z";
    let first = listed(&webex, &format!("{id}{before}"));
    assert_eq!(in_short(&first), ["ben@example.com end"]);
    let window = "&meetingStartTimeFrom=2027-10-01T08:01:00Z";
    let none = webex.by(HOST).get(&format!("{}{window}", path(&id)));
    none.refused(404);
}

#[test]
fn long_lists_come_in_pages_of_ten_and_of_a_hundred_at_most() {
    let webex = Webex::new();
    let id = tomorrow(&webex);
    for number in 0..101 {
        webex.joins(&id, &format!("p{number}@example.com"));
    }
    let (all, pages) = webex.by(HOST).all(&path(&id));
    assert_eq!((all.len(), pages), (101, 11));
    let (_, pages) = webex.by(HOST).all(&format!("{}&max=100", path(&id)));
    assert_eq!(pages, 2);
}

#[test]
fn participants_are_found_by_address_and_by_when_they_joined() {
    let webex = Webex::new();
    let id = tomorrow(&webex);
    webex.joins(&id, HOST);
    webex.pass(60);
    webex.joins(&id, BEN);
    let query = |more: Value| {
        let mut body = json!({"emails": ["BEN@example.com", ANN]});
        for (name, value) in more.as_object().expect("an object") {
            body[name] = value.clone();
        }
        let path = format!("/meetingParticipants/query?meetingId={id}");
        webex.by(HOST).post(&path, body)
    };
    let found = |more| in_short(query(more).ok()["items"].as_array().expect("items"));
    assert_eq!(found(json!({})), ["ben@example.com joined"]);
    let early = json!({"joinTimeTo": "2027-10-01T08:01:00"});
    assert_eq!(found(early), [""; 0]);
    let in_time = json!({"joinTimeFrom": "2027-10-01T08:01:00"});
    assert_eq!(found(in_time), ["ben@example.com joined"]);
    let long =
        json!({"joinTimeFrom": "2027-10-01T00:00:00Z", "joinTimeTo": "2027-12-31T00:00:00Z"});
    query(long).refused(400);
    let by_time = listed(&webex, &format!("{id}&joinTimeFrom=2027-10-01T08:01:00Z"));
    assert_eq!(in_short(&by_time), ["ben@example.com joined"]);
}

#[test]
fn only_the_host_reads_them_and_nobody_for_another_host() {
    let webex = Webex::new();
    let id = tomorrow(&webex);
    webex.joins(&id, HOST);
    let one = text(&listed(&webex, &id)[0]["id"]).to_owned();
    for path in [path(&id), format!("/meetingParticipants/{one}")] {
        webex.by(HOST).get(&path).ok();
        webex.by(ANN).get(&path).refused(403);
        webex.by(BEN).get(&path).refused(404);
        webex.by(BOT).get(&path).refused(403);
        let mark = if path.contains('?') { '&' } else { '?' };
        let other = format!("{path}{mark}hostEmail={ANN}");
        webex.by(HOST).get(&other).refused(403);
    }
    webex.by(HOST).get("/meetingParticipants").refused(400);
    webex.by(HOST).get("/meetingParticipants/x_y").refused(404);
}

#[rstest]
#[case("missing", Value::Null)]
#[case("1970", json!("1970-01-01T00:00:00.000Z"))]
#[case("known", json!("2027-10-01T08:00:00Z"))]
fn times_may_be_told_only_once_a_meeting_has_ended(#[case] switch: &str, #[case] running: Value) {
    let webex = Webex::with(&[&format!("participant-times={switch}")]);
    let id = tomorrow(&webex);
    webex.joins(&id, HOST);
    let there = &listed(&webex, &id)[0];
    assert_eq!(
        (&there["joinedTime"], &there["devices"][0]["joinedTime"]),
        (&running, &running)
    );
    webex.leaves(&id, HOST);
    let request = webex.by(HOST).with_header("timezone", "Europe/Brussels");
    let ended = request.get(&path(&id)).ok()["items"][0].clone();
    assert_eq!(ended["joinedTime"], "2027-10-01T10:00:00+02:00");
}

#[test]
fn what_never_ran_is_404_or_empty_and_what_has_just_begun_may_be_404_for_a_while() {
    let webex = Webex::new();
    webex.by(HOST).get(&path(&tomorrow(&webex))).refused(404);
    let webex = Webex::with(&["participants-before-start=empty", "participants-delay=600"]);
    let id = tomorrow(&webex);
    assert_eq!(listed(&webex, &id), [json!(null); 0]);
    webex.joins(&id, HOST);
    webex.by(HOST).get(&path(&id)).refused(404);
    webex.pass(600);
    assert_eq!(listed(&webex, &id).len(), 1);
}

#[test]
fn host_and_co_hosts_admit_mute_and_expel() {
    let webex = Webex::new();
    let id = tomorrow(&webex);
    webex.joins(&id, HOST);
    for person in [ANN, BEN] {
        webex.waits(&id, person);
    }
    let ids: Vec<String> = listed(&webex, &id)
        .iter()
        .map(|one| text(&one["id"]).to_owned())
        .collect();
    let put = |by: &str, which: usize, body: Value| {
        webex
            .by(by)
            .put(&format!("/meetingParticipants/{}", ids[which]), body)
    };
    put(BEN, 2, json!({"admit": true})).refused(404);
    let ann = put(ANN, 1, json!({"admit": true, "muted": true})).ok();
    assert_eq!(
        (&ann["state"], &ann["muted"]),
        (&json!("joined"), &json!(true))
    );
    let items = |ids: &[String]| json!({"items": ids.iter().map(|id| json!({"participantId": id})).collect::<Vec<_>>()});
    let admit = |body: Value| webex.by(HOST).post("/meetingParticipants/admit", body);
    admit(items(&[])).refused(400);
    assert_eq!(admit(items(&ids[1..])).status, 204);
    let there = in_short(&listed(&webex, &id));
    assert_eq!(there[2], "ben@example.com joined");
    put(HOST, 2, json!({"expel": true, "muted": true})).ok();
    assert_eq!(in_short(&listed(&webex, &id)), there[..2]);
    webex.leaves(&id, HOST);
    put(ANN, 1, json!({"expel": true})).ok();
    // She was the last one.
    put(HOST, 1, json!({"muted": false})).refused(400);
}

/// What the host is told: the event, and its data.
fn events_and_data(received: &[Received]) -> Vec<(String, Value)> {
    let all = received.iter();
    all.map(|one| (one.event(), one.body["data"].clone()))
        .collect()
}

fn listening(webex: &Webex) -> (Inbox, String) {
    let inbox = Inbox::of(webex);
    for event in ["meetings/started", "meetingParticipants/joined"] {
        listen(webex, HOST, event, "");
    }
    for event in ["meetingParticipants/left", "meetings/ended"] {
        listen(webex, HOST, event, "");
    }
    (inbox, tomorrow(webex))
}

#[test]
fn the_host_is_told_of_each_who_joins_and_leaves_with_what_filters_name() {
    let webex = Webex::new();
    let (inbox, id) = listening(&webex);
    let instance = webex.joins(&id, HOST);
    webex.waits(&id, BEN);
    webex.joins(&id, BEN);
    webex.joins(&id, BEN);
    let received = inbox.take(&webex);
    let events: Vec<String> = received.iter().map(Received::event).collect();
    let joined = "meetingParticipants/joined";
    assert_eq!(events, ["meetings/started", joined, joined]);
    let ben = &received[2].body["data"];
    let mut members: Vec<&str> = ben
        .as_object()
        .expect("data")
        .keys()
        .map(|it| &**it)
        .collect();
    members.sort_unstable();
    assert_eq!(
        members,
        [
            "hostEmail",
            "hostPersonId",
            "id",
            "meetingId",
            "siteUrl",
            "state"
        ]
    );
    assert_eq!(
        (&ben["meetingId"], &ben["state"]),
        (&json!(instance), &json!("joined"))
    );
    let read = format!("/meetingParticipants/{}", text(&ben["id"]));
    assert_eq!(webex.by(HOST).get(&read).ok()["email"], BEN);
    webex.leaves(&id, BEN);
    webex.leaves(&id, HOST);
    let events = events_and_data(&inbox.take(&webex));
    let left =
        |one: &&(String, Value)| one.0 == "meetingParticipants/left" && one.1["state"] == "end";
    assert_eq!((events.len(), events.iter().filter(left).count()), (3, 2));
    assert_eq!(
        events.last().map(|(event, _)| &**event),
        Some("meetings/ended")
    );
}

#[test]
fn the_host_may_be_told_all_of_a_participant_and_of_the_lobby_too() {
    let webex = Webex::with(&["participant-events=resource", "lobby-joins=yes"]);
    let (inbox, id) = listening(&webex);
    webex.waits(&id, BEN);
    webex.pass(30);
    webex.joins(&id, BEN);
    webex.pass(30);
    webex
        .control("POST", &format!("/_simulator/end?meeting={id}"))
        .ok();
    let events = events_and_data(&inbox.take(&webex));
    let of = |event: &str| -> Vec<&Value> {
        let fits = events.iter().filter(|(own, _)| own == event);
        fits.map(|(_, data)| data).collect()
    };
    let joined = of("meetingParticipants/joined");
    assert_eq!(
        joined
            .iter()
            .map(|data| text(&data["state"]))
            .collect::<Vec<_>>(),
        ["lobby", "joined"]
    );
    assert_eq!(
        (&joined[0]["joinedTime"], &joined[0]["email"]),
        (&Value::Null, &json!(BEN))
    );
    assert_eq!(joined[1]["joinedTime"], "2027-10-01T08:00:30Z");
    assert_eq!(
        of("meetingParticipants/left")[0]["leftTime"],
        "2027-10-01T08:01:00Z"
    );
}

#[test]
fn deliveries_of_participants_can_be_filtered() {
    let webex = Webex::new();
    let inbox = Inbox::of(&webex);
    let (here, there) = (tomorrow(&webex), tomorrow(&webex));
    let instance = webex.joins(&here, HOST);
    listen(
        &webex,
        HOST,
        "meetingParticipants/joined",
        &format!("meetingId={instance}&state=joined"),
    );
    for id in [&here, &there] {
        webex.joins(id, BEN);
    }
    let received = inbox.take(&webex);
    assert_eq!(received.len(), 1);
    assert_eq!(received[0].body["data"]["meetingId"], instance.as_str());
}

#[test]
fn all_who_were_in_a_meeting_stand_behind_the_curtain_with_all_their_times() {
    let webex = Webex::new();
    let id = tomorrow(&webex);
    webex.joins(&id, HOST);
    let seen = &webex.world("meetingParticipants")[0];
    assert_eq!(seen["joinedTime"], "2027-10-01T08:00:00Z");
}
