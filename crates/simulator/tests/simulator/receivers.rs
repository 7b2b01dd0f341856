//! Who receives deliveries, and what becomes of a webhook whose receiver fails.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::routing::post;
use bytes::Bytes;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::{HeaderMap, Request, StatusCode};
use rstest::rstest;
use serde_json::{Value, json};
use sha1::Sha1;
use showcaller_simulator::{Config, Simulator};
use tower::ServiceExt as _;

use crate::client::{ANN, BOT, Webex, text};
use crate::inbox::{Inbox, TARGET, listen};

/// What a receiver compares with, over the bytes that came.
fn signature(secret: &str, bytes: &[u8]) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(bytes);
    let bytes = mac.finalize().into_bytes();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn ask(webex: &Webex) {
    let body = json!({"toPersonEmail": BOT, "text": "agenda"});
    webex.by(ANN).post("/messages", body).ok();
}

/// So many questions, each delivered before the next one, `pause` seconds apart.
fn ask_and_wait(webex: &Webex, number: usize, pause: i64) {
    for _ in 0..number {
        ask(webex);
        webex.settle();
        webex.pass(pause);
    }
}

fn status(webex: &Webex, hook: &str) -> String {
    let stored = webex.by(BOT).get(&format!("/webhooks/{hook}")).ok();
    text(&stored["status"]).to_owned()
}

fn enable(webex: &Webex, hook: &str) {
    let body = json!({"name": "questions", "targetUrl": TARGET, "status": "active"});
    let enabled = webex.by(BOT).put(&format!("/webhooks/{hook}"), body).ok();
    assert_eq!(enabled["status"], "active");
}

fn last(webex: &Webex) -> Value {
    webex.settle();
    webex.simulator.deliveries().pop().unwrap()
}

#[test]
fn a_delivery_is_signed_if_the_webhook_has_a_secret_and_otherwise_not() {
    let webex = Webex::new();
    let inbox = Inbox::of(&webex);
    let id = listen(&webex, BOT, "messages/created", "");
    ask(&webex);
    let bare = inbox.take(&webex).remove(0);
    assert_eq!(bare.path, "/hook");
    assert_eq!(bare.headers["host"], "bot.example");
    assert_eq!(
        bare.headers["content-type"],
        "application/json;charset=UTF-8"
    );
    assert!(!bare.headers.contains_key("x-spark-signature"));
    let secret = json!({"name": "questions", "targetUrl": TARGET, "secret": "s3cret"});
    webex.by(BOT).put(&format!("/webhooks/{id}"), secret).ok();
    ask(&webex);
    let signed = inbox.take(&webex).remove(0);
    assert!(!String::from_utf8_lossy(&signed.bytes).contains("s3cret"));
    let given = signed.headers["x-spark-signature"].to_str().unwrap();
    assert_eq!(given, signature("s3cret", &signed.bytes));
}

#[rstest]
#[case(200, "delivered")]
#[case(204, "delivered")]
#[case(299, "delivered")]
#[case(302, "failed")]
#[case(404, "failed")]
#[case(500, "failed")]
fn any_2xx_is_a_success_and_nothing_else_is(#[case] answer: u16, #[case] outcome: &str) {
    let webex = Webex::new();
    let inbox = Inbox::of(&webex);
    inbox.answers(answer);
    listen(&webex, BOT, "messages/created", "");
    ask(&webex);
    let note = last(&webex);
    assert_eq!(
        (text(&note["outcome"]), &note["status"]),
        (outcome, &json!(answer))
    );
    // Nothing is tried again.
    assert_eq!(inbox.take(&webex).len(), 1);
}

#[test]
fn a_hundred_failures_within_five_minutes_shut_a_webhook_off() {
    let webex = Webex::new();
    let inbox = Inbox::of(&webex);
    let hook = listen(&webex, BOT, "messages/created", "");
    inbox.answers(500);
    ask_and_wait(&webex, 99, 3);
    assert_eq!(status(&webex, &hook), "active");
    ask_and_wait(&webex, 1, 0);
    assert_eq!(status(&webex, &hook), "inactive");
    inbox.answers(204);
    inbox.take(&webex);
    ask_and_wait(&webex, 1, 0);
    assert!(inbox.take(&webex).is_empty(), "nothing is delivered to it");
}

#[test]
fn slower_failures_never_do() {
    let webex = Webex::new();
    let inbox = Inbox::of(&webex);
    let hook = listen(&webex, BOT, "messages/created", "");
    inbox.answers(500);
    ask_and_wait(&webex, 150, 4);
    assert_eq!(status(&webex, &hook), "active");
}

