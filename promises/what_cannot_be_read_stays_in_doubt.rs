//! An operation that another build of Showcaller wrote, and that this one cannot read, is in doubt, never
//! nothing: what it may have made is not made a second time, and the plan tells of it.

use jiff::SignedDuration;
use serde_json::json;
use showcaller_event::Event;
use showcaller_event::model::Address;
use showcaller_ledger::{Body, NewOperation, OperationKind};
use showcaller_plan::{HeldReason, Recreate, Wishes};

use crate::files::Files;
use crate::stage::{Stage, every_flag};

const ROOM: &str = "room/kitchen";

/// A workshop whose first run died in another build, while it made a room.
async fn left_by_another_build(address: &str, body: Body) -> (Stage, Event) {
    let event = Files::of_example("workshop").event();
    let stage = Stage::before(&event).await;
    let operation = NewOperation {
        run: "1".to_owned(),
        address: address.to_owned(),
        verb: "create-room".to_owned(),
        body,
        owner: "bot".to_owned(),
        creation_host: None,
        at: stage.now(),
    };
    stage.ledger.begin(&operation).await.expect("a ledger");
    (stage, event)
}

fn bodies() -> [Body; 2] {
    let newer = Body::new(2, &json!({ "Room": { "title": "The kitchen" } })).expect("JSON");
    let damaged = Body::from(json!("not an action"));
    [newer, damaged]
}

fn passes(stage: &Stage, time: SignedDuration) {
    stage.clock.advance_to(stage.now() + time);
}

async fn is_open(stage: &Stage) -> bool {
    let open = stage.ledger.open_operations(OperationKind::Provision);
    !open.await.expect("a ledger").is_empty()
}

#[tokio::test]
async fn what_it_may_have_made_is_held_until_somebody_says_that_it_is_not_there() {
    for body in bodies() {
        let (stage, event) = left_by_another_build(ROOM, body).await;
        // Long after the settle window, too.
        for hours in [0, 1, 48] {
            passes(&stage, SignedDuration::from_hours(hours));
            let outlook = stage.look(&event, &every_flag()).await;
            let held = outlook
                .plan
                .held
                .iter()
                .find(|held| held.address.as_str() == ROOM);
            assert_eq!(held.map(|held| held.reason), Some(HeldReason::Unclear));
            stage.apply_outlook(&event, outlook).await;
            assert!(is_open(&stage).await, "after {hours} h");
        }
        let rooms = |stage: &Stage| {
            let world = stage.simulator.world();
            let rooms = world["rooms"].as_array().expect("rooms").iter();
            rooms.filter(|room| room["title"] == "The kitchen").count()
        };
        assert_eq!(rooms(&stage), 0);
        let named = Wishes {
            recreate: Recreate::These([Address::new(ROOM)].into()),
            ..every_flag()
        };
        let report = stage.apply(&event, &named).await;
        assert!(report.is_complete(), "{report:#?}");
        assert_eq!(rooms(&stage), 1);
        assert!(!is_open(&stage).await);
    }
}

#[tokio::test]
async fn what_the_file_no_longer_names_is_told_for_a_week() {
    for body in bodies() {
        let (stage, event) = left_by_another_build("room/cellar", body).await;
        for (days, told) in [(1, true), (5, true), (2, false)] {
            passes(&stage, SignedDuration::from_hours(24 * days));
            let outlook = stage.look(&event, &Wishes::default()).await;
            let notes = outlook.plan.notes.iter();
            let about = |note: &&showcaller_plan::Note| {
                note.address
                    .as_ref()
                    .is_some_and(|it| it.as_str() == "room/cellar")
            };
            let note = notes.clone().find(about);
            assert_eq!(note.is_some(), told, "after {days} more days");
            if let Some(note) = note {
                assert!(
                    note.sentence.contains("cannot be read"),
                    "{}",
                    note.sentence
                );
            }
            stage.apply_outlook(&event, outlook).await;
            assert_eq!(is_open(&stage).await, told);
        }
    }
}

#[tokio::test]
async fn it_is_waited_for_whatever_the_file_calls_it_today() {
    for body in bodies() {
        let (stage, _) = left_by_another_build(ROOM, body).await;
        let renamed = Files::of_example("workshop")
            .edited("  kitchen:\n", "  pantry:\n    previously: kitchen\n")
            .edited("to: [kitchen]", "to: [pantry]")
            .event();
        passes(&stage, SignedDuration::from_hours(1));
        let outlook = stage.look(&renamed, &every_flag()).await;
        let mut held = outlook.plan.held.iter();
        let held = held.find(|held| held.address.as_str() == "room/pantry");
        assert_eq!(held.map(|held| held.reason), Some(HeldReason::Unclear));
    }
}
