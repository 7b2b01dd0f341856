//! `--tell` as an operator sees it, and what the rooms then have.

use crate::stage::{Ran, Stage};

/// The third day of the reference event.
const NOW: &str = "2027-10-08T09:15:00+02:00";

fn applied() -> Stage {
    let stage = Stage::with("innovation-challenge");
    stage.run("apply event.yaml --simulate --yes").exits(0);
    stage
}

fn tells(stage: &Stage, flags: &str) -> Ran {
    stage.run(&format!(
        "apply event.yaml --simulate --yes --day day-3 --tell --now {NOW} {flags}"
    ))
}

#[test]
fn a_programme_that_changes_is_told_where_it_changes() {
    let stage = applied();
    let quiet = tells(&stage, "").exits(0);
    assert!(quiet.stdout.contains("none is told"), "{quiet}");
    // The closing is later, the jury's meeting has another name, the check-outs are cancelled.
    stage.change("event.yaml", "16:30-17:30", "16:45-17:45");
    stage.change("event.yaml", "title: Jury deliberation", "title: The jury decides");
    let text = stage.read("event.yaml");
    let (from, to) = (
        text.find("  check-out:                       #").expect("a meeting"),
        text.find("  coaches-briefing:").expect("a meeting"),
    );
    let cut = format!("{}{}", &text[..from], &text[to..]);
    let extra = "  retro:\n    day: day-3\n    title: Looking back\n    time: \"17:50-18:00\"\n    \
                 rooms: [coaches]\n";
    stage.write(
        "event.yaml",
        &cut.replace("  coaches-briefing:", &format!("{extra}  coaches-briefing:")),
    );
    let told = tells(&stage, "").exits(0).fits();
    insta::assert_snapshot!("apply_tell", told.stdout);
    let again = tells(&stage, "").exits(0);
    assert!(again.stdout.contains("none is told"), "{again}");
}

#[test]
fn a_slip_is_told_to_those_whom_it_moves() {
    let stage = applied();
    let slip = "slip event.yaml day-3 20m --rooms jury --tell --yes --simulate --now";
    let told = stage.run(&format!("{slip} {NOW}")).exits(0).fits();
    insta::assert_snapshot!("slip_tell", told.stdout);
}
