//! `plan --save FILE`, and `apply FILE`.

use crate::stage::Stage;

const WORLD: &str = ".showcaller/event.simulated-world.json";

fn saved() -> Stage {
    let stage = Stage::with("workshop");
    stage
        .run("plan event.yaml --simulate --save first.plan")
        .exits(0)
        .fits()
        .says("Written: first.plan");
    stage
}

#[test]
fn a_saved_plan_is_applied_exactly_and_once() {
    let stage = saved();
    let ran = stage.run("apply first.plan --yes").exits(0).fits();
    assert!(ran.stdout.contains("Done: all"), "{ran}");
    stage
        .run("plan event.yaml --simulate --full --exit-code")
        .exits(0);
    stage
        .run("apply first.plan --yes")
        .exits(4)
        .says("somebody has applied the event since the plan was saved: nothing was changed");
    // An empty plan can be saved and applied, too.
    stage
        .run("plan event.yaml --simulate --save first.plan")
        .exits(0);
    stage.run("apply first.plan --yes").exits(0);
}

#[test]
fn a_plan_and_its_event_may_be_moved_together() {
    let stage = Stage::with("workshop");
    std::fs::create_dir(stage.path("plans")).unwrap();
    stage
        .run("plan event.yaml --simulate --save plans/first")
        .exits(0);
    std::fs::create_dir(stage.path("elsewhere")).unwrap();
    for name in ["event.yaml", "people.csv", ".showcaller", "plans"] {
        std::fs::rename(stage.path(name), stage.path("elsewhere").join(name)).unwrap();
    }
    stage.run("apply elsewhere/plans/first --yes").exits(0);
}

#[test]
fn another_event_file_is_refused() {
    let stage = saved();
    stage.change("event.yaml", "Tasting, all together", "Tasting");
    let ran = stage.run("apply first.plan --yes").exits(4).fits();
    ran.says("the event file or its roster has changed");
    stage.change(
        "event.yaml",
        "event: cheese-workshop",
        "event: wine-workshop",
    );
    let ran = stage.run("apply first.plan --yes");
    ran.exits(2).says("saved for another event");
    std::fs::remove_file(stage.path("event.yaml")).unwrap();
    stage
        .run("apply first.plan --yes")
        .exits(2)
        .says("event.yaml cannot be read");
}

#[test]
fn a_webex_that_has_moved_is_refused_and_said() {
    let stage = saved();
    stage.run("apply event.yaml --simulate --yes").exits(0);
    stage.change("event.yaml", "The kitchen", "The big kitchen");
    stage.change("event.yaml", "Tasting, all together", "Tasting");
    stage
        .run("plan event.yaml --simulate --save second.plan")
        .exits(0);
    stage.change(WORLD, "Tasting, all together", "Tasting");
    stage.change(WORLD, "Behind the counter", "The back room");
    let ran = stage.run("apply second.plan --yes").exits(4).fits();
    insta::assert_snapshot!(ran);
    assert!(
        stage.read(WORLD).contains("The back room"),
        "nothing was changed"
    );
}

#[test]
fn what_was_to_be_kept_and_is_gone_is_a_webex_that_has_moved() {
    let stage = saved();
    stage.run("apply event.yaml --simulate --yes").exits(0);
    stage.change(WORLD, "Tasting, all together", "Tasting");
    stage
        .run("plan event.yaml --simulate --keep meeting/tasting --save kept.plan")
        .exits(0);
    stage.change(WORLD, "\"Tasting\"", "\"Tasting, all together\"");
    let ran = stage.run("apply kept.plan --yes").exits(4).fits();
    ran.says("Webex is no longer as it was when the plan was saved");
}

#[test]
fn what_is_no_saved_plan_is_told_apart() {
    let stage = saved();
    let text = stage.read("first.plan");
    stage.write("half.plan", &text[..text.len() / 2]);
    stage.write("edited.plan", &text.replace("The kitchen", "The cellar"));
    let newer = "showcaller-saved-plan/2";
    stage.write(
        "newer.plan",
        &text.replace("showcaller-saved-plan/1", newer),
    );
    let json = stage
        .run("plan event.yaml --simulate --format json")
        .exits(0);
    stage.write("json.plan", &json.stdout);
    for (name, words) in [
        ("half.plan", "it is damaged, or somebody has edited it"),
        ("edited.plan", "it is damaged, or somebody has edited it"),
        ("newer.plan", "it was saved by a newer Showcaller"),
        ("json.plan", "it is a plan for programs to read"),
    ] {
        let ran = stage.run(&format!("apply {name} --yes"));
        ran.exits(2).says(words).fits();
    }
}

#[test]
fn a_saved_plan_carries_its_own_flags() {
    let stage = saved();
    for flag in ["--remove", "--full", "--recreate all", "--wait"] {
        let ran = stage.run(&format!("apply first.plan --yes {flag}"));
        ran.exits(2).says("a saved plan is applied as it is").fits();
    }
}

#[test]
fn saving_replaces_plans_and_nothing_else() {
    let stage = saved();
    stage
        .run("plan event.yaml --simulate --save event.yaml")
        .exits(2)
        .says("event.yaml exists and is no saved plan");
    stage
        .run("plan event.yaml --simulate --save first.plan")
        .exits(0);
}

#[cfg(unix)]
#[test]
fn a_saved_plan_is_for_its_owner_alone_and_holds_no_password() {
    use std::os::unix::fs::PermissionsExt as _;
    let stage = saved();
    let mode = stage.path("first.plan").metadata().unwrap().permissions();
    assert_eq!(mode.mode() & 0o777, 0o600);
    assert!(!stage.read("first.plan").contains("Camembert-2027"));
    stage.run("apply first.plan --yes").exits(0);
    let world = stage.read(WORLD);
    assert!(world.contains("Camembert-2027"), "it was set all the same");
}
