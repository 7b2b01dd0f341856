//! Nothing to wait for: what `apply` costs by itself, from 100 people to 20,000.
//!
//! `cargo bench -p showcaller-rehearsal --bench throughput`. The simulator is a second process on
//! loopback, without latency and without limits; the ledger is a file on disk, synchronised at every
//! commit. Each size runs in a process of its own, so that the peak of one does not hide in that of
//! another. Fails if a bound is missed: at least 2,000 calls a second, and a plan within 1 s after looking
//! and 200 MB at 5,000 people, 500 teams and 2,500 meetings, within 3 s and 500 MB at 20,000 people, 1,000
//! teams and 5,000 meetings.
#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

mod large;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use showcaller_clock::{OffsetClock, SharedClock};
use showcaller_engine::{Connections, Engine};
use showcaller_event::Event;
use showcaller_ledger::{Ledger, LedgerUrl};
use showcaller_plan::Wishes;
use showcaller_rehearsal::{BOT, setup_time};
use showcaller_secret::Secret;
use showcaller_simulator::{Simulator, serve};
use showcaller_webex::{HttpTransport, Settings, Transport, Webex};

/// People and teams.
const SIZES: [(usize, usize); 5] = [
    (100, 10),
    (500, 50),
    (1_000, 100),
    (5_000, 500),
    (20_000, 1_000),
];

const LEAST_CALLS_A_SECOND: f64 = 2_000.0;
const SYNCS: u32 = 500;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    let size = |name: &str| -> Option<(usize, usize)> {
        let place: usize = arguments
            .iter()
            .find_map(|argument| argument.strip_prefix(name))?
            .parse()
            .ok()?;
        SIZES.get(place).copied()
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    if let Some(size) = size("--simulator=") {
        runtime.block_on(simulate(size));
        return ExitCode::SUCCESS;
    }
    match size("--size=") {
        Some(size) => runtime.block_on(measure(size)),
        None => all(),
    }
}

