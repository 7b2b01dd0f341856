//! A cue where nothing limits the calls, and a runner with nothing to do, in real time.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::uri::{Authority, Scheme};
use http::{Request, Response, Uri};
use jiff::Timestamp;
use serde_json::json;
use showcaller_rehearsal::BOT;
use showcaller_simulator::serve;
use showcaller_webex::{HttpTransport, Transport, TransportError};
use tokio::net::TcpListener;

use crate::watched::Purpose;
use crate::world::{LATENCY, ROOMS, Revision, World};

/// Calls in flight of one owner.
pub(crate) const IN_FLIGHT: usize = showcaller_webex::Webex::IN_FLIGHT;
/// How often it is looked whether a cue is everywhere.
const ASKS: Duration = Duration::from_millis(20);
/// How many cues a day has on which nothing happens.
const CUES: usize = 20;
/// For how long the runner has nothing to do.
const IDLE: Duration = Duration::from_secs(20);

/// Over the network to the simulator, whatever the request calls it.
struct Loopback {
    inner: HttpTransport,
    address: Authority,
}

#[async_trait]
impl Transport for Loopback {
    async fn send(&self, mut request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let mut parts = request.uri().clone().into_parts();
        parts.scheme = Some(Scheme::HTTP);
        parts.authority = Some(self.address.clone());
        *request.uri_mut() = Uri::from_parts(parts).expect("an address");
        self.inner.send(request).await
    }
}

/// What a cue to all rooms took, in seconds.
pub(crate) struct Broadcast {
    /// From the go to the last answer.
    pub(crate) from_go: f64,
    /// From the first call to the last answer.
    pub(crate) from_first: f64,
}

/// Two cues, the first one with the width still to be found out, and the loop of the origin.
pub(crate) async fn broadcasts() -> (Vec<Broadcast>, Option<f64>) {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let mut world =
        World::in_real_time(folder.path(), Some(LATENCY), Revision::new(ROOMS, 2)).await;
    let address = serve_elsewhere(&world);
    world.transport = Arc::new(Loopback {
        inner: HttpTransport::new().expect("a client"),
        address: address.parse().expect("an address"),
    });
    world.set_up().await;
    let replica = world.serve("leader").await;
    let mut broadcasts = Vec::new();
    for cue in [1, 2] {
        let go = world.clock.now();
        world.go(cue).await;
        until_sent(&world, cue).await;
        broadcasts.push(world.calls.read(|calls| {
            let calls = calls
                .iter()
                .filter(|call| call.purpose == Purpose::Cue(cue));
            let first = calls.clone().map(|call| call.start).min();
            let last = calls.filter_map(|call| Some(call.answer?.0)).max();
            let since = |from: Option<Timestamp>| {
                let took = last
                    .expect("an answer")
                    .duration_since(from.expect("a call"));
                took.as_secs_f64()
            };
            Broadcast {
                from_go: since(Some(go)),
                from_first: since(first),
            }
        }));
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
    replica.stop().await;
    let job = json!({
        "base": format!("http://{address}/v1"),
        "token": world.simulator.token_for(BOT),
        "rooms": world.rooms(),
    });
    let origin = tokio::task::spawn_blocking(move || origin(&job.to_string()));
    (broadcasts, origin.await.expect("no panic"))
}

/// Serves the simulator on a thread of its own; where it listens.
fn serve_elsewhere(world: &World) -> String {
    let simulator = world.simulator.clone();
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
            let address = listener.local_addr().expect("an address");
            tell.send(address.to_string()).expect("it is waited for");
            let served = serve(simulator, listener, std::future::pending());
            served.await.expect("a listener");
        });
    });
    told.recv().expect("it listens")
}

async fn until_sent(world: &World, cue: usize) {
    while world.calls.sent(cue) < ROOMS {
        tokio::time::sleep(ASKS).await;
    }
}

/// The origin's loop; nothing where Python or `requests` is not at hand.
fn origin(job: &str) -> Option<f64> {
    let mut python = Command::new("python3")
        .args(["-c", include_str!("origin.py")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .ok()?;
    python.stdin.take()?.write_all(job.as_bytes()).ok()?;
    let output = python.wait_with_output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

/// Milliseconds of processor time per second of a runner with nothing to do: with no message sent, and with
/// all of all cues but one.
pub(crate) async fn idle() -> [f64; 2] {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let world = World::in_real_time(folder.path(), None, Revision::new(ROOMS, CUES)).await;
    world.set_up().await;
    let replica = world.serve("leader").await;
    let before = idle_for(IDLE).await;
    for cue in 1..CUES {
        world.go(cue).await;
        until_sent(&world, cue).await;
    }
    let after = idle_for(IDLE).await;
    replica.stop().await;
    [before, after]
}

async fn idle_for(span: Duration) -> f64 {
    // What was begun before.
    tokio::time::sleep(Duration::from_secs(3)).await;
    let before = processor_time();
    tokio::time::sleep(span).await;
    (processor_time() - before).as_secs_f64() * 1e3 / span.as_secs_f64()
}

/// What this process has used so far.
fn processor_time() -> Duration {
    let tasks = std::fs::read_dir("/proc/self/task").into_iter().flatten();
    let of_task = tasks.flatten().filter_map(|task| {
        let text = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
        text.split(' ').next()?.parse::<u64>().ok()
    });
    Duration::from_nanos(of_task.sum())
}
