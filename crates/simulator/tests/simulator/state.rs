//! Saving, loading, copying a world; and that nothing in it is left to chance.

use std::sync::{Arc, Mutex};

use axum::body::Body;
use http::Request;
use serde_json::{Value, json};
use showcaller_clock::VirtualClock;
use showcaller_simulator::{Account, Config, ConfigError, Journal, Rate, Simulator, Switches};

use crate::client::{ANN, BEN, BOT, HOST, STRANGER, Webex, at, meeting, text};
use crate::inbox::{Inbox, TARGET, listen};

/// A bit of everything.
fn busy(webex: &Webex) {
    let team = webex.team();
    let host = webex.by(HOST);
    let room = host
        .post(
            "/rooms",
            json!({"title": "Jury", "teamId": team, "isLocked": true}),
        )
        .id();
    host.post(
        "/memberships",
        json!({"roomId": room, "personEmail": STRANGER}),
    )
    .ok();
    host.post(
        "/room/tabs",
        json!({"roomId": room, "contentUrl": "https://a.example", "displayName": "a"}),
    )
    .ok();
    host.post(
        "/messages",
        json!({"roomId": room, "markdown": "<@all> hi"}),
    )
    .ok();
    let hook =
        json!({"name": "n", "targetUrl": "https://a.example", "resource": "all", "event": "all"});
    host.post("/webhooks", hook).ok();
    let mut daily = meeting("Daily", "2027-10-02T08:00:00Z", "2027-10-02T09:00:00Z");
    daily["recurrence"] = json!("FREQ=DAILY;COUNT=3");
    daily["integrationTags"] = json!(["tag"]);
    daily["invitees"] = json!([{"email": ANN, "coHost": true}]);
    host.post("/meetings", daily).ok();
}

fn without_traffic(simulator: &Simulator) -> Value {
    let mut world = simulator.world();
    world["calls"] = json!([]);
    world["findings"] = json!([]);
    world
}

fn config(webex: &Webex) -> Config {
    Config {
        clock: Arc::new(webex.clock.clone()),
        rate: None,
        meeting_quota: None,
        ..Config::default()
    }
}

#[test]
fn the_same_seed_and_calls_make_the_same_world_and_another_seed_another() {
    let worlds: Vec<String> = [1, 1, 2]
        .into_iter()
        .map(|seed| {
            let webex = Webex::set_up(|config| config.seed = seed);
            busy(&webex);
            webex.simulator.world().to_string()
        })
        .collect();
    assert_eq!(worlds[0], worlds[1]);
    assert_ne!(worlds[0], worlds[2]);
}

/// A day on which much goes wrong, as the people in it see it: the world, and what arrived where.
fn rough_day(seed: u64) -> String {
    let webex = Webex::set_up(|config| {
        config.seed = seed;
        config.faults = vec!["rough".parse().expect("a fault")];
    });
    let inbox = Inbox::of(&webex);
    // A call may fail, and so may a second one.
    let insists = |by: &str, path: &str, body: &Value| {
        let answers = std::iter::repeat_with(|| webex.by(by).post(path, body.clone()));
        let mut answers = answers.take(9);
        answers
            .find(|answer| answer.status == 200)
            .expect("200")
            .id()
    };
    for event in [
        "messages/all",
        "meetings/started",
        "meetingParticipants/joined",
    ] {
        let (resource, event) = event.split_once('/').expect("an event");
        let body = json!({"name": "n", "targetUrl": TARGET, "resource": resource, "event": event});
        insists(HOST, "/webhooks", &body);
    }
    let body = meeting("m", "2027-10-02T08:00:00Z", "2027-10-02T09:00:00Z");
    let id = insists(HOST, "/meetings", &body);
    let room = insists(HOST, "/rooms", &json!({"title": "Jury"}));
    for number in 0..200 {
        webex.joins(&id, &format!("p{number}@example.com"));
        insists(
            HOST,
            "/messages",
            &json!({"roomId": room, "text": number.to_string()}),
        );
        webex.pass(1);
    }
    let received = inbox.take(&webex);
    let bodies: Vec<&Value> = received.iter().map(|one| &one.body).collect();
    let seen = json!([
        webex.simulator.world(),
        webex.simulator.deliveries(),
        bodies
    ]);
    seen.to_string()
}

