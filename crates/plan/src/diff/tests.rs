use showcaller_event::model::{Address, Email};

use super::set::{Set, at, event, removing};
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

#[test]
fn a_bot_that_may_not_change_the_team_promises_no_removals() {
    let mut set = fair();
    set.event.webex.members.clear();
    for room in &mut set.event.rooms {
        room.members.clear();
    }
    set.team_members()[0].moderator = false;
    set.room("crew")
        .fields
        .insert(Field::Locked, Value::Flag(true));
    set.event.rooms[0].settings.locked = true;
    set.members("crew")[0].moderator = false;
    let plan = set.plan(&removing());
    assert_eq!(
        steps(&plan),
        [
            "membership/square/cat@example.com",
            "membership/square/gus@example.com"
        ]
    );
    assert_eq!(cannot(&plan, CannotReason::NotModerator).len(), 2);
}

/// The crew's room is not locked on Webex, as the file asks.
fn unlocked() -> Set {
    let mut set = fair();
    assert!(set.event.rooms[0].settings.locked);
    let open = Value::Flag(false);
    set.room("crew").fields.insert(Field::Locked, open);
    set.members("crew")[0].moderator = false;
    set
}

#[test]
fn a_room_is_locked_for_announcements_only_once_the_bot_moderates_it() {
    let mut set = unlocked();
    let crew = &mut set.event.rooms[0];
    crew.settings.announcement_only = true;
    crew.settings.description = Some("News".to_owned());
    let plan = set.plan(&Wishes::default());
    assert_eq!(
        steps(&plan),
        [
            "room/crew",
            "membership/crew/showcaller@webex.bot",
            "room-mode/crew"
        ]
    );
    let keeps = |step: &crate::Step| match &step.action {
        Action::ChangeRoom { keep, .. } => keep.contains_key(&Field::Locked),
        _ => false,
    };
    assert!(!keeps(&plan.steps[0]) && keeps(&plan.steps[2]));
    let bot = Address::new("membership/crew/showcaller@webex.bot");
    assert!(plan.steps[2].after.contains(&bot));
}

#[test]
fn a_mode_that_webex_does_not_tell_is_switched_once() {
    let mut set = fair();
    set.event.rooms[0].settings.announcement_only = true;
    set.room("crew").fields.remove(&Field::AnnouncementOnly);
    let address = Address::new("room/crew");
    let settled = |set: &mut Set, on| {
        let resource = set.known.resources.get_mut(&address).expect("the room");
        let asked = &mut resource.settled.asked;
        asked.insert(Field::AnnouncementOnly, Value::Flag(on));
        resource.settled.answered.remove(&Field::AnnouncementOnly);
    };
    settled(&mut set, false);
    assert_eq!(steps(&set.plan(&Wishes::default())), ["room-mode/crew"]);
    settled(&mut set, true);
    assert_eq!(steps(&set.plan(&Wishes::default())), nothing());
    set.event.rooms[0].settings.announcement_only = false;
    assert_eq!(steps(&set.plan(&Wishes::default())), ["room-mode/crew"]);
}

#[test]
fn meetings_of_a_host_who_left_the_file_are_not_forgotten() {
    let mut set = fair();
    set.event = event(
        &FILE.replace("events@example.com", "new@example.com"),
        PEOPLE,
    );
    set.event.meetings.clear();
    set.event.rooms[0].tabs.remove(0);
    let new = set.event.webex.hosts[0].email.clone();
    set.observed.meetings = [(new, Look::Seen(Vec::new()))].into();
    let plan = set.plan(&removing());
    assert_eq!(plan.vanished, []);
    assert_eq!(steps(&plan), ["tab/crew/Market"]);
    let told = plan.notes.iter().map(|note| note.sentence.as_str());
    let told: Vec<&str> = told.collect();
    assert!(
        told[0].starts_with("1 meeting of events@example.com"),
        "{told:?}"
    );
}

#[test]
fn a_meeting_whose_host_left_the_file_says_what_to_do() {
    let mut set = fair();
    set.event = event(
        &FILE.replace("events@example.com", "new@example.com"),
        PEOPLE,
    );
    let new = set.event.webex.hosts[0].email.clone();
    set.observed.meetings = [(new, Look::Seen(Vec::new()))].into();
    let plan = set.plan(&removing());
    assert_eq!(steps(&plan), nothing());
    let [sentence] = cannot(&plan, CannotReason::NoToken)[..] else {
        panic!("one thing: {:?}", plan.cannot);
    };
    assert!(
        sentence.contains("Put events@example.com back"),
        "{sentence}"
    );
}

