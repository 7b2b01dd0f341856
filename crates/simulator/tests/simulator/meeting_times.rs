//! Times, zones, series and states (meetings §1, §2, §6).

use rstest::rstest;
use serde_json::{Value, json};

use crate::client::{ANN, Answer, HOST, Webex, meeting, text};

fn daily() -> Value {
    let mut body = meeting("Daily", "2027-10-06T08:00:00Z", "2027-10-06T09:00:00Z");
    body["recurrence"] = json!("FREQ=DAILY;COUNT=3");
    body
}

fn act(webex: &Webex, verb: &str, meeting: &str) -> Answer {
    let address = format!("/_simulator/{verb}?meeting={meeting}");
    webex.send(
        http::Request::post(address)
            .body(axum::body::Body::empty())
            .unwrap(),
    )
}

#[test]
fn answers_to_writes_are_in_the_zone_that_was_sent_and_reads_in_utc_or_the_zone_of_the_header() {
    let webex = Webex::new();
    let host = webex.by(HOST);
    let mut body = meeting("x", "2027-10-06 10:00:00", "2027-10-06 11:00:00");
    body["timezone"] = json!("Europe/Brussels");
    let made = host.post("/meetings", body).ok();
    assert_eq!(
        (text(&made["timezone"]), text(&made["start"])),
        ("Europe/Brussels", "2027-10-06T10:00:00+02:00")
    );
    let path = format!("/meetings/{}", text(&made["id"]));
    let read = host.get(&path).ok();
    assert_eq!(
        (text(&read["timezone"]), text(&read["start"])),
        ("UTC", "2027-10-06T08:00:00Z")
    );
    let read = webex
        .by(HOST)
        .with_header("timezone", "Asia/Tokyo")
        .get(&path)
        .ok();
    assert_eq!(
        (text(&read["timezone"]), text(&read["start"])),
        ("Asia/Tokyo", "2027-10-06T17:00:00+09:00")
    );
    let listed = webex
        .by(HOST)
        .with_header("timezone", "Asia/Tokyo")
        .get("/meetings")
        .items();
    assert_eq!(listed[0]["end"], "2027-10-06T18:00:00+09:00");
    webex
        .by(HOST)
        .with_header("timezone", "Nowhere")
        .get(&path)
        .refused(400);
    let patched = host
        .patch(
            &path,
            json!({"timezone": "America/New_York", "sendEmail": false}),
        )
        .ok();
    assert_eq!(patched["start"], "2027-10-06T04:00:00-04:00");
    assert_eq!(
        host.patch(&path, json!({"title": "y", "sendEmail": false}))
            .ok()["timezone"],
        "UTC"
    );
}

#[test]
fn the_past_is_refused_in_the_words_of_webex() {
    let webex = Webex::new();
    let told = "Parameter 'start' or 'end' is before current time";
    let past = meeting("x", "2027-10-01T07:00:00Z", "2027-10-01T09:00:00Z");
    assert_eq!(webex.by(HOST).post("/meetings", past).refused(400), told);
    let path = format!(
        "/meetings/{}",
        webex.by(HOST).post("/meetings", daily()).id()
    );
    let back = json!({"start": "2027-09-30T08:00:00Z", "end": "2027-09-30T09:00:00Z"});
    assert_eq!(webex.by(HOST).patch(&path, back).refused(400), told);
}

#[test]
fn a_running_meeting_of_today_keeps_its_start_when_only_its_end_moves() {
    let webex = Webex::new();
    let body = meeting("x", "2027-10-01T09:00:00Z", "2027-10-01T10:00:00Z");
    let path = format!("/meetings/{}", webex.by(HOST).post("/meetings", body).id());
    webex.pass_to("2027-10-01T09:30:00Z");
    let longer = webex
        .by(HOST)
        .patch(
            &path,
            json!({"end": "2027-10-01T11:00:00Z", "sendEmail": false}),
        )
        .ok();
    assert_eq!(
        (text(&longer["start"]), text(&longer["end"])),
        ("2027-10-01T09:00:00Z", "2027-10-01T11:00:00Z")
    );
}

