//! Promise 1: the plan after apply is empty, with everything looked at.

use showcaller_event::Event;
use showcaller_plan::Wishes;

use crate::files::Files;
use crate::random::{Sketch, check, events};
use crate::stage::{Stage, example};
use crate::world::World;

/// What is not as promised, in words.
async fn trouble(event: &Event) -> Result<(), String> {
    let stage = Stage::with(event, |config| {
        config.meeting_quota = None;
        config.rate = None;
    })
    .await;
    let outlook = stage.look(event, &Wishes::default()).await;
    let plan = &outlook.plan;
    if (plan.held.len(), plan.cannot.len()) != (0, 0) {
        return Err(format!("first: {:#?} {:#?}", plan.held, plan.cannot));
    }
    let report = stage.apply_outlook(event, outlook).await;
    if !report.is_complete() || !report.warnings.is_empty() {
        return Err(format!("{report:#?}"));
    }
    let differences = World::new(stage.simulator.world()).differences(event);
    if !differences.is_empty() {
        return Err(format!("{differences:#?}"));
    }
    let plan = stage.full_plan(event).await;
    let left = (&plan.steps, &plan.held, &plan.cannot, &plan.vanished);
    if left != (&vec![], &vec![], &vec![], &vec![]) {
        return Err(format!("{left:#?}"));
    }
    if !plan.unseen.is_empty() || !plan.adoptions.is_empty() {
        return Err(format!("{:?} {:?}", plan.unseen, plan.adoptions));
    }
    Ok(())
}

#[tokio::test]
async fn for_the_reference_event() {
    trouble(&example("innovation-challenge"))
        .await
        .expect("an empty plan");
}

#[tokio::test]
async fn for_the_other_examples() {
    for name in ["workshop", "summer-school"] {
        trouble(&example(name)).await.expect("an empty plan");
    }
}

#[test]
fn for_random_events() {
    check(48, events(), async |sketch: Sketch| {
        trouble(&sketch.event(0)?).await
    });
}

const NEWS: &str = "event: small\ntitle: Small\ntimezone: UTC\npeople: people.csv\n\
                    webex: { hosts: { events@example.com: {} } }\n\
                    days: { monday: { title: Monday, date: 2027-10-04 } }\nrooms:\n  news: { \
                    title: News, members: [everyone]MORE }\n";

#[tokio::test]
async fn after_a_room_for_announcements_is_unlocked() {
    let event = |more: &str| {
        let people = "email,name,role\nann@example.com,Ann,mc\nbo@example.com,Bo,\n".to_owned();
        let yaml = NEWS.replace("MORE", more);
        let yaml = yaml.replace("webex: {", "webex: { members: [mc],");
        Files { yaml, people }.event()
    };
    let before = event(", moderators: [mc], announcement-only: true");
    let stage = Stage::before(&before).await;
    stage.apply(&before, &Wishes::default()).await;
    let after = event("");
    let report = stage.apply(&after, &Wishes::default()).await;
    assert!(report.is_complete(), "{report:#?}");
    let world = World::new(stage.simulator.world());
    assert_eq!(world.differences(&after), Vec::<String>::new());
    assert!(stage.full_plan(&after).await.is_empty());
}

#[tokio::test]
async fn after_a_room_gets_another_name_and_loses_its_description() {
    let event = |name: &str, more: &str| {
        let people = "email,name\nann@example.com,Ann\n".to_owned();
        let yaml = NEWS.replace("news:", name).replace("MORE", more);
        Files { yaml, people }.event()
    };
    let before = event("news:", ", description: What is new");
    let stage = Stage::before(&before).await;
    stage.apply(&before, &Wishes::default()).await;
    let after = event("headlines:", ", previously: news");
    stage.apply(&after, &Wishes::default()).await;
    let world = World::new(stage.simulator.world());
    assert_eq!(world.differences(&after), Vec::<String>::new());
    assert!(stage.full_plan(&after).await.is_empty());
}

#[tokio::test]
async fn after_a_public_room_becomes_a_private_one_for_announcements() {
    let event = |more: &str| {
        let people = "email,name,role\nann@example.com,Ann,mc\nbo@example.com,Bo,\n".to_owned();
        let yaml = NEWS.replace("MORE", more);
        Files { yaml, people }.event()
    };
    let before = event(", moderators: [mc], public: true, description: For all");
    let stage = Stage::before(&before).await;
    stage.apply(&before, &Wishes::default()).await;
    let after = event(", moderators: [mc], announcement-only: true, description: For us");
    let report = stage.apply(&after, &Wishes::default()).await;
    assert!(report.is_complete(), "{report:#?}");
    let world = World::new(stage.simulator.world());
    assert_eq!(world.differences(&after), Vec::<String>::new());
    assert!(stage.full_plan(&after).await.is_empty());
}