#[test]
fn the_same_seed_makes_the_same_rough_day_byte_for_byte() {
    let (one, same, other) = (rough_day(7), rough_day(7), rough_day(8));
    assert_eq!(one, same);
    assert_ne!(one, other);
    for struck in [
        "delivery-lost",
        "delivery-reordered",
        "delivery-duplicated",
        "503 1%",
        "reset-after-effect",
    ] {
        assert!(one.contains(struck), "{struck} has not happened");
    }
}

#[test]
fn new_messages_are_seen_without_the_old_ones() {
    let webex = Webex::new();
    let room = webex.by(HOST).post("/rooms", json!({"title": "Jury"})).id();
    let write = |text: &str| {
        let body = json!({"roomId": room, "text": text});
        webex.by(HOST).post("/messages", body).id()
    };
    let seen = |mark| {
        let (messages, mark) = webex.simulator.messages_since(mark);
        let texts = messages
            .iter()
            .map(|message| text(&message["text"]).to_owned());
        (texts.collect::<Vec<_>>(), mark)
    };
    write("one");
    let (texts, mark) = seen(0);
    assert_eq!(texts, ["one"]);
    assert_eq!(seen(mark), (Vec::new(), mark));
    let two = write("two");
    write("three");
    webex.by(HOST).delete(&format!("/messages/{two}")).ok();
    assert_eq!(seen(mark).0, ["three"]);
    assert_eq!(seen(0).0, ["one", "three"]);
}

#[test]
fn ids_do_not_depend_on_the_order_of_calls() {
    let ids = |titles: [&str; 2]| {
        let webex = Webex::new();
        let mut rooms = titles.map(|title| {
            (
                title.to_owned(),
                webex.by(HOST).post("/rooms", json!({"title": title})).id(),
            )
        });
        rooms.sort();
        rooms
    };
    assert_eq!(ids(["a", "b"]), ids(["b", "a"]));
}

#[test]
fn a_saved_world_goes_on_as_if_nothing_had_happened() {
    let webex = Webex::new();
    busy(&webex);
    let token = webex.simulator.token_for(HOST);
    let text = webex.simulator.save().to_string();
    let loaded = Simulator::load(config(&webex), serde_json::from_str(&text).unwrap(), "").unwrap();
    assert_eq!(without_traffic(&loaded), without_traffic(&webex.simulator));
    assert_eq!(loaded.token_for(HOST), token);
    assert_eq!(
        loaded.save().to_string(),
        webex.simulator.save().to_string()
    );
}

#[test]
fn a_file_that_is_no_world_is_refused() {
    let webex = Webex::new();
    let error = Simulator::load(config(&webex), json!({"seed": 1}), "").unwrap_err();
    assert!(matches!(error, ConfigError::State(_)), "{error}");
}

/// Lines in memory.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<String>>);

impl Journal for Lines {
    fn append(&mut self, line: &str) -> std::io::Result<()> {
        let mut text = self.0.lock().unwrap();
        text.push_str(line);
        text.push('\n');
        Ok(())
    }

    fn clear(&mut self) -> std::io::Result<()> {
        self.0.lock().unwrap().clear();
        Ok(())
    }
}

impl Lines {
    fn text(&self) -> String {
        self.0.lock().unwrap().clone()
    }
}

/// A world with a journal in which everything is that happens to it, and what it began as.
fn journaled(settings: &[&str]) -> (Webex, Lines, Value) {
    let switches = Switches::with(settings.iter().copied()).unwrap();
    let webex = Webex::set_up(|config| {
        config.switches = switches;
        config.meeting_quota = Some(3);
    });
    let (lines, began) = (Lines::default(), webex.simulator.save());
    webex.simulator.keep_journal(Box::new(lines.clone()));
    (webex, lines, began)
}

