//! Messages per second of several processes that all want to send the same ones: how much a second
//! replica costs or gives. Beside it, the steps of a plan, which take turns.
//!
//! `SHOWCALLER_BENCH_POSTGRES` or `SHOWCALLER_TEST_POSTGRES` is the address of a server, in which it
//! makes schemas and drops them; without either, `scripts/postgres` starts one. Each process is this
//! program once more.
#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde_json::json;
use showcaller_ledger::{
    Claim, Effect, Heartbeat, Instance, Ledger, LedgerUrl, MessageKey, MessageKind, MessageOutcome,
    NewMessage, NewOperation, OperationKind, Recipient, Record,
};
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Executor as _};
use url::Url;
use uuid::Uuid;

type Failure = Box<dyn std::error::Error + Send + Sync>;

const MESSAGES: usize = 2_000;
/// The rooms of one cue.
const BATCH: usize = 20;
/// How many tasks of a process are at it.
const IN_FLIGHT: usize = 8;
const PROCESSES: [usize; 4] = [1, 2, 4, 8];
const AT: Timestamp = Timestamp::UNIX_EPOCH;

/// Says to a process of this program which part it has.
const PART: &str = "SHOWCALLER_CLAIMS_PART";
/// Says that a server was asked for already.
const ASKED: &str = "SHOWCALLER_CLAIMS_ASKED";

fn main() -> ExitCode {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let done = match std::env::var(PART) {
        Ok(part) => runtime.block_on(play(&part)).map(|()| ExitCode::SUCCESS),
        Err(_) => measure(&runtime),
    };
    done.unwrap_or_else(|error| {
        println!("{error}");
        ExitCode::FAILURE
    })
}

fn measure(runtime: &tokio::runtime::Runtime) -> Result<ExitCode, Failure> {
    let server = ["SHOWCALLER_BENCH_POSTGRES", "SHOWCALLER_TEST_POSTGRES"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok());
    if server.is_none() && std::env::var_os(ASKED).is_none() {
        return with_a_server();
    }
    runtime.block_on(async {
        // Beside the build, not in a temporary folder: that may lie in memory.
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
        for work in [Work::Messages, Work::Steps] {
            let file = |processes| {
                let name = format!("{}-{processes}.ledger", work.name());
                LedgerUrl::file(folder.path().join(name)).to_string()
            };
            table("SQLite", work, async |processes| {
                run(work, &file(processes), processes).await
            })
            .await?;
            if let Some(server) = &server {
                let title = format!("PostgreSQL (fsync {})", fsync(server).await?);
                table(&title, work, async |processes| {
                    let schema = format!("claims_{}_{processes}", std::process::id());
                    say(server, &format!("CREATE SCHEMA {schema}")).await?;
                    let took = run(work, &within(server, &schema)?, processes).await;
                    say(server, &format!("DROP SCHEMA {schema} CASCADE")).await?;
                    took
                })
                .await?;
            }
        }
        Ok(ExitCode::SUCCESS)
    })
}

/// Runs this program anew under the script that starts a server.
fn with_a_server() -> Result<ExitCode, Failure> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/postgres");
    let status = Command::new(script)
        .arg(std::env::current_exe()?)
        .env(ASKED, "yes")
        .status()?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

async fn fsync(server: &str) -> Result<String, Failure> {
    sqlx::any::install_default_drivers();
    let mut conn = AnyConnection::connect(server).await?;
    let (fsync,): (String,) = sqlx::query_as("SELECT current_setting('fsync')")
        .fetch_one(&mut conn)
        .await?;
    Ok(fsync)
}

async fn say(server: &str, statement: &str) -> Result<(), Failure> {
    let mut conn = AnyConnection::connect(server).await?;
    conn.execute(AssertSqlSafe(statement)).await?;
    Ok(conn.close().await?)
}

fn within(server: &str, schema: &str) -> Result<String, Failure> {
    let mut url: Url = server.parse()?;
    let option = format!("-c search_path={schema}");
    url.query_pairs_mut().append_pair("options", &option);
    Ok(url.into())
}

#[derive(Clone, Copy)]
enum Work {
    /// All processes want to claim and send all messages.
    Messages,
    /// Each process has its share of a plan's steps.
    Steps,
}

impl Work {
    fn name(self) -> &'static str {
        match self {
            Self::Messages => "messages",
            Self::Steps => "steps",
        }
    }
}

async fn table(
    title: &str,
    work: Work,
    run: impl AsyncFn(usize) -> Result<Duration, Failure>,
) -> Result<(), Failure> {
    let unit = match work {
        Work::Messages => "claim + start + done of a message",
        Work::Steps => "begin + finish of a step",
    };
    println!("{title}: {unit}, {IN_FLIGHT} in flight in each process");
    let mut alone = None;
    for processes in PROCESSES {
        let rate = MESSAGES as f64 / run(processes).await?.as_secs_f64();
        let alone = *alone.get_or_insert(rate);
        println!(
            "  processes {processes}: {rate:>6.0}/s, {:.2} of one",
            rate / alone
        );
    }
    Ok(())
}

