//! Who is told what of a file that changes, and that no room is told of what is not its own.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use rstest::rstest;
use showcaller_event::{Input, check};

use super::*;

const FILE: &str = r#"
event: demo
title: Demo
timezone: Europe/Brussels
people: people.csv
webex: { hosts: { events@example.com: { parallel: 9 } } }
days:
  d1: { title: Day 1, date: 2027-10-04 }
  d2: { title: Day 2, date: 2027-10-05 }
rooms:
  main: { title: Main, members: [everyone], moderators: [organiser] }
  side: { title: Side, members: [b], moderators: [organiser] }
meetings:
  opening: { title: Opening, day: d1, time: "09:00-09:30", rooms: [main, side] }
  talk: { title: Talk, day: d1, time: "10:00-11:00", rooms: [main] }
  aside: { title: Aside, day: d1, time: "14:00-15:00", rooms: [side] }
"#;

fn event(file: &str) -> Event {
    let roster = "email,name,role\nolga@example.com,Olga Sommer,organiser\n\
                  rene@example.com,René Müller,a\nzoe@example.com,Zoe Ray,b\n";
    let checked = check(&Input {
        name: "event.yaml",
        bytes: file.as_bytes(),
        load: &|_| Ok(roster.as_bytes().to_vec()),
        now: None,
    });
    let mistakes: Vec<_> = checked
        .diagnostics
        .iter()
        .map(ToString::to_string)
        .collect();
    checked.event.unwrap_or_else(|| panic!("{mistakes:#?}"))
}

fn programme(event: &Event) -> Programme {
    let link = |meeting: &MeetingKey| {
        Some(MeetingFacts {
            link: Some(Secret::new(format!("https://{meeting}"))),
            ..MeetingFacts::default()
        })
    };
    Programme::of(event, &Schedule::planned(event), &link)
}

fn at(text: &str) -> Timestamp {
    format!("2027-10-04T{text}+02:00").parse().expect("a time")
}

/// One line for each change: `main: Opening moved`.
fn lines(changes: &[RoomChanges]) -> Vec<String> {
    let of_room = |it: &RoomChanges| {
        let room = it.room.clone();
        let lines = it.changes.iter().map(move |change| match change {
            Change::New { title, .. } => format!("{room}: {title} new"),
            Change::Renamed { from, to } => format!("{room}: {from} called {to}"),
            Change::Moved { title, .. } => format!("{room}: {title} moved"),
            Change::Link { title, .. } => format!("{room}: {title} link"),
            Change::Cancelled { title, .. } => format!("{room}: {title} cancelled"),
            Change::NotForRoom { title, .. } => format!("{room}: {title} not for it"),
        });
        lines.collect::<Vec<_>>()
    };
    changes.iter().flat_map(of_room).collect()
}

#[rstest]
#[case::nothing("Opening", "Opening", &[])]
#[case::moved("09:00-09:30", "09:15-09:45", &["main: Opening moved", "side: Opening moved"])]
#[case::longer("10:00-11:00", "10:00-11:30", &["main: Talk moved"])]
#[case::to_another_day("Aside, day: d1", "Aside, day: d2", &["side: Aside moved"])]
#[case::renamed("title: Talk", "title: Speech", &["main: Talk called Speech"])]
#[case::both(
    "title: Talk, day: d1, time: \"10:00",
    "title: Speech, day: d1, time: \"10:30",
    &["main: Talk called Speech", "main: Speech moved"]
)]
#[case::cancelled(
    "  talk: { title: Talk, day: d1, time: \"10:00-11:00\", rooms: [main] }\n",
    "",
    &["main: Talk cancelled"]
)]
#[case::new(
    "  aside:",
    "  extra: { title: Extra, day: d2, time: \"09:00-10:00\", rooms: [main] }\n  aside:",
    &["main: Extra new"]
)]
#[case::for_another_room("rooms: [main] }", "rooms: [side] }", &["main: Talk not for it", "side: Talk new"])]
#[case::for_one_more_room("rooms: [main] }", "rooms: [main, side] }", &["side: Talk new"])]
#[case::called_otherwise_in_the_file("  talk: {", "  speech: { previously: talk,", &["main: Talk link"])]
#[case::a_room_called_otherwise("  side: {", "  corner: { previously: side,", &[])]
fn each_room_is_told_its_own(#[case] from: &str, #[case] to: &str, #[case] expected: &[&str]) {
    let before = event(FILE);
    assert!(FILE.contains(from), "{from}");
    let mut file = FILE.replace(from, to);
    if to.contains("corner") {
        file = file
            .replace("[side]", "[corner]")
            .replace(", side]", ", corner]");
    }
    let after = event(&file);
    let now = at("08:00");
    let changes = programme(&after).changes_since(&programme(&before), &after, now);
    assert_eq!(lines(&changes), expected);
}

