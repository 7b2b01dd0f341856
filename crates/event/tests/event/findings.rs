//! What `check` says, word for word: one snapshot for each kind of mistake.
//!
//! Every case is a small event with some lines changed, so that a snapshot shows that exactly the
//! planted mistakes are found, with their positions, and nothing else.

use crate::support::{check_with, shown};

/// An event without a mistake.
const BASE: &str = include_str!("base.yaml");

const PEOPLE: &str = "\
email,name,team,role
ann@example.com,Ann Peters,team-1,coach
bob@example.com,Bob Okoye,team-2,coach
cid@example.com,Cid Marin,team-1,participant
dot@example.com,Dot Evans,team-2,participant
eve@example.com,Eve Sommer,,organiser
";

/// The base with some texts changed, each exactly once.
fn changed(changes: &[(&str, &str)]) -> String {
    changes.iter().fold(BASE.to_owned(), |text, (old, new)| {
        assert!(text.contains(old), "`{old}` is not in the base any more");
        text.replacen(old, new, 1)
    })
}

/// What is found, below the lines in which it is found.
fn found(yaml: &str) -> String {
    shown(&check_with(yaml, PEOPLE).diagnostics)
}

macro_rules! findings {
    ($($name:ident: $changes:expr;)*) => {$(
        #[test]
        fn $name() {
            insta::assert_snapshot!(found(&changed(&$changes)));
        }
    )*};
}

#[test]
fn the_base_has_no_mistake() {
    assert_eq!(found(BASE), "");
}

findings! {
    keys_that_are_unknown_doubled_missing_or_empty: [
        ("title: Base", "tittle: Base\ncolour: red"),
        ("  team-1: { title: Team 1,", "  team-1: { title: Team 1, title: Team One,"),
        ("title: Team 2,", "board: here,"),
        ("    members: [people of this team]\n", "    members:\n"),
        ("day-2: { title: Day 2, date: 2027-10-07 }", "day-1: { title: Day 2, date: 2027-10-07 }"),
        ("    time: \"10:00-16:30\"\n", "    time: \"10:00-16:30\"\n    skip: true\n"),
    ];

    values_of_the_wrong_type: [
        ("title: Base", "title: 2027"),
        ("title: Team 1,", "title: [Team, 1],"),
        ("date: 2027-10-06", "date: 6.10.2027"),
        ("parallel: 6", "parallel: many"),
        ("    members: [everyone]", "    members: [everyone, 7]\n    locked: yes\n    protected: \"true\"\n    announcement-only: 1"),
        ("  board:\n    words: [board]", "  board:\n    words: { a: b }"),
        ("  lunch:", "  nothing: 5\n  lunch:"),
        ("    send: by-call", "    send: by call"),
        ("    one-per: [team, day]", "    one-per: [team, days]"),
        ("    lead: 5 min", "    lead: 5"),
    ];

    names_that_cannot_be_names: [
        ("event: base", "event: Base 2027"),
        ("  lunch:", "  on:"),
        ("  begin:", "  Begin of Day:"),
        ("  board:\n", "  yes:\n"),
        ("  staff:", "  everyone:"),
        ("  jury-talk:", "  team:"),
        ("events@example.com:", "events.example.com:"),
    ];

    times_that_cannot_be_read: [
        ("at: \"12:00\"", "at: 720"),
        ("time: \"09:00-09:30\"", "time: 9-10"),
        ("time: \"10:00-16:30\"", "time: \"10:00\""),
        ("time: \"14:00-15:00\"", "time: \"14:00-25:00\""),
    ];

    texts_that_need_quotes: [
        ("title: \"{{ team.title }}\"", "title: {{ team.title }}"),
        ("title: \"{{ day.title }} - Opening\"", "title: {{ day.title }} - Opening"),
        ("title: Jury talk", "title: Jury talk: the last one"),
        ("say: Time to eat.", "say: *eat* now"),
        ("title: Staff", "title: @staff"),
    ];

    unknown_references: [
        ("day: day-2\n    after", "day: day-3\n    after"),
        ("teams: [team-1, team-2]", "teams: [team-1, taem-2, team-1]"),
        ("moderators: [coach of this team]", "moderators: [coaches of this team]"),
        ("members: [everyone]", "members: [everybody, zoe@example.com, anne@example.com]"),
        ("rooms: [room of this team]", "rooms: [team room of team-7]"),
        ("rooms: [staff]", "rooms: [stuff]"),
        ("before: breakout", "before: break-out"),
        ("to: [team rooms]", "to: [teamrooms]"),
        ("    time: \"14:00-15:00\"", "    time: \"14:00-15:00\"\n    host: event@example.com"),
    ];

    this_team_where_there_is_none: [
        ("members: [everyone]", "members: [people of this team]"),
        ("rooms: [staff]", "rooms: [room of this group]"),
        ("to: [team rooms]", "to: [room of this team]"),
        ("cohosts: [coach of this group]", "cohosts: [coach of this team]"),
        ("cohosts: [coach of this team]", "cohosts: [rooms]"),
    ];

    exceptions_for_nothing: [
        ("    except: { day-2: { time: \"10:00-13:00\" } }", "    except:\n      day-9: { skip: true }\n      team-3: { skip: true }\n      pair-a: { skip: true }\n      day-1/team-1: { skip: true }\n      team-1/day-2: { tme: \"9:00-10:00\" }"),
        ("    day: day-2\n    title: \"{{ group.title }}", "    day: day-2\n    except: { day-1: { skip: true } }\n    title: \"{{ group.title }}"),
    ];

    meetings_without_a_day_or_a_time: [
        ("    day: day-1\n    title: Jury talk", "    title: Jury talk"),
        ("    day: day-2\n    title: \"{{ group.title }}", "    days: [day-1, day-2]\n    title: \"{{ group.title }}"),
        ("    time: \"14:00-15:00\"\n", ""),
    ];

    rooms_of_the_same_name: [
        ("  staff:", "  lounge:\n    one-per: team\n    title: Lounge\n    members: [people of this team]\n    moderators: [coach of this team]\n  team-1: { title: Another, members: [everyone] }\n  staff:"),
    ];

    a_locked_room_says_so: [
        ("    members: [everyone]", "    members: [everyone]\n    moderators: [organiser]\n    locked: false"),
    ];

    earlier_names_that_are_still_in_use: [
        ("  team-1: { title: Team 1,", "  team-1: { previously: [team-2, red], title: Team 1,"),
        ("  staff:\n", "  staff:\n    previously: team-room\n"),
    ];

    mistakes_in_templates: [
        ("title: \"{{ team.title }}\"", "title: \"{{ team.tittle }}\""),
        ("title: \"{{ day.title }} - Opening\"", "title: \"{{ day.title }} of {{ team.title }}\""),
        ("title: \"{{ group.title }} - Check-out\"", "title: \"{{ group.title | shout }}\""),
        ("      Begin at {{ breakout.start }}.\n      Here: {{ breakout.join }}", "      Begin,\n        indented, at {{ breakout.start }}.\n      Here: {{ check-out.join }} and {{ breakout.joim }}"),
        ("say: \"[Here]({{ team.links.board }})\"", "say: \"[\\\"Here\\\"]({{ team.links.bord }})\""),
        ("say: Time to eat.", "say: 'It''s time{% for x in y %}'"),
    ];

    cues_whose_meeting_is_missing_or_ambiguous: [
        ("    day: day-1\n    before: breakout", "    day: day-1\n    before: check-out"),
        ("say: Time to eat.", "say: \"Eat; then come back: {{ opening.join }}, {{ jury_talk.join }}\""),
        ("rooms: [staff]", "rooms: [staff, rooms of team-1]"),
        ("tabs: { Board: \"{{ team.links.board }}\" }", "tabs: { Board: \"{{ breakout.link }}\" }"),
    ];

    cues_without_a_time: [
        ("    at: \"12:00\"\n", ""),
        ("    before: breakout\n    lead: 5 min\n", "    before: breakout\n    at: \"9:00\"\n    delay: 5 min\n"),
        ("    day: day-2\n    after: breakout", "    at: \"16:00\""),
    ];

    one_per_of_nothing: [
        ("groups:\n  pair-a: { title: Teams 1 and 2, teams: [team-1, team-2] }\n", ""),
        ("rooms: [rooms of this group]", "rooms: [all rooms]"),
    ];

    hours_that_do_not_exist_or_come_twice: [
        ("date: 2027-10-06", "date: 2027-03-28"),
        ("date: 2027-10-07", "date: 2027-10-31"),
        ("time: \"09:00-09:30\"", "time: \"02:30-04:00\""),
    ];

    zones_that_do_not_exist: [("Europe/Brussels", "Europe/Brussel")];

    meetings_that_nobody_hosts: [
        ("  hosts:\n    events@example.com: { parallel: 6 }\n", "  team: Base\n"),
    ];
}

