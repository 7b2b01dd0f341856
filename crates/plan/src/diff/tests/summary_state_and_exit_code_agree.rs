//! What a plan says is so, and what it says to do works.

use super::*;
use crate::step::Owner;
use crate::{Fate, Tally, Verdict};

/// Fifteen talks, five at a time, at three hosts.
fn talks(hosts: &str) -> String {
    let mut file = format!(
        "event: fair\ntitle: Fair\ntimezone: UTC\npeople: people.csv\n\
         webex: {{ team: Fair, hosts: {{ {hosts} }} }}\n\
         days: {{ monday: {{ title: Monday, date: 2027-04-05 }} }}\nmeetings:\n"
    );
    for talk in 1..=15 {
        let hour = 9 + (talk - 1) / 5;
        file += &format!(
            "  t{talk}: {{ day: monday, title: Talk {talk}, time: \"{hour:02}:00-{hour:02}:50\" }}\n"
        );
    }
    file
}

/// One of three hosts has left the file; `with_token` says whether its meetings were looked at.
fn left(with_token: bool) -> Set {
    let host = |number: u32| format!("h{number}@example.com: {{ parallel: 3 }}");
    let mut set = Set::of(event(
        &talks(&format!("{}, {}, {}", host(1), host(2), host(3))),
        PEOPLE,
    ));
    for (address, known) in &mut set.known.resources {
        if let Some(host) = set.known.pins.get(address) {
            known.owner = Owner::Host(host.clone());
        }
    }
    set.event = event(&talks(&format!("{}, {}", host(2), host(3))), PEOPLE);
    if !with_token {
        let gone = Email::new("h1@example.com");
        set.observed.meetings.remove(&gone);
        set.observed.hosts.remove(&gone);
    }
    set
}

fn recreating(recreate: Recreate) -> Wishes {
    Wishes {
        recreate,
        ..Wishes::default()
    }
}

/// The most meetings at once of any host, once the plan is done.
fn is_free_of_double_bookings(set: &Set, wishes: &Wishes) -> bool {
    cannot(&set.plan(wishes), CannotReason::DoubleBooked).is_empty()
}

#[test]
fn a_host_who_leaves_is_one_paragraph_and_its_hint_works_as_written() {
    let set = left(false);
    let plan = set.plan(&Wishes::default());
    assert!(plan.cannot.len() > 3, "{:?}", plan.cannot);
    let page = crate::read::text(&plan, &crate::read::TextStyle::default()).to_string();
    assert_eq!(
        page.matches("is no longer in the file").count(),
        1,
        "{page}"
    );
    assert_eq!(Tally::planned(&plan).verdict(), Verdict::Trouble);
    insta::assert_snapshot!(page);
    // As the paragraph says, with the file as it is.
    assert!(page.contains("--recreate all"), "{page}");
    let every = set.plan(&recreating(Recreate::All));
    assert_eq!(cannot(&every, CannotReason::NoToken), Vec::<&str>::new());
    assert_eq!(every.steps.len(), plan.cannot.len());
    assert!(is_free_of_double_bookings(&set, &recreating(Recreate::All)));
    let file = ["h2@example.com", "h3@example.com"].map(|host| Owner::Host(Email::new(host)));
    assert!(every.steps.iter().all(|step| file.contains(&step.owner)));
    let one = plan.cannot[0].address.clone();
    let one = set.plan(&recreating(Recreate::These([one].into())));
    assert_eq!(
        (one.steps.len(), one.cannot.len()),
        (1, plan.cannot.len() - 1)
    );
}

#[test]
fn where_the_token_is_still_at_hand_the_old_meetings_are_cancelled() {
    let set = left(true);
    let plan = set.plan(&Wishes::default());
    assert!(plan.cannot.is_empty() && plan.steps.is_empty(), "{plan:#?}");
    let tally = Tally::planned(&plan);
    assert_eq!(tally.verdict(), Verdict::Pending);
    assert_eq!(
        tally.of(Fate::Held),
        held(&plan, HeldReason::Recreation).len()
    );
    let plan = set.plan(&recreating(Recreate::All));
    assert_eq!(plan.steps.len(), tally.of(Fate::Held));
    let replaces = |action: &Action| matches!(action, Action::ReplaceMeeting { old_host, .. } if old_host.as_str() == "h1@example.com");
    assert!(plan.steps.iter().all(|step| replaces(&step.action)));
    assert!(is_free_of_double_bookings(&set, &recreating(Recreate::All)));
}

#[test]
fn a_meeting_that_was_only_meant_for_a_host_who_left_goes_to_another() {
    let mut set = left(false);
    let known = &mut set.known;
    let pins = known.pins.iter();
    let of_h1 = pins.filter(|(_, host)| host.as_str() == "h1@example.com");
    let of_h1: Vec<Address> = of_h1.map(|(address, _)| address.clone()).collect();
    known
        .resources
        .retain(|address, _| !of_h1.contains(address));
    assert_eq!(set.plan(&Wishes::default()).steps.len(), of_h1.len());
    // Unless it may be there already, and nobody can look.
    let one = of_h1[0].clone();
    set.known.unclear.insert(one.clone(), set.observed.at);
    let plan = set.plan(&Wishes::default());
    assert!(plan.steps.iter().all(|step| step.address != one));
}

#[test]
fn a_meeting_whose_host_has_left_keeps_its_link_until_another_replaces_it() {
    let all = recreating(Recreate::All);
    let mut set = left(false);
    let every = set.plan(&all);
    assert_eq!(every.vanished.len(), every.steps.len());
    let page = crate::read::text(&every, &crate::read::TextStyle::default()).to_string();
    assert!(page.contains("THE LINK CHANGES"), "{page}");
    assert!(!page.contains("no longer on Webex"), "{page}");
    // The first five have begun: people are in them.
    set.observed.at = "2027-04-05T09:20:00Z".parse().expect("a time");
    let begun = set.plan(&all);
    assert!(begun.steps.len() < every.steps.len());
    assert_eq!(begun.vanished.len(), begun.steps.len());
    assert_eq!(begun.cannot, []);
    // Each of the other two hosts may schedule one more today.
    set.observed.at = "2027-04-01T09:00:00Z".parse().expect("a time");
    for host in &mut set.event.webex.hosts {
        host.meetings_a_day = Some(11);
        let made = vec![set.observed.at; 10];
        set.known.creations.insert(host.email.clone(), made);
    }
    let held = set.plan(&all);
    assert_eq!((held.steps.len(), held.vanished.len()), (2, 2));
}

#[test]
fn a_meeting_that_the_quota_holds_back_is_named() {
    let file = FILE.replace("parallel: 4", "parallel: 4, meetings-a-day: 1");
    let mut set = fair();
    set.event = event(&file, PEOPLE);
    let (host, now) = (Email::new("events@example.com"), set.observed.at);
    set.known.creations.insert(host, vec![now]);
    set.meetings_of("events@example.com").clear();
    set.known.resources.remove(&Address::new("meeting/market"));
    set.known.pins.clear();
    let plan = set.plan(&Wishes::default());
    let quota = plan.held.iter().find(|it| it.reason == HeldReason::Quota);
    assert_eq!(
        quota.map(|held| held.what.as_str()),
        Some("schedule «Market» for events@example.com")
    );
}
