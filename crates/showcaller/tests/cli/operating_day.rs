//! docs/operating-day.md: what an operator copies from it does what it says.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::serve::{Serve, gets};
use crate::stage::{Ran, Simulator, Stage, ran};

const MORNING: &str = "2027-10-06T08:40:00+02:00";
const OPENED: &str = "2027-10-06T08:50:00+02:00";
const CLOSED: &str = "2027-10-06T17:40:00+02:00";

/// How a command of the guide is run here.
enum Run {
    /// On the event of the simulated world, at this time, with what a person answers to the command's question;
    /// it ends so and says this.
    Simulated(&'static str, &'static str, i32, &'static str),
    /// On the small example, whose rehearsal is short.
    Rehearsed(&'static str),
    /// Beside a simulator, by the test of its own below.
    Served,
}
use Run::{Rehearsed, Served, Simulated};

/// Every command of the guide, in its order.
const GUIDE: &[(&str, Run)] = &[
    ("check event.yaml", Simulated("", "", 0, "is fine")),
    (
        "plan event.yaml --exit-code",
        Simulated("", "", 0, "Nothing to do"),
    ),
    ("rehearse event.yaml", Rehearsed("Rehearsal: ")),
    (
        "rehearse event.yaml --faults rough --crashes 2 -o rehearsal.html",
        Rehearsed("Written: rehearsal.html"),
    ),
    (
        "cue event.yaml preview opening/day-1",
        Simulated(MORNING, "", 0, "Good morning!"),
    ),
    (
        "cue event.yaml test opening/day-1 --to room/test-room",
        Simulated(MORNING, "--yes", 0, "Test room: sent"),
    ),
    (
        "ask event.yaml \"where do we have to be?\" --in team-1 --at \"2027-10-06 10:05\"",
        Simulated("", "", 0, "Team 1 - Day 1 - Breakout"),
    ),
    (
        "runsheet event.yaml -o runsheet.html",
        Simulated("", "", 0, "Written: runsheet.html"),
    ),
    (
        "ledger backup event.yaml evening.ledger",
        Simulated("", "", 0, "Written: evening.ledger"),
    ),
    (
        "serve event.yaml --public-url https://bot.example.com --control 127.0.0.1:9090",
        Served,
    ),
    ("curl -s http://127.0.0.1:9090/readyz", Served),
    (
        "cue event.yaml list",
        Simulated(MORNING, "", 0, "all 12 rooms"),
    ),
    (
        "cue event.yaml go opening",
        Simulated(MORNING, "--yes", 0, "sent to all"),
    ),
    (
        "cue event.yaml hold keep-going",
        Simulated(OPENED, "--yes", 0, "held"),
    ),
    (
        "cue event.yaml go keep-going",
        Simulated(OPENED, "--yes", 0, "sent to all"),
    ),
    (
        "cue event.yaml skip well-done",
        Simulated(OPENED, "--yes", 0, "skipped"),
    ),
    (
        "say event.yaml --to \"team rooms\" \"The lift is out, {{ team.title }}: take the stairs.\"",
        Simulated(OPENED, "--yes", 0, "The lift is out, Team 1"),
    ),
    (
        "cue event.yaml correct opening \"We open at {{ opening.start }}, sharp: {{ opening.join }}\"",
        Simulated(OPENED, "--yes", 0, "corrected"),
    ),
    (
        "cue event.yaml recall opening",
        Simulated(OPENED, "--yes", 0, "deleted"),
    ),
    (
        "slip event.yaml day-1 15m --tell",
        Simulated(OPENED, "--yes", 0, "To take it back"),
    ),
    (
        "slip event.yaml --list",
        Simulated(OPENED, "", 0, "15 minutes later"),
    ),
    (
        "slip event.yaml detach closing/day-1",
        Simulated(OPENED, "--yes", 0, "Closing"),
    ),
    (
        "slip event.yaml attach closing/day-1",
        Simulated(OPENED, "--yes", 0, "Closing"),
    ),
    (
        "cue event.yaml started opening/day-1",
        Simulated(OPENED, "", 0, "started"),
    ),
    (
        "cue event.yaml ended opening/day-1",
        Simulated(OPENED, "", 0, "ended"),
    ),
    (
        "cue event.yaml settle good-night --arrived",
        Simulated(CLOSED, "--yes", 0, "arrived"),
    ),
    (
        "cue event.yaml retry keep-going",
        Simulated(CLOSED, "--yes", 2, "nothing of keep-going/day-1 has failed"),
    ),
    ("plan event.yaml", Simulated("", "", 0, "Nothing to do")),
    (
        "report event.yaml",
        Simulated("", "", 0, "Report: Innovation Challenge"),
    ),
    (
        "report event.yaml -o report.html",
        Simulated("", "", 0, "Written: report.html"),
    ),
    (
        "ledger backup event.yaml after.ledger",
        Simulated("", "", 0, "Written: after.ledger"),
    ),
];

/// Before this one, the answer to a message is lost.
const UNCLEAR: &str = "cue event.yaml settle good-night --arrived";
const LOST: &str = "cue event.yaml go good-night --yes \
                    --fault 'reset-after-effect on POST /messages call 1'";

/// The commands in the guide's blocks.
fn commands() -> Vec<String> {
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/operating-day.md");
    let guide = fs::read_to_string(guide).expect("the guide");
    let mut inside = false;
    let mut commands = Vec::new();
    for line in guide.lines() {
        match line {
            "```sh" => inside = true,
            "```" => inside = false,
            command if inside => {
                let of_ours = command.strip_prefix("showcaller ");
                commands.push(of_ours.unwrap_or(command).to_owned());
            }
            _ => {}
        }
    }
    commands
}

/// Words as a shell splits them.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    for letter in line.chars() {
        let word = words.last_mut().expect("a word");
        match (letter, quote) {
            ('"' | '\'', None) => quote = Some(letter),
            (_, Some(open)) if letter == open => quote = None,
            (' ', None) => words.push(String::new()),
            _ => word.push(letter),
        }
    }
    words
}

