//! What one call costs in a small world and in a large one.
//!
//! `cargo bench -p showcaller-simulator --bench calls` prints microseconds per call, in process and
//! on one thread: what is beyond that in a program of its own is the socket.

use std::io::Write as _;
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::body::{Body, to_bytes};
use http::Request;
use serde_json::{Value, json};
use showcaller_clock::VirtualClock;
use showcaller_simulator::{Config, Simulator};
use tower::ServiceExt as _;

const BOT: &str = "showcaller@webex.bot";
const HOST: &str = "events@example.com";

/// How large an event is.
#[derive(Clone, Copy)]
struct Size {
    people: usize,
    rooms: usize,
    meetings: usize,
}

struct World {
    router: Router,
    bot: String,
    host: String,
    team: String,
    room: String,
    meeting: String,
}

impl World {
    async fn call(&self, token: &str, method: &str, path: &str, body: &Value) -> Value {
        let body = match body {
            Value::Null => Body::empty(),
            body => Body::from(body.to_string()),
        };
        let request = Request::builder()
            .method(method)
            .uri(format!("/v1{path}"))
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/json")
            .body(body)
            .expect("a request");
        let answer = self.router.clone().oneshot(request).await.expect("one");
        let status = answer.status();
        let bytes = to_bytes(answer.into_body(), usize::MAX).await.expect("all");
        assert!(status.is_success(), "{method} {path}: {status}");
        serde_json::from_slice(&bytes).unwrap_or_default()
    }

    async fn of(size: Size) -> Self {
        let start = "2027-10-01T08:00:00Z".parse().expect("an instant");
        let simulator = Simulator::new(Config {
            clock: Arc::new(VirtualClock::starting_at(start)),
            rate: None,
            meeting_quota: None,
            ..Config::default()
        });
        let simulator = simulator.expect("a simulator");
        let mut world = Self {
            router: simulator.router(),
            bot: simulator.token_for(BOT),
            host: simulator.token_for(HOST),
            team: String::new(),
            room: String::new(),
            meeting: String::new(),
        };
        let id = |thing: &Value| thing["id"].as_str().expect("an id").to_owned();
        let team = world
            .call(&world.bot, "POST", "/teams", &json!({"name": "Fair"}))
            .await;
        world.team = id(&team);
        for number in 0..size.rooms {
            let room = world.post_room(number).await;
            world.room = id(&room);
            for guest in 0..size.people / size.rooms {
                world.post_member(number * 1000 + guest).await;
            }
            let tab = json!({"roomId": world.room, "contentUrl": "https://a.example", "displayName": "a"});
            world.call(&world.bot, "POST", "/room/tabs", &tab).await;
        }
        for number in 0..size.meetings {
            world.meeting = id(&world.post_meeting(number).await);
        }
        world
    }

    async fn post_room(&self, number: usize) -> Value {
        let room = json!({"title": format!("Room {number}"), "teamId": self.team});
        self.call(&self.bot, "POST", "/rooms", &room).await
    }

    async fn post_member(&self, number: usize) -> Value {
        let member = json!({"roomId": self.room, "personEmail": format!("p{number}@example.com")});
        self.call(&self.bot, "POST", "/memberships", &member).await
    }

    async fn post_meeting(&self, number: usize) -> Value {
        let meeting = json!({
            "title": format!("Meeting {number}"), "start": "2027-10-06T10:00:00Z",
            "end": "2027-10-06T11:00:00Z", "timezone": "UTC", "sendEmail": false,
            "integrationTags": [format!("tag-{number}")],
            "invitees": [{"email": "ann@example.com", "coHost": true}],
        });
        self.call(&self.host, "POST", "/meetings", &meeting).await
    }

