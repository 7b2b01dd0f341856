//! `--tell` as an operator sees it, and what the rooms then have.

use crate::stage::{Ran, Stage};

/// The second day of the reference event, and its third.
const SECOND_DAY: &str = "2027-10-07T09:15:00+02:00";
const THIRD_DAY: &str = "2027-10-08T09:15:00+02:00";

fn applied() -> Stage {
    let stage = Stage::with("innovation-challenge");
    stage.run("apply event.yaml --simulate --yes").exits(0);
    stage
}

fn tells(stage: &Stage) -> Ran {
    stage.run(&format!(
        "apply event.yaml --simulate --yes --tell --now {SECOND_DAY}"
    ))
}

#[test]
fn a_programme_that_changes_is_told_where_it_changes() {
    let stage = applied();
    let quiet = tells(&stage).exits(0);
    assert!(quiet.stdout.contains("none is told"), "{quiet}");
    // The last closing is later, the jury's briefing is cancelled and its meeting called otherwise, and the
    // coaches look back.
    stage.change("event.yaml", "16:30-17:30", "16:45-17:45");
    stage.change(
        "event.yaml",
        "title: Jury deliberation",
        "title: The jury decides",
    );
    stage.change(
        "event.yaml",
        "  jury-briefing: { day: day-2, title: Jury briefing, time: \"14:30-15:15\", rooms: [jury] }\n",
        "  retro: { day: day-2, title: Looking back, time: \"18:20-18:30\", rooms: [coaches] }\n",
    );
    let heard = tells(&stage).exits(3).fits();
    insta::assert_snapshot!("apply_tell", heard.stdout);
    let again = tells(&stage).exits(3);
    assert!(again.stdout.contains("none is told"), "{again}");
}

#[test]
fn a_slip_is_told_to_those_whom_it_moves() {
    let stage = applied();
    let slip = "slip event.yaml day-3 20m --rooms jury --tell --yes --simulate --now";
    let heard = stage.run(&format!("{slip} {THIRD_DAY}")).exits(0).fits();
    insta::assert_snapshot!("slip_tell", heard.stdout);
}
