//! A role, a team, a room or a selector that leads nowhere is never silent.

use crate::support::{check_with, good, shown};

const HEAD: &str = r#"
event: demo
title: Demo
timezone: Europe/Brussels
people: people.csv
webex:
  hosts: { events@example.com: { parallel: 3 } }
days:
  d1: { title: Day 1, date: 2027-10-04 }
teams:
  red: { title: Red }
  blue: { title: Blue }
rooms:
  main: { title: Main, members: [everyone], moderators: [organiser] }
  team-room:
    one-per: team
    title: "{{ team.title }}"
    members: [people of this team]
    moderators: [coach of this team]
meetings:
  talk:
    one-per: team
    title: "{{ team.title }}: talk"
    time: "10:00-11:00"
    rooms: [room of this team]
    cohosts: [coach of this team]
"#;

const PEOPLE: &str = "\
email,name,team,role
olga@example.com,Olga Sommer,,organiser
anna@example.com,Anna Vidal,red,coach
carla@example.com,Carla Diaz,blue,coach
rene@example.com,René Müller,red,
zoe@example.com,Zoe Ray,blue,
";

/// What is said of the head with some texts changed, each exactly once.
fn said(changes: &[(&str, &str)], people: &str) -> String {
    let yaml = changes.iter().fold(HEAD.to_owned(), |text, (old, new)| {
        assert!(text.contains(old), "`{old}` is not in the head");
        text.replacen(old, new, 1)
    });
    shown(&check_with(&yaml, people).diagnostics)
}

#[test]
fn an_event_in_which_everything_leads_somewhere_is_fine() {
    assert_eq!(said(&[], PEOPLE), "");
}

