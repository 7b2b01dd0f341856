//! The rules through the front door: what an organiser reads, and where it points.

use insta::assert_snapshot;

use crate::{Input, Severity, check};

const PEOPLE: &str = "\
email,name,team,role
ann@example.com,Ann,team-1,participant
bo@example.com,Bo,team-2,participant
cleo@example.com,Cleo,team-1 / team-2,coach
dan@example.com,Dan,,jury
";

const HEAD: &str = "\
event: demo
title: Demo
timezone: Europe/Brussels
people: people.csv
webex:
  hosts: { events@example.com: { parallel: 2 } }
days:
  day-1: { title: Day 1, date: 2027-10-06 }
teams:
  team-1: { title: Team 1 }
  team-2: { title: Team 2 }
";

/// `line:column kind code text pointed at | message`, one finding a line.
fn findings(rest: &str) -> String {
    let yaml = format!("{HEAD}{rest}");
    let checked = check(&Input {
        name: "event.yaml",
        bytes: yaml.as_bytes(),
        load: &|_| Ok(PEOPLE.as_bytes().to_vec()),
        now: None,
    });
    let line = |d: &crate::Diagnostic| {
        let (line, column) = d.position();
        let kind = if d.severity == Severity::Error {
            "error"
        } else {
            "note"
        };
        let at = d.source.text[d.span.clone()]
            .lines()
            .next()
            .unwrap_or_default();
        format!(
            "{}:{line}:{column} {kind} {} `{at}` | {}",
            d.source.name, d.code, d.message
        )
    };
    checked
        .diagnostics
        .iter()
        .map(line)
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn rooms_point_at_what_is_wrong_with_them() {
    let rest = r#"
rooms:
  team-room:
    one-per: team
    title: Our room
    members: [participant of this team]
    tabs: { Board: "http://boards.example" }
  jury:
    title: Jury
    members: [jury]
    public: true
  news:
    title: News
    members: [everyone, coach]
    locked: true
    announcement-only: true
  test: { title: Test }
meetings:
  opening:
    title: Opening
    time: "09:00-10:00"
    rooms: [team rooms, jury]
    cohosts: [jury]
"#;
    assert_snapshot!(findings(rest), @r#"
    event.yaml:14:3 error room/open `team-room` | room `team-1` is told the link of `opening`, but Cleo and Dan could walk in: it is not locked, and they are in the Webex team (and once more like it)
    event.yaml:16:12 error room/same-title `Our room` | rooms `team-1` and `team-2` are both called "Our room"
    event.yaml:18:13 error tab/url `Board` | the tab "Board" of room `team-1` leads to no web address (and once more like it)
    event.yaml:22:13 error room/description `true` | room `jury` is public, but has no description
    event.yaml:22:13 error room/public `true` | room `jury` is public, but is told the link of `opening`
    event.yaml:27:24 error room/announcement `true` | only moderators may post in room `news`, and it has none
    event.yaml:28:3 note room/empty `test` | nobody is in room `test`
    "#);
}

#[test]
fn meetings_point_at_what_is_wrong_with_them() {
    let rest = r#"
rooms:
  hall: { title: All, members: [everyone, coach], moderators: [jury] }
meetings:
  breakout:
    one-per: team
    title: "{{ team.title }} breaks out for a very long time indeed, with a title that goes on and on and on until nobody reads any more of it at all, ever"
    time: "09:00-10:00"
    rooms: [hall]
    cohosts: [coach of this team]
    password: secret
  shut:
    title: Shut
    time: "10:00-10:05"
    rooms: [hall]
    uninvited: refused
  waiting:
    title: Waiting
    time: "11:00-12:00"
    rooms: [hall]
    uninvited: lobby
  crowd:
    one-per: team
    title: Crowd
    time: "11:00-12:00"
    rooms: [hall]
  alone:
    title: Alone
    time: "13:00-14:00"
"#;
    assert_snapshot!(findings(rest), @r#"
    event.yaml:6:12 error host/parallel-all `events@example.com` | events@example.com hosts 3 meetings at once (from 11:00 on 2027-10-06: crowd/team-1, crowd/team-2 and waiting), but 2 are acknowledged
    event.yaml:18:12 error meeting/title `"{{ team.title }} breaks out for a very long time indeed, with a title that goes on and on and on until nobody reads any more of it at all, ever"` | the title of meeting `breakout/team-1` has 133 characters when it is filled in; Webex takes 128 (and once more like it)
    event.yaml:21:14 error meeting/cohost-twice `[coach of this team]` | Cleo co-hosts `breakout/team-1` and `breakout/team-2` at once, from 09:00 on 2027-10-06
    event.yaml:22:15 error meeting/password `******` | Webex would probably refuse this password: it is shorter than 8 characters, has no capital letter, has no digit (and once more like it)
    event.yaml:25:11 error meeting/time `"10:00-10:05"` | meeting `shut` lasts 5 minutes; Webex wants 10 at least
    event.yaml:27:16 error meeting/refused `refused` | nobody can get into `shut`: it refuses who is not invited, and invites nobody
    event.yaml:32:16 error meeting/lobby `lobby` | only the host could let people into `waiting`: they wait in the lobby, and there is no co-host
    event.yaml:35:12 note meeting/twins `Crowd` | `crowd/team-1` and `crowd/team-2` have one title and begin at one time
    event.yaml:38:3 note meeting/unheard `alone` | nobody hears of meeting `alone`: no room is told, and nobody is invited
    "#);
}

#[test]
fn cues_and_answers_point_at_what_is_wrong_with_them() {
    let rest = r#"
rooms:
  hall: { title: All, members: [everyone, coach], moderators: [jury] }
meetings:
  closing:
    title: Closing
    time: "22:00-23:50"
    rooms: [hall]
    cohosts: [jury]
cues:
  good-night:
    after: closing
    delay: 30 min
    to: [hall]
    say: Good night.
answers:
  board: { words: [board, agenda], say: "Over there." }
  wall: { words: [Board], say: "There." }
"#;
    assert_snapshot!(findings(rest), @r#"
    event.yaml:23:12 note cue/next-day `closing` | cue `good-night` belongs to `day-1` (2027-10-06), but goes on 2027-10-07
    event.yaml:28:3 error answer/words `board` | the bot answers "agenda" by itself (`agenda`, in `en`)
    event.yaml:28:3 note organisers/nobody-called `board` | the bot answers, but nobody hears of it when somebody writes `sos`
    event.yaml:29:3 error answer/words `wall` | "board" asks for two answers, `board` and `wall`
    "#);
}

#[test]
fn a_password_from_the_file_is_in_no_finding() {
    let rest = "
rooms:
  hall: { title: All, members: [everyone, coach], moderators: [jury] }
meetings:
  opening: { title: Opening, time: \"09:00-10:00\", rooms: [hall], password: planted-mark }
";
    let yaml = format!("{HEAD}{rest}");
    let checked = check(&Input {
        name: "event.yaml",
        bytes: yaml.as_bytes(),
        load: &|_| Ok(PEOPLE.as_bytes().to_vec()),
        now: None,
    });
    let said: Vec<_> = checked
        .diagnostics
        .iter()
        .map(|d| format!("{} {:?} {:?} {:?}", d.message, d.hint, d.label, d.related))
        .collect();
    assert!(
        said.iter().any(|words| words.contains("this password")),
        "{said:?}"
    );
    assert!(
        !said.iter().any(|words| words.contains("planted-mark")),
        "{said:?}"
    );
}
