//! The help, and completions.

use crate::stage::Stage;

#[test]
fn the_help_says_what_there_is_and_how_to_begin() {
    let ran = Stage::empty().run("--help").exits(0).fits();
    insta::assert_snapshot!(ran);
}

#[test]
fn every_commands_help_fits_on_a_terminal() {
    let stage = Stage::empty();
    for command in [
        "new",
        "check",
        "plan",
        "apply",
        "serve",
        "ask",
        "runsheet",
        "calendar",
        "rehearse",
        "report",
        "record",
        "ledger",
        "ledger backup",
        "ledger restore",
        "ledger show",
        "simulator",
    ] {
        for flag in ["-h", "--help"] {
            let ran = stage.run(&format!("{command} {flag}")).exits(0).fits();
            assert!(ran.stdout.contains("Usage: showcaller"), "{ran}");
        }
    }
}

#[test]
fn a_shell_can_complete_every_command() {
    let script = Stage::empty().run("completions bash").exits(0).stdout;
    assert!(script.contains("runsheet") && script.contains("--for-attendees"));
}

#[test]
fn a_misspelt_command_is_recognised() {
    Stage::empty()
        .run("runshet event.yaml")
        .exits(2)
        .says("runsheet");
}
