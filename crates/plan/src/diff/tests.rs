//! What a comparison makes of a made-up Webex.

mod crowded;
mod last_moderators;
mod lists_are_by_kind;
mod meetings;
mod rooms;
mod set;
mod summary_state_and_exit_code_agree;
mod who_was_invited_learns_of_the_end;

use showcaller_event::model::{Address, Email};

use self::set::{Set, at, event, removing};
use crate::fields::{Field, Value};
use crate::observed::Look;
use crate::plan::{CannotReason, HeldReason, Plan};
use crate::step::Action;
use crate::{Recreate, Wishes};

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

fn cannot_at(plan: &Plan, reason: CannotReason) -> Vec<String> {
    let cannot = plan.cannot.iter().filter(|cannot| cannot.reason == reason);
    cannot.map(|cannot| cannot.address.to_string()).collect()
}

fn nothing() -> Vec<String> {
    Vec::new()
}
