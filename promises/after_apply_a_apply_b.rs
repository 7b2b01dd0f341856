//! Promise 1, for events that change: after `apply A` and `apply B` with every flag, nothing is
//! left to do but what Webex cannot do, and the world is as B says.

use std::collections::BTreeSet;

use showcaller_event::Event;
use showcaller_event::model::Address;
use showcaller_plan::{Cannot, CannotReason, HeldReason, Plan};
use showcaller_simulator::{Account, AccountKind, Config};

use crate::random::{Story, check, stories};
use crate::stage::{Stage, every_flag};
use crate::world::World;

/// An empty Webex without limits, on which everybody of both events may host.
pub(crate) async fn stage_for(
    before: &Event,
    after: &Event,
    change: impl FnOnce(&mut Config),
) -> Stage {
    let later = showcaller_rehearsal::accounts(after);
    Stage::with(before, move |config| {
        config.meeting_quota = None;
        config.rate = None;
        config.accounts.extend(later);
        let people = before.people.iter().chain(&after.people);
        let people = people.map(|person| Account::host(person.email.as_str(), &person.name));
        config.accounts.extend(people);
        for account in &mut config.accounts {
            account.host_licence = account.kind == AccountKind::Person;
        }
        let mut seen = BTreeSet::new();
        config
            .accounts
            .retain(|account| seen.insert(account.email.clone()));
        change(config);
    })
    .await
}

/// What is held although every flag is given: only what the file protected.
pub(crate) fn only_protected(plan: &Plan) -> Result<(), String> {
    let other = plan
        .held
        .iter()
        .find(|held| held.reason != HeldReason::Protected);
    other.map_or(Ok(()), |held| Err(format!("{held:?}")))
}

/// What cannot be done is so for good, or there are not hosts enough for it, and says why.
pub(crate) fn only_for_good(plan: &Plan) -> Result<(), String> {
    let bad = |cannot: &&showcaller_plan::Cannot| {
        let excused = cannot.reason.is_for_good() || cannot.reason == CannotReason::DoubleBooked;
        !excused || cannot.sentence.len() < 20
    };
    plan.cannot
        .iter()
        .find(bad)
        .map_or(Ok(()), |cannot| Err(format!("{cannot:?}")))
}

async fn trouble(story: &Story) -> Result<(), String> {
    let (before, after) = (story.before.event(0)?, story.after.event(0)?);
    let stage = stage_for(&before, &after, |_| {}).await;
    let report = stage.apply(&before, &every_flag()).await;
    if !report.is_complete() {
        return Err(format!("before: {report:#?}"));
    }
    let outlook = stage.look(&after, &every_flag()).await;
    let change = outlook.plan.clone();
    let shown = || brief(&change);
    only_protected(&change).map_err(|held| format!("{held}\n{}", shown()))?;
    only_for_good(&change)?;
    let report = stage.apply_outlook(&after, outlook).await;
    if !report.is_complete() {
        return Err(format!("after: {report:#?}\n{}", shown()));
    }
    let rest = stage.look(&after, &every_flag()).await.plan;
    if !rest.steps.is_empty() {
        return Err(format!("left: {:#?}\nafter {}", rest.steps, shown()));
    }
    only_protected(&rest)?;
    only_for_good(&rest)?;
    let wrong = differences(&stage, &after, &rest).await;
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(format!("{wrong:#?}\n{}", shown()))
    }
}

/// The steps of a plan, a line each.
fn brief(plan: &Plan) -> String {
    let lines = plan.steps.iter().map(|step| {
        let action = format!("{:?}", step.action);
        let action: String = action.chars().take(160).collect();
        format!("  {}: {action}\n", step.address)
    });
    lines.collect()
}

/// Where the world is not as the event says, beside what the plan says that it cannot be.
pub(crate) async fn differences(stage: &Stage, after: &Event, rest: &Plan) -> Vec<String> {
    let rooms = after.rooms.iter().map(|room| Address::room(&room.key));
    let meetings = after
        .meetings
        .iter()
        .map(|meeting| Address::meeting(&meeting.key));
    let named: BTreeSet<Address> = rooms.chain(meetings).collect();
    let records = stage.ledger.resources().await.expect("the ledger");
    let protected = |address: &str| {
        let mut held = rest.held.iter().map(|held| &held.address);
        held.any(|held| held.as_str() == address && !named.contains(held))
    };
    let kept = records.iter().filter(|record| protected(&record.address));
    let kept = kept.map(|record| record.remote_id.clone()).collect();
    let mut wrong = World::without(stage.simulator.world(), &kept).differences(after);
    let held = rest.held.iter().map(|held| &held.address);
    let private = |cannot: &&Cannot| cannot.reason == CannotReason::PrivateForGood;
    let crowded = |cannot: &&Cannot| cannot.reason == CannotReason::DoubleBooked;
    let other = rest.cannot.iter();
    let other = other.filter(|cannot| !private(cannot) && !crowded(cannot));
    wrong.extend(other.map(|cannot| format!("{cannot:?}")));
    let private = rest.cannot.iter().filter(private);
    for address in held.chain(private.map(|cannot| &cannot.address)) {
        wrong.retain(|difference| {
            let excused = [": its host is", ": isPublic is"];
            let excused = excused
                .iter()
                .any(|part| difference.starts_with(&format!("{address}{part}")));
            !excused
        });
    }
    wrong
}

#[test]
fn for_random_changes_of_random_events() {
    check(64, stories(), async |story: Story| trouble(&story).await);
}
