//! Faults, as a person scripts them.

use axum::body::Body;
use http::Request;
use serde_json::{Value, json};

use crate::client::{ANN, Answer, HOST, Webex, meeting, text};

fn with(faults: &[&str]) -> Webex {
    Webex::set_up(|config| {
        config.faults = faults.iter().map(|line| line.parse().unwrap()).collect();
    })
}

fn room(webex: &Webex, title: &str) -> Answer {
    webex.by(HOST).post("/rooms", json!({"title": title}))
}

fn control(webex: &Webex, method: &str, path: &str) -> Answer {
    let request = Request::builder().method(method).uri(path);
    webex.send(request.body(Body::empty()).unwrap())
}

fn titles(list: &[Value]) -> Vec<&str> {
    list.iter().map(|room| text(&room["title"])).collect()
}

#[test]
fn a_fault_strikes_the_calls_that_its_script_names_and_is_told() {
    let webex = with(&["503 on POST /rooms call 2 retry-after 20"]);
    room(&webex, "a").ok();
    webex.by(HOST).get("/rooms").ok();
    let struck = room(&webex, "b");
    assert_eq!(struck.headers["retry-after"], "20");
    assert!(
        struck.headers["x-simulator-fault"]
            .to_str()
            .unwrap()
            .starts_with("503 on")
    );
    struck.refused(503);
    room(&webex, "c").ok();
    let calls = webex.world("calls");
    assert_eq!(
        calls[2]["faults"],
        json!(["503 on POST /rooms call 2 retry-after 20"])
    );
    assert_eq!(calls[3].get("faults"), None);
    let table = control(&webex, "GET", "/_simulator/faults").ok();
    assert_eq!(table["faults"][0]["struck"], 1);
}

#[test]
fn a_retry_after_comes_in_seconds_as_a_date_or_not_at_all() {
    let webex = with(&[
        "429 call 1 retry-after 3600",
        "429 call 2 retry-after date 30",
        "429 call 3 retry-after none html",
    ]);
    let asked = || webex.by(HOST).get("/people/me");
    assert_eq!(asked().headers["retry-after"], "3600");
    let dated = asked();
    assert_eq!(
        dated.headers["retry-after"],
        "Fri, 01 Oct 2027 08:00:30 GMT"
    );
    assert_eq!(dated.headers["date"], "Fri, 01 Oct 2027 08:00:00 GMT");
    let bare = asked();
    assert!(!bare.headers.contains_key("retry-after"));
    assert!(text(&bare.body).contains("429 Too Many Requests"));
}

#[test]
fn after_the_effect_means_that_it_was_done() {
    let webex = with(&["500-after-effect on POST /rooms call 1"]);
    room(&webex, "a").refused(500);
    assert_eq!(webex.world("rooms").len(), 1);
}

#[test]
fn a_page_may_come_twice_or_be_empty_and_nothing_is_missing() {
    let listed = |fault: &str| {
        let webex = with(&[fault]);
        for number in 0..5 {
            room(&webex, &number.to_string()).ok();
        }
        let (rooms, _) = webex.by(HOST).all("/rooms?max=2&sortBy=created");
        titles(&rooms).concat()
    };
    assert_eq!(listed("page-twice on GET /rooms call 1"), "4343210");
    assert_eq!(listed("empty-page on GET /rooms call 1"), "43210");
}

#[test]
fn a_page_that_names_itself_leads_nowhere() {
    let webex = with(&["same-next on GET /rooms"]);
    room(&webex, "a").ok();
    let first = webex.by(HOST).get("/rooms?max=2");
    assert_eq!(first.next().unwrap(), "http://webex.example/v1/rooms?max=2");
    assert_eq!(first.items().len(), 1);
}

#[test]
fn what_is_created_out_of_sight_is_there_all_the_same() {
    let webex = with(&[
        "invisible on POST /rooms call 1 for 90s",
        "invisible on POST /teams by-id",
    ]);
    let id = room(&webex, "late").id();
    room(&webex, "prompt").ok();
    let listed = || webex.by(HOST).get("/rooms").each("title");
    assert_eq!(listed(), ["prompt"]);
    webex.by(HOST).get(&format!("/rooms/{id}")).ok();
    webex
        .by(HOST)
        .post("/memberships", json!({"roomId": id, "personEmail": ANN}))
        .ok();
    let team = webex.by(HOST).post("/teams", json!({"name": "t"})).id();
    webex.by(HOST).get(&format!("/teams/{team}")).refused(404);
    webex.pass(89);
    assert!(!listed().contains(&"late".to_owned()));
    webex.pass(1);
    assert!(listed().contains(&"late".to_owned()));
    webex.by(HOST).get(&format!("/teams/{team}")).ok();
}

