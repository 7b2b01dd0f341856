//! Server-sent events.

use axum::body::BodyDataStream;
use futures::StreamExt as _;
use jiff::SignedDuration;
use serde_json::Value;
use showcaller_clock::Clock as _;
use showcaller_secret::Secret;
use showcaller_server::{Limits, Scope, listen};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::stage::{Stage, request};

struct Stream(BodyDataStream);

impl Stream {
    async fn of(stage: &Stage, token: &Secret) -> Self {
        let response = stage
            .sends(request("GET", "/control/events", Some(token)))
            .await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self(response.into_body().into_data_stream())
    }

    /// The next event: its name, and what it says. `None` at the end.
    async fn next(&mut self) -> Option<(String, Value)> {
        let bytes = self.0.next().await?.expect("a part");
        let text = String::from_utf8(bytes.to_vec()).expect("text");
        let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name));
        match (field("event: "), field("data: ")) {
            (Some(name), Some(data)) => {
                let data = serde_json::from_str(data).expect("JSON");
                Some((name.to_owned(), data))
            }
            _ => Some((text, Value::Null)),
        }
    }
}

#[tokio::test]
async fn all_of_it_comes_first_and_then_what_changes() {
    let stage = Stage::new().await;
    let token = stage.token("Stream Deck", Scope::Cues).await;
    stage.is("2027-10-06T18:00:00+02:00");
    let mut stream = Stream::of(&stage, &token).await;
    let (name, snapshot) = stream.next().await.expect("an event");
    assert_eq!(name, "snapshot");
    stage.is_a("Standing", &snapshot);
    stage
        .calls("POST", "/control/cues/good-night/hold", &token)
        .await;
    let (name, cue) = stream.next().await.expect("an event");
    assert_eq!((&*name, &cue["cue"]), ("cue", &"good-night/day-1".into()));
    assert_eq!(
        (&cue["state"], &cue["recipients"]["held"]),
        (&"held".into(), &6.into())
    );
    stage.is_a("Cue", &cue);
    // A quiet stream shows that it is alive.
    let before = stage.clock.now();
    assert_eq!(
        stream.next().await,
        Some((": quiet\n\n".to_owned(), Value::Null))
    );
    let quiet = stage.clock.now().duration_since(before);
    assert_eq!(quiet, SignedDuration::from_secs(15));
}

#[tokio::test]
async fn it_ends_with_the_process_and_once_its_token_is_revoked() {
    let stage = Stage::new().await;
    let lost = stage.token("Lost phone", Scope::Read).await;
    let kept = stage.token("Companion", Scope::Read).await;
    let mut of_lost = Stream::of(&stage, &lost).await;
    let mut of_kept = Stream::of(&stage, &kept).await;
    assert!(of_lost.next().await.is_some() && of_kept.next().await.is_some());
    let revoked = stage
        .ledger
        .revoke_control_token(1, stage.clock.now())
        .await;
    assert!(revoked.expect("a ledger"));
    assert_eq!(of_lost.next().await, None);
    stage.stop.ask();
    assert_eq!(of_kept.next().await, None);
}

#[tokio::test]
async fn there_are_only_so_many_streams_and_one_that_is_closed_makes_room() {
    let stage = Stage::new().await;
    let token = stage.token("Companion", Scope::Read).await;
    let mut streams = Vec::new();
    for _ in 0..32 {
        streams.push(Stream::of(&stage, &token).await);
    }
    let one_more = stage.calls("GET", "/control/events", &token).await;
    assert_eq!(
        (one_more.status, &one_more.body["code"]),
        (503, &"streams".into())
    );
    streams.pop();
    Stream::of(&stage, &token).await;
}

#[tokio::test]
async fn on_a_socket_open_streams_keep_neither_the_process_nor_others_out() {
    let stage = Stage::new().await;
    let token = stage.token("Companion", Scope::Read).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let limits = Limits {
        connections: 3,
        end: std::time::Duration::from_secs(3_600),
        ..Limits::default()
    };
    let (router, stopped) = (stage.router.clone(), stage.stop.clone());
    let listening = tokio::spawn(async move {
        listen(router, listener, limits, stopped.wait()).await;
    });
    let asks = async |path: &str| {
        let mut stream = TcpStream::connect(address).await.expect("it listens");
        let bearer = token.expose();
        let head = format!(
            "GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {bearer}\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).await.expect("sent");
        stream
    };
    let mut streams = Vec::new();
    for _ in 0..3 {
        let mut stream = asks("/control/events").await;
        let mut begun = Vec::new();
        while !String::from_utf8_lossy(&begun).contains("event: snapshot") {
            assert!(stream.read_buf(&mut begun).await.expect("bytes") > 0);
        }
        streams.push(stream);
    }
    // The oldest stream makes room: its client comes back.
    let mut fourth = asks("/readyz").await;
    let mut answer = [0; 12];
    fourth.read_exact(&mut answer).await.expect("an answer");
    assert_eq!(&answer, b"HTTP/1.1 200");
    stage.stop.ask();
    listening.await.expect("it ends long before the limit");
    let mut rest = String::new();
    let ended = streams[2].read_to_string(&mut rest).await;
    ended.expect("the stream ends in order");
    assert!(rest.ends_with("0\r\n\r\n"), "{rest}");
}
