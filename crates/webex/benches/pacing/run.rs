//! One run: client and simulator in one process, on tokio's paused time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

use async_trait::async_trait;
use axum::body::Body;
use bytes::Bytes;
use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use http::{Request, Response};
use http_body_util::BodyExt as _;
use jiff::{SignedDuration, Timestamp};
use showcaller_clock::Clock;
use showcaller_simulator::{Config, Rate, Simulator};
use showcaller_webex::{
    NewMembership, NewRoom, RoomId, Settings, Transport, TransportError, Webex, Who,
};
use tokio::time::Instant;
use tower::ServiceExt as _;

const ROOMS: u32 = 500;
const PEOPLE: u32 = 5_000;
const LATENCY: SignedDuration = SignedDuration::from_millis(150);
/// The same in seconds.
pub(crate) const LATENCY_SECONDS: f64 = 0.15;
const MINUTE: f64 = 60.0;

/// A limit, and what it becomes in mid-run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    pub(crate) per_minute: u32,
    pub(crate) bucket: u32,
    pub(crate) then: Option<u32>,
}

/// What came of it. Times are in seconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Told {
    pub(crate) calls: u32,
    pub(crate) refused: u32,
    /// From the end of the first minute to the last answer.
    pub(crate) took: f64,
    /// The least in which that can be done.
    pub(crate) allowed: f64,
    /// How many times the least time the whole run took.
    pub(crate) whole: f64,
}

/// Tokio's paused time, which jumps to the next timer whenever nobody has anything else to do. Good
/// only where neither a database nor a socket is waited for.
#[derive(Debug)]
struct PausedClock {
    start: Instant,
}

/// When every run starts.
const EPOCH: Timestamp = Timestamp::UNIX_EPOCH;

#[async_trait]
impl Clock for PausedClock {
    fn now(&self) -> Timestamp {
        let passed = SignedDuration::try_from(self.start.elapsed()).expect("a short run");
        EPOCH + passed
    }

    async fn sleep_until(&self, deadline: Timestamp) {
        if let Ok(left) = deadline.duration_since(self.now()).try_into() {
            tokio::time::sleep(left).await;
        }
    }
}

struct InProcess(axum::Router);

#[async_trait]
impl Transport for InProcess {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let answer = self.0.clone().oneshot(request.map(Body::from)).await;
        let (head, body) = answer.unwrap_or_else(|never| match never {}).into_parts();
        let body = body.collect().await.expect("a whole body").to_bytes();
        Ok(Response::from_parts(head, body))
    }
}

/// A bot, its Webex, and the time.
struct Stage {
    simulator: Simulator,
    bot: Webex,
    clock: Arc<PausedClock>,
}

impl Stage {
    fn new(rate: Option<Rate>, in_flight: usize) -> Self {
        let clock = Arc::new(PausedClock {
            start: Instant::now(),
        });
        let simulator = Simulator::new(Config {
            clock: clock.clone(),
            rate,
            latency: Some(LATENCY),
            ..Config::default()
        });
        let simulator = simulator.expect("a limit that works");
        let mut settings = Settings::new(
            "http://simulator.invalid/v1".parse().expect("an address"),
            simulator.token_for("showcaller@webex.bot").into(),
            Arc::new(InProcess(simulator.router())),
            clock.clone(),
        );
        settings.in_flight = in_flight;
        let bot = Webex::new(settings).expect("settings that work");
        Self {
            simulator,
            bot,
            clock,
        }
    }

    fn seconds(&self) -> f64 {
        self.clock.now().duration_since(EPOCH).as_secs_f64()
    }

    async fn rooms(&self, rooms: u32, after_each: &impl Fn()) -> Vec<RoomId> {
        let make = async |number: u32| {
            let room = NewRoom {
                title: format!("Room {number}"),
                ..NewRoom::default()
            };
            let room = self.bot.create_room(&room).await.expect("a room");
            after_each();
            room.id
        };
        let calls: FuturesUnordered<_> = (0..rooms).map(make).collect();
        calls.collect().await
    }

