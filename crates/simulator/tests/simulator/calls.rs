//! What holds for every call (messaging §1).

use std::io::Write;
use std::sync::{Arc, Mutex};

use axum::body::Body;
use http::{Method, Request};
use jiff::SignedDuration;
use rstest::rstest;
use serde_json::json;
use showcaller_simulator::{Config, Rate, Simulator};

use crate::client::{ANN, BOT, HOST, Webex, meeting, text};

#[test]
fn a_call_without_a_good_token_is_refused_with_401() {
    let webex = Webex::new();
    let told = "The request requires a valid access token set in the Authorization request header.";
    assert_eq!(
        webex.by_token("nonsense").get("/people/me").refused(401),
        told
    );
    assert_eq!(webex.by_token("").get("/people/me").refused(401), told);
    let bare = Request::get("/v1/people/me").body(Body::empty()).unwrap();
    assert_eq!(webex.send(bare).refused(401), told);
}

#[test]
fn answers_have_the_headers_of_webex() {
    let webex = Webex::new();
    let answer = webex.by(HOST).post("/rooms", json!({"title": "x"}));
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.headers["content-type"],
        "application/json;charset=UTF-8"
    );
    assert_eq!(answer.headers["cache-control"], "no-cache");
    assert!(
        answer.headers["trackingid"]
            .to_str()
            .unwrap()
            .starts_with("ROUTERGW_")
    );
    let other = webex.by(HOST).get("/rooms");
    assert_ne!(other.headers["trackingid"], answer.headers["trackingid"]);
    let own = webex
        .by(HOST)
        .with_header("trackingid", "mine_1")
        .get("/rooms/x");
    assert_eq!(own.headers["trackingid"], "mine_1");
    own.refused(400);
    let room = answer.id();
    let gone = webex.by(HOST).delete(&format!("/rooms/{room}"));
    assert_eq!((gone.status, gone.body), (204, json!("")));
}

#[test]
fn a_body_must_be_announced_as_json_and_be_json() {
    let text = |webex: &Webex| {
        webex
            .by(HOST)
            .with_header("content-type", "text/plain")
            .post("/rooms", json!({"title": "x"}))
    };
    text(&Webex::new()).refused(400);
    let told = text(&Webex::with(&["wrong-content-type-code=415"])).refused(415);
    assert_eq!(told, "Content type 'text/plain' not supported");
    let webex = Webex::new();
    webex
        .by(HOST)
        .with_header("content-type", "application/json; charset=utf-8")
        .post("/rooms", json!({"title": "x"}))
        .ok();
    webex.by(HOST).post("/rooms", json!(["title"])).refused(400);
    webex
        .by(HOST)
        .call(Method::POST, "/rooms", None)
        .refused(400);
    webex
        .by(HOST)
        .with_header("content-type", "multipart/form-data; boundary=x")
        .post("/messages", json!({}))
        .refused(501);
}

#[test]
fn a_flag_is_read_as_sdks_write_it() {
    let webex = Webex::new();
    let host = webex.by(HOST);
    for (flag, status) in [("true", 200), ("True", 200), ("False", 200), ("yes", 400)] {
        let answer = host.get(&format!("/rooms?orgPublicSpaces={flag}"));
        assert_eq!(answer.status, status, "{flag}");
    }
}

#[rstest]
#[case("licensed", true)]
#[case("unlicensed", false)]
#[case("unknown", false)]
fn whoever_signs_in_has_the_account_that_an_address_of_the_organisation_stands_for(
    #[case] switch: &str,
    #[case] licensed: bool,
) {
    let webex = Webex::with(&[&format!("org-addresses={switch}")]);
    webex
        .control("GET", "/_simulator/token?email=new@example.com")
        .ok();
    let person = webex.by("new@example.com").get("/people/me").ok();
    assert_eq!(person.get("siteUrls").is_some(), licensed);
    let stranger = webex.by("sam@elsewhere.example").get("/people/me").ok();
    assert_eq!(stranger.get("siteUrls"), None);
}

#[test]
fn an_id_is_understood_padded_and_escaped() {
    let webex = Webex::new();
    let message = json!({"toPersonEmail": ANN, "text": "x"});
    let id = webex.by(HOST).post("/messages", message).id();
    for spelled in [
        format!("{id}=="),
        format!("{id}%3D%3D"),
        id.replace('M', "%4D"),
    ] {
        webex.by(HOST).get(&format!("/messages/{spelled}")).ok();
    }
    let room = webex.world("rooms").remove(0);
    let padded = format!("{}==", text(&room["id"]));
    let shown = webex.by(HOST).get(&format!("/rooms/{padded}")).ok();
    assert_eq!(shown["id"], room["id"]);
}