#[test]
fn on_probation_a_single_failure_shuts_it_off_again_and_after_five_minutes_it_does_not() {
    let webex = Webex::new();
    let inbox = Inbox::of(&webex);
    let hook = listen(&webex, BOT, "messages/created", "");
    inbox.answers(500);
    ask_and_wait(&webex, 100, 0);
    assert_eq!(status(&webex, &hook), "inactive");
    webex.pass(299);
    enable(&webex, &hook);
    ask_and_wait(&webex, 1, 0);
    assert_eq!(status(&webex, &hook), "inactive");
    // That was a shut-off too.
    webex.pass(299);
    enable(&webex, &hook);
    ask_and_wait(&webex, 1, 0);
    assert_eq!(status(&webex, &hook), "inactive");
    // However late in those five minutes it comes back, it has five minutes to show.
    webex.pass(299);
    enable(&webex, &hook);
    webex.pass(299);
    ask_and_wait(&webex, 1, 0);
    assert_eq!(status(&webex, &hook), "inactive");
    webex.pass(300);
    enable(&webex, &hook);
    ask_and_wait(&webex, 99, 0);
    assert_eq!(status(&webex, &hook), "active");
    ask_and_wait(&webex, 1, 0);
    assert_eq!(status(&webex, &hook), "inactive");
}

#[test]
fn what_still_waits_when_a_webhook_is_shut_off_is_dropped() {
    let webex = Webex::new();
    let inbox = Inbox::of(&webex);
    listen(&webex, BOT, "messages/created", "");
    inbox.answers(500);
    for _ in 0..105 {
        ask(&webex);
    }
    assert_eq!(inbox.take(&webex).len(), 100);
    assert_eq!(last(&webex)["outcome"], "dropped");
}

#[test]
fn that_a_webhook_is_shut_off_survives_a_restart() {
    let webex = Webex::new();
    let inbox = Inbox::of(&webex);
    let hook = listen(&webex, BOT, "messages/created", "");
    inbox.answers(500);
    ask_and_wait(&webex, 100, 0);
    let config = || Config {
        clock: Arc::new(webex.clock.clone()),
        ..Config::default()
    };
    let later = Simulator::load(config(), webex.simulator.save(), "").unwrap();
    let stored = later.world()["webhooks"][0].clone();
    assert_eq!(
        (text(&stored["id"]), text(&stored["status"])),
        (&*hook, "inactive")
    );
}

#[test]
fn a_receiver_that_never_answers_is_waited_for_on_the_clock() {
    let webex = Webex::new();
    let silent = tower::service_fn(|_: Request<Body>| {
        std::future::pending::<Result<http::Response<Body>, axum::Error>>()
    });
    let _receiver = webex.simulator.deliver_to("https://bot.example", silent);
    listen(&webex, BOT, "messages/created", "");
    ask(&webex);
    let note = last(&webex);
    assert_eq!(
        (
            text(&note["outcome"]),
            text(&note["why"]),
            text(&note["ended"])
        ),
        ("failed", "no answer in time", "2027-10-01T08:00:10.000Z")
    );
}

#[test]
fn a_receiver_that_was_killed_refuses_and_one_that_never_was_is_not_asked() {
    let webex = Webex::new();
    let inbox = Inbox::of(&webex);
    listen(&webex, BOT, "messages/created", "");
    drop(inbox);
    ask(&webex);
    let note = last(&webex);
    assert_eq!(
        (text(&note["outcome"]), text(&note["why"])),
        ("failed", "connection refused")
    );
    let webex = Webex::new();
    let hook = listen(&webex, BOT, "messages/created", "");
    ask_and_wait(&webex, 120, 0);
    assert_eq!(last(&webex)["outcome"], "unsent");
    assert_eq!(status(&webex, &hook), "active");
}

#[test]
fn whether_deliveries_wait_for_each_other_is_a_switch() {
    let most_at_once = |setting: &str| {
        let webex = Webex::with(&[setting]);
        let here: Arc<Mutex<(usize, usize)>> = Arc::default();
        let seen = here.clone();
        let slow = tower::service_fn(move |_: Request<Body>| {
            let here = here.clone();
            async move {
                {
                    let mut here = here.lock().unwrap();
                    here.0 += 1;
                    here.1 = here.1.max(here.0);
                }
                tokio::task::yield_now().await;
                here.lock().unwrap().0 -= 1;
                Ok::<_, axum::Error>(http::Response::new(Body::empty()))
            }
        });
        let _receiver = webex.simulator.deliver_to("https://bot.example", slow);
        listen(&webex, BOT, "messages/created", "");
        for _ in 0..5 {
            ask(&webex);
        }
        webex.settle();
        seen.lock().unwrap().1
    };
    assert_eq!(most_at_once("webhook-order=in-order"), 1);
    assert!(most_at_once("webhook-order=at-once") > 1);
}

#[test]
fn the_deliveries_can_be_looked_at() {
    let webex = Webex::new();
    let _inbox = Inbox::of(&webex);
    let hook = listen(&webex, BOT, "messages/created", "");
    ask(&webex);
    let page = webex.control("GET", "/_simulator/deliveries").ok();
    assert_eq!(page["deliveries"][0]["caused"], "2027-10-01T08:00:00.000Z");
    webex.settle();
    let page = webex.control("GET", "/_simulator/deliveries").ok();
    let message = webex.world("messages").remove(0);
    assert_eq!(
        page,
        json!({"underWay": 0, "deliveries": [{
            "webhook": hook,
            "targetUrl": TARGET,
            "event": "messages/created",
            "id": message["id"],
            "caused": "2027-10-01T08:00:00.000Z",
            "outcome": "delivered",
            "ended": "2027-10-01T08:00:00.000Z",
            "status": 204,
        }]})
    );
}