#[test]
fn a_series_has_occurrences_with_ids_and_states_of_their_own() {
    let webex = Webex::new();
    let host = webex.by(HOST);
    let id = host.post("/meetings", daily()).id();
    let states = || {
        let list = host.get(&format!("/meetings?meetingSeriesId={id}&meetingType=scheduledMeeting&from=2027-10-01T00:00:00Z&to=2027-11-01T00:00:00Z"));
        list.items()
            .iter()
            .map(|item| {
                (
                    text(&item["id"]).to_owned(),
                    text(&item["state"]).to_owned(),
                )
            })
            .collect::<Vec<_>>()
    };
    let named = |states: [&str; 3]| -> Vec<(String, String)> {
        (6..=8)
            .zip(states)
            .map(|(day, state)| (format!("{id}_202710{day:02}T080000Z"), state.to_owned()))
            .collect()
    };
    assert_eq!(states(), named(["ready", "scheduled", "scheduled"]));
    act(&webex, "start", &id).ok();
    assert_eq!(states(), named(["ready", "scheduled", "scheduled"]));
    assert_eq!(
        host.get(&format!("/meetings/{id}")).ok()["state"],
        "inProgress"
    );
    act(&webex, "end", &id).ok();
    assert_eq!(host.get(&format!("/meetings/{id}")).ok()["state"], "active");
    webex.pass_to("2027-10-06T09:00:00Z");
    assert_eq!(states(), named(["ended", "ready", "scheduled"]));
    webex.pass_to("2027-10-07T09:00:00Z");
    assert_eq!(states(), named(["ended", "missed", "ready"]));
    webex.pass_to("2027-10-08T09:00:00Z");
    assert_eq!(
        host.get(&format!("/meetings/{id}")).ok()["state"],
        "expired"
    );
    webex.pass_to("2028-05-01T09:00:00Z");
    host.get(&format!("/meetings/{id}")).refused(404);
}

#[test]
fn an_occurrence_changes_alone_and_keeps_its_id() {
    let webex = Webex::new();
    let host = webex.by(HOST);
    let id = host.post("/meetings", daily()).id();
    let second = format!("/meetings/{id}_20271007T080000Z");
    let change = json!({"title": "Special", "start": "2027-10-07T12:00:00Z", "end": "2027-10-07T13:00:00Z", "sendEmail": false});
    let changed = host.patch(&second, change).ok();
    assert_eq!(
        (text(&changed["meetingType"]), &changed["isModified"]),
        ("scheduledMeeting", &json!(true))
    );
    assert_eq!(changed["meetingSeriesId"], id.as_str());
    assert_eq!(host.get(&second).ok()["title"], "Special");
    assert_eq!(host.get(&format!("/meetings/{id}")).ok()["title"], "Daily");
    let list = "/meetings?meetingType=scheduledMeeting&from=2027-10-01T00:00:00Z&to=2027-11-01T00:00:00Z&isModified=";
    assert_eq!(host.get(&format!("{list}true")).each("title"), ["Special"]);
    assert_eq!(host.get(&format!("{list}false")).items().len(), 2);
    host.patch(&second, json!({"integrationTags": ["x"]}))
        .refused(400);
    host.patch(&second, json!({"recurrence": "FREQ=DAILY"}))
        .refused(400);
    assert_eq!(
        host.delete(&format!("{second}?sendEmail=false")).status,
        204
    );
    host.get(&second).refused(404);
    host.get(&format!("/meetings/{id}")).ok();
}

#[rstest]
#[case("20271007T080000Z", "2027-10-06T23:00:00Z")]
#[case("20271007T080000Z", "2027-10-08T00:00:00Z")]
#[case("20271006T080000Z", "2027-10-07T00:00:00Z")]
fn an_occurrence_stays_between_its_neighbours(#[case] occurrence: &str, #[case] start: &str) {
    let webex = Webex::new();
    let id = webex.by(HOST).post("/meetings", daily()).id();
    let start: jiff::Timestamp = start.parse().unwrap();
    let end = start + jiff::SignedDuration::from_mins(30);
    let body = json!({"start": start.to_string(), "end": end.to_string(), "sendEmail": false});
    let told = webex
        .by(HOST)
        .patch(&format!("/meetings/{id}_{occurrence}"), body)
        .refused(400);
    assert_eq!(told, "meeting.err.two_meeting_schedule_at_same_day");
}

