//! What Webex limits is limited as Webex does it, and nothing else is.

use showcaller_event::Checked;

use crate::support::{check_with, shown};

/// An event of so many people, spread over so many rooms; `staff` of them have a role of it.
fn event(people: usize, rooms: usize, staff: usize) -> Checked {
    let teams = |line: fn(usize) -> String| (0..rooms).map(line).collect::<String>();
    let yaml = format!(
        "event: large\ntitle: Large\ntimezone: UTC\npeople: people.csv\n\
         days:\n  d1: {{ title: Day 1, date: 2027-10-04 }}\n\
         teams:\n{}rooms:\n  team-room:\n    one-per: team\n    title: \"{{{{ team.title }}}}\"\n    \
         members: [people of this team, helper of this team]\n    locked: true\n",
        teams(|n| format!("  t{n}: {{ title: Team {n} }}\n")),
    );
    let person = |n: usize| {
        let role = if n < staff { "helper" } else { "" };
        format!("p{n}@example.com,Person {n},t{},{role}\n", n % rooms)
    };
    let people: String = (0..people).map(person).collect();
    check_with(&yaml, &format!("email,name,team,role\n{people}"))
}

#[test]
fn a_room_holds_five_thousand_people_and_an_event_many_rooms() {
    assert_eq!(shown(&event(5_001, 500, 1).diagnostics), "");
    assert_eq!(shown(&event(20_000, 1_000, 1_000).diagnostics), "");
    assert_eq!(shown(&event(4_500, 1, 1).diagnostics), "");
    insta::assert_snapshot!(shown(&event(5_000, 1, 1).diagnostics), @"event.yaml:13:14: room/too-many (note) room `t0` has 5000 people; Webex takes 5000 | there is little room for late guests");
    insta::assert_snapshot!(shown(&event(10_002, 2, 1).diagnostics), @"event.yaml:14:14: room/too-many room `t0` has 5001 people; Webex takes 5000 (and once more like it) | split it into several rooms");
}

#[test]
fn the_webex_team_holds_as_many_as_a_room() {
    insta::assert_snapshot!(shown(&event(10_000, 10, 5_001).diagnostics), @"event.yaml:2:8: room/too-many the Webex team has 5001 people; Webex takes 5000 | name fewer people under `webex: members:`; guests of rooms need not be in it");
}
