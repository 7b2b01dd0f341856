//! What a fault does, it does alike over a socket, to the real network client, and in process.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use jiff::Timestamp;
use serde_json::{Value, json};
use showcaller_clock::{Clock, SharedClock, SystemClock, VirtualClock};
use showcaller_rehearsal::InProcess;
use showcaller_simulator::{Config, Simulator, serve};
use showcaller_webex::{HttpTransport, TimeOuts, Transport, TransportError};

const HOST: &str = "events@example.com";

/// Longer than any answer takes that is not meant to be late.
const TIME_OUT: Duration = Duration::from_millis(1500);

/// What a caller learns, and what is so afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Outcome {
    /// `200`, `503`, `not sent`, `lost`; with `?` if the body cannot be read.
    learned: String,
    /// Whether the room was made.
    made: bool,
}

fn outcome(learned: &str, made: bool) -> Outcome {
    Outcome {
        learned: learned.to_owned(),
        made,
    }
}

fn simulator(clock: SharedClock, faults: &[&str]) -> Simulator {
    Simulator::new(Config {
        clock,
        faults: faults.iter().map(|line| line.parse().unwrap()).collect(),
        ..Config::default()
    })
    .unwrap()
}

fn post(simulator: &Simulator, base: &str) -> Request<Bytes> {
    Request::post(format!("{base}/v1/rooms"))
        .header(
            "authorization",
            format!("Bearer {}", simulator.token_for(HOST)),
        )
        .header("content-type", "application/json")
        .body(Bytes::from(json!({"title": "Jury"}).to_string()))
        .unwrap()
}

async fn made(simulator: &Simulator, transport: &dyn Transport, base: &str) -> Outcome {
    let learned = match transport.send(post(simulator, base)).await {
        Ok(answer) => {
            let whole = serde_json::from_slice::<Value>(answer.body()).is_ok();
            let mark = if whole { "" } else { "?" };
            format!("{}{mark}", answer.status().as_u16())
        }
        Err(TransportError::NotSent(_)) => "not sent".to_owned(),
        Err(TransportError::Lost(_)) => "lost".to_owned(),
    };
    let rooms = simulator.world()["rooms"].as_array().unwrap().len();
    outcome(&learned, rooms == 1)
}

async fn in_process(faults: &[&str]) -> Outcome {
    let clock = VirtualClock::starting_at("2027-10-01T08:00:00Z".parse().unwrap());
    let simulator = simulator(Arc::new(clock), faults);
    made(
        &simulator,
        &InProcess::to(&simulator),
        "http://simulator.invalid",
    )
    .await
}

async fn over_a_socket(transport: HttpTransport, faults: &[&str]) -> Outcome {
    let simulator = simulator(Arc::new(SystemClock), faults);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let (end, ended) = tokio::sync::oneshot::channel::<()>();
    let served = tokio::spawn(serve(simulator.clone(), listener, async {
        let _ = ended.await;
    }));
    let outcome = made(&simulator, &transport, &base).await;
    drop(end);
    served.await.unwrap().unwrap();
    outcome
}

/// Every kind of fault that a single call can meet, and what comes of it.
fn expectations() -> BTreeMap<&'static str, Outcome> {
    BTreeMap::from([
        ("429", outcome("429", false)),
        ("429 retry-after 3600", outcome("429", false)),
        ("429 retry-after none html", outcome("429?", false)),
        ("429 retry-after date 30", outcome("429", false)),
        ("500", outcome("500", false)),
        ("502 html", outcome("502?", false)),
        ("503 retry-after 20", outcome("503", false)),
        ("504", outcome("504", false)),
        ("500-after-effect", outcome("500", true)),
        ("502-after-effect", outcome("502", true)),
        ("503-after-effect html", outcome("503?", true)),
        ("504-after-effect", outcome("504", true)),
        ("refused from 0s until 1h", outcome("not sent", false)),
        ("reset", outcome("lost", false)),
        ("reset-after-effect", outcome("lost", true)),
        ("stall", outcome("lost", false)),
        ("stall-after-effect", outcome("lost", true)),
        ("time-out", outcome("lost", false)),
        ("time-out-after-effect", outcome("lost", true)),
        ("time-out-after-effect over 50ms", outcome("200", true)),
        ("drip over 5m", outcome("lost", true)),
        ("drip over 80ms", outcome("200", true)),
        ("malformed", outcome("200?", true)),
        ("truncated", outcome("200?", true)),
        ("cut-short", outcome("lost", true)),
        ("extra-fields", outcome("200", true)),
        ("missing-fields", outcome("200", true)),
        ("invisible", outcome("200", true)),
        ("token-dies events@example.com", outcome("401", false)),
        ("clock-skew 90s", outcome("200", true)),
        ("503 after 1 calls", outcome("200", true)),
    ])
}

#[tokio::test]
async fn each_fault_reaches_the_client_alike_over_a_socket_and_in_process() {
    let time_outs = TimeOuts {
        connect: TIME_OUT,
        total: TIME_OUT,
    };
    let transport = HttpTransport::with_time_outs(time_outs).unwrap();
    let mut calls = tokio::task::JoinSet::new();
    for (fault, expected) in expectations() {
        assert_eq!(in_process(&[fault]).await, expected, "in process: {fault}");
        let transport = transport.clone();
        calls.spawn(async move { (fault, over_a_socket(transport, &[fault]).await, expected) });
    }
    while let Some(call) = calls.join_next().await {
        let (fault, found, expected) = call.unwrap();
        assert_eq!(found, expected, "over a socket: {fault}");
    }
}

/// The answer before it arrives whole; whoever calls next finds nobody, and then somebody again.
#[tokio::test]
async fn a_port_that_closes_after_a_call_opens_again() {
    let clock = VirtualClock::starting_at("2027-10-01T08:00:00Z".parse().unwrap());
    let simulated = simulator(Arc::new(clock.clone()), &["refused call 1 for 30s"]);
    let way = InProcess::to(&simulated);
    let base = "http://simulator.invalid";
    assert_eq!(made(&simulated, &way, base).await, outcome("200", true));
    assert_eq!(made(&simulated, &way, base).await.learned, "not sent");
    clock.sleep(jiff::SignedDuration::from_secs(30)).await;
    assert_eq!(made(&simulated, &way, base).await.learned, "200");

    let simulated = simulator(Arc::new(SystemClock), &["refused call 1 for 100ms"]);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let served = tokio::spawn(serve(simulated.clone(), listener, std::future::pending()));
    let way = HttpTransport::new().unwrap();
    assert_eq!(made(&simulated, &way, &base).await, outcome("200", true));
    let mut learned = Vec::new();
    while learned.last().is_none_or(|last| last != "200") {
        learned.push(made(&simulated, &way, &base).await.learned);
    }
    // A call may still leave on the old connection while the door is shutting.
    let refused = learned.iter().filter(|one| *one == "not sent").count();
    assert!(refused > 0, "{learned:?}");
    served.abort();
}

#[tokio::test]
async fn a_stall_is_waited_out_on_the_virtual_clock() {
    let start: Timestamp = "2027-10-01T08:00:00Z".parse().unwrap();
    let clock = VirtualClock::starting_at(start);
    let simulated = simulator(Arc::new(clock.clone()), &["stall"]);
    let way = InProcess::to(&simulated);
    made(&simulated, &way, "http://simulator.invalid").await;
    assert_eq!(clock.now().duration_since(start).as_secs(), 60);
}
