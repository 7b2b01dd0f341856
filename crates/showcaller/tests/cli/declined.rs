//! To decline what a command asks is no failure and no success: 4, and nothing was done.

use serde_json::Value;

use crate::stage::{Ran, Stage, ran, typed};

/// The first day of the reference event, and the third, which is in show mode.
const MORNING: &str = "2027-10-06T08:40:00+02:00";
const SHOW: &str = "2027-10-08T09:15:00+02:00";

/// The reference event, with a slip, a cue that was sent, and one whose outcome
/// is not known.
fn stage() -> Stage {
    let stage = Stage::with("innovation-challenge");
    let apply = format!("apply event.yaml --simulate --yes --now {MORNING}");
    stage.run(&apply).exits(0);
    let slip = format!("slip event.yaml day-3 5m --yes --simulate --now {MORNING}");
    stage.run(&slip).exits(0);
    let go = format!("cue event.yaml go keep-going/day-1 --yes --simulate --now {MORNING}");
    stage.run(&go).exits(0);
    let fault = "reset-after-effect on POST /messages call 1";
    let mut command = stage.command("cue event.yaml go opening/day-1 --yes --simulate --fault");
    ran(command.args([fault, "--now", MORNING])).exits(5);
    // A change that an apply would make, and tell.
    stage.change("event.yaml", "16:30-17:30", "16:45-17:45");
    stage
}

/// Runs a command at this time, and answers what it asks.
fn answered(stage: &Stage, at: &str, line: &str, answer: &str) -> Ran {
    let (stdin, _person) = typed(answer);
    let mut command = stage.command(&format!("{line} --simulate --now {at}"));
    ran(command.stdin(stdin))
}

/// What the simulated Webex holds, by kind, and what was decided of the show.
fn done(stage: &Stage) -> (String, String, String) {
    let world = stage.read(".showcaller/event.simulated-world.json");
    let mut world: Value = serde_json::from_str(&world).expect("JSON");
    let world = world["world"].take();
    let things = ["rooms", "meetings", "messages", "memberships"].map(|kind| &world[kind]);
    let cues = format!("cue event.yaml list --json --simulate --now {MORNING}");
    let slips = format!("slip event.yaml --list --simulate --now {MORNING}");
    (
        serde_json::json!(things).to_string(),
        stage.run(&cues).exits(0).stdout,
        stage.run(&slips).exits(0).stdout,
    )
}

/// Each command that asks, and what it asks.
const ASKS: [(&str, &str, &str); 16] = [
    (MORNING, "apply event.yaml", "Apply this?"),
    (MORNING, "apply event.yaml --tell", "Apply this, and tell"),
    (SHOW, "apply event.yaml", "Type its name to apply this:"),
    (MORNING, "slip event.yaml day-3 20m", "Do this?"),
    (
        MORNING,
        "slip event.yaml day-3 20m --tell",
        "Do this, and tell",
    ),
    (MORNING, "slip event.yaml --undo 1", "Do this?"),
    (
        MORNING,
        "cue event.yaml go well-done/day-1",
        "Send well-done/day-1 to",
    ),
    (MORNING, "cue event.yaml go lunch", "Send lunch/day-2 to"),
    (
        MORNING,
        "cue event.yaml hold lunch/day-2",
        "Hold lunch/day-2?",
    ),
    (
        MORNING,
        "cue event.yaml skip lunch/day-2",
        "Leave lunch/day-2 out?",
    ),
    (
        MORNING,
        "cue event.yaml again keep-going/day-1",
        "to go on:",
    ),
    (
        MORNING,
        "cue event.yaml recall keep-going/day-1",
        "Delete keep-going/day-1",
    ),
    (
        MORNING,
        "cue event.yaml correct keep-going/day-1 On!",
        "these words",
    ),
    (
        MORNING,
        "cue event.yaml settle opening/day-1 --arrived",
        "Did it arrive there?",
    ),
    (
        MORNING,
        "cue event.yaml test lunch/day-2 --to organisation",
        "Send that to",
    ),
    (
        MORNING,
        "say event.yaml --to coach Briefing.",
        "Say that now?",
    ),
];

#[test]
fn every_command_that_asks_ends_with_4_and_has_done_nothing() {
    let stage = stage();
    let before = done(&stage);
    for (at, line, question) in ASKS {
        let ran = answered(&stage, at, line, "n\n");
        let asks = ran.stderr.contains(question) && ran.stderr.ends_with(' ');
        assert!(asks, "{line} does not ask {question:?}: {ran}");
        let said = ran.stdout.trim_end().ends_with("Nothing was done.");
        assert!(said && ran.code == 4, "{line}: {ran}");
        assert_eq!(done(&stage), before, "{line}");
    }
    // Ctrl-D is no answer, either.
    for answer in ["\n", "yess\n", "\u{4}"] {
        answered(&stage, MORNING, "slip event.yaml day-3 20m", answer).exits(4);
    }
    answered(&stage, MORNING, "cue event.yaml go lunch", "y\nn\n")
        .exits(4)
        .says("Really that of day-2?");
    assert_eq!(done(&stage), before);
    // It is the answer that decides.
    answered(&stage, MORNING, "slip event.yaml day-3 20m", "y\n").exits(0);
    assert_ne!(done(&stage), before);
}
