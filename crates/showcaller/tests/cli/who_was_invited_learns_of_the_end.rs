//! Calendars, hints and mails for those who had an entry, a room or an invitation before.

use crate::stage::Stage;

const FILE: &str = "\
event: demo
title: Demo
timezone: Europe/Brussels
people: people.csv
webex:
  hosts: { events@example.com: { parallel: 3 } }
days:
  d1: { title: Day 1, date: 2027-10-04 }
rooms:
  main: { title: Main, members: [a], moderators: [organiser] }
  side: { title: Side, members: [b], moderators: [organiser] }
meetings:
  talk: { title: Talk, time: \"10:00-11:00\", rooms: [main] }
";

const PEOPLE: &str = "email,name,role\nolga@example.com,Olga Sommer,organiser\n\
                      rene@example.com,René Müller,a\nada@example.com,Ada Moe,a\nzoe@example.com,Zoe Ray,b\n";

fn applied() -> Stage {
    let stage = Stage::empty();
    stage.write("event.yaml", FILE);
    stage.write("people.csv", PEOPLE);
    apply(&stage);
    stage
}

fn apply(stage: &Stage) {
    let line = "apply event.yaml --simulate --yes --remove";
    stage.run(line).exits(0);
}

/// UID, SEQUENCE and STATUS of each entry.
fn calendar(stage: &Stage, whom: &str) -> Vec<(String, u32, String)> {
    let ran = stage
        .run(&format!("calendar event.yaml --simulate {whom}"))
        .exits(0);
    let entries = ran.stdout.split("BEGIN:VEVENT").skip(1);
    let value = |entry: &str, name: &str| {
        let line = entry.lines().find_map(|line| line.strip_prefix(name));
        line.expect(name).to_owned()
    };
    let entry = |entry: &str| {
        let sequence = value(entry, "SEQUENCE:").parse().expect("a number");
        (value(entry, "UID:"), sequence, value(entry, "STATUS:"))
    };
    entries.map(entry).collect()
}

fn entry(uid: &str, sequence: u32, status: &str) -> Vec<(String, u32, String)> {
    vec![(
        format!("{uid}@demo.showcaller"),
        sequence,
        status.to_owned(),
    )]
}

#[test]
fn a_calendar_that_is_not_written_was_not_given() {
    let stage = applied();
    let refused = "calendar event.yaml --simulate --for room/main --output people.csv";
    stage.run(refused).exits(2).says("is no calendar of ours");
    stage.change("event.yaml", "rooms: [main]", "rooms: [side]");
    apply(&stage);
    assert_eq!(calendar(&stage, "--for room/main"), []);
}

#[test]
fn who_is_in_both_rooms_keeps_a_meeting_that_moves_in_any_order() {
    for order in [["main", "side"], ["side", "main"]] {
        let stage = applied();
        let both = PEOPLE.replace("zoe@example.com,Zoe Ray,b", "zoe@example.com,Zoe Ray,a;b");
        stage.write("people.csv", &both);
        apply(&stage);
        let given = calendar(&stage, "--for room/main");
        assert_eq!(given, entry("talk", 0, "CONFIRMED"));
        stage.change("event.yaml", "rooms: [main]", "rooms: [side]");
        apply(&stage);
        let given = order.map(|room| calendar(&stage, &format!("--for room/{room}")));
        let given = given.into_iter().flatten();
        let newest = given.max_by_key(|entry| entry.1).expect("an entry");
        assert_eq!(newest.2, "CONFIRMED", "{order:?}: {newest:?}");
    }
}

#[test]
fn a_meeting_that_goes_to_another_room_is_cancelled_where_it_was() {
    let stage = applied();
    for whom in ["--for room/main", "--for person/rene@example.com"] {
        assert_eq!(calendar(&stage, whom), entry("talk", 0, "CONFIRMED"));
    }
    stage.change("event.yaml", "rooms: [main]", "rooms: [side]");
    apply(&stage);
    assert_eq!(calendar(&stage, "--for room/side").len(), 1);
    for whom in ["--for room/main", "--for person/rene@example.com"] {
        let entries = calendar(&stage, whom);
        assert_eq!(entries.len(), 1, "{whom}");
        assert_eq!(entries[0].2, "CANCELLED", "{whom}");
        assert!(entries[0].1 > 0, "{whom}: {entries:?}");
        assert_eq!(calendar(&stage, whom), entries, "and again");
    }
}

#[test]
fn a_person_who_left_the_roster_still_gets_a_calendar() {
    let stage = applied();
    let rene = "--for person rene@example.com";
    assert_eq!(calendar(&stage, rene), entry("talk", 0, "CONFIRMED"));
    stage.change("people.csv", "rene@example.com,René Müller,a\n", "");
    apply(&stage);
    let cancelled = entry("talk", 1, "CANCELLED");
    assert_eq!(calendar(&stage, rene), cancelled);
    assert_eq!(calendar(&stage, rene), cancelled);
    let never = "calendar event.yaml --simulate --for person/nina@example.com";
    stage.run(never).exits(2);
}

#[test]
fn a_renamed_meeting_keeps_its_entry() {
    let stage = applied();
    assert_eq!(
        calendar(&stage, "--for room/main"),
        entry("talk", 0, "CONFIRMED")
    );
    stage.change("event.yaml", "  talk: {", "  keynote: { previously: talk,");
    stage.change("event.yaml", "  main: {", "  hall: { previously: main,");
    stage.change("event.yaml", "rooms: [main]", "rooms: [hall]");
    apply(&stage);
    stage.change("event.yaml", "previously: talk, ", "");
    stage.change("event.yaml", "previously: main, ", "");
    apply(&stage);
    assert_eq!(
        calendar(&stage, "--for room/hall"),
        entry("talk", 0, "CONFIRMED")
    );
    stage.change("event.yaml", "rooms: [hall]", "rooms: [side]");
    apply(&stage);
    assert_eq!(
        calendar(&stage, "--for room/hall"),
        entry("talk", 1, "CANCELLED")
    );
}

#[test]
fn a_room_that_left_the_event_still_gets_a_calendar() {
    let stage = applied();
    for whom in ["--all", "--for room/main"] {
        assert_eq!(calendar(&stage, whom), entry("talk", 0, "CONFIRMED"));
    }
    let room = "  main: { title: Main, members: [a], moderators: [organiser] }\n";
    stage.change("event.yaml", room, "");
    stage.change("event.yaml", ", rooms: [main]", "");
    apply(&stage);
    assert_eq!(
        calendar(&stage, "--for room/main"),
        entry("talk", 1, "CANCELLED")
    );
    assert_eq!(calendar(&stage, "--all"), entry("talk", 2, "CONFIRMED"));
    // It ended for them before it was given on: with the calendar for all as well, it still shows.
    let rene = calendar(&stage, "--for person/rene@example.com");
    assert_eq!(rene, entry("talk", 1, "CANCELLED"));
}

#[test]
fn a_calendar_without_entries_is_said_to_have_none() {
    let stage = applied();
    let line = "calendar event.yaml --simulate --for room/side";
    let ran = stage.run(line).exits(0);
    let ran = ran.says("no meeting is for room/side, so the calendar has no entries");
    assert!(ran.stdout.contains("BEGIN:VTIMEZONE"), "{ran}");
    let full = stage.run("calendar event.yaml --simulate --all").exits(0);
    assert_eq!(full.stderr, "");
}