#[test]
fn a_meeting_out_of_sight_is_in_no_list_with_any_of_its_occurrences() {
    let webex = with(&["invisible on POST /meetings for 30s"]);
    let mut daily = meeting("Daily", "2027-10-02T08:00:00Z", "2027-10-02T09:00:00Z");
    daily["recurrence"] = json!("FREQ=DAILY;COUNT=3");
    webex.by(HOST).post("/meetings", daily).ok();
    let days = "from=2027-10-01T00:00:00Z&to=2027-10-09T00:00:00Z";
    let list = format!("/meetings?{days}&meetingType=scheduledMeeting");
    assert!(webex.by(HOST).get(&list).items().is_empty());
    webex.pass(30);
    assert_eq!(webex.by(HOST).get(&list).items().len(), 3);
}

#[test]
fn a_token_that_dies_is_dead_until_it_is_revived() {
    let webex = with(&["token-dies events@example.com after 2 calls"]);
    let host = webex.by(HOST);
    host.get("/people/me").ok();
    host.get("/people/me").ok();
    host.get("/people/me").refused(401);
    let other = webex.by_token(&webex.simulator.token_through(HOST, "another app"));
    other.get("/people/me").refused(401);
    webex.by(ANN).get("/people/me").ok();
    control(
        &webex,
        "POST",
        "/_simulator/revive?email=EVENTS@example.com",
    )
    .ok();
    host.get("/people/me").ok();
    assert_eq!(
        control(&webex, "POST", "/_simulator/revive?email=ann@example.com").status,
        400
    );
}

#[test]
fn a_wrong_clock_is_wrong_everywhere() {
    let webex = with(&["clock-skew 90s"]);
    let made = room(&webex, "a");
    assert_eq!(made.headers["date"], "Fri, 01 Oct 2027 08:01:30 GMT");
    assert_eq!(made.ok()["created"], "2027-10-01T08:01:30.000Z");
    let past = meeting("Past", "2027-10-01T08:00:00Z", "2027-10-01T09:00:00Z");
    webex.by(HOST).post("/meetings", past).refused(400);
    let now = control(&webex, "GET", "/_simulator/clock").ok();
    assert_eq!(now["now"], "2027-10-01T08:01:30.000Z");
}

#[test]
fn switches_and_limits_change_at_a_call() {
    let webex = with(&[
        "switch wrong-content-type-code=415 at call 3",
        "rate 60/min burst 1 at call 5",
    ]);
    let wrong = || {
        let caller = webex.by(HOST).with_header("content-type", "text/plain");
        caller.post("/rooms", json!({})).status
    };
    assert_eq!([wrong(), wrong(), wrong(), wrong()], [400, 400, 415, 415]);
    assert_eq!([wrong(), wrong()], [415, 429]);
}

#[test]
fn faults_can_be_taken_away_while_it_runs() {
    let webex = with(&["503 on *"]);
    room(&webex, "a").refused(503);
    assert_eq!(control(&webex, "DELETE", "/_simulator/faults").status, 204);
    room(&webex, "a").ok();
}

/// The switch says which failures count; those that Webex never looked at do not by default.
#[test]
fn whether_a_throttled_creation_counts_toward_the_quota_is_a_switch() {
    let spent = |settings: &[&str]| {
        let switches = showcaller_simulator::Switches::with(settings.iter().copied()).unwrap();
        let webex = Webex::set_up(|config| {
            config.faults = vec!["503 on POST /meetings call 1".parse().unwrap()];
            config.switches = switches;
            config.meeting_quota = Some(1);
        });
        let make = || {
            let daily = meeting("One", "2027-10-02T08:00:00Z", "2027-10-02T09:00:00Z");
            webex.by(HOST).post("/meetings", daily).status
        };
        [make(), make()]
    };
    assert_eq!(spent(&[]), [503, 200]);
    assert_eq!(spent(&["quota-counts-failed=all"]), [503, 429]);
}

#[test]
fn broken_answers_are_no_finding_but_bad_requests_still_are() {
    let webex = Webex::set_up(|config| {
        config.faults = vec![
            "extra-fields".parse().unwrap(),
            "malformed on GET".parse().unwrap(),
        ];
    });
    room(&webex, "a").ok();
    webex.by(HOST).get("/rooms");
    assert_eq!(webex.simulator.findings(), Vec::<String>::new());
    webex
        .by(HOST)
        .post("/rooms", json!({"title": "b", "tittle": "b"}))
        .ok();
    assert_eq!(webex.simulator.findings().len(), 1);
}