#[test]
fn a_journal_makes_the_same_world_again() {
    let (webex, lines, began) = journaled(&["bulk-conflict=partial", "quota-counts-failed=all"]);
    let fault = "503 on POST /meetings call 3".parse().unwrap();
    webex.simulator.set_faults(vec![fault]);
    busy(&webex);
    webex.pass(90);
    let host = webex.by(HOST);
    let first = webex.world("meetings").remove(0);
    let id = text(&first["id"]);
    for title in ["One", "Two", "Three", "Four"] {
        let start = "2027-10-05T08:00:00Z";
        host.post("/meetings", meeting(title, start, "2027-10-05T09:00:00Z"));
    }
    host.delete(&format!("/meetings/{id}?sendEmail=false")).ok();
    webex.simulator.token_through("zoe@example.com", "an app");
    let load = |state, journal: &str| Simulator::load(config(&webex), state, journal).unwrap();
    let later = load(began, &lines.text());
    assert_eq!(later.save(), webex.simulator.save());
    // A second time changes nothing, and neither does a line that was cut off.
    let cut = format!("{}{{\"revision\":", lines.text());
    let again = load(later.save(), &cut);
    assert_eq!(again.save(), webex.simulator.save());
}

#[test]
fn a_journal_tells_of_webhooks_that_were_shut_off_and_nobody_is_told_twice() {
    let (webex, lines, began) = journaled(&[]);
    let inbox = Inbox::of(&webex);
    listen(&webex, BOT, "messages/created", "");
    inbox.answers(500);
    for _ in 0..100 {
        let question = json!({"toPersonEmail": BOT, "text": "agenda"});
        webex.by(ANN).post("/messages", question).ok();
    }
    assert_eq!(inbox.take(&webex).len(), 100);
    let later = Simulator::load(config(&webex), began, &lines.text()).unwrap();
    assert_eq!(later.world()["webhooks"][0]["status"], "inactive");
    assert_eq!(later.save(), webex.simulator.save());
    assert!(later.deliveries().is_empty());
}

#[test]
fn who_has_an_account_only_now_had_none_when_the_journal_was_written() {
    let (webex, lines, began) = journaled(&[]);
    let host = webex.by(HOST);
    let room = host.post("/rooms", json!({"title": "Jury"})).ok();
    let late = "late@elsewhere.example";
    let member = json!({"roomId": room["id"], "personEmail": late});
    host.post("/memberships", member).ok();
    let mut config = config(&webex);
    config.accounts.push(Account::person(late, "Late"));
    let later = Simulator::load(config, began, &lines.text()).unwrap();
    assert_eq!(later.save(), webex.simulator.save());
}

#[test]
fn a_call_that_is_no_text_is_refused_by_the_journal_too() {
    let (webex, lines, began) = journaled(&[]);
    let latin = b"{\"title\": \"Caf\xe9\"}".to_vec();
    let token = webex.simulator.token_for(HOST);
    let request = Request::post("/v1/rooms")
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json");
    let request = request.body(Body::from(latin)).unwrap();
    webex.send(request).refused(400);
    assert!(lines.text().contains("/rooms"));
    let later = Simulator::load(config(&webex), began, &lines.text()).unwrap();
    assert_eq!(later.save(), webex.simulator.save());
}

#[test]
fn a_world_that_is_saved_whole_begins_a_new_journal() {
    let (webex, lines, _) = journaled(&[]);
    busy(&webex);
    let old = lines.text();
    let mut saved = Value::Null;
    let keep = |world: &Value| {
        saved = world.clone();
        Ok(())
    };
    webex.simulator.fold(keep).unwrap();
    assert_eq!(lines.text(), "");
    webex.by(HOST).post("/rooms", json!({"title": "x"})).ok();
    // Killed before the old journal was gone, it is skipped.
    let journal = old + &lines.text();
    let loaded = Simulator::load(config(&webex), saved, &journal).unwrap();
    assert_eq!(loaded.save(), webex.simulator.save());
}