fn limited(body: &str) -> Webex {
    let switches =
        showcaller_simulator::Switches::with([format!("rate-limit-body={body}").as_str()]).unwrap();
    Webex::set_up(|config| {
        config.rate = Some(Rate {
            per_minute: 60,
            burst: 5,
        });
        config.switches = switches;
    })
}

#[test]
fn an_owner_who_calls_too_fast_is_told_how_long_to_wait_and_others_are_not() {
    let webex = limited("json");
    let host = webex.by(HOST);
    for _ in 0..5 {
        host.get("/people/me").ok();
    }
    // Another token of the same owner shares the limit.
    let twin = webex.by_token(&webex.simulator.token_through(HOST, "another app"));
    let refused = twin.get("/people/me");
    assert_eq!(refused.headers["retry-after"], "1");
    refused.refused(429);
    webex.by(ANN).get("/people/me").ok();
    webex.pass(1);
    host.get("/people/me").ok();
    host.get("/people/me").refused(429);
}

#[test]
fn a_limit_may_be_one_per_family_of_endpoints() {
    let switches =
        showcaller_simulator::Switches::with(["rate-limit-scope=owner-and-family"]).unwrap();
    let webex = Webex::set_up(|config| {
        config.rate = Some("60/min burst 2".parse().unwrap());
        config.switches = switches;
    });
    let host = webex.by(HOST);
    for path in ["/people/me", "/rooms", "/teams", "/webhooks"] {
        host.get(path).ok();
        host.get(path).ok();
        host.get(path).refused(429);
    }
}

#[test]
fn reading_one_room_may_have_a_limit_of_its_own() {
    let webex = Webex::with(&["room-read-burst=3"]);
    let host = webex.by(HOST);
    let rooms = ["x", "y"].map(|title| host.post("/rooms", json!({"title": title})).id());
    let read = |room: &str| host.get(&format!("/messages?roomId={room}"));
    for room in &rooms {
        for _ in 0..3 {
            read(room).ok();
        }
        let refused = read(room);
        assert_eq!(refused.headers["retry-after"], "9");
        refused.refused(429);
    }
    host.get("/rooms").ok();
    webex.pass(9);
    read(&rooms[0]).ok();
    read(&rooms[0]).refused(429);
}

#[test]
fn a_limit_changes_at_run_time_and_calls_are_counted_by_status() {
    let webex = Webex::set_up(|config| config.rate = Some("60/min burst 10".parse().unwrap()));
    let control = |method: &str, path: &str| {
        let request = Request::builder().method(method).uri(path);
        webex.send(request.body(Body::empty()).unwrap())
    };
    let host = webex.by(HOST);
    for _ in 0..4 {
        host.get("/people/me").ok();
    }
    let now = control("POST", "/_simulator/rate?rate=600/min%20burst%202").ok();
    assert_eq!(now["rate"], "600/min burst 2");
    // Six were left, but a bucket holds no more than the new burst.
    host.get("/people/me").ok();
    host.get("/people/me").ok();
    host.get("/people/me").refused(429);
    let counted = control("GET", "/_simulator/calls").ok();
    assert_eq!(
        counted,
        json!({"calls": 7, "limited": 1, "byStatus": {"200": 6, "429": 1}})
    );
    let refused = control("POST", "/_simulator/rate?rate=fast");
    assert_eq!(refused.status, 400);
    assert!(text(&refused.body["message"]).contains("300/min"));
    webex.simulator.set_rate(None).unwrap();
    assert_eq!(control("GET", "/_simulator/rate").ok()["rate"], "off");
    for _ in 0..20 {
        host.get("/people/me").ok();
    }
}

#[test]
fn a_429_may_come_in_html() {
    let webex = limited("html");
    for _ in 0..5 {
        webex.by(HOST).get("/people/me").ok();
    }
    let refused = webex.by(HOST).get("/people/me");
    assert_eq!(
        (refused.status, &refused.headers["content-type"]),
        (429, &"text/html".parse().unwrap())
    );
    assert!(text(&refused.body).starts_with("<html>"));
}

#[test]
fn the_default_limit_is_a_burst_of_300_and_300_a_minute() {
    let webex = Webex::set_up(|config| config.rate = Config::default().rate);
    let host = webex.by(HOST);
    let answered = (0..400)
        .filter(|_| host.get("/people/me").status == 200)
        .count();
    assert_eq!(answered, 300);
    webex.pass(60);
    let answered = (0..400)
        .filter(|_| host.get("/people/me").status == 200)
        .count();
    assert_eq!(answered, 300);
}

#[test]
fn latency_is_waited_for_on_the_clock() {
    use showcaller_clock::Clock as _;
    let webex = Webex::set_up(|config| config.latency = Some(SignedDuration::from_millis(150)));
    let before = webex.clock.now();
    webex.by(HOST).get("/people/me").ok();
    assert_eq!(
        webex.clock.now().duration_since(before),
        SignedDuration::from_millis(150)
    );
}

