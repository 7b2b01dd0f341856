//! Promise 3: a moved meeting keeps its identity.
//!
//! A move is one PATCH and the id stays; a link that Webex changes is followed in the same run; and
//! what must be made anew is a step of its own that somebody has to allow.

use std::collections::BTreeSet;
use std::sync::Arc;

use http::{Method, StatusCode};
use serde_json::Value;
use showcaller_engine::InForce;
use showcaller_event::Event;
use showcaller_event::model::{Address, MeetingKey};
use showcaller_plan::{Action, CannotReason, HeldReason, Plan, Recreate, Wishes};
use showcaller_simulator::Account;

use crate::by_hand::{Person, all, meeting_id, the};
use crate::files::{Files, fair};
use crate::stage::{Stage, switched};
use crate::wire::{Fate, Wire};

const HOST: &str = "events@example.com";
/// Has a licence too, and hosts nothing to begin with.
const SECOND: &str = "second@example.com";

async fn applied(event: &Event, settings: &[&str]) -> Stage {
    let switches = switched(settings.iter().copied());
    let stage = Stage::with(event, |config| {
        config.switches = switches;
        config.accounts.push(Account::host(SECOND, "Second"));
    })
    .await;
    let report = stage.apply(event, &Wishes::default()).await;
    assert!(report.is_complete(), "{report:#?}");
    stage
}

/// Applies a change and returns what was written, by method and path.
async fn writes_of(stage: &mut Stage, event: &Event) -> Vec<(Method, String)> {
    let untouched = Arc::clone(&stage.transport);
    let wire = Wire::listening(&untouched);
    stage.transport = wire.clone();
    let report = stage.apply(event, &Wishes::default()).await;
    stage.transport = untouched;
    assert!(report.is_complete(), "{report:#?}");
    let writes = wire.writes();
    writes
        .into_iter()
        .map(|sent| (sent.method, sent.path))
        .collect()
}

fn ids(stage: &Stage) -> BTreeSet<String> {
    let meetings = all(&stage.simulator, "meetings");
    let ids = meetings.iter().filter_map(|meeting| meeting["id"].as_str());
    ids.map(str::to_owned).collect()
}

fn assert_settled(plan: &Plan) {
    assert!(plan.is_empty(), "{:#?}", plan.steps);
    assert!(plan.held.is_empty() && plan.cannot.is_empty(), "{plan:#?}");
}

#[tokio::test]
async fn a_move_is_one_patch_and_the_id_stays() {
    let files = fair();
    let mut stage = applied(&files.event(), &[]).await;
    let before = ids(&stage);
    let table = meeting_id(&stage.simulator, "Jury table");
    let moved = files.edited("\"14:00-15:00\"", "\"14:20-15:30\"").event();
    let writes = writes_of(&mut stage, &moved).await;
    assert_eq!(writes, [(Method::PATCH, format!("/v1/meetings/{table}"))]);
    assert_eq!(ids(&stage), before);
    let shown = the(&stage.simulator, "meetings", "title", "Jury table");
    assert_eq!(shown["start"], "2027-04-06T13:20:00Z");
    assert_eq!(shown["end"], "2027-04-06T14:30:00Z");
    assert_settled(&stage.full_plan(&moved).await);
}

#[tokio::test]
async fn an_event_that_is_put_off_for_weeks_costs_one_patch_per_meeting() {
    let files = Files::of_example("innovation-challenge");
    let mut stage = applied(&files.event(), &[]).await;
    let before = ids(&stage);
    // Over the end of summer time, so that every offset changes too.
    let mut later = files;
    for (from, to) in [
        ("2027-10-01", "2027-11-05"),
        ("2027-10-06", "2027-11-10"),
        ("2027-10-07", "2027-11-11"),
        ("2027-10-08", "2027-11-12"),
    ] {
        later = later.edited(from, to);
    }
    let later = later.event();
    let writes = writes_of(&mut stage, &later).await;
    let distinct: BTreeSet<&String> = writes.iter().map(|(_, path)| path).collect();
    assert!(writes.iter().all(|(method, _)| method == Method::PATCH));
    assert_eq!((writes.len(), distinct.len()), (44, 44));
    assert_eq!(ids(&stage), before);
    let opening = the(&stage.simulator, "meetings", "title", "Day 2 - Opening");
    assert_eq!(opening["start"], "2027-11-11T08:00:00Z", "winter time now");
    assert_settled(&stage.full_plan(&later).await);
}

