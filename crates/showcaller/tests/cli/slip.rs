//! `slip` as an operator sees it, on the built-in simulator.

use crate::stage::Stage;

/// The third day of the reference event, a quarter past nine: the opening overruns.
#[test]
fn a_slip_of_twenty_minutes_on_the_third_day() {
    let stage = Stage::with("innovation-challenge");
    stage.run("apply event.yaml --simulate --yes").exits(0);
    let slip = "slip event.yaml day-3 20m --simulate --now 2027-10-08T09:15:00+02:00 --yes";
    insta::assert_snapshot!("slip", stage.run(slip).exits(0).fits());
    insta::assert_snapshot!(
        "slip_plan",
        stage.run("plan event.yaml --simulate").exits(0).fits()
    );
    let earlier = "slip event.yaml day-3 -10m --from 15:00 --rooms jury --simulate --yes --after 1";
    insta::assert_snapshot!("slip_back", stage.run(earlier).exits(0).fits());
    let undo = "slip event.yaml --undo 1 --simulate --yes";
    insta::assert_snapshot!("slip_undo", stage.run(undo).exits(0).fits());
    stage
        .run("plan event.yaml --simulate --full --exit-code")
        .exits(0);
    let asked = "ask event.yaml agenda --in jury --at 2027-10-08T09:20 --simulate";
    let answer = stage.run(asked).exits(0);
    assert!(answer.stdout.contains("15:10"), "{answer}");
}

#[test]
fn mistakes_say_what_to_write_instead() {
    let stage = Stage::with("workshop");
    let slip = |words: &str| stage.run(&format!("slip event.yaml {words} --simulate"));
    let not_applied = slip("friday 15m --yes").exits(2);
    assert!(
        not_applied.stderr.contains("showcaller apply"),
        "{not_applied}"
    );
    stage.run("apply event.yaml --simulate --yes").exits(0);
    for (words, said) in [
        ("never 15m --yes", "its days are"),
        ("never 15x --yes", "write it like 15m"),
        ("detach tastign", "did you mean `tasting`?"),
        ("--undo 7 --yes", "--list shows them"),
    ] {
        let ran = slip(words).exits(2);
        assert!(ran.stderr.contains(said), "{words}: {ran}");
    }
    let nothing = slip("--list").exits(0);
    assert_eq!(nothing.stdout, "Nothing has slipped.\n");
}

#[test]
fn nobody_moves_a_day_without_being_asked() {
    let stage = Stage::with("innovation-challenge");
    stage.run("apply event.yaml --simulate --yes").exits(0);
    let ran = stage.run("slip event.yaml day-3 20m --simulate").exits(2);
    assert!(ran.stderr.contains("add --yes"), "{ran}");
    let list = stage.run("slip event.yaml --list --simulate").exits(0);
    assert_eq!(list.stdout, "Nothing has slipped.\n");
}

#[test]
fn a_meeting_is_run_by_hand_and_given_back() {
    let stage = Stage::with("innovation-challenge");
    stage.run("apply event.yaml --simulate --yes").exits(0);
    stage
        .run("slip event.yaml detach closing/day-3 --simulate")
        .exits(0);
    let slip = "slip event.yaml day-3 20m --simulate --yes";
    let ran = stage.run(slip).exits(0).fits();
    assert!(
        ran.stdout
            .contains("Day 3 - Closing and celebration: run by hand"),
        "{ran}"
    );
    stage
        .run("slip event.yaml attach closing/day-3 --simulate")
        .exits(0);
}

#[test]
fn a_second_slip_within_ten_minutes_is_not_made_unasked() {
    let stage = Stage::with("innovation-challenge");
    stage.run("apply event.yaml --simulate --yes").exits(0);
    let slip = "slip event.yaml day-3 15m --simulate --yes";
    stage.run(slip).exits(0);
    let second = stage.run(slip).exits(4).fits();
    assert!(second.stdout.contains("this comes on top."), "{second}");
    assert!(second.stderr.contains("add --after 1"), "{second}");
    stage.run(&format!("{slip} --after 1")).exits(0);
    stage.run(&format!("{slip} --after 1")).exits(4);
    stage
        .run("slip event.yaml --undo 1 --rooms jury --simulate --yes")
        .exits(2);
    let detach = "slip event.yaml detach closing/day-3 --from 15:00 --simulate";
    let ran = stage.run(detach).exits(2);
    assert!(ran.stderr.contains("--from, --rooms and --after"), "{ran}");
}
