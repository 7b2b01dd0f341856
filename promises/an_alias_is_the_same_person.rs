//! An account may have several addresses. The file names a person by one of them, Webex shows the main
//! one: they are the same person, in the team, in rooms and on invitation lists, whether the ledger
//! remembers or not.

use showcaller_engine::InForce;
use showcaller_event::model::{Address, Email};
use showcaller_ledger::{Ledger, LedgerUrl};
use showcaller_plan::{Plan, Wishes};
use showcaller_simulator::{Account, Config};
use showcaller_webex::PersonId;

use crate::by_hand::{all, the};
use crate::files::Files;
use crate::stage::Stage;

/// The address of the roster, and the one that Webex shows.
const OLD: &str = "rene@old.example";
const MAIN: &str = "rene@example.com";

/// René moderates a room, so that he is in the team; he co-hosts a meeting. Zoe only listens.
fn files() -> Files {
    let yaml = "\
event: demo
title: Demo
timezone: Europe/Brussels
people: people.csv
webex:
  hosts: { events@example.com: { parallel: 3 } }
days:
  d1: { title: Day 1, date: 2027-10-04 }
rooms:
  main: { title: Main, members: [everyone], moderators: [organiser] }
  side: { title: Side, members: [everyone] }
meetings:
  talk: { title: Talk, day: d1, time: \"10:00-11:00\", rooms: [main], cohosts: [organiser] }
";
    let people =
        format!("email,name,role\n{OLD},René Müller,organiser\nzoe@example.com,Zoe Ray,b\n");
    Files {
        yaml: yaml.to_owned(),
        people,
    }
}

/// With the one account that has both addresses.
fn one_account(config: &mut Config) {
    let rene = Account::host(MAIN, "René Müller").known_as(OLD);
    config.accounts.insert(0, rene);
}

async fn lose_the_ledger(stage: Stage) -> Stage {
    let ledger = Ledger::open(&LedgerUrl::memory()).await;
    stage.with_ledger(ledger.expect("a ledger")).await
}

fn notes(plan: &Plan) -> Vec<&str> {
    let notes = plan.notes.iter();
    notes.map(|note| note.sentence.as_str()).collect()
}

/// Nothing to do, nothing in the way, and one word about the address.
fn is_settled(plan: &Plan) {
    assert_eq!(plan.steps, []);
    assert_eq!(plan.held, []);
    assert_eq!(plan.cannot, []);
    let said = notes(plan);
    let said: Vec<&&str> = said.iter().filter(|note| note.contains("rene")).collect();
    assert_eq!(said, [&"Webex knows rene@old.example as rene@example.com."]);
}

fn places_of(stage: &Stage, kind: &str, field: &str) -> usize {
    let all = all(&stage.simulator, kind);
    all.iter().filter(|place| place[field] == MAIN).count()
}

#[tokio::test]
async fn nothing_is_left_to_do_for_them() {
    let event = files().event();
    let stage = Stage::with(&event, one_account).await;
    let report = stage.apply(&event, &Wishes::default()).await;
    assert!(report.is_complete(), "{report:#?}");
    assert_eq!(places_of(&stage, "teamMemberships", "personEmail"), 1);
    assert_eq!(
        places_of(&stage, "memberships", "personEmail"),
        3,
        "with General"
    );
    assert_eq!(places_of(&stage, "meetingInvitees", "email"), 1);

    is_settled(&stage.full_plan(&event).await);
    stage.apply(&event, &Wishes::default()).await;
    is_settled(&stage.full_plan(&event).await);
    let place = Address::new(format!("invitee/talk/{OLD}"));
    let place = stage
        .ledger
        .resource(place.as_str())
        .await
        .expect("a ledger");
    assert!(!place.expect("it is known").remote_id.starts_with('?'));

    // Who asks the bot something is known by the id, too.
    let in_force = InForce::draft(event, &stage.ledger).await;
    let in_force = in_force.expect("a ledger");
    let seen = the(&stage.simulator, "teamMemberships", "personEmail", MAIN);
    let id = PersonId::from(seen["personId"].as_str().expect("an id"));
    assert_eq!(in_force.person(&id, Some(MAIN)), Some(Email::new(OLD)));
}

#[tokio::test]
async fn a_lost_ledger_makes_nobody_another_person() {
    let event = files().event();
    let stage = Stage::with(&event, one_account).await;
    stage.apply(&event, &Wishes::default()).await;
    let stage = lose_the_ledger(stage).await;
    is_settled(&stage.full_plan(&event).await);
    let report = stage.apply(&event, &Wishes::default()).await;
    assert!(report.is_complete(), "{report:#?}");
    is_settled(&stage.full_plan(&event).await);
}

#[tokio::test]
async fn whoever_leaves_the_roster_is_taken_out_under_either_address() {
    let event = files().event();
    let stage = Stage::with(&event, one_account).await;
    stage.apply(&event, &Wishes::default()).await;
    stage.apply(&event, &Wishes::default()).await;
    let without = files()
        .people_edited(
            &format!("{OLD},René Müller,organiser\n"),
            "olga@example.com,Olga Sommer,organiser\n",
        )
        .event();
    let wishes = Wishes {
        remove: true,
        remove_many: true,
        ..Wishes::default()
    };
    let report = stage.apply(&without, &wishes).await;
    assert!(report.is_complete(), "{report:#?}");
    assert_eq!(places_of(&stage, "teamMemberships", "personEmail"), 0);
    assert_eq!(places_of(&stage, "meetingInvitees", "email"), 0);
    let plan = stage.full_plan(&without).await;
    assert_eq!(plan.steps, []);
    assert!(notes(&plan).is_empty(), "{:?}", plan.notes);
}

/// Applied with one address, then with the other: the same person, at the same places.
async fn renamed(before: &str, after: &str) -> Plan {
    let with = |address| files().people_edited(OLD, address).event();
    let event = with(before);
    let stage = Stage::with(&event, one_account).await;
    stage.apply(&event, &Wishes::default()).await;
    stage.apply(&event, &Wishes::default()).await;
    let later = with(after);
    let plan = stage.full_plan(&later).await;
    assert_eq!(plan.steps, []);
    assert_eq!(plan.held, [], "nobody is to be taken away");
    stage.apply(&later, &Wishes::default()).await;
    stage.full_plan(&later).await
}

#[tokio::test]
async fn the_file_may_take_up_the_main_address_later() {
    let plan = renamed(OLD, MAIN).await;
    assert_eq!((plan.steps.len(), plan.held.len()), (0, 0));
    assert!(plan.notes.is_empty(), "{:?}", plan.notes);
}

#[tokio::test]
async fn the_file_may_take_up_another_address_later() {
    is_settled(&renamed(MAIN, OLD).await);
}

#[tokio::test]
async fn two_lines_of_the_roster_for_one_account_are_said() {
    let both = format!("{OLD},René Müller,organiser\n{MAIN},René Müller,b\n");
    let alone = format!("{OLD},René Müller,organiser\n");
    let event = files().people_edited(&alone, &both).event();
    let stage = Stage::with(&event, one_account).await;
    stage.apply(&event, &Wishes::default()).await;
    let plan = stage.full_plan(&event).await;
    assert_eq!(
        notes(&plan),
        [
            "Webex knows rene@old.example as rene@example.com, who is on the roster, too: keep one \
          of the two lines."
        ]
    );
}

#[tokio::test]
async fn nobody_is_asked_for_where_nobody_is_missing() {
    let files = files();
    let plain = files.people_edited(OLD, MAIN).event();
    let stage = Stage::before(&plain).await;
    stage.apply(&plain, &Wishes::default()).await;
    let (_, before) = stage.calls_of(stage.full_plan(&plain)).await;
    let guest = crate::by_hand::Person::called(&stage.simulator, MAIN);
    let room = crate::by_hand::room_id(&stage.simulator, "Main");
    let body =
        serde_json::json!({ "roomId": room, "personEmail": Email::new("guest@example.com") });
    guest
        .does(http::Method::POST, "/v1/memberships", body)
        .await;
    let (_, after) = stage.calls_of(stage.full_plan(&plain)).await;
    assert_eq!(after, before, "a guest costs no call");
}
