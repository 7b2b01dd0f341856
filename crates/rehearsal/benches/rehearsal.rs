//! How long a rehearsal takes, and whether the same seed plays the same one.
//!
//! `cargo bench -p showcaller-rehearsal --bench rehearsal` plays the reference event as it should go, and on a
//! bad day; `SHOWCALLER_LONG=1` also one of 5,000 people in 500 teams. Each has a bound, and each is a process of
//! its own, so that the peak of one does not hide in that of another.
#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

mod large;

use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use showcaller_event::{Input, check};
use showcaller_ledger::Source;
use showcaller_rehearsal::{Files, Outcome, Settings, judge, rehearse, stay_on_one_core};
use showcaller_simulator::Fault;

/// The command's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What is played: its name, its files, how often, and the bounds in seconds and megabytes.
struct Case {
    name: &'static str,
    files: fn() -> Files,
    settings: fn() -> Settings,
    times: usize,
    seconds: u64,
    megabytes: u64,
    is_long: bool,
}

const CASES: [Case; 3] = [
    Case {
        name: "reference event, 500 questions",
        files: reference,
        settings: as_the_command,
        times: 2,
        seconds: 10,
        megabytes: 500,
        is_long: false,
    },
    Case {
        name: "the same on a rough day, 20 crashes",
        files: reference,
        settings: || Settings {
            faults: Fault::rough(),
            crashes: 20,
            ..as_the_command()
        },
        times: 2,
        seconds: 20,
        megabytes: 500,
        is_long: false,
    },
    Case {
        name: "5,000 people, 500 teams, 5,000 questions",
        files: || of_texts(large::texts(5_000, 500)),
        settings: || Settings {
            questions: 5_000,
            ..as_the_command()
        },
        times: 1,
        seconds: 180,
        megabytes: 500,
        is_long: true,
    },
];

/// The command's own.
fn as_the_command() -> Settings {
    Settings {
        strict: false,
        ..Settings::default()
    }
}

fn main() -> ExitCode {
    let only = std::env::args().find_map(|it| it.strip_prefix("--case=")?.parse::<usize>().ok());
    if let Some(case) = only.and_then(|place| CASES.get(place)) {
        stay_on_one_core();
        return measure(case);
    }
    let own = std::env::current_exe().expect("a running program has a path");
    let is_long = std::env::var_os("SHOWCALLER_LONG").is_some();
    let mut all = true;
    for (place, case) in CASES.iter().enumerate() {
        if is_long || !case.is_long {
            let status = Command::new(&own).arg(format!("--case={place}")).status();
            all &= status.is_ok_and(|status| status.success());
        }
    }
    match all {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

fn measure(case: &Case) -> ExitCode {
    let (files, settings) = ((case.files)(), (case.settings)());
    let mut outcomes = Vec::new();
    let mut slowest = Duration::ZERO;
    for _ in 0..case.times {
        let began = Instant::now();
        outcomes.push(play(&files, &settings));
        slowest = slowest.max(began.elapsed());
    }
    let written: Vec<String> = outcomes
        .iter()
        .map(|it| serde_json::to_string(it).expect("it is JSON"))
        .collect();
    let same = written.iter().all(|it| *it == written[0]);
    let outcome = &outcomes[0];
    let peak = large::peak_megabytes().unwrap_or(0);
    let good = outcome.ready
        && same
        && slowest < Duration::from_secs(case.seconds)
        && peak < case.megabytes;
    println!(
        "{}: {:.2} s (bound {} s), peak {peak} MB (bound {} MB); {} of {} questions answered, {} calls, {} \
         deaths; {}; {}: {}",
        case.name,
        slowest.as_secs_f64(),
        case.seconds,
        case.megabytes,
        outcome.questions.right(),
        outcome.questions.asked,
        outcome.calls.all,
        outcome.record.crashes,
        if same {
            "the same again"
        } else {
            "NOT the same again"
        },
        outcome.verdict().sentence,
        if good { "good" } else { "MISSED" },
    );
    for reason in outcome.reasons.iter().take(10) {
        println!("    {reason}");
    }
    match good {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

fn play(files: &Files, settings: &Settings) -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let done = runtime.block_on(rehearse(files, settings, &mut |_, _| {}));
    let done = done.expect("it can be played");
    judge(
        &files.event,
        &done.record,
        &done.world,
        &done.faults,
        settings.seed,
    )
}

fn reference() -> Files {
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../examples/innovation-challenge"
    );
    let read = |name: &str| std::fs::read_to_string(format!("{folder}/{name}"));
    let texts = ["event.yaml", "people.csv"].map(|name| read(name).expect("an example"));
    of_texts(texts)
}

fn of_texts([yaml, people]: [String; 2]) -> Files {
    let load = |_: &str| Ok(people.clone().into_bytes());
    let checked = check(&Input {
        name: "event.yaml",
        bytes: yaml.as_bytes(),
        load: &load,
        now: None,
    });
    let source = |path: &str, content: &str| Source {
        path: path.to_owned(),
        content: content.as_bytes().to_vec(),
    };
    Files {
        event: checked.event.expect("no mistakes"),
        sources: vec![source("event.yaml", &yaml), source("people.csv", &people)],
        digest: "a bench".to_owned(),
    }
}
