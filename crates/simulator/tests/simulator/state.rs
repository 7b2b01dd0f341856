//! Saving, loading, copying a world; and that nothing in it is left to chance.

use std::sync::Arc;

use serde_json::{Value, json};
use showcaller_clock::VirtualClock;
use showcaller_simulator::{Account, Config, ConfigError, Rate, Simulator};

use crate::client::{ANN, BOT, HOST, STRANGER, Webex, at, meeting, text};

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
    let loaded = Simulator::load(config(&webex), serde_json::from_str(&text).unwrap()).unwrap();
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
    let error = Simulator::load(config(&webex), json!({"seed": 1})).unwrap_err();
    assert!(matches!(error, ConfigError::State(_)), "{error}");
}

#[test]
fn a_world_is_saved_again_only_after_it_may_have_changed() {
    let webex = Webex::new();
    let host = webex.by(HOST);
    let (revision, _) = webex.simulator.save_if_changed(0).unwrap();
    host.get("/rooms").ok();
    assert!(webex.simulator.save_if_changed(revision).is_none());
    host.post("/rooms", json!({"title": "x"})).ok();
    let (next, saved) = webex.simulator.save_if_changed(revision).unwrap();
    assert!(next > revision && saved.to_string().contains("\"x\""));
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