#[test]
fn a_slip_in_a_role_is_said_with_what_it_takes_away() {
    let people = PEOPLE.replace("blue,coach", "blue,coahc");
    insta::assert_snapshot!(said(&[], &people), @r"
    event.yaml:19:17: room/unmoderated (note) room `blue` asks for moderators, and nobody in the roster is one | give somebody the role, or name an address; until then only the bot runs it
    event.yaml:26:14: meeting/no-cohost (note) meeting `talk/blue` asks for co-hosts, and nobody in the roster is one | give somebody the role, or name an address; until then only the host can run it
    people.csv:4:35: role/unnamed (note) no entry of the event file names the role `coahc` (Carla Diaz) | did you mean `coach`? As it is, the role gives nothing
    ");
}

#[test]
fn roles_that_no_entry_names_are_said_together() {
    let people = PEOPLE
        .replace("red,\n", "red,press\n")
        .replace("blue,\n", "blue,guest / vip\n");
    insta::assert_snapshot!(said(&[], &people), @"people.csv:6:30: role/unnamed (note) no entry of the event file names the roles `guest`, `press` and `vip` (René Müller and Zoe Ray) | fine if they take part like everybody; else name it, as in `moderators: [coach]`");
}

#[test]
fn the_webex_team_has_those_whose_role_the_file_names() {
    let crowd = |role: &str| {
        (0..28).fold(PEOPLE.to_owned(), |people, n| {
            format!("{people}p{n}@example.com,Person {n},red,{role}\n")
        })
    };
    for role in ["particpant", "attendee", "participant", ""] {
        let checked = check_with(HEAD, &crowd(role));
        let members = &good(&checked).webex.members;
        let members: Vec<_> = members.iter().map(|it| it.email.as_str()).collect();
        let staff = ["anna@example.com", "carla@example.com", "olga@example.com"];
        assert_eq!(members, staff, "{role}");
        let unnamed = shown(&checked.diagnostics).contains("role/unnamed");
        assert_eq!(unnamed, matches!(role, "particpant" | "attendee"), "{role}");
    }
}

#[test]
fn a_role_that_nobody_has_yet_is_said_once() {
    let people = PEOPLE.replace(",coach", ",");
    insta::assert_snapshot!(said(&[], &people), @r"
    event.yaml:19:18: role/nobody (note) nobody in the roster has the role `coach` | that is fine if their lines are still to come
    event.yaml:26:15: role/nobody (note) nobody in the roster has the role `coach` | that is fine if their lines are still to come
    ");
}

#[test]
fn a_selector_that_means_nobody_is_said() {
    let changes = [
        (
            "members: [everyone]",
            "members: [everyone, organiser of red]",
        ),
        (
            "meetings:",
            "organisers: { people: [organiser of blue], room: main }\ncues:\n  go: { day: d1, at: \"09:00\", to-people: [organiser of blue], say: Go }\nmeetings:",
        ),
        (
            "parallel: 3 } }",
            "parallel: 3 } }\n  cohosts-overlap: [organiser of blue]\n  moderators: [organiser of red]",
        ),
    ];
    insta::assert_snapshot!(said(&changes, PEOPLE), @r"
    event.yaml:8:21: selector/nobody (note) `organiser of blue` means nobody in the roster | look at the columns for team and role in the roster, or take it out
    event.yaml:9:16: selector/nobody (note) `organiser of red` means nobody in the roster | look at the columns for team and role in the roster, or take it out
    event.yaml:16:44: selector/nobody (note) `organiser of red` means nobody in the roster | look at the columns for team and role in the roster, or take it out
    event.yaml:22:24: selector/nobody (note) `organiser of blue` means nobody in the roster | look at the columns for team and role in the roster, or take it out
    event.yaml:24:43: selector/nobody (note) `organiser of blue` means nobody in the roster | look at the columns for team and role in the roster, or take it out
    ");
}

#[test]
fn teams_and_groups_without_people_are_said() {
    let people = PEOPLE.replace(",blue,", ",,");
    let changes = [(
        "rooms:\n",
        "groups:\n  none: { title: None, teams: [] }\nrooms:\n",
    )];
    insta::assert_snapshot!(said(&changes, &people), @r"
    event.yaml:12:3: team/empty (note) nobody is in blue yet | write the team's name into the team column of the roster
    event.yaml:14:3: group/empty (note) there are no teams in group `none` | name some under `teams:`, or take the group out
    event.yaml:17:3: room/empty (note) nobody is in room `blue` | fine for a test room; otherwise name people under `members:`
    ");
}

/// What is said of an event with this zone and these days.
fn said_of_days(zone: &str, days: &str) -> String {
    let days = format!("days: {{ {days} }}\nteams:");
    let head = HEAD
        .replace(
            "days:\n  d1: { title: Day 1, date: 2027-10-04 }\nteams:",
            &days,
        )
        .replace(
            "one-per: team\n    title: \"{{ team.title }}: talk\"",
            "one-per: [team, day]\n    title: \"{{ team.title }}: {{ day.title }}\"",
        )
        .replace("Europe/Brussels", zone);
    shown(&check_with(&head, PEOPLE).diagnostics)
}

#[test]
fn a_zone_without_summer_time_is_said() {
    let day = "d1: { title: Day 1, date: 2027-10-04 }";
    let zones: Vec<_> = ["EST", "MST", "GMT", "Etc/GMT+5", "Etc/GMT-14"]
        .map(|zone| said_of_days(zone, day))
        .into();
    insta::assert_snapshot!(zones.join("\n"), @r"
    event.yaml:4:11: timezone/fixed (note) `EST` is the same offset all year, without summer time | is `America/New_York` meant?
    event.yaml:4:11: timezone/fixed (note) `MST` is the same offset all year, without summer time | is `America/Denver` meant?
    event.yaml:4:11: timezone/fixed (note) `GMT` is the same offset all year, without summer time | is `Europe/London` meant?
    event.yaml:4:11: timezone/fixed (note) `Etc/GMT+5` is the same offset all year, without summer time | take a place, as `America/New_York`; `Etc/GMT+5` is five hours behind UTC
    event.yaml:4:11: timezone/fixed (note) `Etc/GMT-14` is the same offset all year, without summer time | take a place, as `America/New_York`; `Etc/GMT+5` is five hours behind UTC
    ");
    for zone in [
        "UTC",
        "Etc/UTC",
        "Etc/GMT",
        "EST5EDT",
        "Africa/Lagos",
        "America/Phoenix",
    ] {
        assert_eq!(said_of_days(zone, day), "", "{zone}");
    }
    let people = PEOPLE
        .replace("role\n", "role,timezone\n")
        .replace("organiser\n", "organiser,EST\n");
    insta::assert_snapshot!(said(&[], &people), @"people.csv:2:41: timezone/fixed (note) `EST` is the same offset all year, without summer time | is `America/New_York` meant?");
}

#[test]
fn a_day_that_is_called_after_another_weekday_is_said() {
    let days = [
        "monday: { title: First day, date: 2027-10-06 }",
        "d1: { title: Vendredi matin, date: 2027-10-06 }",
        "d1: { title: Dinsdag, date: 2027-10-06 }",
    ];
    let said: Vec<_> = days.map(|day| said_of_days("Europe/Brussels", day)).into();
    insta::assert_snapshot!(said.join("\n"), @r"
    event.yaml:8:9: day/weekday (note) day `monday` is called Monday, but 2027-10-06 is a Wednesday | change the date, or what the day is called
    event.yaml:8:9: day/weekday (note) day `d1` is called vendredi, but 2027-10-06 is a Wednesday | change the date, or what the day is called
    event.yaml:8:9: day/weekday (note) day `d1` is called dinsdag, but 2027-10-06 is a Wednesday | change the date, or what the day is called
    ");
    let good = [
        "wednesday: { title: Mercredi, date: 2027-10-06 }",
        "d1: { title: Wednesday after Monday, date: 2027-10-06 }",
        "d1: { title: Fridays, date: 2027-10-06 }",
    ];
    for day in good {
        assert_eq!(said_of_days("Europe/Brussels", day), "", "{day}");
    }
}

#[test]
fn a_night_in_which_the_clocks_change_is_said() {
    let two = |first: &str, second: &str| {
        format!("d1: {{ title: Day 1, date: {first} }}, d2: {{ title: Day 2, date: {second} }}")
    };
    let nights = [
        ("Europe/Brussels", two("2027-10-30", "2027-10-31")),
        ("Europe/Brussels", two("2027-10-29", "2027-11-01")),
        ("America/New_York", two("2027-03-13", "2027-03-14")),
        ("America/Santiago", two("2027-09-04", "2027-09-05")),
        (
            "Europe/London",
            "d1: { title: Day 1, date: 2027-03-28 }".to_owned(),
        ),
    ];
    let nights = nights.map(|(zone, days)| said_of_days(zone, &days));
    insta::assert_snapshot!(nights.join("\n"), @r"
    event.yaml:8:49: day/clocks (note) the clocks are put back on 2027-10-31, from 03:00 to 02:00 | fine if the times from then on are meant by the new clock; the night has another length
    event.yaml:8:49: day/clocks (note) the clocks are put back on 2027-10-31, from 03:00 to 02:00 | fine if the times from then on are meant by the new clock; the night has another length
    event.yaml:8:49: day/clocks (note) the clocks are put forward on 2027-03-14, from 02:00 to 03:00 | fine if the times from then on are meant by the new clock; the night has another length
    event.yaml:8:49: day/clocks (note) the clocks are put forward on 2027-09-05, from 00:00 to 01:00 | fine if the times from then on are meant by the new clock; the night has another length
    event.yaml:8:9: day/clocks (note) the clocks are put forward on 2027-03-28, from 01:00 to 02:00 | fine if the times from then on are meant by the new clock; the night has another length
    ");
    for zone in ["Asia/Tokyo", "UTC", "America/Phoenix"] {
        assert_eq!(said_of_days(zone, &two("2027-10-29", "2027-11-01")), "");
    }
    assert_eq!(
        said_of_days("Europe/Brussels", &two("2027-10-29", "2027-10-30")),
        ""
    );
    let party = [
        ("10:00-11:00", "22:00-04:00 +1"),
        ("2027-10-04", "2027-10-30"),
    ];
    insta::assert_snapshot!(said(&party, PEOPLE), @"event.yaml:9:3: day/clocks (note) the clocks are put back on 2027-10-31, from 03:00 to 02:00 | fine if the times from then on are meant by the new clock; the night has another length");
    assert_eq!(
        said_of_days("Europe/Brussels", &two("2027-11-01", "2027-11-02")),
        ""
    );
}
