//! `--keep ADDRESS` and `--repair ADDRESS`.

use serde_json::Value;

use crate::stage::Stage;

const WORLD: &str = ".showcaller/event.simulated-world.json";

/// The workshop, applied, and its meeting renamed by hand.
fn renamed() -> Stage {
    let stage = Stage::with("workshop");
    stage.run("apply event.yaml --simulate --yes").exits(0);
    stage.change(WORLD, "Tasting, all together", "Tasting and talk");
    stage
}

#[test]
fn what_is_kept_stays_until_it_is_to_be_repaired() {
    let stage = renamed();
    let ran = stage
        .run("apply event.yaml --simulate --yes --keep meeting/tasting")
        .exits(0)
        .fits();
    insta::assert_snapshot!("kept", ran);
    let ran = stage
        .run("plan event.yaml --simulate --full --verbose --exit-code")
        .exits(0)
        .fits();
    insta::assert_snapshot!("still_kept", ran);
    let sheet = stage.run("runsheet event.yaml --simulate").exits(0);
    assert!(sheet.stdout.contains("Tasting and talk"), "{sheet}");
    sheet.says("shown as kept on Webex, not as in the event file: tasting");
    stage
        .run("apply event.yaml --simulate --yes --repair all")
        .exits(0);
    let world = stage.read(WORLD);
    assert!(world.contains("Tasting, all together"));
    let sheet = stage.run("runsheet event.yaml --simulate").exits(0);
    assert!(sheet.stdout.contains("Tasting, all together"), "{sheet}");
}

#[test]
fn a_plan_keeps_nothing_by_itself() {
    let stage = renamed();
    stage
        .run("plan event.yaml --simulate --exit-code --keep meeting/tasting")
        .exits(0);
    stage.run("plan event.yaml --simulate --exit-code").exits(3);
}

#[test]
fn an_address_that_does_not_differ_cannot_be_kept() {
    let stage = renamed();
    let keep = |address: &str| stage.run(&format!("plan event.yaml --simulate --keep {address}"));
    keep("meeting/tastin")
        .exits(2)
        .fits()
        .says("did you mean `meeting/tasting`?");
    keep("room/kitchen")
        .exits(2)
        .says("there is nothing to keep");
    stage
        .run("apply event.yaml --simulate --yes --repair meeting/tastin")
        .exits(2)
        .says("there is nothing to undo");
    assert!(
        stage.read(WORLD).contains("Tasting and talk"),
        "nothing was changed"
    );
}

#[test]
fn the_same_command_may_repair_what_it_has_repaired_already() {
    let stage = renamed();
    for flag in ["--keep", "--keep", "--repair", "--repair"] {
        stage
            .run(&format!(
                "apply event.yaml --simulate --yes {flag} meeting/tasting"
            ))
            .exits(0)
            .fits();
    }
    assert!(stage.read(WORLD).contains("Tasting, all together"));
}

#[test]
fn what_the_plan_offers_to_keep_can_be_kept() {
    let stage = Stage::with("workshop");
    let more = "    password: Camembert-2027\n  \
                selling: { title: How to sell, time: \"14:00-15:00\", rooms: [kitchen] }\n  \
                talk: { title: Questions, time: \"15:00-16:00\", rooms: [kitchen], password: Brie-2027 }\n";
    stage.change("event.yaml", "    password: Camembert-2027\n", more);
    stage.run("apply event.yaml --simulate --yes").exits(0);
    stage.change(WORLD, "Tasting, all together", "Tasting and talk");
    stage.change(WORLD, "Behind the counter", "The counter");
    stage.change(WORLD, "Brie-2027", "Epoisses-2027");
    let mut world: Value = serde_json::from_str(&stage.read(WORLD)).expect("JSON");
    let meetings = world["world"]["meetings"].as_object_mut();
    let meetings = meetings.expect("meetings");
    meetings.retain(|_, meeting| !meeting.to_string().contains("How to sell"));
    stage.write(WORLD, &world.to_string());

    let plan = "plan event.yaml --simulate";
    let ran = stage.run(plan).exits(0).fits();
    let (_, moved) = ran.stdout.split_once("Changed on Webex\n").expect("moved");
    let (moved, _) = moved.split_once("\n\n").expect("an end");
    insta::assert_snapshot!(moved, @"
    2 changes repair what was changed on Webex by hand; --keep ADDRESS leaves one:
        «Tasting, all together»: title was «Tasting, all together», is «Tasting
          and talk» (meeting/tasting)
        «Behind the counter»: title was «Behind the counter», is «The counter»
          (room/back-office)
    Somebody changed this on Webex as well:
        «How to sell»: taken away (meeting/selling)
        «Questions»: password was (hidden), is (hidden) (meeting/talk)
    ");
    for address in ["meeting/tasting", "room/back-office"] {
        stage.run(&format!("{plan} --keep {address}")).exits(0);
    }
    for address in ["meeting/selling", "meeting/talk"] {
        stage.run(&format!("{plan} --keep {address}")).exits(2);
    }
}
