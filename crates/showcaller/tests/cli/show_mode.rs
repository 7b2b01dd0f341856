//! On a day in show mode nothing is applied by habit, and the show goes on.

use crate::stage::Stage;

/// The third day of the reference event, which is in show mode.
const SHOW: &str = "2027-10-08T09:15:00+02:00";

fn applied() -> Stage {
    let stage = Stage::with("innovation-challenge");
    stage.run("apply event.yaml --simulate --yes").exits(0);
    stage
}

#[test]
fn an_apply_needs_the_days_name() {
    let stage = applied();
    stage.change("event.yaml", "Jury deliberation", "Deliberation");
    let apply = |words: &str, now: &str| {
        stage.run(&format!("apply event.yaml --simulate {words} --now {now}"))
    };
    let refused = apply("--yes", SHOW).exits(4).fits();
    insta::assert_snapshot!(refused.stderr, @r"
    error: today is day-3, which is in show mode: to apply, its name must be typed
     hint: say --yes --day day-3; cues and slips go on without it
    ");
    apply("--yes --day day-2", SHOW)
        .exits(4)
        .says("say --yes --day day-3");
    // To take it out of the file is to change it.
    stage.change("event.yaml", ", show-mode: true", "");
    apply("--yes", SHOW).exits(4);
    apply("--yes --day day-3", SHOW).exits(0);
    apply("--yes", SHOW).exits(0);
}

#[test]
fn on_another_day_it_does_not() {
    let stage = applied();
    for now in ["2027-10-07T23:00:00+02:00", "2027-10-09T09:00:00+02:00"] {
        let apply = format!("apply event.yaml --simulate --yes --now {now}");
        stage.run(&apply).exits(0);
    }
}

#[test]
fn slips_and_cues_go_on() {
    let stage = applied();
    let on_the_day = |line: &str| stage.run(&format!("{line} --simulate --yes --now {SHOW}"));
    on_the_day("slip event.yaml day-3 20m").exits(0);
    on_the_day("cue event.yaml go general-session").exits(0);
}
