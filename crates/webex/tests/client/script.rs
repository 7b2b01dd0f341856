//! A stage for the client: answers in a row, a note of every request, a clock that jumps.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, StatusCode};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use showcaller_clock::{Clock, VirtualClock};
use showcaller_webex::{Settings, Transport, TransportError, Webex};

/// The token that must show nowhere.
pub(crate) const TOKEN: &str = "NjQ-marked-secret-token";

/// What comes of one request.
pub(crate) type Turn = Result<Response<Bytes>, TransportError>;

/// What was sent, and when.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) at: Timestamp,
    pub(crate) method: Method,
    /// Below the server's name, with query.
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Seen {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("the request has a JSON body")
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .get(name)
            .map(|value| value.to_str().expect("text"))
    }

    /// `GET /v1/rooms?max=1000`
    pub(crate) fn line(&self) -> String {
        format!("{} {}", self.method, self.target)
    }
}

#[derive(Debug)]
pub(crate) struct Script {
    clock: VirtualClock,
    turns: Mutex<VecDeque<Turn>>,
    seen: Mutex<Vec<Seen>>,
}

#[async_trait]
impl Transport for Script {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let (head, body) = request.into_parts();
        self.seen.lock().expect("no panic").push(Seen {
            at: self.clock.now(),
            method: head.method,
            target: head.uri.path_and_query().expect("a path").to_string(),
            headers: head.headers,
            body,
        });
        // Answers take a moment, in which other calls get their turn.
        tokio::task::yield_now().await;
        let turn = self.turns.lock().expect("no panic").pop_front();
        turn.expect("a request that the script does not expect")
    }
}

/// A client on a stage.
pub(crate) struct Stage {
    pub(crate) webex: Webex,
    pub(crate) script: Arc<Script>,
    start: Timestamp,
}

impl Stage {
    pub(crate) fn new(turns: impl IntoIterator<Item = Turn>) -> Self {
        Self::with(turns, |_| {})
    }

    pub(crate) fn with(
        turns: impl IntoIterator<Item = Turn>,
        choose: impl FnOnce(&mut Settings),
    ) -> Self {
        crate::logs::listen();
        let start = "2027-10-06T08:00:00Z".parse().expect("a timestamp");
        let clock = VirtualClock::starting_at(start);
        let script = Arc::new(Script {
            clock: clock.clone(),
            turns: Mutex::new(turns.into_iter().collect()),
            seen: Mutex::default(),
        });
        let mut settings = Settings::new(
            "https://webex.example.com/v1".parse().expect("a URL"),
            TOKEN.into(),
            script.clone(),
            Arc::new(clock),
        );
        choose(&mut settings);
        let webex = Webex::new(settings).expect("settings that work");
        Self {
            webex,
            script,
            start,
        }
    }

    /// All requests so far.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.script.seen.lock().expect("no panic").clone()
    }

    /// The only request so far.
    pub(crate) fn only(&self) -> Seen {
        let mut seen = self.seen();
        assert_eq!(seen.len(), 1, "{seen:?}");
        seen.remove(0)
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        self.seen().iter().map(Seen::line).collect()
    }

    /// Seconds from the start at which each request was sent, parts of a second cut off.
    pub(crate) fn seconds(&self) -> Vec<i64> {
        let since = |seen: &Seen| seen.at.duration_since(self.start);
        self.seen()
            .iter()
            .map(|seen| since(seen).as_secs())
            .collect()
    }

    /// Whether every turn of the script was played.
    pub(crate) fn is_played(&self) -> bool {
        self.script.turns.lock().expect("no panic").is_empty()
    }
}

/// An answer with a JSON body.
pub(crate) fn json(status: u16, body: Value) -> Turn {
    text(
        status,
        &[("content-type", "application/json;charset=UTF-8")],
        &body.to_string(),
    )
}

/// An answer with headers and a body of one's choice.
pub(crate) fn text(status: u16, headers: &[(&'static str, &str)], body: &str) -> Turn {
    let mut answer = Response::new(Bytes::copy_from_slice(body.as_bytes()));
    *answer.status_mut() = StatusCode::from_u16(status).expect("a status");
    for (name, value) in headers {
        answer
            .headers_mut()
            .append(*name, value.parse().expect("a header"));
    }
    Ok(answer)
}

/// 429, or another status, with a `Retry-After`.
pub(crate) fn wait(status: u16, retry_after: &str) -> Turn {
    text(
        status,
        &[("retry-after", retry_after)],
        "<html>Slow down</html>",
    )
}

pub(crate) fn lost() -> Turn {
    Err(TransportError::Lost("connection reset".into()))
}

pub(crate) fn not_sent() -> Turn {
    Err(TransportError::NotSent("connection refused".into()))
}

pub(crate) fn seconds(seconds: i64) -> SignedDuration {
    SignedDuration::from_secs(seconds)
}