/// Starts so many processes, and says how long they were at it all together.
async fn run(work: Work, url: &str, processes: usize) -> Result<Duration, Failure> {
    let ledger = Ledger::open(&url.parse()?).await?;
    let mut children = Vec::new();
    for number in 0..processes {
        children.push(start(work, url, number, processes)?);
    }
    let mut readers = Vec::new();
    for child in &mut children {
        let mut reader = BufReader::new(child.stdout.take().ok_or("no output")?);
        line(&mut reader)?;
        readers.push(reader);
    }
    let started = Instant::now();
    for child in &mut children {
        child.stdin.take().ok_or("no input")?.write_all(b"go\n")?;
    }
    let mut done = 0;
    for reader in &mut readers {
        let said = line(reader)?;
        done += said.parse::<usize>().map_err(|_| said)?;
    }
    let took = started.elapsed();
    for mut child in children {
        child.wait()?;
    }
    assert_eq!(done, MESSAGES, "each by one process");
    let kind = match work {
        Work::Messages => OperationKind::Message(MessageKind::Delivery),
        Work::Steps => OperationKind::Provision,
    };
    let counts = ledger.operation_counts(kind, None).await?;
    assert_eq!(counts.done, MESSAGES as u64, "{counts:?}");
    ledger.close().await;
    Ok(took)
}

fn start(work: Work, url: &str, number: usize, processes: usize) -> std::io::Result<Child> {
    Command::new(std::env::current_exe()?)
        .env(PART, format!("{} {number} {processes} {url}", work.name()))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
}

fn line(reader: &mut impl std::io::BufRead) -> std::io::Result<String> {
    let mut line = String::new();
    reader.read_line(&mut line)?;
    Ok(line.trim().to_owned())
}

/// What one of the processes does.
async fn play(part: &str) -> Result<(), Failure> {
    let part: Vec<&str> = part.splitn(4, ' ').collect();
    let &[work, number, processes, url] = &part[..] else {
        return Err("no part".into());
    };
    let (number, processes): (usize, usize) = (number.parse()?, processes.parse()?);
    let ledger = Ledger::open(&url.parse()?).await?;
    let me = Instance::new(format!("process {number}"), None);
    let heartbeat = Heartbeat {
        instance: me.clone(),
        owners: Vec::new(),
        at: AT,
        leases: Vec::new(),
        leases_until: Timestamp::MAX,
        until: Timestamp::MAX,
    };
    ledger.check_in(&heartbeat).await?;
    println!("ready");
    std::io::stdin().lock().read_line(&mut String::new())?;

    let mut lanes = tokio::task::JoinSet::new();
    let me = Arc::new(me);
    for lane in 0..IN_FLIGHT {
        let (ledger, me) = (ledger.clone(), Arc::clone(&me));
        let steps = work == Work::Steps.name();
        lanes.spawn(async move {
            match steps {
                true => step(&ledger, number + lane * processes, processes * IN_FLIGHT).await,
                false => send(&ledger, &me, number, lane).await,
            }
        });
    }
    let mut done = 0;
    while let Some(lane) = lanes.join_next().await {
        done += lane??;
    }
    println!("{done}");
    ledger.close().await;
    Ok(())
}

/// Goes through the batches in an order of this process's own, and sends what it wins.
async fn send(
    ledger: &Ledger,
    me: &Instance,
    process: usize,
    lane: usize,
) -> Result<usize, Failure> {
    const BATCHES: usize = MESSAGES / BATCH;
    let mut sent = 0;
    for n in (lane..BATCHES).step_by(IN_FLIGHT) {
        // Primes that do not divide the number of batches: each process has each batch once.
        let batch = n * [3, 7, 11, 13, 17, 19, 23, 29][process % 8] % BATCHES;
        let messages: Vec<_> = (batch * BATCH..(batch + 1) * BATCH).map(message).collect();
        for claim in ledger.claim(&messages, me, AT).await? {
            let Claim::Won(id) = claim else { continue };
            let attempt = ledger.start(id, me, AT).await?;
            let outcome = MessageOutcome::Done(json!({ "id": "Y2lz" }));
            let attempt = attempt.ok_or("another has it")?;
            assert!(ledger.finish_message(attempt, &outcome, AT).await?);
            sent += 1;
        }
    }
    Ok(sent)
}

fn message(number: usize) -> NewMessage {
    let room = Uuid::from_u128(number as u128);
    NewMessage {
        key: MessageKey::delivery("opening", Some("day-1"), Recipient::Room(room), 0),
        address: format!("room/team-{number}"),
        body: json!({ "markdown": "Good morning! We begin at 9:00." }).into(),
        owner: "bot".into(),
        revision: Some(1),
    }
}

async fn step(ledger: &Ledger, first: usize, step: usize) -> Result<usize, Failure> {
    let mut done = 0;
    for n in (first..MESSAGES).step_by(step) {
        let address = format!("membership/team-{}/person-{n}@example.com", n / 8);
        let body = json!({ "personEmail": format!("person-{n}@example.com"), "roomId": "Y2lz" });
        let new = NewOperation {
            run: "bench".into(),
            address: address.clone(),
            verb: "create".into(),
            body: body.clone().into(),
            owner: "bot".into(),
            creation_host: None,
            at: AT,
        };
        let id = ledger.begin(&new).await?;
        let record = Record {
            address,
            remote_id: format!("remote-{n}"),
            kind: "membership".into(),
            owner: "bot".into(),
            attributes: body.clone(),
            created_by_us: true,
            at: AT,
        };
        let made = [Effect::Record(record)];
        ledger.finish(id, &body, &made, AT).await?;
        done += 1;
    }
    Ok(done)
}