/// Every size, each in a process of its own.
fn all() -> ExitCode {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    println!("fdatasync of 4 KiB appended: {:.0}/s", syncs(folder.path()));
    println!(
        "{:>6} {:>8} {:>7} {:>8} {:>8} {:>8} {:>9} {:>9} {:>8} {:>7}",
        "people",
        "steps",
        "calls",
        "look",
        "plan",
        "apply",
        "calls/s",
        "us/object",
        "replan",
        "peak"
    );
    let own = std::env::current_exe().expect("a running program has a path");
    let good = (0..SIZES.len()).all(|size| {
        let status = Command::new(&own).arg(format!("--size={size}")).status();
        status.is_ok_and(|status| status.success())
    });
    if good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Appends and synchronisations per second: the floor under every durable commit.
fn syncs(folder: &Path) -> f64 {
    let mut file = File::create(folder.join("plain")).expect("a file");
    let started = Instant::now();
    for _ in 0..SYNCS {
        file.write_all(&[7; 4096]).expect("room");
        file.sync_data().expect("a disk");
    }
    f64::from(SYNCS) / started.elapsed().as_secs_f64()
}

/// The second process: says where it listens and everybody's tokens, and answers until it is ended.
async fn simulate((people, teams): (usize, usize)) {
    let event = large::event(people, teams);
    let mut config = large::unlimited(&event);
    config.clock = Arc::new(OffsetClock::starting_at(setup_time(&event)));
    let simulator = Simulator::new(config).expect("a simulator");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    println!("{}", listener.local_addr().expect("an address"));
    for email in owners(&event) {
        println!("{} {email}", simulator.token_for(&email));
    }
    println!();
    serve(simulator, listener, std::future::pending())
        .await
        .expect("a listener");
}

fn owners(event: &Event) -> Vec<String> {
    let hosts = event.webex.hosts.iter().map(|host| host.email.to_string());
    std::iter::once(BOT.to_owned()).chain(hosts).collect()
}

/// Ends the second process with us, however we end.
struct Simulated {
    process: Child,
    base: String,
    tokens: BTreeMap<String, String>,
}

impl Simulated {
    fn start(size: (usize, usize)) -> Self {
        let place = SIZES
            .iter()
            .position(|other| *other == size)
            .expect("a size");
        let mut process = Command::new(std::env::current_exe().expect("a path"))
            .arg(format!("--simulator={place}"))
            .stdout(Stdio::piped())
            .spawn()
            .expect("a second process");
        let output = process.stdout.take().expect("a pipe");
        let mut lines = BufReader::new(output).lines().map_while(Result::ok);
        let base = format!("http://{}/v1", lines.next().expect("an address"));
        let tokens = lines.take_while(|line| !line.is_empty()).map(|line| {
            let (token, email) = line.split_once(' ').expect("token and address");
            (email.to_owned(), token.to_owned())
        });
        let tokens = tokens.collect();
        Self {
            process,
            base,
            tokens,
        }
    }

    fn connections(&self, event: &Event, clock: &SharedClock) -> Connections {
        let transport: Arc<dyn Transport> = Arc::new(HttpTransport::new().expect("a transport"));
        let client = |owner: &str, email: &str| {
            let token = Secret::from(self.tokens[email].clone());
            let base = self.base.parse().expect("an address");
            let mut settings =
                Settings::new(base, token, Arc::clone(&transport), Arc::clone(clock));
            settings.owner = owner.to_owned();
            Webex::new(settings).expect("a client")
        };
        let hosts = event.webex.hosts.iter();
        Connections {
            bot: client("bot", BOT),
            hosts: hosts
                .map(|host| {
                    (
                        host.email.clone(),
                        client(host.email.as_str(), host.email.as_str()),
                    )
                })
                .collect(),
        }
    }
}

impl Drop for Simulated {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

async fn measure((people, teams): (usize, usize)) -> ExitCode {
    let event = large::event(people, teams);
    let simulated = Simulated::start((people, teams));
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let url = LedgerUrl::file(folder.path().join("bench.ledger"));
    let ledger = Ledger::open(&url).await.expect("a ledger");
    let clock: SharedClock = Arc::new(OffsetClock::starting_at(setup_time(&event)));
    let connections = simulated.connections(&event, &clock);
    let engine = Engine::new(connections, ledger.clone(), clock, large::process());

    let calls = || {
        engine
            .connections()
            .requests()
            .values()
            .map(|(sent, _)| sent)
            .sum::<u64>()
    };
    let outlook = engine
        .look(&event, &Wishes::default())
        .await
        .expect("a look");
    let steps = outlook.plan.steps.len();
    let (before, started) = (calls(), Instant::now());
    large::apply(&engine, &event, outlook).await;
    let (apply, made) = (started.elapsed(), calls() - before);

    let started = Instant::now();
    let outlook = engine
        .look(&event, &large::everything())
        .await
        .expect("a look");
    let look = started.elapsed();
    let started = Instant::now();
    let plan = outlook.plan_again(&event, &large::everything());
    let planning = started.elapsed();
    assert_eq!(plan.steps, outlook.plan.steps);
    assert!(outlook.plan.is_empty(), "{:?}", outlook.plan.steps.first());
    let started = Instant::now();
    let again = engine
        .look(&event, &Wishes::default())
        .await
        .expect("a look");
    assert!(again.plan.is_empty());
    let replan = started.elapsed();

    let a_second = made as f64 / apply.as_secs_f64();
    let peak = large::peak_megabytes();
    println!(
        "{people:>6} {steps:>8} {made:>7} {:>6.2} s {:>5.0} ms {:>6.2} s {a_second:>9.0} {:>9.0} {:>6.2} s {:>4} MB",
        look.as_secs_f64(),
        planning.as_secs_f64() * 1e3,
        apply.as_secs_f64(),
        apply.as_secs_f64() * 1e6 / steps as f64,
        replan.as_secs_f64(),
        peak.unwrap_or(0),
    );
    ledger.close().await;
    let Some((most_planning, most_megabytes)) = bounds(people) else {
        return ExitCode::SUCCESS;
    };
    let good = planning <= most_planning
        && peak.is_none_or(|peak| peak <= most_megabytes)
        && a_second >= LEAST_CALLS_A_SECOND;
    match good {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

/// How long planning may take, and how many megabytes; small events have no bounds.
fn bounds(people: usize) -> Option<(Duration, u64)> {
    match people {
        0..5_000 => None,
        5_000..20_000 => Some((Duration::from_secs(1), 200)),
        _ => Some((Duration::from_secs(3), 500)),
    }
}
