//! A small client, so that tests read as what was asked and answered.

use std::sync::Arc;

use axum::body::Body;
use http::{HeaderMap, Method, Request};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use showcaller_clock::VirtualClock;
use showcaller_simulator::{Account, Config, Simulator, Switches};
use tower::ServiceExt as _;

/// The people of these tests.
pub(crate) const BOT: &str = "showcaller@webex.bot";
pub(crate) const HOST: &str = "events@example.com";
pub(crate) const ANN: &str = "ann@example.com";
pub(crate) const BEN: &str = "ben@example.com";
pub(crate) const STRANGER: &str = "sam@elsewhere.example";

/// A simulated Webex on 1 October 2027, 08:00 UTC. Every answer must pass the
/// referee.
pub(crate) struct Webex {
    pub(crate) simulator: Simulator,
    pub(crate) clock: VirtualClock,
    runtime: tokio::runtime::Runtime,
}

impl Webex {
    pub(crate) fn new() -> Self {
        Self::with(&[])
    }

    pub(crate) fn with(settings: &[&str]) -> Self {
        let switches = Switches::with(settings.iter().copied()).expect("switches");
        Self::set_up(|config| config.switches = switches)
    }

    pub(crate) fn set_up(change: impl FnOnce(&mut Config)) -> Self {
        let clock = VirtualClock::starting_at(at("2027-10-01T08:00:00Z"));
        let mut config = Config {
            clock: Arc::new(clock.clone()),
            strict: true,
            rate: None,
            meeting_quota: None,
            ..Config::default()
        };
        config.accounts.push(Account::host(ANN, "Ann Archer"));
        config.accounts.push(Account::person(BEN, "Ben Baker"));
        change(&mut config);
        Self {
            simulator: Simulator::new(config).expect("a simulator"),
            clock,
            runtime: tokio::runtime::Builder::new_current_thread()
                .build()
                .expect("a runtime"),
        }
    }

    /// Somebody who calls.
    pub(crate) fn by(&self, email: &str) -> Caller<'_> {
        Caller {
            webex: self,
            token: self.simulator.token_for(email),
            headers: Vec::new(),
        }
    }

    pub(crate) fn by_token(&self, token: &str) -> Caller<'_> {
        Caller {
            webex: self,
            token: token.to_owned(),
            headers: Vec::new(),
        }
    }

    /// Joining and leaving in process. Webhooks are told of it by tasks of the runtime.
    pub(crate) fn attends<T>(&self, act: impl FnOnce(&Simulator) -> T) -> T {
        let _runtime = self.runtime.enter();
        act(&self.simulator)
    }

    pub(crate) fn joins(&self, meeting: &str, email: &str) -> String {
        self.attends(|it| it.joins(meeting, email))
            .expect("a meeting")
    }

    pub(crate) fn leaves(&self, meeting: &str, email: &str) -> String {
        self.attends(|it| it.leaves(meeting, email))
            .expect("a person in it")
    }

    pub(crate) fn waits(&self, meeting: &str, email: &str) -> String {
        self.attends(|it| it.waits_in_lobby(meeting, email))
            .expect("a meeting")
    }

    pub(crate) fn pass(&self, seconds: i64) {
        use showcaller_clock::Clock as _;
        self.clock
            .advance_to(self.clock.now() + SignedDuration::from_secs(seconds));
    }

    pub(crate) fn pass_to(&self, instant: &str) {
        self.clock.advance_to(at(instant));
    }

    pub(crate) fn send(&self, request: Request<Body>) -> Answer {
        self.runtime.block_on(async {
            let response = self
                .simulator
                .router()
                .oneshot(request)
                .await
                .expect("an answer");
            let (parts, body) = response.into_parts();
            let bytes = axum::body::to_bytes(body, usize::MAX)
                .await
                .expect("a body");
            let body = serde_json::from_slice(&bytes).unwrap_or_else(|_| {
                Value::String(String::from_utf8(bytes.to_vec()).expect("text"))
            });
            Answer {
                status: parts.status.as_u16(),
                headers: parts.headers,
                body,
            }
        })
    }

    /// The array of that name behind the curtain.
    pub(crate) fn world(&self, name: &str) -> Vec<Value> {
        self.simulator.world()[name]
            .as_array()
            .expect("an array")
            .clone()
    }

    /// Lets every delivery that is under way end, however long that takes on the clock.
    pub(crate) fn settle(&self) {
        use showcaller_clock::Clock as _;
        self.runtime.block_on(async {
            while self.simulator.deliveries_under_way() > 0 {
                self.clock.sleep(SignedDuration::from_millis(1)).await;
            }
        });
    }

    /// What happens without a token, below `/_simulator`.
    pub(crate) fn control(&self, method: &str, path: &str) -> Answer {
        let request = Request::builder().method(method).uri(path);
        self.send(request.body(Body::empty()).expect("a request"))
    }

    pub(crate) fn mails(&self) -> Vec<String> {
        let mails = self.world("mails");
        mails
            .iter()
            .map(|mail| format!("{} {}", text(&mail["occasion"]), text(&mail["to"])))
            .collect()
    }

    /// A team of the host's, with the bot as a moderator: its id.
    pub(crate) fn team(&self) -> String {
        let team = self
            .by(HOST)
            .post("/teams", json!({"name": "Challenge"}))
            .id();
        self.by(HOST)
            .post(
                "/team/memberships",
                json!({"teamId": team, "personEmail": BOT, "isModerator": true}),
            )
            .ok();
        team
    }
}