#[derive(Clone, Default)]
struct Tape(Arc<Mutex<Vec<u8>>>);

impl Write for Tape {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn every_call_is_noted_and_recorded_without_its_token() {
    let tape = Tape::default();
    let webex = Webex::set_up(|config| config.record = Some(Box::new(tape.clone())));
    let host = webex.by(HOST);
    host.post("/rooms?x=1", json!({"title": "Jury"})).ok();
    webex.by_token("stolen-token").get("/rooms").refused(401);
    let calls = webex.world("calls");
    assert_eq!(calls.len(), 2);
    assert_eq!(
        (&calls[0]["method"], &calls[0]["path"], &calls[0]["status"]),
        (&json!("POST"), &json!("/rooms"), &json!(200))
    );
    assert_eq!(
        (&calls[0]["owner"], &calls[1]["owner"]),
        (&json!(HOST), &json!(null))
    );
    let tape = String::from_utf8(tape.0.lock().unwrap().clone()).unwrap();
    assert!(
        !tape.contains(&host.token) && !tape.contains("stolen-token"),
        "{tape}"
    );
    let first: serde_json::Value = serde_json::from_str(tape.lines().next().unwrap()).unwrap();
    assert_eq!(
        (
            text(&first["request"]["title"]),
            text(&first["answer"]["title"])
        ),
        ("Jury", "Jury")
    );
    assert_eq!(tape.lines().count(), 2);
}

#[test]
fn the_debug_form_and_the_world_hold_no_token() {
    let webex = Webex::new();
    let token = webex.simulator.token_for(BOT);
    assert!(!format!("{:?}", webex.simulator).contains(&token));
    assert!(!webex.simulator.world().to_string().contains(&token));
}

#[test]
fn the_referee_names_what_is_wrong_with_a_call_and_lets_it_pass() {
    let webex = Webex::new();
    let answer = webex
        .by(HOST)
        .post("/rooms", json!({"title": "x", "isLoked": true}));
    let findings = webex.simulator.findings();
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert!(findings[0].contains("isLoked"), "{findings:?}");
    assert!(
        answer.headers["x-simulator-finding"]
            .to_str()
            .unwrap()
            .contains("isLoked")
    );
    assert_eq!(webex.world("findings").len(), 1);
    answer.ok();
}

#[test]
fn the_simulators_own_pages_answer_without_a_token() {
    let webex = Webex::new();
    let get = |path: &str| webex.send(Request::get(path).body(Body::empty()).unwrap());
    let post = |path: &str| webex.send(Request::post(path).body(Body::empty()).unwrap());
    let token = get(&format!("/_simulator/token?email={HOST}")).ok();
    assert_eq!(text(&token["token"]), webex.simulator.token_for(HOST));
    assert_eq!(get("/_simulator/token?email=nonsense").status, 400);
    assert_eq!(
        get("/_simulator/clock").ok()["now"],
        "2027-10-01T08:00:00.000Z"
    );
    assert!(
        get("/_simulator/switches").ok()["switches"]
            .as_array()
            .unwrap()
            .len()
            > 40
    );
    let id = webex
        .by(HOST)
        .post(
            "/meetings",
            meeting("m", "2027-10-02T08:00:00Z", "2027-10-02T09:00:00Z"),
        )
        .id();
    assert_eq!(
        post(&format!("/_simulator/start?meeting={id}")).ok()["state"],
        "inProgress"
    );
    assert_eq!(
        webex.by(HOST).get(&format!("/meetings/{id}")).ok()["state"],
        "inProgress"
    );
    assert_eq!(
        post(&format!("/_simulator/end?meeting={id}")).ok()["ended"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(post(&format!("/_simulator/end?meeting={id}")).status, 400);
    assert_eq!(get("/elsewhere").status, 404);
    let world = get("/_simulator/world").ok();
    let names: Vec<&str> = world
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    insta::assert_snapshot!(names.join(" "), @"people teams teamMemberships rooms memberships roomTabs messages attachmentActions webhooks meetings meetingInvitees meetingParticipants mails calls findings");
}

#[tokio::test]
async fn it_serves_on_a_socket_until_it_is_told_to_stop() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let simulator = Simulator::new(Config::default()).unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let shutdown = async move { drop(stopped.await) };
    let server = tokio::spawn(showcaller_simulator::serve(
        simulator.clone(),
        listener,
        shutdown,
    ));
    let mut socket = tokio::net::TcpStream::connect(address).await.unwrap();
    let token = simulator.token_for(BOT);
    let request = format!(
        "GET /v1/people/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
    );
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 200 OK") && answer.contains(BOT),
        "{answer}"
    );
    stop.send(()).unwrap();
    server.await.unwrap().unwrap();
}