#[test]
fn a_fork_delivers_nothing_to_the_receivers_of_the_first() {
    let webex = Webex::new();
    let inbox = Inbox::of(&webex);
    listen(&webex, BOT, "messages/created", "");
    let fork = webex.simulator.fork();
    let token = fork.token_for(ANN);
    let request = Request::post("/v1/messages")
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json")
        .body(Body::from(
            json!({"toPersonEmail": BOT, "text": "x"}).to_string(),
        ));
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        fork.router().oneshot(request.unwrap()).await.unwrap();
        while fork.deliveries_under_way() > 0 {
            tokio::task::yield_now().await;
        }
    });
    assert_eq!(fork.deliveries()[0]["outcome"], "unsent");
    assert!(inbox.take(&webex).is_empty());
}

/// Over a socket: a receiver that lives, and the port of one that is gone.
#[tokio::test]
async fn over_the_network_the_same_bytes_arrive_and_a_closed_port_is_a_failure() {
    let simulator = Simulator::new(Config {
        network: true,
        ..Config::default()
    })
    .unwrap();
    let (out, mut into) = tokio::sync::mpsc::unbounded_channel();
    let receive = |headers: HeaderMap, body: Bytes| async move {
        out.send((headers, body)).unwrap();
        StatusCode::ACCEPTED
    };
    let app: Router = Router::new().route("/hook", post(receive));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(axum::serve(listener, app).into_future());
    let call = async |who: &str, path: &str, body: Value| {
        let request = Request::post(format!("/v1{path}"))
            .header(
                "authorization",
                format!("Bearer {}", simulator.token_for(who)),
            )
            .header("content-type", "application/json")
            .body(Body::from(body.to_string()));
        let answer = simulator.router().oneshot(request.unwrap()).await.unwrap();
        assert_eq!(answer.status(), 200);
    };
    // A port that was in use, and is free again.
    let gone = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let nobody = gone.local_addr().unwrap();
    drop(gone);
    for address in [address, nobody] {
        let hook = json!({
            "name": "questions",
            "targetUrl": format!("http://{address}/hook"),
            "resource": "messages",
            "event": "created",
            "secret": "Jefe",
        });
        call(BOT, "/webhooks", hook).await;
    }
    let question = json!({"toPersonEmail": BOT, "text": "agenda"});
    call(ANN, "/messages", question).await;
    let (headers, body) = into.recv().await.unwrap();
    assert_eq!(signature("Jefe", &body), headers["x-spark-signature"]);
    let body: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(body["data"]["personEmail"], ANN);
    while simulator.deliveries_under_way() > 0 {
        tokio::task::yield_now().await;
    }
    let notes = simulator.deliveries();
    let outcomes: Vec<&str> = notes.iter().map(|note| text(&note["outcome"])).collect();
    assert_eq!(outcomes, ["delivered", "failed"]);
    assert_eq!(notes[0]["status"], 202);
    server.abort();
}

/// A task that delivers does not keep a simulator alive.
#[tokio::test]
async fn what_is_under_way_when_the_simulator_goes_ends_quietly() {
    let simulator = Simulator::new(Config {
        faults: vec!["delivery-delayed over 60s".parse().unwrap()],
        ..Config::default()
    })
    .unwrap();
    let kept = Arc::new(());
    let (held, seen) = (kept.clone(), Arc::downgrade(&kept));
    drop(kept);
    let service = tower::service_fn(move |_: Request<Body>| {
        let held = held.clone();
        async move {
            drop(held);
            Ok::<_, axum::Error>(http::Response::new(Body::empty()))
        }
    });
    let receiver = simulator.deliver_to("https://bot.example", service);
    for (who, path, body) in [
        (
            BOT,
            "/webhooks",
            json!({"name": "n", "targetUrl": TARGET, "resource": "messages", "event": "created"}),
        ),
        (
            ANN,
            "/messages",
            json!({"toPersonEmail": BOT, "text": "agenda"}),
        ),
    ] {
        let request = Request::post(format!("/v1{path}"))
            .header(
                "authorization",
                format!("Bearer {}", simulator.token_for(who)),
            )
            .header("content-type", "application/json")
            .body(Body::from(body.to_string()));
        simulator.router().oneshot(request.unwrap()).await.unwrap();
    }
    tokio::task::yield_now().await;
    assert_eq!(simulator.deliveries_under_way(), 1);
    drop(simulator);
    assert!(
        seen.upgrade().is_none(),
        "the world is gone, and its receivers with it"
    );
    drop(receiver);
}
