//! How `check` shows what it finds.

use std::path::Path;

use crate::stage::Stage;

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
