//! Meetings, their lists, and the tabs that lead to them.

use super::*;

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
    let now = set.observed.at;
    set.known.creations.insert(host.clone(), vec![now; 100]);
    let plan = set.plan(&Wishes::default());
    assert_eq!(steps(&plan), nothing());
    assert_eq!(held(&plan, HeldReason::Quota), ["meeting/market"]);
    assert_eq!(held(&plan, HeldReason::Waiting), ["tab/crew/Market"]);
    set.known.creations.insert(host, vec![now; 99]);
    let plan = set.plan(&Wishes::default());
    assert_eq!(steps(&plan), ["meeting/market", "tab/crew/Market"]);
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
    // Whoever asked to take them away is told that it was not done; whoever did not, merely told.
    let [sentence] = cannot(&plan, CannotReason::NoToken)[..] else {
        panic!("{:?}", plan.cannot);
    };
    insta::assert_snapshot!(sentence, @"1 meeting of events@example.com is no longer in the file, and nobody could look at it. Keep events@example.com in the file, with its token, until it is cancelled.");
    let plan = set.plan(&Wishes::default());
    assert_eq!(plan.cannot, []);
    assert_eq!(plan.notes[0].sentence, sentence);
}

#[test]
fn meetings_that_could_not_be_read_are_not_called_taken_away() {
    let mut set = fair();
    set.event.meetings.clear();
    set.event.rooms[0].tabs.remove(0);
    for look in set.observed.meetings.values_mut() {
        *look = Look::Refused("the service is overloaded".to_owned());
    }
    let plan = set.plan(&removing());
    assert_eq!(plan.vanished, []);
    let [sentence] = cannot(&plan, CannotReason::NoToken)[..] else {
        panic!("{:?}", plan.cannot);
    };
    insta::assert_snapshot!(sentence, @"1 meeting of events@example.com is no longer in the file, and nobody could look at it. Plan again once Webex shows it.");
}

/// Two hosts; the meeting was to be made by the first, and the file names the second by now.
fn with_another_host() -> Set {
    let hosts = "events@example.com: { parallel: 4 }, second@example.com: {}";
    let file = FILE
        .replace("events@example.com: { parallel: 4 }", hosts)
        .replace("title: Market,", "title: Market, host: second@example.com,");
    let mut set = Set::of(event(&file, PEOPLE));
    let market = Address::new("meeting/market");
    set.known.resources.remove(&market);
    let first = Email::new("events@example.com");
    set.known.pins.insert(market, first);
    set.meetings_of("second@example.com").clear();
    set
}

#[test]
fn a_meeting_that_came_to_nothing_at_its_host_is_made_at_the_one_that_the_file_names() {
    let mut set = with_another_host();
    let owner = |set: &Set| {
        let plan = set.plan(&removing());
        let mut steps = plan.steps.into_iter();
        let made = steps.find(|step| matches!(step.action, Action::CreateMeeting { .. }));
        made.map(|step| step.owner.to_string())
    };
    assert_eq!(owner(&set).as_deref(), Some("second@example.com"));
    // Unless nobody could look whether it came to nothing.
    let first = Email::new("events@example.com");
    let refused = Look::Refused("the service is overloaded".to_owned());
    set.observed.meetings.insert(first, refused);
    assert_eq!(owner(&set), None);
}

#[test]
fn what_a_host_has_who_left_the_file_is_not_forgotten_even_if_it_was_never_pinned() {
    let mut set = fair();
    // Found after a lost ledger, and left over from a meeting that was made anew.
    set.known.pins.clear();
    let replaced = Address::new("replaced-meeting/market");
    set.record(&replaced, "meeting:old", &crate::Fields::new());
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
    let [sentence] = cannot(&plan, CannotReason::NoToken)[..] else {
        panic!("{:?}", plan.cannot);
    };
    insta::assert_snapshot!(sentence, @"2 meetings of events@example.com are no longer in the file, and nobody could look at them. Keep events@example.com in the file, with its token, until they are cancelled.");
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

/// A run that made the meeting anew and was interrupted before the old one was gone.
fn half_made_anew() -> Set {
    let mut set = fair();
    let market = Address::new("meeting/market");
    set.known.intended.insert(market, crate::Fields::new());
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

#[test]
fn a_meeting_that_was_made_twice_is_told_of_and_left_alone() {
    let mut set = fair();
    let meetings = set.meetings_of("events@example.com");
    let mut twin = meetings[0].clone();
    twin.id = "twin".to_owned();
    meetings.insert(0, twin);
    let plan = set.plan(&removing());
    assert_eq!(steps(&plan), nothing());
    assert_eq!(plan.adoptions, []);
    let [told] = cannot(&plan, CannotReason::Twice)[..] else {
        panic!("one thing: {:?}", plan.cannot);
    };
    insta::assert_snapshot!(told, @"«Market» is scheduled more than once, also at events@example.com: …g:market, which this ledger has, and …twin. Either Webex showed the other late, when it had been made again, or another ledger has it and people use it. Ask all who apply this event which one their ledger has (`showcaller ledger show EVENT --address meeting/market`), and delete only what no ledger has.");
    // When both are over, it does not matter any more.
    set.observed.at = at("2027-04-06T08:00:00Z");
    assert_eq!(cannot(&set.plan(&removing()), CannotReason::Twice).len(), 0);
}

#[test]
fn meetings_that_another_ledger_made_are_told_of_together_and_none_is_to_be_deleted_unseen() {
    let mut set = fair();
    let meetings = set.meetings_of("events@example.com");
    let others = meetings.clone().into_iter().map(|mut other| {
        other.id = format!("{}-other", other.id);
        other
    });
    let others: Vec<_> = others.collect();
    let count = others.len();
    meetings.extend(others);
    let told = cannot(&set.plan(&removing()), CannotReason::Twice).len();
    assert_eq!(told, if count > 3 { 1 } else { count });
}
