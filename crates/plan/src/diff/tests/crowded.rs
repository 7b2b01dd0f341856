//! Hosts with more meetings at once than the file allows.

use super::*;

const ONE_HOST: &str = r#"
event: fair
title: Fair
timezone: UTC
people: people.csv
webex: { team: Fair, hosts: { h1@example.com: {} } }
days: { monday: { title: Monday, date: 2027-04-05 } }
meetings:
  a: { day: monday, title: A, time: "09:00-10:00" }
  b: { day: monday, title: B, time: "10:00-11:00" }
"#;

/// Both meetings are at the first host, and these changes are made in the file.
fn changed(changes: &[(&str, &str)]) -> Set {
    let mut set = Set::of(event(ONE_HOST, PEOPLE));
    let two_hosts = (
        "h1@example.com: {}",
        "h1@example.com: {}, h2@example.com: {}",
    );
    let mut file = ONE_HOST.to_owned();
    for (from, to) in [two_hosts].iter().chain(changes) {
        assert!(file.contains(from), "{from}");
        file = file.replacen(from, to, 1);
    }
    set.event = event(&file, PEOPLE);
    let second = Email::new("h2@example.com");
    let account = set.observed.hosts.values().next().cloned();
    set.observed
        .hosts
        .insert(second.clone(), account.expect("a host"));
    set.observed.meetings.insert(second, Look::Seen(Vec::new()));
    set
}

const MOVED: (&str, &str) = ("\"10:00-11:00\"", "\"09:30-10:30\"");
const NAMED: (&str, &str) = ("title: B,", "title: B, host: h2@example.com,");

fn none() -> Vec<&'static str> {
    Vec::new()
}

#[test]
fn a_host_with_one_meeting_after_the_other_is_as_the_file_asks() {
    let plan = changed(&[]).plan(&Wishes::default());
    assert_eq!(cannot(&plan, CannotReason::DoubleBooked), none());
}

#[test]
fn a_move_that_books_a_host_twice_is_told_with_the_way_out() {
    let plan = changed(&[MOVED]).plan(&Wishes::default());
    assert_eq!(steps(&plan), ["meeting/b"]);
    assert_eq!(cannot_at(&plan, CannotReason::DoubleBooked), ["meeting/b"]);
    let said = cannot(&plan, CannotReason::DoubleBooked);
    insta::assert_snapshot!(said[0], @"h1@example.com hosts 2 meetings at once from 09:30 on Mon 5 Apr on («A» and «B»); the file allows 1. If co-hosts start the others, write `parallel: 2` for h1@example.com; else use --recreate meeting/b: «B» goes to a host who has room, such as h2@example.com, and its link is new then.");
}

#[test]
fn it_is_told_as_long_as_it_is_so() {
    let mut set = changed(&[MOVED]);
    for seen in set.meetings_of("h1@example.com") {
        if seen.fields.get(&Field::Title) == Some(&Value::Text("B".to_owned())) {
            seen.fields
                .insert(Field::Start, Value::Time(at("2027-04-05T09:30:00Z")));
            seen.fields
                .insert(Field::End, Value::Time(at("2027-04-05T10:30:00Z")));
        }
    }
    let plan = set.plan(&Wishes::default());
    assert_eq!(steps(&plan), nothing());
    assert_eq!(cannot(&plan, CannotReason::DoubleBooked).len(), 1);
    let page = crate::read::markdown(&plan);
    assert!(!page.contains("as the file asks"), "{page}");
}

#[test]
fn each_way_out_leads_out() {
    let more = ("h1@example.com: {}", "h1@example.com: { parallel: 2 }");
    let plan = changed(&[MOVED, more]).plan(&Wishes::default());
    assert_eq!(cannot(&plan, CannotReason::DoubleBooked), none());

    let these = |keys: &[&str]| Wishes {
        recreate: Recreate::These(keys.iter().copied().map(Address::new).collect()),
        ..Wishes::default()
    };
    let plan = changed(&[MOVED]).plan(&these(&["meeting/b"]));
    assert_eq!(plan.steps[0].owner.to_string(), "h2@example.com");
    assert_eq!(cannot(&plan, CannotReason::DoubleBooked), none());

    let set = changed(&[MOVED, NAMED]);
    let said = set.plan(&Wishes::default());
    assert_eq!(
        cannot(&said, CannotReason::DoubleBooked).len(),
        1,
        "not yet"
    );
    let anew = Wishes {
        recreate: Recreate::All,
        ..Wishes::default()
    };
    let plan = set.plan(&anew);
    assert_eq!(steps(&plan), ["meeting/b"]);
    assert_eq!(cannot(&plan, CannotReason::DoubleBooked), none());
}

#[test]
fn a_meeting_that_names_its_host_is_not_the_way_out() {
    let own = ("title: B,", "title: B, host: h1@example.com,");
    let set = changed(&[MOVED, own]);
    let plan = set.plan(&Wishes::default());
    assert_eq!(cannot_at(&plan, CannotReason::DoubleBooked), ["meeting/a"]);
    let said = cannot(&plan, CannotReason::DoubleBooked);
    assert!(said[0].contains("from 09:30") && said[0].contains("use --recreate meeting/a"));
    let anew = Wishes {
        recreate: Recreate::These([Address::new("meeting/a")].into()),
        ..Wishes::default()
    };
    let plan = set.plan(&anew);
    assert_eq!(cannot(&plan, CannotReason::DoubleBooked), none());

    let both = ("title: A,", "title: A, host: h1@example.com,");
    let plan = overlapping_on_webex(changed(&[own, both]));
    let said = cannot(&plan, CannotReason::DoubleBooked);
    let way_out = "name another host for «B» and use --recreate meeting/b";
    assert!(said[0].contains(way_out), "{}", said[0]);
}

/// The plan that keeps the second meeting on Webex half an hour earlier than the file has it.
fn overlapping_on_webex(mut set: Set) -> Plan {
    for seen in set.meetings_of("h1@example.com") {
        if seen.fields.get(&Field::Title) == Some(&Value::Text("B".to_owned())) {
            seen.fields
                .insert(Field::Start, Value::Time(at("2027-04-05T09:30:00Z")));
        }
    }
    set.plan(&Wishes {
        keep: crate::Choice {
            all: true,
            ..crate::Choice::default()
        },
        ..Wishes::default()
    })
}

#[test]
fn what_is_kept_on_webex_counts_as_it_is_there() {
    let plan = overlapping_on_webex(changed(&[]));
    assert_eq!(cannot(&plan, CannotReason::DoubleBooked).len(), 1);
}

#[test]
fn what_is_over_is_not_told() {
    let mut set = changed(&[MOVED]);
    set.observed.at = at("2027-04-06T08:00:00Z");
    let plan = set.plan(&Wishes::default());
    assert_eq!(cannot(&plan, CannotReason::DoubleBooked), none());
}