#[test]
fn whoever_leaves_the_team_is_said_to_lose_other_rooms_too() {
    let mut set = fair();
    let square = set
        .event
        .rooms
        .iter()
        .position(|room| room.key.as_str() == "square");
    set.event = event(FILE, &PEOPLE.replace("cat@example.com,Cat,guest\n", ""));
    let cat = Address::new("membership/square/cat@example.com");
    assert!(square.is_some() && set.known.resources.remove(&cat).is_some());
    let plan = set.plan(&removing());
    let told: Vec<&str> = plan
        .notes
        .iter()
        .map(|note| note.sentence.as_str())
        .collect();
    assert!(
        told.iter().any(|told| told.contains("out of 1 room too")),
        "{told:?}"
    );
    assert!(steps(&plan).contains(&"team-membership/cat@example.com".to_owned()));
}

#[test]
fn no_second_team_is_made_while_a_name_cannot_be_read() {
    let mut set = fair();
    set.known.resources.clear();
    set.observed.teams[0].name = None;
    let plan = set.plan(&Wishes::default());
    assert!(!steps(&plan).contains(&"team".to_owned()));
    assert_eq!(cannot(&plan, CannotReason::Unreadable).len(), 1);
}

#[test]
fn whom_somebody_invited_by_hand_is_not_ours() {
    let mut set = fair();
    let gus = Email::new("gus@example.com");
    let list = set
        .observed
        .invitees
        .get_mut("meeting:market")
        .expect("a list");
    let Look::Seen(list) = list else {
        panic!("it was looked at");
    };
    list.push(crate::observed::SeenInvitee {
        id: "by hand".to_owned(),
        email: gus.clone(),
        cohost: true,
    });
    let by_file = FILE.replace("cohosts: [organiser]", "cohosts: [organiser, guest]");
    set.event = event(&by_file, PEOPLE);
    let plan = set.plan(&Wishes::default());
    let [adopted] = &plan.adoptions[..] else {
        panic!("one: {:?}", plan.adoptions);
    };
    assert!(!adopted.made);
}

#[test]
fn a_room_cannot_be_locked_by_a_bot_that_is_not_in_it() {
    let mut set = unlocked();
    set.members("crew").remove(0);
    let plan = set.plan(&Wishes::default());
    assert_eq!(steps(&plan), nothing());
    assert_eq!(cannot(&plan, CannotReason::NotModerator).len(), 1);
}

#[test]
fn what_lies_in_a_room_that_is_gone_is_forgotten_with_it() {
    let mut set = fair();
    set.event.rooms.retain(|room| room.key.as_str() == "crew");
    set.observed.rooms.retain(|room| room.id == "room:crew");
    let plan = set.plan(&Wishes::default());
    let vanished: Vec<&str> = plan.vanished.iter().map(Address::as_str).collect();
    assert_eq!(
        vanished,
        [
            "membership/square/cat@example.com",
            "membership/square/gus@example.com",
            "room/square"
        ]
    );
}

/// A run that made the meeting anew and was interrupted before the old one was gone.
fn half_made_anew() -> Set {
    let mut set = fair();
    let market = Address::new("meeting/market");
    set.known.intended.insert(market);
    let meetings = set.meetings_of("events@example.com");
    let mut new = meetings[0].clone();
    new.id = "meeting:new".to_owned();
    meetings.push(new);
    let list = set.observed.invitees["meeting:market"].clone();
    set.observed.invitees.insert("meeting:new".to_owned(), list);
    set
}

fn deleted(plan: &Plan) -> Vec<&str> {
    let ids = plan.steps.iter().filter_map(|step| match &step.action {
        Action::DeleteMeeting { id, .. } => Some(id.as_str()),
        _ => None,
    });
    ids.collect()
}

#[test]
fn of_a_meeting_and_its_successor_the_old_one_goes_before_the_ledger_knows() {
    assert_eq!(
        deleted(&half_made_anew().plan(&Wishes::default())),
        ["meeting:market"]
    );
}

#[test]
fn of_a_meeting_and_its_successor_the_old_one_goes_once_the_ledger_knows() {
    let mut set = half_made_anew();
    let nothing = crate::fields::Fields::new();
    let replaced = Address::new("replaced-meeting/market");
    set.record(&replaced, "meeting:market", &nothing);
    set.record(&Address::new("meeting/market"), "meeting:new", &nothing);
    assert_eq!(deleted(&set.plan(&Wishes::default())), ["meeting:market"]);
}
