//! Hints for what was renamed without a word, and for those who were invited without a mail.

use showcaller_event::model::Mail;

use super::*;
use crate::renamed;

const OLD: &str = r#"
event: demo
title: Demo
timezone: UTC
people: people.csv
webex: { team: Demo, hosts: { events@example.com: { parallel: 4 } } }
days: { d1: { title: Day 1, date: 2027-04-05 } }
teams: { team-8: { title: Team 8 }, team-7: { title: Team 7 } }
rooms:
  own: { one-per: team, title: "{{ team.title }}", members: [everyone of this team], locked: true }
  desk: { title: Desk, members: [organiser], locked: true }
meetings:
  talk: { day: d1, title: Talk, time: "9:00-10:00", rooms: [desk], cohosts: [organiser] }
  work: { one-per: [team, day], title: "Work of {{ team.title }}", time: "10:00-11:00", rooms: [own] }
cues:
  hello: { day: d1, at: "8:00", to: [desk], say: Good morning }
"#;

const PEOPLE_OLD: &str = "email,name,team,role\n\
    ann@example.com,Ann,,organiser\n\
    bo@example.com,Bo,team-7,\n\
    cy@example.com,Cy,team-8,\n";

/// The hints for a file that was changed so.
fn hints(changes: &[(&str, &str)]) -> Vec<String> {
    let (mut yaml, mut people) = (OLD.to_owned(), PEOPLE_OLD.to_owned());
    for (from, to) in changes {
        assert!(yaml.contains(from) || people.contains(from), "{from}");
        yaml = yaml.replace(from, to);
        people = people.replace(from, to);
    }
    let before = event(OLD, PEOPLE_OLD);
    let mut set = Set::of(before.clone());
    set.event = event(&yaml, &people);
    let plan = set.plan(&Wishes::default());
    let notes = renamed(&before, &set.event, &plan);
    notes.into_iter().map(|note| note.sentence).collect()
}

#[test]
fn a_key_that_was_renamed_without_a_word_is_asked_about() {
    let table: &[&[(&str, &str)]] = &[
        &[("  talk:", "  keynote:")],
        &[("team-8", "team-9")],
        &[("team-8", "team-9"), ("title: Team 8", "title: The eighth")],
        &[("d1", "monday")],
        &[
            ("  desk: { title: Desk", "  front: { title: Front"),
            ("[desk]", "[front]"),
        ],
        &[("  hello:", "  good-morning:")],
    ];
    let asked = table.iter().map(|changes| {
        let hints = hints(changes);
        format!("{changes:?}\n{}", hints.join("\n"))
    });
    let asked: Vec<String> = asked.collect();
    insta::assert_snapshot!(asked.join("\n\n"), @r#"
    [("  talk:", "  keynote:")]
    Is «keynote» under `meetings:` the earlier «talk»? If so, write `previously: talk` there: without it, 1 meeting will be new, although title, people or times are the same.

    [("team-8", "team-9")]
    Is «team-9» under `teams:` the earlier «team-8»? If so, write `previously: team-8` there: without it, 1 meeting will be new, although title, people or times are the same.

    [("team-8", "team-9"), ("title: Team 8", "title: The eighth")]
    Is «team-9» under `teams:` the earlier «team-8»? If so, write `previously: team-8` there: without it, 1 room and 1 meeting will be new, although title, people or times are the same.

    [("d1", "monday")]
    Is «monday» under `days:` the earlier «d1»? If so, write `previously: d1` there: without it, 2 meetings and 1 cue will be new, although title, people or times are the same.

    [("  desk: { title: Desk", "  front: { title: Front"), ("[desk]", "[front]")]
    Is «front» under `rooms:` the earlier «desk»? If so, write `previously: desk` there: without it, 1 room will be new, although title, people or times are the same.

    [("  hello:", "  good-morning:")]
    Is «good-morning» under `cues:` the earlier «hello»? If so, write `previously: hello` there: without it, 1 cue will be new, although title, people or times are the same.
    "#);
}

#[test]
fn no_question_is_asked_about_what_is_new_or_says_what_it_was() {
    let table: &[&[(&str, &str)]] = &[
        &[],
        &[(
            "  talk:",
            "  keynote: { day: d1, title: Talk, time: \"9:00-10:00\", rooms: [desk] }\n  talk:",
        )],
        &[("  talk: {", "  keynote: { previously: talk,")],
        &[(
            "  talk: { day: d1, title: Talk",
            "  keynote: { day: d1, title: Keynote",
        )],
        &[
            ("team-8: {", "team-9: { previously: team-8,"),
            ("Cy,team-8", "Cy,team-9"),
        ],
        &[("  hello: {", "  good-morning: { previously: hello,")],
        &[("  desk:", "  front:"), ("[desk]", "[front]")],
    ];
    for changes in table {
        assert_eq!(hints(changes), Vec::<String>::new(), "{changes:?}");
    }
}

#[test]
fn who_was_invited_without_a_mail_is_counted_once_mails_are_asked_for() {
    let mut set = Set::of(event(OLD, PEOPLE_OLD));
    let notes = |set: &Set| -> Vec<String> {
        let notes = set.plan(&Wishes::default()).notes.into_iter();
        notes.map(|note| note.sentence).collect()
    };
    let mailed = |set: &mut Set, mailed: bool| {
        for (address, known) in &mut set.known.resources {
            if address.kind() == "invitee" {
                known
                    .settled
                    .asked
                    .insert(Field::Mailed, Value::Flag(mailed));
            }
        }
    };
    mailed(&mut set, false);
    assert_eq!(notes(&set), Vec::<String>::new());
    for meeting in &mut set.event.meetings {
        meeting.mail = Mail::Invitees;
    }
    insta::assert_snapshot!(notes(&set).join("\n"), @"1 invitation to 1 meeting went out without a mail, before the file said `mail: invitees`. Webex writes to all on the list when a meeting changes: give it another agenda, say, and apply.");
    mailed(&mut set, true);
    assert_eq!(notes(&set), Vec::<String>::new());
    // The change writes to them.
    mailed(&mut set, false);
    for meeting in &mut set.event.meetings {
        meeting.agenda = Some("Another one.".to_owned());
    }
    assert_eq!(notes(&set), Vec::<String>::new());
}
