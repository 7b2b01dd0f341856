//! The remote control needs a token: with one that is good for it a cue goes, once in each room; without,
//! from a web page elsewhere, or on the public port, nothing is told and nothing is sent.

use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use http::Request;
use http::request::Builder;
use showcaller_engine::hooks::HookState;
use showcaller_secret::Secret;
use showcaller_server::Scope;
use tokio::sync::watch;
use tower::ServiceExt as _;

use crate::bot_stage::{BotStage, text};

const GO: &str = "/control/cues/good-night/go";

/// The rooms that `good-night` goes to.
const TEAMS: usize = 6;

/// How often each of the teams' rooms hears it.
fn heard(bot: &BotStage) -> Vec<usize> {
    let said = bot.said();
    let rooms = (1..=TEAMS).map(|team| bot.room(&format!("Team {team}")));
    let heard = rooms.map(|room| {
        let here = said.iter().filter(|it| it["roomId"] == room.as_str());
        let texts = here.map(|it| text(&it["markdown"]));
        texts.filter(|text| text.contains("Good night")).count()
    });
    heard.collect()
}

fn go() -> Builder {
    Request::post(GO).header("host", "localhost:9090")
}

fn with(token: &Secret, request: Builder) -> Builder {
    request.header("authorization", format!("Bearer {}", token.expose()))
}

async fn asks(control: &Router, request: Builder) -> u16 {
    let request = request.body(Body::empty()).expect("a request");
    let Ok(answer) = control.clone().oneshot(request).await;
    answer.status().as_u16()
}

#[tokio::test]
async fn with_one_a_cue_goes_once_in_each_room_however_often_it_is_pressed() {
    let bot = BotStage::new().await;
    bot.is("2027-10-07T18:00:00+02:00");
    let (replica, standby) = (bot.serves().await, bot.serves_elsewhere("standby").await);
    let hooks = || watch::channel(HookState::Registered).1;
    let controls = [
        replica.control(hooks()).await,
        standby.control(hooks()).await,
    ];
    let deck = bot.hands_out("Stream Deck", Scope::Cues).await;
    let director = bot.hands_out("Director", Scope::Cues).await;
    // A button that is pressed twice, another operator on another replica, and a client that saw no answer.
    let first = asks(
        &controls[0],
        with(&deck, go()).header("idempotency-key", "1"),
    )
    .await;
    assert_eq!(first, 202);
    let second = asks(&controls[1], with(&director, go())).await;
    assert!([200, 202].contains(&second), "{second}");
    bot.passes(10).await;
    assert_eq!(heard(&bot), [1; TEAMS]);
    for control in &controls {
        let repeated = with(&deck, go()).header("idempotency-key", "1");
        assert_eq!(asks(control, repeated).await, 200);
        assert_eq!(asks(control, with(&director, go())).await, 200);
    }
    bot.passes(3_600).await;
    assert_eq!(heard(&bot), [1; TEAMS]);
    drop(controls);
    replica.stops().await;
    standby.stops().await;
    bot.ends().await;
}

#[tokio::test]
async fn without_one_that_is_good_for_it_nothing_goes() {
    let bot = BotStage::new().await;
    let expired = bot.hands_out("Rehearsal", Scope::Cues).await;
    bot.is("2027-10-07T18:00:00+02:00");
    let replica = bot.serves().await;
    let control = replica
        .control(watch::channel(HookState::Registered).1)
        .await;
    let read = bot.hands_out("Companion", Scope::Read).await;
    let cues = bot.hands_out("Stream Deck", Scope::Cues).await;
    let revoked = bot.hands_out("Lost phone", Scope::Cues).await;
    let tokens = bot.stage.ledger.control_tokens().await.expect("a ledger");
    let lost = tokens.iter().find(|it| it.token.name == "Lost phone");
    let lost = lost.expect("a token").id;
    let gone = bot.stage.ledger.revoke_control_token(lost, bot.stage.now());
    assert!(gone.await.expect("a ledger"));
    let elsewhere = || with(&cues, go()).header("origin", "https://evil.example");
    let by_name = || with(&cues, Request::post(GO)).header("host", "evil.example");
    let in_address = || {
        let address = format!("{GO}?token={}", cues.expose());
        Request::post(address).header("host", "localhost")
    };
    for (case, status) in [
        (go(), 401),
        (with(&Secret::new("guessed"), go()), 401),
        (with(&expired, go()), 401),
        (with(&revoked, go()), 401),
        (with(&read, go()), 403),
        (elsewhere(), 403),
        (by_name(), 403),
        (in_address(), 400),
    ] {
        assert_eq!(asks(&control, case).await, status);
    }
    // What the internet reaches has no remote control, token or not.
    for path in [
        "/control/cues",
        "/control/events",
        "/control/openapi.json",
        GO,
    ] {
        for method in ["GET", "POST"] {
            let request = Request::builder().method(method).uri(path);
            let request = with(&cues, request).body(Bytes::new());
            let status = bot.delivers(request.expect("a request")).await;
            assert_eq!(status.as_u16(), 404, "{method} {path}");
        }
    }
    bot.passes(60).await;
    assert_eq!(heard(&bot), [0; TEAMS]);
    let show = replica.engine.show().await.expect("a ledger");
    assert!(show.log.iter().all(|it| it.entry.cue().is_none()));
    // The same go with its token, to show that it would have gone.
    assert_eq!(asks(&control, with(&cues, go())).await, 202);
    bot.passes(10).await;
    assert_eq!(heard(&bot), [1; TEAMS]);
    drop(control);
    replica.stops().await;
    bot.ends().await;
}