#[test]
fn what_is_over_is_no_news() {
    let (before, after) = (event(FILE), event(&FILE.replace("Opening", "Start")));
    let heard = |now| programme(&after).changes_since(&programme(&before), &after, at(now));
    assert_eq!(heard("09:29").len(), 2);
    assert_eq!(heard("09:30"), []);
    // But what was over and is yet to come is.
    let again = event(&FILE.replace("09:00-09:30", "15:00-15:30"));
    let heard = programme(&again).changes_since(&programme(&before), &again, at("12:00"));
    assert_eq!(
        lines(&heard),
        ["main: Opening moved", "side: Opening moved"]
    );
}

#[test]
fn what_was_cancelled_stays_so_and_comes_back_as_new() {
    let with = event(FILE);
    let without = event(&FILE.replace(
        "  talk: { title: Talk, day: d1, time: \"10:00-11:00\", rooms: [main] }\n",
        "",
    ));
    let heard = |before: &Event, after: &Event| {
        lines(&programme(after).changes_since(&programme(before), after, at("08:00")))
    };
    assert_eq!(heard(&with, &without), ["main: Talk cancelled"]);
    assert!(heard(&without, &without).is_empty());
    assert_eq!(heard(&without, &with), ["main: Talk new"]);
}

#[test]
fn it_is_kept_with_its_links() {
    let programme = programme(&event(FILE));
    let kept = serde_json::to_string(&programme).expect("JSON");
    assert_eq!(
        serde_json::from_str::<Programme>(&kept).ok(),
        Some(programme)
    );
}

prop_compose! {
    /// Up to four meetings, in some of three rooms, at some time, perhaps with a link.
    fn any_programme()(meetings in proptest::collection::btree_map(
        0_u8..4,
        (0_u8..3, 0_i64..3, proptest::collection::btree_set(0_u8..3, 0..3), any::<bool>()),
        0..4,
    )) -> Programme {
        let meetings = meetings.into_iter().map(|(key, (title, hour, rooms, link))| {
            let start = at("09:00") + SignedDuration::from_hours(hour);
            let listed = Listed {
                title: format!("meeting {key} as {title}"),
                times: Times { start, end: start + SignedDuration::from_hours(1) },
                link: link.then(|| Secret::new("https://link")),
                rooms: rooms.iter().map(|room| RoomKey::new(format!("r{room}"))).collect(),
            };
            (MeetingKey::new(format!("m{key}")), listed)
        });
        Programme { meetings: meetings.collect() }
    }
}

fn rooms_of_three() -> Event {
    let rooms = "  r0: { title: R0 }\n  r1: { title: R1 }\n  r2: { title: R2 }\n";
    event(&FILE.replace("meetings:", &format!("{rooms}meetings:")))
}

proptest! {
    #[test]
    fn a_room_is_told_of_no_meeting_that_it_never_had(
        before in any_programme(),
        after in any_programme(),
        hour in 0_i64..4,
    ) {
        let event = rooms_of_three();
        let now = at("09:00") + SignedDuration::from_hours(hour);
        for RoomChanges { room, changes } in after.changes_since(&before, &event, now) {
            let titles = |programme: &Programme| -> BTreeSet<String> {
                let own = programme.meetings.values().filter(|it| it.rooms.contains(&room));
                own.map(|it| it.title.clone()).collect()
            };
            let (had, has) = (titles(&before), titles(&after));
            for change in changes {
                let own = match &change {
                    Change::New { title, .. } => has.contains(title),
                    Change::Cancelled { title, .. } | Change::NotForRoom { title, .. } => {
                        had.contains(title)
                    }
                    Change::Renamed { from, to } => had.contains(from) && has.contains(to),
                    Change::Moved { title, .. } | Change::Link { title, .. } => has.contains(title),
                };
                prop_assert!(own, "{room}: {change:?}");
            }
        }
        prop_assert_eq!(after.changes_since(&after, &event, now), []);
    }
}