impl Drop for Webex {
    fn drop(&mut self) {
        let findings = self.simulator.findings();
        let ours: Vec<&String> = findings
            .iter()
            .filter(|finding| finding.starts_with("answer"))
            .collect();
        if !std::thread::panicking() {
            assert!(ours.is_empty(), "the referee objects: {ours:#?}");
        }
    }
}

pub(crate) struct Caller<'a> {
    webex: &'a Webex,
    pub(crate) token: String,
    headers: Vec<(&'static str, String)>,
}

impl Caller<'_> {
    pub(crate) fn with_header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, None)
    }

    pub(crate) fn post(&self, path: &str, body: Value) -> Answer {
        self.call(Method::POST, path, Some(body))
    }

    pub(crate) fn put(&self, path: &str, body: Value) -> Answer {
        self.call(Method::PUT, path, Some(body))
    }

    pub(crate) fn patch(&self, path: &str, body: Value) -> Answer {
        self.call(Method::PATCH, path, Some(body))
    }

    pub(crate) fn delete(&self, path: &str) -> Answer {
        self.call(Method::DELETE, path, None)
    }

    pub(crate) fn call(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let address = if path.starts_with("http") {
            path.to_owned()
        } else {
            format!("/v1{path}")
        };
        let mut request = Request::builder()
            .method(method)
            .uri(address)
            .header("host", "webex.example")
            .header("authorization", format!("Bearer {}", self.token));
        if body.is_some() && !self.headers.iter().any(|(name, _)| *name == "content-type") {
            request = request.header("content-type", "application/json");
        }
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        self.webex.send(request.body(body).expect("a request"))
    }

    /// Every item of a list, page by page, and how many pages there were.
    pub(crate) fn all(&self, path: &str) -> (Vec<Value>, usize) {
        let mut items = Vec::new();
        let mut next = Some(path.to_owned());
        let mut pages = 0;
        while let Some(path) = next {
            let answer = self.get(&path);
            next = answer.next();
            items.extend(answer.items());
            pages += 1;
        }
        (items, pages)
    }
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Answer {
    /// The body of a call that must have worked.
    #[track_caller]
    pub(crate) fn ok(self) -> Value {
        assert!(
            matches!(self.status, 200 | 204),
            "{} {:#}",
            self.status,
            self.body
        );
        self.body
    }

    #[track_caller]
    pub(crate) fn id(self) -> String {
        text(&self.ok()["id"]).to_owned()
    }

    #[track_caller]
    pub(crate) fn items(self) -> Vec<Value> {
        self.ok()["items"].as_array().expect("items").clone()
    }

    /// The values of one member of all items.
    #[track_caller]
    pub(crate) fn each(self, name: &str) -> Vec<String> {
        self.items()
            .iter()
            .map(|item| text(&item[name]).to_owned())
            .collect()
    }

    /// The closest sentence of a call that must have been refused with `status`.
    #[track_caller]
    pub(crate) fn refused(self, status: u16) -> String {
        assert_eq!(self.status, status, "{:#}", self.body);
        let body = &self.body;
        assert!(!text(&body["message"]).is_empty(), "{body:#}");
        assert_eq!(
            text(&body["trackingId"]),
            self.headers["trackingid"].to_str().unwrap()
        );
        text(&body["errors"][0]["description"]).to_owned()
    }

    pub(crate) fn next(&self) -> Option<String> {
        let link = self.headers.get("link")?.to_str().expect("text");
        let (address, relation) = link.split_once('>').expect("a link");
        assert_eq!(relation, "; rel=\"next\"");
        Some(address.trim_start_matches('<').to_owned())
    }
}

/// The text of a value that must be one.
#[track_caller]
pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}

pub(crate) fn at(instant: &str) -> Timestamp {
    instant.parse().expect("an instant")
}

/// A meeting of one hour that makes no mail.
pub(crate) fn meeting(title: &str, start: &str, end: &str) -> Value {
    json!({"title": title, "start": start, "end": end, "timezone": "UTC", "sendEmail": false})
}
