//! `report` as an operator sees it, from the ledger alone.

use crate::stage::Stage;

/// Of the workshop with other files.
const REHEARSAL: &str = r#"{
    "event": "cheese-workshop", "rehearsal": 1, "digest": "other", "seed": 1, "ready": true,
    "meetings": [], "cues": [],
    "questions": {"asked": 0, "answered": 0, "with_another": 0, "seconds": [0, 0, 0], "about": {}},
    "record": {"slips": []}
}"#;

#[test]
fn an_event_that_is_to_come_has_nothing_to_report_yet() {
    let stage = Stage::with("innovation-challenge");
    let ran = stage.run("report event.yaml --simulate").exits(0).fits();
    assert!(ran.stdout.contains("The event has not begun"), "{ran}");
}

#[test]
fn what_was_moved_and_what_was_missed_is_said() {
    let stage = Stage::with("innovation-challenge");
    stage.run("apply event.yaml --simulate --yes").exits(0);
    let slip = "slip event.yaml day-3 20m --simulate --now 2027-10-08T09:15:00+02:00 --yes";
    stage.run(slip).exits(0);
    let ran = stage.run("report event.yaml --simulate").exits(0).fits();
    for words in [
        "Slips                   1",
        "not known, moved",
        "day-3 20 minutes later",
        "missed",
    ] {
        assert!(ran.stdout.contains(words), "{words:?} is missing: {ran}");
    }
}

#[test]
fn the_ending_says_how_it_is_written_and_nothing_else_is_written_over() {
    let stage = Stage::with("workshop");
    stage.run("apply event.yaml --simulate --yes").exits(0);
    let report = |file: &str| format!("report event.yaml --simulate --output {file}");
    for (file, begin) in [
        ("r.txt", &b"Report: "[..]),
        ("r.html", b"<!DOCTYPE html>"),
        ("r.xlsx", b"PK"),
        ("r.json", b"{"),
    ] {
        for _ in 0..2 {
            stage.run(&report(file)).exits(0).says("Written: r.");
        }
        let bytes = std::fs::read(stage.path(file)).expect(file);
        assert!(bytes.starts_with(begin), "{file}");
    }
    stage
        .run("runsheet event.yaml --simulate -o sheet.html")
        .exits(0);
    stage
        .run("runsheet event.yaml --simulate -o sheet.xlsx")
        .exits(0);
    for file in ["sheet.html", "sheet.xlsx", "event.yaml"] {
        let line = report(file) + " --format html";
        stage.run(&line).exits(2).says("is no report of ours");
    }
    stage
        .run("runsheet event.yaml --simulate -o r.html")
        .exits(2);
    stage
        .run(&report("r"))
        .exits(2)
        .says("let it end with .txt, .html, .xlsx or .json");
    stage
        .run("report event.yaml --simulate --format xlsx")
        .exits(2)
        .says("--output report.xlsx");
}

#[test]
fn the_day_stands_beside_its_rehearsal_and_what_is_none_is_refused() {
    let stage = Stage::with("workshop");
    std::fs::write(stage.path("rehearsal.json"), REHEARSAL).expect("a file");
    stage.run("apply event.yaml --simulate --yes").exits(0);
    let report = |file: &str| format!("report event.yaml --simulate --rehearsal {file}");
    let ran = stage.run(&report("rehearsal.json")).exits(0).fits();
    assert!(ran.stdout.contains("no revision of this event"), "{ran}");
    stage
        .run(&report("event.yaml"))
        .exits(2)
        .says("this is no rehearsal");
    stage
        .run(&report("missing.json"))
        .exits(2)
        .says("missing.json");
    let other = REHEARSAL.replacen("cheese-workshop", "bread-workshop", 1);
    std::fs::write(stage.path("other.json"), other).expect("a file");
    stage
        .run(&report("other.json"))
        .exits(2)
        .says("a rehearsal of the event bread-workshop");
}
