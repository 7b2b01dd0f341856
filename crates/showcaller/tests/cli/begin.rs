//! `new`: from an empty folder to an event that can be applied.

use crate::stage::Stage;

#[test]
fn what_new_writes_is_checked_and_applied_without_a_change() {
    let stage = Stage::empty();
    let ran = stage.run("new my-event").exits(0).fits();
    insta::assert_snapshot!(ran);
    let ran = stage.run("check my-event/event.yaml").exits(0);
    assert_eq!(ran.stderr, "");
    stage
        .run("apply my-event/event.yaml --simulate --yes")
        .exits(0)
        .fits();
    stage
        .run("plan my-event/event.yaml --simulate --full --exit-code")
        .exits(0);
}

#[test]
fn the_first_line_names_a_schema_that_is_there() {
    let stage = Stage::empty();
    stage.run("new my-event").exits(0);
    let event = stage.read("my-event/event.yaml");
    let first = event.lines().next().unwrap();
    let name = first
        .strip_prefix("# yaml-language-server: $schema=")
        .unwrap();
    let schema: serde_json::Value =
        serde_json::from_str(&stage.read(&format!("my-event/{name}"))).unwrap();
    assert_eq!(schema["type"], "object");
}

#[test]
fn nothing_is_overwritten() {
    let stage = Stage::with("workshop");
    let before = stage.read("event.yaml");
    let ran = stage.run("new .").exits(2);
    assert!(
        ran.stderr
            .contains(". holds event.yaml and people.csv already"),
        "{ran}"
    );
    assert_eq!(stage.read("event.yaml"), before);
    assert!(!stage.path(".gitignore").exists());
    stage
        .run("new event.yaml")
        .exits(2)
        .says("event.yaml is a file, not a folder");
}

#[test]
fn a_folder_with_other_things_in_it_will_do() {
    let stage = Stage::empty();
    stage.write("README.md", "mine");
    stage.run("new .").exits(0);
    assert_eq!(stage.read("README.md"), "mine");
    stage.run("check event.yaml").exits(0);
}