    /// Microseconds per call of each kind.
    async fn timed(&self) -> Vec<(&'static str, f64)> {
        let times = 300;
        let mut figures = Vec::new();
        for kind in KINDS {
            let begin = Instant::now();
            for number in 0..times {
                self.one(kind, 1_000_000 + number).await;
            }
            let micros = begin.elapsed().as_secs_f64() * 1e6 / times as f64;
            figures.push((kind, micros));
        }
        figures
    }

    async fn one(&self, kind: &str, number: usize) {
        let none = Value::Null;
        match kind {
            "POST /memberships" => drop(self.post_member(number).await),
            "POST /rooms" => drop(self.post_room(number).await),
            "POST /meetings" => drop(self.post_meeting(number).await),
            "POST /team/memberships" => {
                let member =
                    json!({"teamId": self.team, "personEmail": format!("t{number}@example.com")});
                self.call(&self.bot, "POST", "/team/memberships", &member)
                    .await;
            }
            "POST /room/tabs" => {
                let url = format!("https://a.example/{number}");
                let tab = json!({"roomId": self.room, "contentUrl": url, "displayName": "b"});
                self.call(&self.bot, "POST", "/room/tabs", &tab).await;
            }
            "PUT /rooms/ID" => {
                let path = format!("/rooms/{}", self.room);
                let room = json!({"title": format!("Renamed {number}")});
                self.call(&self.bot, "PUT", &path, &room).await;
            }
            "PATCH /meetings/ID" => {
                let path = format!("/meetings/{}", self.meeting);
                let change = json!({"title": format!("Moved {number}"), "sendEmail": false});
                self.call(&self.host, "PATCH", &path, &change).await;
            }
            "GET /people/me" => drop(self.call(&self.bot, "GET", "/people/me", &none).await),
            "GET /rooms/ID" => {
                self.call(&self.bot, "GET", &format!("/rooms/{}", self.room), &none)
                    .await;
            }
            "GET /meetings/ID" => {
                let path = format!("/meetings/{}", self.meeting);
                self.call(&self.host, "GET", &path, &none).await;
            }
            "GET /meetingInvitees of one" => {
                let path = format!("/meetingInvitees?meetingId={}", self.meeting);
                self.call(&self.host, "GET", &path, &none).await;
            }
            "GET /room/tabs of one" => {
                let path = format!("/room/tabs?roomId={}", self.room);
                self.call(&self.bot, "GET", &path, &none).await;
            }
            "GET /meetings, 100 of all" => {
                let path = "/meetings?max=100&from=2027-10-01T00:00:00Z&to=2027-10-30T00:00:00Z\
                            &meetingType=meetingSeries";
                self.call(&self.host, "GET", path, &none).await;
            }
            "GET /rooms, 100 of all" => {
                let path = format!("/rooms?max=100&teamId={}", self.team);
                self.call(&self.bot, "GET", &path, &none).await;
            }
            other => unreachable!("{other}"),
        }
    }
}

const KINDS: [&str; 14] = [
    "GET /people/me",
    "GET /rooms/ID",
    "GET /meetings/ID",
    "GET /meetingInvitees of one",
    "GET /room/tabs of one",
    "GET /rooms, 100 of all",
    "GET /meetings, 100 of all",
    "PUT /rooms/ID",
    "PATCH /meetings/ID",
    "POST /memberships",
    "POST /team/memberships",
    "POST /rooms",
    "POST /room/tabs",
    "POST /meetings",
];

fn main() -> std::io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let (small, large) = (
        Size {
            people: 100,
            rooms: 10,
            meetings: 50,
        },
        Size {
            people: 5000,
            rooms: 500,
            meetings: 2500,
        },
    );
    let timed = |size| runtime.block_on(async { World::of(size).await.timed().await });
    let (small, large) = (timed(small), timed(large));
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "{:<28} {:>12} {:>12}",
        "µs per call; people", "100", "5000"
    )?;
    for ((kind, small), (_, large)) in small.into_iter().zip(large) {
        writeln!(out, "{kind:<28} {small:>12.1} {large:>12.1}")?;
    }
    Ok(())
}