    async fn people(&self, people: u32, rooms: &[RoomId], after_each: &impl Fn()) {
        let add = async |number: u32| {
            let membership = NewMembership {
                room_id: rooms[number as usize % rooms.len()].clone(),
                who: Who::Email(format!("person-{number}@example.com")),
                is_moderator: false,
            };
            self.bot
                .create_membership(&membership)
                .await
                .expect("a membership");
            after_each();
        };
        let calls: FuturesUnordered<_> = (0..people).map(add).collect();
        calls.collect::<()>().await;
    }
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime")
        .block_on(future)
}

/// All rooms and people under a limit.
pub(crate) fn limited(row: &Row) -> Told {
    block_on(async {
        let rate = |per_minute| Rate {
            per_minute,
            burst: row.bucket,
        };
        let stage = Stage::new(Some(rate(row.per_minute)), Webex::IN_FLIGHT);
        let done = AtomicU32::new(0);
        let calls = ROOMS + PEOPLE;
        let after_each = || {
            if done.fetch_add(1, SeqCst) + 1 == calls / 2
                && let Some(then) = row.then
            {
                let change = stage.simulator.set_rate(Some(rate(then)));
                change.expect("a limit that works");
            }
        };
        let rooms = stage.rooms(ROOMS, &after_each).await;
        stage.people(PEOPLE, &rooms, &after_each).await;
        reckon(row, calls, stage.seconds(), &log(&stage))
    })
}

/// When each call was answered, in seconds, and whether it was let through.
fn log(stage: &Stage) -> Vec<(f64, bool)> {
    let world = stage.simulator.world();
    let calls = world["calls"].as_array().expect("the log");
    let read = |call: &serde_json::Value| {
        let at: Timestamp = call["at"].as_str()?.parse().ok()?;
        let seconds = at.duration_since(EPOCH).as_secs_f64();
        Some((seconds, call["status"].as_u64()? != 429))
    };
    let log: Option<Vec<(f64, bool)>> = calls.iter().map(read).collect();
    log.expect("each call has a time and a status")
}

fn reckon(row: &Row, calls: u32, seconds: f64, log: &[(f64, bool)]) -> Told {
    let minute = log.iter().take_while(|(at, _)| *at <= MINUTE);
    let (mut passed, mut level, mut last) = (0_u32, f64::from(row.bucket), 0.0);
    let before = f64::from(row.per_minute) / 60.0;
    let fill = |level: f64, time: f64| (level + time * before).min(row.bucket.into());
    for (at, _) in minute.filter(|(_, let_through)| *let_through) {
        level = fill(level, at - last) - 1.0;
        last = *at;
        passed += 1;
    }
    let held = fill(level, MINUTE - last).max(0.0).floor();
    Told {
        calls,
        refused: u32::try_from(log.iter().filter(|(_, passed)| !passed).count())
            .unwrap_or(u32::MAX),
        took: seconds - MINUTE,
        allowed: allowed(row, calls, passed, held),
        whole: seconds / allowed(row, calls, 0, row.bucket.into()),
    }
}

/// The least time for what is left once so many calls have passed and the bucket holds so many.
fn allowed(row: &Row, calls: u32, passed: u32, held: f64) -> f64 {
    let left = f64::from(calls - passed) - held;
    let until_change = row.then.map_or(calls, |_| calls / 2);
    let before = (f64::from(until_change.saturating_sub(passed)) - held).clamp(0.0, left.max(0.0));
    let per_second = |per_minute: u32| f64::from(per_minute) / 60.0;
    let then = row.then.unwrap_or(row.per_minute);
    before / per_second(row.per_minute) + (left - before) / per_second(then)
}

/// So many rooms where nothing limits them: the time that it took, and that as many in flight
/// from the start would take.
pub(crate) fn unlimited(in_flight: usize, calls: u32) -> (f64, f64) {
    block_on(async {
        let stage = Stage::new(None, in_flight);
        let before = stage.seconds();
        stage.rooms(calls, &|| {}).await;
        let best = f64::from(calls.div_ceil(in_flight as u32)) * LATENCY_SECONDS;
        (stage.seconds() - before, best)
    })
}
