//! Each mistake has a hint for its own cause, is told once, and is told in the first run.

use crate::support::{check_with, shown};

const HEAD: &str = include_str!("head.yaml");

const PEOPLE: &str = "\
email,name,role
olga@example.com,Olga Sommer,organiser
rene@example.com,René Müller,participant
zoe@example.com,Zoe Ray,participant
";

/// What is found in the head with some texts changed, and with these meetings.
fn findings(changes: &[(&str, &str)], meetings: &str) -> String {
    let yaml = changes.iter().fold(HEAD.to_owned(), |text, (old, new)| {
        assert!(text.contains(old), "`{old}` is not in the head any more");
        text.replacen(old, new, 1)
    });
    shown(&check_with(&format!("{yaml}{meetings}"), PEOPLE).diagnostics)
}

/// A meeting at this time.
fn at(time: &str) -> String {
    format!("  a1: {{ title: Talk, time: {time}, rooms: [main] }}\n")
}

/// The hints alone, one a line.
fn hints(found: &str) -> String {
    let hint = |line: &str| line.split_once(" | ").map(|(_, hint)| hint.to_owned());
    let hints: Vec<_> = found
        .lines()
        .map(|line| hint(line).unwrap_or_default())
        .collect();
    hints.join(" / ")
}

#[test]
fn a_time_that_is_none_is_written_as_it_should_be() {
    let times = [
        "\"22:00-06:00\"",
        "\"10:00-4:30\"",
        "\"16:30-10:00\"",
        "9:00 AM - 10:30 AM",
        "9 p.m. - 10 p.m.",
        "9-10 pm",
        "10:00\u{2212}11:00",
        "10-11",
        "\"10:00\"",
        "\"14:00-25:00\"",
        "noon",
    ];
    let told: Vec<_> = times
        .iter()
        .map(|time| format!("{time}: {}", hints(&findings(&[], &at(time)))))
        .collect();
    insta::assert_snapshot!(told.join("\n"), @r#"
    "22:00-06:00": it ends on the next day: write "22:00-06:00 +1"
    "10:00-4:30": times have 24 hours: write "10:00-16:30"
    "16:30-10:00": the earlier time comes first: write "10:00-16:30"
    9:00 AM - 10:30 AM: times have 24 hours: write "09:00-10:30"
    9 p.m. - 10 p.m.: times have 24 hours: write "21:00-22:00"
    9-10 pm: a start and an end are hours and minutes of 24 hours, with a dash between: "10:00-16:30"
    10:00−11:00: this dash is another character than `-`: write "10:00-11:00"
    10-11: write "10:00-11:00"
    "10:00": a start and an end are hours and minutes of 24 hours, with a dash between: "10:00-16:30"
    "14:00-25:00": a start and an end are hours and minutes of 24 hours, with a dash between: "10:00-16:30"
    noon: a start and an end are hours and minutes of 24 hours, with a dash between: "10:00-16:30"
    "#);
}

#[test]
fn a_date_that_is_none_is_written_as_it_should_be() {
    let dates = [
        "2027-02-30",
        "2027-10-4",
        "2027-13-01",
        "4.10.2027",
        "04/10/2027",
        "2027/10/04",
        "October",
        "4.10.27",
    ];
    let told: Vec<_> = dates
        .iter()
        .map(|date| {
            let found = findings(&[("2027-10-04", date)], &at("\"10:00-11:00\""));
            format!("{date}: {}", hints(&found))
        })
        .collect();
    insta::assert_snapshot!(told.join("\n"), @r"
    2027-02-30: February 2027 has 28 days
    2027-10-4: write `2027-10-04`
    2027-13-01: write year-month-day, as in 2027-10-06
    4.10.2027: write `2027-10-04`
    04/10/2027: write year-month-day, as in 2027-10-06
    2027/10/04: write `2027-10-04`
    October: write year-month-day, as in 2027-10-06
    4.10.27: write year-month-day, as in 2027-10-06
    ");
}

#[test]
fn a_name_keeps_what_can_be_kept_of_it() {
    let names = [
        "2026-keynote",
        "Ärger",
        "Straße 7",
        "2026",
        "日本",
        "yes",
        "Größe_2",
        "ALL",
    ];
    let told: Vec<_> = names
        .iter()
        .map(|name| {
            let meeting = at("\"10:00-11:00\"").replace("a1", name);
            format!("{name}: {}", hints(&findings(&[], &meeting)))
        })
        .collect();
    insta::assert_snapshot!(told.join("\n"), @r"
    2026-keynote: names are lower-case letters, digits and `-`, and begin with a letter: `keynote-2026`
    Ärger: names are lower-case letters, digits and `-`, and begin with a letter: `arger`
    Straße 7: names are lower-case letters, digits and `-`, and begin with a letter: `strasse-7`
    2026: names are lower-case letters, digits and `-`, and begin with a letter, as in `team-1`
    日本: names are lower-case letters, digits and `-`, and begin with a letter, as in `team-1`
    yes: take a longer word
    Größe_2: names are lower-case letters, digits and `-`, and begin with a letter: `grosse-2`
    ALL: names are lower-case letters, digits and `-`, and begin with a letter, as in `team-1`
    ");
}

#[test]
fn a_title_with_a_tab_has_no_line_break() {
    let title = |title: &str| findings(&[], &at("\"10:00-11:00\"").replace("Talk", title));
    let told = [
        title("\"Ta\\tlk\""),
        title("\"Ta\\nlk\""),
        title("\"Ta\\x07lk\""),
    ];
    insta::assert_snapshot!(told.join("\n"), @r"
    event.yaml:12:16: meeting/title the title of meeting `a1` has a tab in it | write a space in its place
    event.yaml:12:16: meeting/title the title of meeting `a1` has a line break in it | write it in one line
    event.yaml:12:16: meeting/title the title of meeting `a1` has a control character in it (U+0007) | take it out
    ");
}

#[test]
fn a_value_that_could_not_be_read_is_spoken_of_once() {
    let talk = at("\"10:00-11:00\"");
    let two_days = (
        "date: 2027-10-04 }",
        "date: 2027-02-30 }\n  d2: { title: Day 2, date: 2027-13-01 }",
    );
    let hosts = "hosts: { events@example.com: { parallel: 3 } }";
    let echoes = [
        (
            "two bad dates",
            findings(&[two_days], &talk.replace("time", "day: d1, time")),
        ),
        (
            "a list of hosts",
            findings(&[(hosts, "hosts: [events@example.com]")], &talk),
        ),
        (
            "a bad host, named",
            findings(
                &[(hosts, "hosts: [events@example.com]")],
                &talk.replace("time", "host: events@example.com, time"),
            ),
        ),
        (
            "a gap",
            findings(&[("2027-10-04", "2027-03-28")], &at("\"02:00-03:00\"")),
        ),
        (
            "a misspelt key",
            findings(&[("title: Sample", "titel: Sample")], &talk),
        ),
        (
            "a misspelt time",
            findings(&[], &talk.replace("time", "tiem")),
        ),
        (
            "days that are none",
            findings(
                &[("days:\n  d1: { title: Day 1, date: 2027-10-04 }", "days: 3")],
                &talk.replace("time", "day: d1, time"),
            ),
        ),
        (
            "a list of rooms",
            findings(&[("rooms:\n  main:", "rooms:\n  - main:")], &talk),
        ),
        (
            "a name used as it should be",
            findings(&[("  main:", "  Main:")], &talk),
        ),
    ];
    let told: Vec<_> = echoes
        .iter()
        .map(|(what, found)| format!("{what}\n{found}"))
        .collect();
    insta::assert_snapshot!(told.join("\n"), @r"
    two bad dates
    event.yaml:8:29: date `2027-02-30` is not a date | February 2027 has 28 days
    event.yaml:9:29: date `2027-13-01` is not a date | write year-month-day, as in 2027-10-06
    a list of hosts
    event.yaml:6:10: type here belongs a block of `name: …` lines, not a list | put the keys on the lines below, each indented by two spaces
    a bad host, named
    event.yaml:6:10: type here belongs a block of `name: …` lines, not a list | put the keys on the lines below, each indented by two spaces
    a gap
    event.yaml:12:28: time/clocks 02:00 does not exist on 2027-03-28 in Europe/Brussels: the clocks are put forward | take a time before 02:00 or from 03:00 on
    a misspelt key
    event.yaml:2:1: key/unknown `titel` is not a key that belongs here | did you mean `title`?
    a misspelt time
    event.yaml:12:22: key/unknown `tiem` is not a key that belongs here | did you mean `time`?
    days that are none
    event.yaml:7:7: type here belongs a block of `name: …` lines, not the number 3 | put the keys on the lines below, each indented by two spaces
    a list of rooms
    event.yaml:10:3: type here belongs a block of `name: …` lines, not a list | put the keys on the lines below, each indented by two spaces
    a name used as it should be
    event.yaml:10:3: id `Main` cannot be a name | names are lower-case letters, digits and `-`, and begin with a letter: `main`
    ");
}

#[test]
fn a_person_with_a_mistake_in_their_line_is_still_there() {
    let people = "\
email,name,role
olga@example,Olga Sommer,organiser
rene@example.com,,a
zoe@example,com,Zoe Ray,b
";
    let meeting = at("\"10:00-11:00\"").replace("rooms", "cohosts: [a, rene@example.com], rooms");
    let found = check_with(&format!("{HEAD}{meeting}"), people);
    insta::assert_snapshot!(shown(&found.diagnostics), @r"
    people.csv:2:1: people/email `olga@example` is not an e-mail address | `example` is no full domain, such as example.com
    people.csv:3:1: people/name this line has no name | add it: meetings and run sheets show it
    people.csv:4:1: people/email `zoe@example` is not an e-mail address | `example` is no full domain, such as example.com
    people.csv:4:25: people/cells this line has 4 cells, but there are 3 columns | put quotation marks around a cell that has the delimiter in it
    ");
}

#[test]
fn every_mistake_is_told_at_once() {
    let wrong = "  a1: { title: Talk, time: \"10:00-11:00\", rooms: [mian], cohosts: [zoe@exmple.com], host: event@example.com }\n";
    let told = [
        ("alone", findings(&[], wrong)),
        (
            "with a day that is none",
            findings(&[], &wrong.replace("time", "day: d7, time")),
        ),
        (
            "with a bad date",
            findings(&[("2027-10-04", "soon")], wrong),
        ),
        (
            "without days",
            findings(
                &[("days:\n  d1: { title: Day 1, date: 2027-10-04 }\n", "")],
                wrong,
            ),
        ),
        (
            "for teams that are none",
            findings(&[], &wrong.replace("time", "one-per: team, time")),
        ),
        (
            "with a bad time",
            findings(&[], &wrong.replace("10:00-", "10-")),
        ),
        (
            "on several days",
            findings(
                &[("  d1:", "  d0: { title: Day 0, date: 2027-10-03 }\n  d1:")],
                wrong,
            ),
        ),
    ];
    for (what, found) in &told {
        for code in ["room/unknown", "people/unknown", "host/unknown"] {
            assert_eq!(found.matches(code).count(), 1, "{what}: {code}\n{found}");
        }
    }
}