#[test]
fn a_journal_knows_who_joined_and_left() {
    let (webex, lines, began) = journaled(&[]);
    let body = meeting("m", "2027-10-02T08:00:00Z", "2027-10-02T09:00:00Z");
    let id = webex.by(HOST).post("/meetings", body).id();
    let simulator = &webex.simulator;
    simulator.waits_in_lobby(&id, BEN).expect("a lobby");
    simulator.joins(&id, HOST).expect("a meeting");
    simulator.leaves(&id, BEN).expect("Ben waits");
    let again = Simulator::load(config(&webex), began, &lines.text()).unwrap();
    assert_eq!(again.save(), simulator.save());
}

#[test]
fn a_change_that_cannot_be_written_down_is_refused_and_not_made() {
    struct Full;
    impl Journal for Full {
        fn append(&mut self, _: &str) -> std::io::Result<()> {
            Err(std::io::ErrorKind::StorageFull.into())
        }
        fn clear(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let webex = Webex::new();
    let host = webex.by(HOST);
    webex.simulator.keep_journal(Box::new(Full));
    let told = host.post("/rooms", json!({"title": "x"})).refused(500);
    assert!(told.contains("cannot keep its world"), "{told}");
    assert!(webex.world("rooms").is_empty());
    host.get("/rooms").ok();
}

#[test]
fn a_journal_of_another_world_is_refused() {
    let (webex, lines, began) = journaled(&[]);
    busy(&webex);
    let text = lines.text();
    let (_, rest) = text.split_once('\n').unwrap();
    let error = Simulator::load(config(&webex), began, rest).map(drop);
    assert!(
        matches!(error, Err(ConfigError::Journal { .. })),
        "{error:?}"
    );
}

#[test]
fn a_fork_goes_its_own_way() {
    let webex = Webex::new();
    busy(&webex);
    let fork = webex.simulator.fork();
    assert_eq!(fork.world(), webex.simulator.world());
    webex
        .by(HOST)
        .post("/rooms", json!({"title": "only here"}))
        .ok();
    assert!(!fork.world().to_string().contains("only here"));
    let later = webex
        .simulator
        .fork_on(Arc::new(VirtualClock::starting_at(at(
            "2027-10-03T08:00:00Z",
        ))));
    assert_eq!(later.world()["rooms"], webex.simulator.world()["rooms"]);
}

#[test]
fn the_environment_names_the_address_the_bot_and_the_host() {
    let webex = Webex::new();
    let lines = webex.simulator.environment("http://127.0.0.1:8080/v1");
    let names: Vec<&str> = lines.iter().map(|(name, _)| *name).collect();
    assert_eq!(
        names,
        ["WEBEX_API_URL", "WEBEX_BOT_TOKEN", "WEBEX_HOST_TOKEN"]
    );
    assert_eq!(lines[0].1, "http://127.0.0.1:8080/v1");
    for (line, email) in [(1, BOT), (2, HOST)] {
        let who = webex.by_token(&lines[line].1).get("/people/me").ok();
        assert_eq!(text(&who["emails"][0]), email);
    }
}

#[test]
fn a_configuration_that_cannot_work_is_refused() {
    let refused = |change: fn(&mut Config)| {
        let mut config = Config::default();
        change(&mut config);
        Simulator::new(config).unwrap_err().to_string()
    };
    assert!(
        refused(|config| config.rate = Some(Rate {
            per_minute: 0,
            burst: 1
        }))
        .contains("more than zero")
    );
    assert!(refused(|config| config.meeting_quota = Some(0)).contains("more than zero"));
    let told = refused(|config| config.accounts.push(Account::person("nobody", "Nobody")));
    assert_eq!(told, "`nobody` is not an e-mail address");
}
