use showcaller_event::model::{Address, Email};

use super::set::{Set, at, event, removing};
use crate::Wishes;
use crate::fields::{Field, Value};
use crate::plan::{CannotReason, HeldReason, Plan};
use crate::step::Action;

const FILE: &str = r#"
event: fair
title: Fair
timezone: UTC
people: people.csv
webex: { team: Fair, hosts: { events@example.com: { parallel: 4 } } }
days: { monday: { title: Monday, date: 2027-04-05 } }
rooms:
  crew:
    title: Crew
    members: [everyone]
    moderators: [organiser]
    tabs: { Market: "{{ market.link }}", Board: "https://boards.example.com/crew" }
  square: { title: Square, members: [guest] }
meetings:
  market: { day: monday, title: Market, time: "09:00-10:00", rooms: [crew], cohosts: [organiser] }
"#;

const PEOPLE: &str = "email,name,role\n\
                      olga@example.com,Olga,organiser\n\
                      cat@example.com,Cat,guest\n\
                      gus@example.com,Gus,guest\n";

fn fair() -> Set {
    Set::of(event(FILE, PEOPLE))
}

/// What the plan would do, one address a line.
fn steps(plan: &Plan) -> Vec<String> {
    let told = plan.steps.iter().map(|step| step.address.to_string());
    told.collect()
}

fn held(plan: &Plan, reason: HeldReason) -> Vec<String> {
    let held = plan.held.iter().filter(|held| held.reason == reason);
    held.map(|held| held.address.to_string()).collect()
}

fn cannot(plan: &Plan, reason: CannotReason) -> Vec<&str> {
    let cannot = plan.cannot.iter().filter(|cannot| cannot.reason == reason);
    cannot.map(|cannot| cannot.sentence.as_str()).collect()
}

fn nothing() -> Vec<String> {
    Vec::new()
}

#[test]
fn a_webex_that_is_as_asked_needs_nothing() {
    let plan = fair().plan(&removing());
    assert_eq!(plan.steps, []);
    assert_eq!(plan.held, []);
    assert_eq!(plan.cannot, []);
    assert_eq!(plan.notes, []);
    assert_eq!(plan.adoptions, []);
}

#[test]
fn somebody_whose_address_is_corrected_everywhere_stays() {
    let mut set = fair();
    let new = Email::new("cat.new@example.com");
    let everywhere = PEOPLE.replace("cat@example.com", new.as_str());
    set.event = event(FILE, &everywhere);
    for key in ["crew", "square"] {
        let cat = |m: &&mut crate::observed::SeenMember| m.email.as_str() == "cat@example.com";
        set.members(key).iter_mut().find(cat).expect("Cat").email = new.clone();
    }
    for member in set.team_members() {
        if member.email.as_str() == "cat@example.com" {
            member.email = new.clone();
        }
    }
    let plan = set.plan(&removing());
    assert_eq!(steps(&plan), nothing());
    let known = set.known.resources.keys();
    let old: Vec<&Address> = known.filter(|a| a.as_str().contains("/cat@")).collect();
    assert_eq!(plan.vanished.iter().collect::<Vec<_>>(), old);
    assert_eq!(plan.adoptions.len(), old.len());
    assert!(plan.adoptions.iter().all(|adoption| adoption.made));
}

#[test]
fn a_room_that_was_archived_is_gone_and_says_so() {
    let mut set = fair();
    set.room("square").read_only = true;
    let plan = set.plan(&removing());
    assert_eq!(steps(&plan), nothing());
    assert_eq!(held(&plan, HeldReason::Recreation), ["room/square"]);
    assert!(plan.notes[0].sentence.contains("was archived"));
}

#[test]
fn a_room_that_was_archived_and_forgotten_is_made_anew() {
    let mut set = fair();
    set.room("square").read_only = true;
    set.known
        .resources
        .retain(|address, _| !address.as_str().contains("/square"));
    let plan = set.plan(&Wishes::default());
    assert_eq!(
        steps(&plan),
        [
            "room/square",
            "membership/square/cat@example.com",
            "membership/square/gus@example.com"
        ]
    );
    assert_eq!(plan.adoptions, []);
}
