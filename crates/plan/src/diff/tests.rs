use showcaller_event::model::{Address, Email};

use super::set::{Set, at, event, removing};
use crate::fields::{Field, Value};
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

#[test]
fn a_tab_that_leads_to_a_deleted_meeting_stays_until_the_meeting_is_made_anew() {
    let mut set = fair();
    set.meetings_of("events@example.com").clear();
    let plan = set.plan(&removing());
    assert_eq!(steps(&plan), nothing());
    let anew = Wishes {
        recreate: Recreate::All,
        ..Wishes::default()
    };
    assert_eq!(
        steps(&set.plan(&anew)),
        ["meeting/market", "tab/crew/Market"]
    );
}

#[test]
fn a_tab_that_leads_to_a_meeting_stays_when_nobody_can_ask_about_it() {
    let mut set = fair();
    set.observed.meetings.clear();
    set.observed.hosts.clear();
    let plan = set.plan(&removing());
    assert_eq!(steps(&plan), nothing());
    assert_eq!(cannot(&plan, CannotReason::NoToken).len(), 1);
}

#[test]
fn a_tab_waits_for_a_meeting_that_the_quota_holds_back() {
    let mut set = Set::of(event(FILE, PEOPLE));
    set.meetings_of("events@example.com").clear();
    set.known.pins.clear();
    let gone = ["meeting/market", "tab/crew/Market"];
    set.known
        .resources
        .retain(|address, _| !gone.contains(&address.as_str()));
    set.observed.tabs.clear();
    let host = Email::new("events@example.com");
    set.known.creations.insert(host.clone(), 100);
    let plan = set.plan(&Wishes::default());
    assert_eq!(steps(&plan), nothing());
    assert_eq!(held(&plan, HeldReason::Quota), ["meeting/market"]);
    assert_eq!(held(&plan, HeldReason::Waiting), ["tab/crew/Market"]);
    set.known.creations.insert(host, 99);
    let plan = set.plan(&Wishes::default());
    assert_eq!(steps(&plan), ["meeting/market", "tab/crew/Market"]);
}

#[test]
fn the_bot_may_stand_in_the_roster() {
    let people = format!("{PEOPLE}{},Bot,ROLE\n", super::set::BOT);
    for role in ["guest", "organiser"] {
        let mut set = fair();
        let meetings = set.event.meetings;
        set.event = event(FILE, &people.replace("ROLE", role));
        set.event.meetings = meetings;
        assert_eq!(steps(&set.plan(&removing())), nothing(), "as {role}");
        let crew = &mut set.event.rooms[0];
        crew.settings.locked = true;
        crew.settings.announcement_only = true;
        let open = Value::Flag(false);
        set.room("crew").fields.insert(Field::Locked, open);
        set.members("crew")[0].moderator = false;
        assert_eq!(
            steps(&set.plan(&removing())),
            ["membership/crew/showcaller@webex.bot", "room-mode/crew"],
            "as {role}"
        );
    }
}

/// Two meetings that nobody can tell apart without a tag.
fn twins() -> Set {
    let one = "  market: { day: monday, title: Market, time: \"09:00-10:00\"";
    let other = format!(
        "{}, cohosts: [guest] }}\n{one}",
        one.replace("market:", "bazaar:")
    );
    let mut set = Set::of(event(&FILE.replace(one, &other), PEOPLE));
    for meeting in set.meetings_of("events@example.com") {
        meeting.tags.clear();
        meeting.fields.remove(&Field::Tag);
    }
    set
}

#[test]
fn a_meeting_that_is_recorded_is_not_taken_for_its_twin() {
    let mut set = twins();
    set.meetings_of("events@example.com")
        .retain(|meeting| meeting.id == "meeting:market");
    set.known
        .resources
        .retain(|address, _| !address.as_str().contains("/bazaar"));
    let plan = set.plan(&removing());
    assert_eq!(plan.adoptions, []);
    assert_eq!(steps(&plan), ["meeting/bazaar"]);
    assert!(matches!(plan.steps[0].action, Action::CreateMeeting { .. }));
}

#[test]
fn one_meeting_is_not_adopted_for_two() {
    let mut set = twins();
    set.meetings_of("events@example.com").truncate(1);
    set.known
        .resources
        .retain(|address, _| !matches!(address.kind(), "meeting" | "invitee"));
    let plan = set.plan(&removing());
    assert_eq!(cannot(&plan, CannotReason::Ambiguous).len(), 2);
    assert_eq!(steps(&plan), nothing());
    assert_eq!(plan.adoptions, []);
}

#[test]
fn a_meeting_that_has_begun_keeps_its_times_and_changes_otherwise() {
    let mut set = fair();
    set.observed.at = at("2027-04-05T09:30:00Z");
    set.event = event(
        &FILE.replace("09:00-10:00\"", "09:00-11:00\", agenda: Longer"),
        PEOPLE,
    );
    let plan = set.plan(&Wishes::default());
    let [sentence] = cannot(&plan, CannotReason::Past)[..] else {
        panic!("one thing: {:?}", plan.cannot);
    };
    assert!(sentence.contains("has begun"), "{sentence}");
    let Action::ChangeMeeting { changes, .. } = &plan.steps[0].action else {
        panic!("a change: {:?}", plan.steps);
    };
    let fields: Vec<Field> = changes.iter().map(|change| change.field).collect();
    assert_eq!(fields, [Field::Agenda]);
}

#[test]
fn a_meeting_that_is_over_is_not_made_anew_at_another_host() {
    let mut set = fair();
    set.observed.at = at("2027-04-06T08:00:00Z");
    let file = FILE
        .replace("parallel: 4 }", "parallel: 4 }, other@example.com: {}")
        .replace(
            "day: monday, title: Market",
            "day: monday, host: other@example.com, title: Market",
        );
    set.event = event(&file, PEOPLE);
    let plan = set.plan(&removing());
    assert_eq!(plan.held, []);
    assert_eq!(steps(&plan), nothing());
}
