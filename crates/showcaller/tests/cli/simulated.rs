//! `plan` and `apply` of the reference event on the built-in simulator.

use crate::stage::{Stage, ran};

#[test]
fn the_plan_of_the_reference_event() {
    let stage = Stage::with("innovation-challenge");
    let ran = stage.run("plan event.yaml --simulate").exits(0).fits();
    insta::assert_snapshot!(ran);
}

#[test]
fn the_same_plan_in_markdown() {
    let stage = Stage::with("innovation-challenge");
    let ran = stage
        .run("plan event.yaml --simulate --format markdown")
        .exits(0);
    insta::assert_snapshot!(ran);
}

#[test]
fn the_same_plan_in_json() {
    let stage = Stage::with("innovation-challenge");
    let ran = stage
        .run("plan event.yaml --simulate --format json")
        .exits(0);
    let plan: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(plan["event"], "innovation-challenge");
}

#[test]
fn everything_is_made_once_and_then_there_is_nothing_to_do() {
    let stage = Stage::with("innovation-challenge");
    stage.run("plan event.yaml --simulate --exit-code").exits(3);
    let first = stage
        .run("apply event.yaml --simulate --yes")
        .exits(0)
        .fits();
    insta::assert_snapshot!("apply_first", first);
    let second = stage
        .run("apply event.yaml --simulate --yes")
        .exits(0)
        .fits();
    insta::assert_snapshot!("apply_second", second);
    stage
        .run("plan event.yaml --simulate --full --exit-code")
        .exits(0);
}

#[test]
fn what_is_kept_beside_the_event_stays_out_of_version_control() {
    let stage = Stage::with("workshop");
    stage.run("apply event.yaml --simulate --yes").exits(0);
    let ignore = stage.read(".showcaller/.gitignore");
    assert_eq!(ignore.lines().last(), Some("*"));
}

#[cfg(unix)]
#[test]
fn ledger_and_world_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let stage = Stage::with("workshop");
    stage.run("apply event.yaml --simulate --yes").exits(0);
    for name in ["event.simulated.ledger", "event.simulated-world.json"] {
        let meta = stage
            .path(&format!(".showcaller/{name}"))
            .metadata()
            .unwrap();
        assert_eq!(meta.permissions().mode() & 0o777, 0o600, "{name}");
    }
}

#[test]
fn without_a_terminal_and_without_yes_nothing_is_asked_and_nothing_happens() {
    let stage = Stage::with("workshop");
    let ran = stage.run("apply event.yaml --simulate").exits(2);
    assert!(ran.stderr.contains("--yes"), "{ran}");
    assert!(!stage.path(".showcaller").exists());
}

#[test]
fn a_reader_who_has_had_enough_does_not_end_the_run() {
    let stage = Stage::with("workshop");
    let mut child = stage
        .command("apply event.yaml --simulate --yes")
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    stage
        .run("plan event.yaml --simulate --full --exit-code")
        .exits(0);
    let mut child = stage
        .command("runsheet event.yaml --simulate")
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_large_removal_is_refused_until_it_is_asked_for_twice() {
    let stage = Stage::with("innovation-challenge");
    stage.run("apply event.yaml --simulate --yes").exits(0);
    let roster = stage.read("people.csv");
    let staff: Vec<&str> = roster
        .lines()
        .filter(|line| !line.contains(",participant,"))
        .collect();
    stage.write("people.csv", &(staff.join("\n") + "\n"));
    stage
        .run("apply event.yaml --simulate --yes --remove")
        .exits(4)
        .fits()
        .says("--remove-many");
    stage
        .run("apply event.yaml --simulate --yes --remove --remove-many")
        .exits(0);
    stage
        .run("plan event.yaml --simulate --full --exit-code --remove")
        .exits(0);
}

#[cfg(target_os = "linux")]
#[test]
fn a_plan_that_cannot_be_written_down_is_no_success() {
    let stage = Stage::with("workshop");
    for format in ["text", "markdown", "json"] {
        let full = std::fs::File::options()
            .write(true)
            .open("/dev/full")
            .unwrap();
        let mut command = stage.command(&format!("plan event.yaml --simulate --format {format}"));
        let output = command.stdout(full).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{format}");
    }
}

#[test]
fn a_fault_leaves_a_report_and_a_code_that_is_not_zero_and_the_next_run_finishes() {
    let stage = Stage::with("workshop");
    let apply = "apply event.yaml --simulate --yes";
    let mut command = stage.command(apply);
    let faults = [
        "--fault",
        "500 on POST /rooms",
        "--fault",
        "429 call 3 retry-after 20",
    ];
    // A 500 does not say whether the room was made: the code for what is unclear.
    let failed = ran(command.args(faults)).exits(5);
    assert!(failed.stdout.contains("The kitchen"), "{failed}");
    stage.run(apply).exits(0);
    let again = "plan event.yaml --simulate --full --exit-code";
    stage.run(again).exits(0);
}