#[tokio::test]
async fn a_link_that_changes_is_followed_in_the_same_run() {
    let files = fair();
    let event = files.event();
    let stage = applied(&event, &["link-on-move=change"]).await;
    let red = MeetingKey::new("fitting/red");
    let known = InForce::draft(event.clone(), &stage.ledger).await;
    let known = known.expect("a ledger");
    let old = known.facts(&red).and_then(|facts| facts.link.clone());
    let old = old.expect("a link");
    let moved = files.edited("\"11:00-12:00\"", "\"11:30-12:30\"").event();
    let report = stage.apply(&moved, &Wishes::default()).await;
    assert!(report.is_complete(), "{report:#?}");

    let link = |world: &Value| world["webLink"].as_str().expect("a link").to_owned();
    let now = link(&the(&stage.simulator, "meetings", "title", "Red - Fitting"));
    assert_ne!(now, old.expose(), "the switch made Webex change it");
    let known = InForce::draft(moved.clone(), &stage.ledger).await;
    let known = known.expect("a ledger");
    let link = known.facts(&red).and_then(|facts| facts.link.clone());
    assert_eq!(link, Some(now.as_str().into()));

    let tabs = all(&stage.simulator, "roomTabs");
    let shown: Vec<&str> = tabs
        .iter()
        .filter_map(|tab| tab["contentUrl"].as_str())
        .collect();
    assert!(shown.contains(&now.as_str()), "{shown:?}");
    assert!(!shown.contains(&old.expose()), "{shown:?}");

    let mut rooms: Vec<(String, Vec<String>)> = report
        .link_changes
        .iter()
        .map(|change| {
            let rooms = change.rooms.iter().map(ToString::to_string).collect();
            (change.meeting.to_string(), rooms)
        })
        .collect();
    rooms.sort();
    assert_eq!(
        rooms,
        [
            ("fitting/blue".to_owned(), vec!["blue".to_owned()]),
            ("fitting/red".to_owned(), vec!["red".to_owned()]),
        ]
    );
    assert_settled(&stage.full_plan(&moved).await);
}

/// Two hosts, and the jury's meeting at the second one.
fn with_second_host(files: Files) -> Files {
    files
        .edited(
            "    events@example.com: { parallel: 4 }",
            "    events@example.com: { parallel: 4 }\n    second@example.com: { parallel: 4 }",
        )
        .edited(
            "    password: Cotton-2027-Loom\n",
            "    host: second@example.com\n",
        )
}

/// The fair whose jury meets at a generated password, so that keeping it is an achievement.
fn without_given_password() -> Files {
    fair().edited(
        "    password: Cotton-2027-Loom\n",
        "    host: events@example.com\n",
    )
}

fn moved_to_second_host() -> Files {
    with_second_host(fair())
}

fn recreating(address: &str) -> Wishes {
    let addresses = BTreeSet::from([Address::new(address)]);
    Wishes {
        recreate: Recreate::These(addresses),
        ..Wishes::default()
    }
}

#[tokio::test]
async fn another_host_is_one_red_step_that_somebody_must_allow() {
    let stage = applied(&without_given_password().event(), &[]).await;
    let old = the(&stage.simulator, "meetings", "title", "Jury table");
    let event = moved_to_second_host().event();

    let held = stage.full_plan(&event).await;
    assert!(held.is_empty(), "{:#?}", held.steps);
    let [only] = held.held.as_slice() else {
        panic!("one step is held: {:#?}", held.held);
    };
    assert_eq!(only.address, Address::new("meeting/jury-table"));
    assert_eq!(only.reason, HeldReason::Recreation);
    assert!(only.what.contains("new link"), "{}", only.what);

    let outlook = stage.look(&event, &recreating("meeting/jury-table")).await;
    assert!(
        matches!(outlook.plan.steps.as_slice(), [step] if matches!(step.action, Action::ReplaceMeeting { .. })),
        "{:#?}",
        outlook.plan.steps
    );
    let report = stage.apply_outlook(&event, outlook).await;
    assert!(report.is_complete(), "{report:#?}");
    assert_eq!(report.link_changes.len(), 1, "people are told");

    let new = the(&stage.simulator, "meetings", "title", "Jury table");
    assert_eq!(new["hostEmail"], SECOND);
    assert_ne!(new["id"], old["id"], "the old one is gone");
    assert_eq!(new["password"], old["password"], "the password stays");
    assert_settled(&stage.full_plan(&event).await);
}

#[tokio::test]
async fn nothing_is_deleted_for_a_host_who_cannot_schedule() {
    let settings = ["org-addresses=unlicensed"];
    let stage = applied(&without_given_password().event(), &settings).await;
    let mut event = moved_to_second_host();
    event.yaml = event.yaml.replace(SECOND, "third@example.com");
    let event = event.event();
    let outlook = stage.look(&event, &recreating("meeting/jury-table")).await;
    assert!(outlook.plan.is_empty(), "{:#?}", outlook.plan.steps);
    let [cannot] = outlook.plan.cannot.as_slice() else {
        panic!("it cannot be done: {:#?}", outlook.plan.cannot);
    };
    assert!(
        cannot.sentence.contains("third@example.com"),
        "{}",
        cannot.sentence
    );
    the(&stage.simulator, "meetings", "title", "Jury table");
}