#[test]
fn moving_a_series_cancels_its_modified_occurrences() {
    let webex = Webex::new();
    let host = webex.by(HOST);
    let id = host.post("/meetings", daily()).id();
    host.patch(
        &format!("/meetings/{id}_20271007T080000Z"),
        json!({"title": "Special", "sendEmail": false}),
    )
    .ok();
    let moved =
        json!({"start": "2027-10-06T10:00:00Z", "end": "2027-10-06T11:00:00Z", "sendEmail": false});
    host.patch(&format!("/meetings/{id}"), moved).ok();
    let list =
        "/meetings?meetingType=scheduledMeeting&from=2027-10-01T00:00:00Z&to=2027-11-01T00:00:00Z";
    assert_eq!(
        host.get(list).each("start"),
        [
            "2027-10-06T10:00:00Z",
            "2027-10-07T10:00:00Z",
            "2027-10-08T10:00:00Z"
        ]
    );
    assert_eq!(host.get(list).each("title"), ["Daily"; 3]);
    host.get(&format!("/meetings/{id}_20271007T080000Z"))
        .refused(404);
    let alone = host
        .patch(
            &format!("/meetings/{id}"),
            json!({"recurrence": null, "sendEmail": false}),
        )
        .ok();
    assert!(alone.get("recurrence").is_none());
    assert_eq!(host.get(list).items().len(), 1);
}

#[test]
fn the_present_occurrence_of_a_series_is_read_with_current() {
    let webex = Webex::new();
    let host = webex.by(HOST);
    let id = host.post("/meetings", daily()).id();
    webex.pass_to("2027-10-06T09:00:00Z");
    let current = host.get(&format!("/meetings/{id}?current=true")).ok();
    assert_eq!(
        (text(&current["meetingType"]), text(&current["start"])),
        ("scheduledMeeting", "2027-10-07T08:00:00Z")
    );
    assert_eq!(
        host.get(&format!("/meetings/{id}")).ok()["start"],
        "2027-10-06T08:00:00Z"
    );
    assert_eq!(
        host.get("/meetings").each("start"),
        ["2027-10-07T08:00:00Z"]
    );
    assert_eq!(
        host.get("/meetings?current=false").each("start"),
        ["2027-10-06T08:00:00Z"]
    );
}

#[test]
fn an_instance_appears_late_and_loses_its_secrets_when_it_ends() {
    let webex = Webex::new();
    let host = webex.by(HOST);
    let body = meeting("x", "2027-10-01T08:30:00Z", "2027-10-01T10:00:00Z");
    let id = host.post("/meetings", body).id();
    let instance = text(&act(&webex, "start", &id).ok()["id"]).to_owned();
    let list = "/meetings?meetingType=meeting&from=2027-10-01T00:00:00Z&to=2027-10-02T00:00:00Z";
    assert!(host.get(list).items().is_empty());
    webex.pass(900);
    let running = host.get(list).items().remove(0);
    assert_eq!(
        (text(&running["id"]), text(&running["state"])),
        (instance.as_str(), "inProgress")
    );
    assert!(running.get("end").is_none() || running["end"].is_null());
    assert_eq!(
        (&running["hostDidJoin"], &running["meetingSeriesId"]),
        (&json!(true), &json!(id))
    );
    act(&webex, "end", &id).ok();
    assert!(host.get(list).items().is_empty());
    webex.pass(900);
    let ended = host
        .get(&format!("{list}&state=ended&hasChat=false"))
        .items()
        .remove(0);
    assert_eq!(
        (text(&ended["start"]), text(&ended["end"])),
        ("2027-10-01T08:00:00Z", "2027-10-01T08:15:00Z")
    );
    for lost in [
        "meetingNumber",
        "password",
        "hostKey",
        "sipAddress",
        "telephony",
        "joinBeforeHostMinutes",
    ] {
        assert!(ended.get(lost).is_none(), "{lost}");
    }
    assert_eq!(ended["title"], "x");
    assert!(
        host.get(&format!("{list}&state=ended&hasChat=true"))
            .items()
            .is_empty()
    );
    let whole = host.get(&format!("/meetings?meetingSeriesId={id}"));
    assert_eq!(whole.each("meetingType"), ["meeting", "scheduledMeeting"]);
}

#[test]
fn people_who_wait_without_a_host_can_be_noticed() {
    let webex = Webex::new();
    let id = webex.by(HOST).post("/meetings", daily()).id();
    let address = format!("/_simulator/start?meeting={id}&email={ANN}");
    webex
        .send(
            http::Request::post(address)
                .body(axum::body::Body::empty())
                .unwrap(),
        )
        .ok();
    let shown = webex.by(HOST).get(&format!("/meetings/{id}")).ok();
    assert_eq!(
        (&shown["hostDidJoin"], &shown["attendeeDidJoin"]),
        (&json!(false), &json!(true))
    );
}
