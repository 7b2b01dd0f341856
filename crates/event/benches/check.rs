//! How long a check takes and what memory it needs, at four sizes, against stated bounds.
//!
//! `cargo bench -p showcaller-event`: prints a table and fails if a bound is broken. Each size is
//! measured in a process of its own, so that the peak of one does not hide in that of another.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use showcaller_event::{Input, check};

/// A size, and what it may take.
struct Size {
    name: &'static str,
    files: fn() -> (String, String),
    most: Duration,
    megabytes: Option<u64>,
}

const SIZES: [Size; 4] = [
    Size {
        name: "reference event",
        files: reference,
        most: Duration::from_millis(50),
        megabytes: None,
    },
    Size {
        name: "500 people, 50 teams, 250 meetings",
        files: || made(500, 50),
        most: Duration::from_millis(200),
        megabytes: None,
    },
    Size {
        name: "5,000 people, 500 teams, 2,500 meetings",
        files: || made(5_000, 500),
        most: Duration::from_secs(1),
        megabytes: Some(200),
    },
    Size {
        name: "100,000 people, 1,000 teams, 5,000 meetings",
        files: || made(100_000, 1_000),
        most: Duration::from_secs(10),
        megabytes: Some(1_000),
    },
];

const ROUNDS: usize = 5;

fn main() -> ExitCode {
    let asked = std::env::args().find_map(|arg| arg.strip_prefix("--size=")?.parse::<usize>().ok());
    match asked {
        Some(size) => one(&SIZES[size]),
        None => all(),
    }
}

/// Measures every size in a process of its own.
fn all() -> ExitCode {
    let own = std::env::current_exe().expect("a running program has a path");
    let mut good = true;
    for size in 0..SIZES.len() {
        let status = Command::new(&own).arg(format!("--size={size}")).status();
        good &= status.is_ok_and(|status| status.success());
    }
    if good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn one(size: &Size) -> ExitCode {
    let (yaml, people) = (size.files)();
    let load = |_: &str| Ok(people.as_bytes().to_vec());
    let input = Input {
        name: "event.yaml",
        bytes: yaml.as_bytes(),
        load: &load,
        now: None,
    };
    let mut best = Duration::MAX;
    let mut first = None;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        let checked = check(&input);
        let took = start.elapsed();
        assert!(
            checked.event.is_some(),
            "{:#?}",
            checked.diagnostics.first()
        );
        best = best.min(took);
        first.get_or_insert(took);
    }
    let first = first.unwrap_or_default();
    let peak = peak_megabytes();
    let in_time = first <= size.most;
    let in_space = size
        .megabytes
        .is_none_or(|most| peak.is_none_or(|peak| peak <= most));
    let verdict = if in_time && in_space { "good" } else { "OVER" };
    let mut line = format!(
        "{:<42} first {:>8.1} ms, best {:>8.1} ms (bound {} ms)",
        size.name,
        first.as_secs_f64() * 1e3,
        best.as_secs_f64() * 1e3,
        size.most.as_millis(),
    );
    if let Some(peak) = peak {
        let bound = size
            .megabytes
            .map_or_else(String::new, |most| format!(" (bound {most} MB)"));
        _ = write!(line, ", peak {peak} MB{bound}");
    }
    _ = writeln!(std::io::stdout(), "{line}: {verdict}");
    if in_time && in_space {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// The most memory that this process ever held, where the system tells.
fn peak_megabytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kilobytes / 1024)
}

fn reference() -> (String, String) {
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../examples/innovation-challenge"
    );
    let read = |name: &str| {
        std::fs::read_to_string(format!("{folder}/{name}")).expect("the example is there")
    };
    (read("event.yaml"), read("people.csv"))
}

/// An event of so many people and teams, with five meetings for each team.
fn made(people: usize, teams: usize) -> (String, String) {
    let mut yaml = "event: large
title: Large
timezone: Europe/Brussels
people: people.csv
webex:
  \
         hosts:
    events@example.com: { parallel: 1000 }
days:
"
    .to_owned();
    for day in 1..=5 {
        _ = writeln!(
            yaml,
            "  day-{day}: {{ title: Day {day}, date: 2027-10-{:02} }}",
            day + 3
        );
    }
    yaml += "teams:\n";
    for team in 1..=teams {
        _ = writeln!(
            yaml,
            "  team-{team}: {{ title: Team {team}, links: {{ board: \"https://boards.example.com/{team}\" }} }}"
        );
    }
    yaml += PATTERNS;
    let mut roster = "email,name,team,role\n".to_owned();
    for person in 0..people {
        let role = if person < teams {
            "coach"
        } else {
            "participant"
        };
        let team = person % teams + 1;
        _ = writeln!(
            roster,
            "person{person}@example.com,Person Number {person},team-{team},{role}"
        );
    }
    (yaml, roster)
}

const PATTERNS: &str = r#"rooms:
  team-room:
    one-per: team
    title: "{{ team.title }}"
    members: [people of this team]
    moderators: [coach of this team]
    tabs: { Board: "{{ team.links.board }}" }
meetings:
  breakout:
    one-per: [team, day]
    title: "{{ team.title }} - {{ day.title }} - Breakout"
    agenda: "What {{ team.title }} does on {{ day.weekday }}."
    time: "10:00-16:30"
    except: { day-5: { time: "10:00-13:00" } }
    rooms: [room of this team]
    cohosts: [coach of this team]
    invite: audience
cues:
  lunch:
    day: day-2
    at: "12:00"
    to: [team rooms]
    say: "Time for lunch, {{ team.title }}."
  begin:
    day: day-1
    before: breakout
    lead: 5 min
    to: [team rooms]
    say: "{{ team.title }}: {{ breakout.join }}"
answers:
  board:
    words: [board]
    say: "[Here]({{ team.links.board }})"
"#;
