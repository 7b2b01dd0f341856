//! How `check` shows what it finds.

use std::path::Path;

use crate::stage::{Ran, Stage, ran};

#[test]
fn ten_mistakes_are_shown_at_once_each_with_its_place_and_a_hint() {
    let mistakes = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/mistakes");
    let ran = Stage::of(&mistakes).run("check event.yaml").exits(2).fits();
    insta::assert_snapshot!(ran);
}

#[test]
fn the_examples_are_fine() {
    for (example, sentence) in [
        (
            "innovation-challenge",
            "event.yaml is fine: 69 people, 12 rooms, 44 meetings, 18 cues.\n",
        ),
        ("workshop", "event.yaml is fine: "),
    ] {
        let ran = Stage::with(example).run("check event.yaml").exits(0).fits();
        assert!(ran.stdout.starts_with(sentence), "{ran}");
        assert_eq!(ran.stderr, "");
    }
}

#[test]
fn findings_can_be_listened_to() {
    let stage = Stage::with("workshop");
    stage.change(
        "event.yaml",
        "timezone: Europe/Paris",
        "timezone: Europe/Pari",
    );
    let mut command = stage.command("check event.yaml");
    let ran = crate::stage::ran(command.env("NO_GRAPHICS", "1")).exits(2);
    assert!(ran.stderr.contains("Europe/Paris"), "{ran}");
    assert!(!ran.stderr.contains('─'), "{ran}");
}

#[test]
fn a_line_that_is_too_long_is_shown_around_the_mistake() {
    let stage = Stage::with("workshop");
    let long = "timezone: Europe/Paris # ".to_owned() + &"and so on ".repeat(60);
    stage.change(
        "event.yaml",
        "timezone: Europe/Paris",
        &long.replace("Paris", "Pari"),
    );
    stage
        .run("check event.yaml")
        .exits(2)
        .fits()
        .says("│ timezone: Europe/Pari # and so on");
}

/// One word, such as a path, and a command to copy stay whole; all else keeps to the columns.
#[test]
fn at_20_columns_sentences_and_excerpts_keep_to_them_and_a_plan_to_40() {
    let stage = Stage::with("innovation-challenge");
    let at_20 = |line: &str| ran(stage.command(line).env("COLUMNS", "20"));
    let keep_to = |columns: usize, ran: &Ran| {
        for line in ran.stdout.lines().chain(ran.stderr.lines()) {
            let wide = console::measure_text_width(line) > columns;
            let stays_whole =
                line.split_whitespace().count() == 1 || line.starts_with("Next: showcaller ");
            assert!(!wide || stays_whole, "{line:?} of {ran}");
        }
    };
    keep_to(20, &at_20("check event.yaml").exits(0));
    keep_to(20, &at_20("plan event.yml --simulate").exits(2));
    keep_to(40, &at_20("plan event.yaml --simulate").exits(0));
    keep_to(40, &at_20("apply event.yaml --simulate --yes").exits(0));
    stage.change("event.yaml", "16:30-17:30", "16:45-17:xx");
    stage.change("event.yaml", "rooms: [jury]", "rooms: [jruy]");
    keep_to(20, &at_20("check event.yaml").exits(2));
}