#[tokio::test]
async fn a_re_creation_that_died_between_its_two_calls_goes_on() {
    let mut stage = applied(&without_given_password().event(), &[]).await;
    let event = moved_to_second_host().event();
    let untouched = Arc::clone(&stage.transport);
    let wire = Wire::judged_by(&untouched, |sent, _| {
        match (sent.method.as_str(), sent.path.as_str()) {
            ("DELETE", path) if path.starts_with("/v1/meetings/") => Fate::DiesBefore,
            _ => Fate::Passes,
        }
    });
    stage.transport = wire.clone();
    let wishes = recreating("meeting/jury-table");
    tokio::select! {
        report = stage.apply(&event, &wishes) => panic!("it was to die: {report:#?}"),
        () = wire.death() => {}
    }
    stage.transport = untouched;
    let mut meetings = all(&stage.simulator, "meetings");
    meetings.retain(|meeting| meeting["title"] == "Jury table");
    assert_eq!(
        meetings.len(),
        2,
        "the new one is there, and the old one has yet to go"
    );

    // Whoever repeats the command without the flag is not asked again: it has been said already.
    let later = stage.now() + jiff::SignedDuration::from_secs(120);
    stage.clock.advance_to(later);
    let report = stage.apply(&event, &Wishes::default()).await;
    assert!(report.is_complete(), "{report:#?}");
    let new = the(&stage.simulator, "meetings", "title", "Jury table");
    assert_eq!(new["hostEmail"], SECOND);
    assert_settled(&stage.full_plan(&event).await);
}

#[tokio::test]
async fn a_meeting_deleted_by_hand_is_not_silently_made_anew() {
    let event = fair().event();
    let stage = applied(&event, &[]).await;
    let host = Person::called(&stage.simulator, HOST);
    host.deletes_meeting(&meeting_id(&stage.simulator, "Jury table"))
        .await;

    let plan = stage.full_plan(&event).await;
    assert!(plan.is_empty(), "{:#?}", plan.steps);
    let held = plan
        .held
        .iter()
        .find(|held| held.address == Address::new("meeting/jury-table"));
    assert_eq!(held.map(|held| held.reason), Some(HeldReason::Recreation));
    assert!(
        plan.notes
            .iter()
            .any(|note| note.sentence.contains("deleted"))
    );

    let wishes = recreating("meeting/jury-table");
    let report = stage.apply(&event, &wishes).await;
    assert!(report.is_complete(), "{report:#?}");
    the(&stage.simulator, "meetings", "title", "Jury table");
    assert_settled(&stage.full_plan(&event).await);
}

#[tokio::test]
async fn a_meeting_that_somebody_is_in_is_left_alone_and_the_rest_goes_on() {
    let files = fair();
    let stage = applied(&files.event(), &[]).await;
    let table = meeting_id(&stage.simulator, "Jury table");
    let host = Person::called(&stage.simulator, HOST);
    host.starts_meeting(&table).await;
    let moved = files
        .edited("\"14:00-15:00\"", "\"14:20-15:30\"")
        .edited("\"11:00-12:00\"", "\"11:15-12:15\"")
        .event();

    let outlook = stage.look(&moved, &Wishes::default()).await;
    let [cannot] = outlook.plan.cannot.as_slice() else {
        panic!("one thing cannot be done: {:#?}", outlook.plan.cannot);
    };
    assert_eq!(cannot.reason, CannotReason::InProgress);
    assert_eq!(cannot.address, Address::new("meeting/jury-table"));
    assert_eq!(outlook.plan.steps.len(), 2, "both fittings move");
    let report = stage.apply_outlook(&moved, outlook).await;
    assert!(report.is_complete(), "{report:#?}");

    host.ends_meeting(&table).await;
    let report = stage.apply(&moved, &Wishes::default()).await;
    assert!(report.is_complete(), "{report:#?}");
    assert_settled(&stage.full_plan(&moved).await);
}

#[tokio::test]
async fn a_meeting_that_begins_between_look_and_move_is_reported_in_a_sentence() {
    let files = fair();
    let stage = applied(&files.event(), &[]).await;
    let table = meeting_id(&stage.simulator, "Jury table");
    let moved = files.edited("\"14:00-15:00\"", "\"14:20-15:30\"").event();
    let outlook = stage.look(&moved, &Wishes::default()).await;
    let host = Person::called(&stage.simulator, HOST);
    host.starts_meeting(&table).await;

    let report = stage.apply_outlook(&moved, outlook).await;
    let [failure] = report.failed.as_slice() else {
        panic!("the move is refused: {report:#?}");
    };
    assert_eq!(failure.address, Address::new("meeting/jury-table"));
    assert!(
        failure.sentence.contains("apply again"),
        "{}",
        failure.sentence
    );

    host.ends_meeting(&table).await;
    let report = stage.apply(&moved, &Wishes::default()).await;
    assert!(report.is_complete(), "{report:#?}");
    let status = host
        .tries(Method::GET, &format!("/v1/meetings/{table}"), Value::Null)
        .await
        .0;
    assert_eq!(status, StatusCode::OK, "the id is the same as ever");
}