#[test]
fn a_broken_line_does_not_hide_the_others() {
    let yaml = changed(&[
        (
            "title: \"{{ day.title }} - Opening\"",
            "title: {{ day.title }} - Opening",
        ),
        (
            "moderators: [coach of this team]",
            "moderators: [choach of this team]",
        ),
        ("date: 2027-10-06", "date: soon"),
    ]);
    insta::assert_snapshot!(found(&yaml));
}

#[test]
fn structure_that_is_not_yaml_is_explained() {
    let cases = [
        "event: x\n\ttitle: y\n",
        "event: x\n  title: y\n title: z\n",
        "event: \"x\ntitle: y\n",
        "days: [one, two\ntitle: y\n",
        "event x\n",
        "event: x\ntitle y\npeople: z\n",
        "- event: x\n",
        "just words\n",
        "event: x\n---\nevent: y\n",
        "event: &a x\ntitle: !!str y\n",
        "title: \"a \\q b\"\n",
        "days: { a: ] }\n",
        "",
        "# only a comment\n",
    ];
    let shown: Vec<_> = cases
        .iter()
        .map(|yaml| {
            let found: Vec<_> = found(yaml)
                .lines()
                .filter(|line| !line.contains("key/missing"))
                .map(str::to_owned)
                .collect();
            format!("{yaml:?}\n{}", found.join("\n"))
        })
        .collect();
    insta::assert_snapshot!(shown.join("\n\n"));
}

#[test]
fn a_roster_outside_of_the_folder_is_refused() {
    let paths = [
        "/etc/passwd",
        "../people.csv",
        "a/../../people.csv",
        "C:\\people.csv",
        "c:people.csv",
        "\\\\server\\people.csv",
        "..\\people.csv",
        "~/people.csv",
        "file:///people.csv",
        "lists\\people.csv",
    ];
    let shown: Vec<_> = paths
        .iter()
        .map(|path| {
            let yaml = changed(&[("people: people.csv", &format!("people: '{path}'"))]);
            found(&yaml)
        })
        .collect();
    insta::assert_snapshot!(shown.join("\n"));
}
