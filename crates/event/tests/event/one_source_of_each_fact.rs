//! A name is in the event as it is on Webex, however the file pads it.

use showcaller_event::model::{MeetingKey, RoomKey, Text};

use crate::support::{check_with, good, shown};

const PADDED: &str = r#"
event: demo
title: "Demo "
timezone: " Europe/Brussels"
people: people.csv
webex: { team: " LIVE: Demo", hosts: { events@example.com: { parallel: 3 } } }
days:
  d1: { title: "Day 1 ", date: 2027-10-04 }
teams:
  red: { title: "Red	", links: { board: " https://boards.example.com/red" } }
groups:
  all-teams: { title: " All", teams: [red] }
rooms:
  main: { title: " Main", members: [everyone], moderators: [organiser], tabs: { " Plan ": " https://plan.example.com " } }
  team-room: { one-per: team, title: "{{ team.title }} {% if team.id == 'blue' %}!{% endif %}", members: [everyone], moderators: [organiser] }
meetings:
  talk: { title: "Talk ", time: "10:00-11:00", rooms: [main] }
  retro: { one-per: team, title: "Retro {% if team.id == 'blue' %}!{% endif %}", time: "12:00-13:00", rooms: [main] }
"#;

#[test]
fn blanks_around_a_name_are_left_out_with_a_note() {
    let people = "email,name,role\nolga@example.com, Olga  Sommer ,organiser\n";
    let checked = check_with(PADDED, people);
    let event = good(&checked);
    let room = |key| event.room(&RoomKey::new(key)).unwrap();
    let meeting = |key| event.meeting(&MeetingKey::new(key)).unwrap();
    let tab = &room("main").tabs[0];
    let names = [
        (event.title.as_str(), "Demo"),
        (&event.timezone, "Europe/Brussels"),
        (&event.webex.team, "LIVE: Demo"),
        (&event.days[0].title, "Day 1"),
        (&event.teams[0].title, "Red"),
        (
            &event.teams[0].links["board"],
            "https://boards.example.com/red",
        ),
        (&event.groups[0].title, "All"),
        (&room("main").title, "Main"),
        (&tab.name, "Plan"),
        (&room("red").title, "Red"),
        (&meeting("talk").title, "Talk"),
        (&meeting("retro/red").title, "Retro"),
        (&event.people[0].name, "Olga Sommer"),
    ];
    for (is, wanted) in names {
        assert_eq!(is, wanted);
    }
    assert_eq!(tab.url, Text::plain("https://plan.example.com"));
    insta::assert_snapshot!(shown(&checked.diagnostics), @r"
    event.yaml:3:8: text/blanks (note) there are blanks around `Demo` | they are left out; take them out here too
    event.yaml:4:11: text/blanks (note) there are blanks around `Europe/Brussels` | they are left out; take them out here too
    event.yaml:6:16: text/blanks (note) there are blanks around `LIVE: Demo` | they are left out; take them out here too
    event.yaml:8:16: text/blanks (note) there are blanks around `Day 1` | they are left out; take them out here too
    event.yaml:10:3: team/empty (note) nobody is in red yet | write the team's name into the team column of the roster
    event.yaml:10:17: text/blanks (note) there are blanks around `Red` | they are left out; take them out here too
    event.yaml:10:41: text/blanks (note) there are blanks around `https://boards.example.com/red` | they are left out; take them out here too
    event.yaml:12:23: text/blanks (note) there are blanks around `All` | they are left out; take them out here too
    event.yaml:14:18: text/blanks (note) there are blanks around `Main` | they are left out; take them out here too
    event.yaml:14:81: text/blanks (note) there are blanks around `Plan` | they are left out; take them out here too
    event.yaml:14:91: text/blanks (note) there are blanks around `https://plan.example.com` | they are left out; take them out here too
    event.yaml:17:18: text/blanks (note) there are blanks around `Talk` | they are left out; take them out here too
    ");
}