fn simulated(stage: &Stage, line: &str, at: &str) -> Ran {
    let mut command: Command = stage.command("");
    command.args(words(line));
    if !line.starts_with("check") {
        command.arg("--simulate");
    }
    if !at.is_empty() {
        command.args(["--now", at]);
    }
    ran(&mut command)
}

#[test]
fn every_command_of_the_guide_is_tried_here() {
    let tried: Vec<&str> = GUIDE.iter().map(|(command, _)| *command).collect();
    assert_eq!(commands(), tried);
}

#[test]
fn the_day_goes_as_the_guide_says() {
    let stage = Stage::with("innovation-challenge");
    simulated(&stage, "apply event.yaml --yes", "").exits(0);
    for (command, run) in GUIDE {
        let Simulated(at, answer, code, says) = run else {
            continue;
        };
        if *command == UNCLEAR {
            simulated(&stage, LOST, at).exits(5);
        }
        let line = format!("{command} {answer}");
        let ran = simulated(&stage, line.trim(), at).exits(*code);
        let said = format!("{}{}", ran.stdout, ran.stderr);
        assert!(said.contains(says), "{command}: {says:?} is missing: {ran}");
    }
}

#[test]
fn the_event_is_rehearsed_as_the_guide_says() {
    let stage = Stage::with("workshop");
    for (command, run) in GUIDE {
        let Rehearsed(says) = run else { continue };
        let ran = stage.run(&format!("{command} --questions 12")).exits(0);
        let said = format!("{}{}", ran.stdout, ran.stderr);
        assert!(said.contains(says), "{command}: {says:?} is missing: {ran}");
    }
}

#[test]
fn what_serves_is_asked_as_the_guide_says() {
    let stage = Stage::with("workshop");
    let simulator = Simulator::start(&stage, "--event event.yaml --rate off");
    stage.run_on(&simulator, "apply event.yaml --yes").exits(0);
    let serve = Serve::start(&stage, &simulator, "", "Serving");
    let (head, body) = gets(&serve.control, "/readyz");
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    assert_eq!(body, "ready\n");
    let (head, body) = gets(&serve.public, "/healthz");
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    assert!(body.contains("cheese-workshop"), "{body}");
    serve.ends().exits(0);
}
