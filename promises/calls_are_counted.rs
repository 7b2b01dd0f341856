//! What it costs: a look at what is as it should be is cheap, a change costs its own calls and no
//! more, and the plan says beforehand how many.

use std::collections::BTreeMap;
use std::sync::Arc;

use http::Method;
use showcaller_engine::Report;
use showcaller_event::Event;
use showcaller_plan::{Budget, Owner, Wishes};

use crate::files::{Files, fair};
use crate::stage::{Stage, every_flag};
use crate::wire::{Sent, Wire};

fn reference() -> Files {
    Files::of_example("innovation-challenge")
}

/// Applies; what the plan announced, what was sent meanwhile, and what each owner really asked.
async fn applied(
    stage: &mut Stage,
    event: &Event,
    wishes: &Wishes,
) -> (Budget, Vec<Sent>, BTreeMap<Owner, usize>) {
    let outlook = stage.look(event, wishes).await;
    let budget = outlook.plan.budget.clone();
    let untouched = Arc::clone(&stage.transport);
    let wire = Wire::listening(&untouched);
    stage.transport = wire.clone();
    let before = calls_by_owner(stage, event);
    let report: Report = stage.apply_outlook(event, outlook).await;
    let after = calls_by_owner(stage, event);
    stage.transport = untouched;
    assert!(report.is_complete(), "{report:#?}");
    let made = after
        .into_iter()
        .map(|(owner, calls)| {
            let earlier = before.get(&owner).copied().unwrap_or(0);
            (owner, calls - earlier)
        })
        .filter(|(_, calls)| *calls > 0)
        .collect();
    (budget, wire.sent(), made)
}

/// What Webex counted so far, by owner.
fn calls_by_owner(stage: &Stage, event: &Event) -> BTreeMap<Owner, usize> {
    let world = stage.simulator.world();
    let calls = world["calls"].as_array().expect("calls");
    let of = |email: &str| {
        let own = calls.iter().filter(|call| call["owner"] == email);
        own.count()
    };
    let hosts = event.webex.hosts.iter().map(|host| {
        let owner = Owner::Host(host.email.clone());
        (owner, of(host.email.as_str()))
    });
    hosts
        .chain([(Owner::Bot, of(showcaller_rehearsal::BOT))])
        .collect()
}

#[tokio::test]
async fn a_look_at_the_reference_event_is_cheap_and_a_change_costs_itself() {
    let files = reference();
    let event = files.event();
    let mut stage = Stage::before(&event).await;
    let (budget, _, made) = applied(&mut stage, &event, &Wishes::default()).await;
    assert_eq!(budget.calls, made, "the plan said how many calls");

    let (outlook, calls) = stage.calls_of(stage.look(&event, &Wishes::default())).await;
    assert!(outlook.plan.is_empty(), "{:#?}", outlook.plan.steps);
    assert!(calls <= 25, "{calls} calls for nothing to do");
    let (plan, calls) = stage.calls_of(stage.full_plan(&event)).await;
    assert!(plan.is_empty(), "{:#?}", plan.steps);
    assert!(calls <= 80, "{calls} calls with everything looked at");

    let renamed = files.clone().edited("title: Jury,", "title: The jury,");
    let (budget, sent, made) = applied(&mut stage, &renamed.event(), &Wishes::default()).await;
    assert_eq!(budget.calls, made);
    let [only] = sent.as_slice() else {
        panic!("a rename is one call: {sent:#?}");
    };
    assert_eq!(only.method, Method::PUT);

    let moved = renamed.edited("\"13:15-14:00\"", "\"13:20-14:10\"");
    let (budget, sent, made) = applied(&mut stage, &moved.event(), &Wishes::default()).await;
    assert_eq!(budget.calls, made);
    let [only] = sent.as_slice() else {
        panic!("a move is one call: {sent:#?}");
    };
    assert_eq!(only.method, Method::PATCH);
}

#[tokio::test]
async fn the_plan_announces_every_call_of_a_change_of_everything() {
    let files = fair();
    let mut stage = Stage::before(&files.event()).await;
    let (budget, _, made) = applied(&mut stage, &files.event(), &every_flag()).await;
    assert_eq!(budget.calls, made);

    let changed = files
        .clone()
        .edited("title: Crew,", "title: The crew,")
        .edited("\"14:00-15:00\"", "\"14:20-15:30\"")
        .edited("    announcement-only: true\n", "")
        .edited("      Board: \"{{ team.links.board }}\"\n", "")
        .edited("boards.example.com/red", "boards.example.com/scarlet")
        .people_edited("Ria Long,red,participant", "Ria Long,red,coach")
        .people_edited("Cyril Blue,blue,coach", "Cyril Blue,,jury")
        .people_edited("otto@example.com,Otto Sand,,organiser\n", "");
    for event in [changed.event(), files.event()] {
        let (budget, _, made) = applied(&mut stage, &event, &every_flag()).await;
        assert_eq!(budget.calls, made);
        assert!(!made.is_empty());
        let (budget, sent, made) = applied(&mut stage, &event, &every_flag()).await;
        assert_eq!((budget.calls.len(), sent.len(), made.len()), (0, 0, 0));
    }
}

/// Webex keeps to its documented pace from the first call on, as after a run that used up the minute.
#[tokio::test]
async fn an_apply_takes_about_as_long_as_the_plan_said() {
    let event = reference().event();
    let rate = "300/min burst 1".parse().expect("a rate");
    let stage = Stage::with(&event, |config| config.rate = Some(rate)).await;
    let outlook = stage.look(&event, &Wishes::default()).await;
    let seconds = outlook.plan.budget.seconds;
    let begun = stage.now();
    assert!(stage.apply_outlook(&event, outlook).await.is_complete());
    let took = stage.now().duration_since(begun).as_secs().unsigned_abs();
    assert_eq!(seconds, 32);
    // To find out the pace takes a few refusals.
    assert!((seconds..=seconds * 3 / 2).contains(&took), "{took} s");
}
