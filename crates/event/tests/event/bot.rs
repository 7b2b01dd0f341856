//! What the file says of the bot: its language, its organisers, what it says to newcomers, when it
//! reminds, and until when it answers.

use jiff::SignedDuration;
use rstest::rstest;
use showcaller_event::model::{Bot, Email, Organisers, RoomKey, Say};
use showcaller_event::{Audience, Event, Facts, Language, Schedule, fill};

use crate::support::{check_with, good, shown};

const PEOPLE: &str = "\
email,name,team,role
ann@example.com,Ann Peters,team-1,coach
bob@example.com,Bob Okoye,team-2,coach
cid@example.com,Cid Marin,team-1,participant
dot@example.com,Dot Evans,team-2,participant
eve@example.com,Eve Sommer,,organiser
";

/// The base without organisers and answers, and with these lines at its end.
fn yaml(tail: &str) -> String {
    let base = include_str!("base.yaml");
    let base = base.replace("members: [everyone]", "members: [everyone, organiser]");
    let (head, _) = base.split_once("\nanswers:").expect("the base has answers");
    format!("{head}\n{tail}")
}

fn event(tail: &str) -> Event {
    good(&check_with(&yaml(tail), PEOPLE)).clone()
}

/// What is found, with lines counted from the first one of `tail`.
fn diagnostics(tail: &str) -> String {
    let checked = check_with(&yaml(tail), PEOPLE);
    let before = yaml("").lines().count();
    let found = shown(&checked.diagnostics);
    let lines = found.lines().map(|line| {
        let rest = line.strip_prefix("event.yaml:").expect("the event file");
        let (number, rest) = rest.split_once(':').expect("a line");
        let number: usize = number.parse().expect("a number");
        format!("{}:{rest}", number - before)
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// A text as this room gets it.
fn read(event: &Event, room: &str, say: &Say, language: Language) -> String {
    let facts = Facts {
        event,
        schedule: &Schedule::planned(event),
        webex: &|_| None,
    };
    let room = RoomKey::new(room);
    let (text, language) = say.in_language(language, event.bot.language);
    fill(text, language, &facts, Audience::Room(&room)).expect("a text")
}

#[test]
fn what_the_file_does_not_say_is_as_usual() {
    assert_eq!(event("").bot, Bot::default());
}

#[rstest]
#[case("en", Language::English)]
#[case("nl", Language::Dutch)]
#[case("FR", Language::French)]
#[case("nl-BE", Language::Dutch)]
#[case("\"fr_CA\"", Language::French)]
fn the_event_has_a_language(#[case] tag: &str, #[case] language: Language) {
    assert_eq!(event(&format!("language: {tag}\n")).bot.language, language);
}

#[rstest]
#[case("remind: 1 min", 1)]
#[case("remind: 1 h 30 min", 90)]
#[case("remind: 24 h", 1440)]
fn people_are_reminded_so_long_before(#[case] line: &str, #[case] minutes: i64) {
    assert_eq!(event(line).bot.remind, SignedDuration::from_mins(minutes));
}

#[rstest]
#[case("{ apologise-after: 5 min, skip-after: 3 h }", (5, 180))]
#[case("{ apologise-after: 119 min }", (119, 120))]
#[case("{ skip-after: 3 min }", (2, 3))]
#[case("{ skip-after: 24 h }", (2, 1440))]
fn late_answers_apologise_and_then_end(#[case] value: &str, #[case] minutes: (i64, i64)) {
    let bot = event(&format!("late-answers: {value}\n")).bot;
    let (apologise, skip) = (bot.apologise_after, bot.skip_after);
    assert_eq!((apologise.as_mins(), skip.as_mins()), minutes);
}

#[rstest]
#[case("{ people: [organiser, bob@example.com, coach of team-1], room: staff }", &["ann", "bob", "eve"], Some("staff"))]
#[case("{ people: eve@example.com }", &["eve"], None)]
#[case("{ room: room of team-2 }", &[], Some("team-2"))]
fn organisers_are_people_and_one_room(
    #[case] value: &str,
    #[case] people: &[&str],
    #[case] room: Option<&str>,
) {
    let organisers = event(&format!("organisers: {value}\n")).bot.organisers;
    let people = people
        .iter()
        .map(|name| Email::new(format!("{name}@example.com")));
    let wanted = Organisers {
        people: people.collect(),
        room: room.map(RoomKey::new),
    };
    assert_eq!(organisers, wanted);
}

#[test]
fn newcomers_are_welcomed_where_it_makes_sense() {
    let event = event(
        r#"welcome:
  en: "{{ room.title }} of {{ team.title }}: {{ event.title }} has {{ team.links.board }}"
  nl: Welkom in {{ room.title }}
"#,
    );
    let rooms: Vec<_> = event.bot.welcome.keys().map(RoomKey::as_str).collect();
    assert_eq!(rooms, ["team-1", "team-2"], "`staff` is no room of a team");
    let say = &event.bot.welcome[&RoomKey::new("team-2")];
    let said = |language| read(&event, "team-2", say, language);
    assert_eq!(
        said(Language::English),
        "Team 2 of Team 2: Base has https://boards.example.com/2"
    );
    assert_eq!(said(Language::Dutch), "Welkom in Team 2");
}

#[test]
fn answers_and_cues_are_said_in_the_readers_language_or_in_the_events() {
    let event = event(
        "language: nl
answers:
  food:
    words: [pizza]
    say: { nl-BE: \"Eten in {{ team.title }}.\", fr: \"Manger dans {{ room.title }}.\" }
",
    );
    let (room, say) = &event.answers[0].rooms[0];
    assert_eq!((event.answers[0].rooms.len(), room.as_str()), (2, "team-1"));
    let said = Language::ALL.map(|language| read(&event, "team-1", say, language));
    assert_eq!(
        said,
        ["Eten in Team 1.", "Eten in Team 1.", "Manger dans Team 1."],
        "in English, Dutch and French"
    );
    let yaml = yaml("").replace(
        "say: Time to eat.",
        "say: { en: Time to eat., nl: \"Eten, {{ team.title }}!\" }",
    );
    let checked = check_with(&yaml, PEOPLE);
    let event = good(&checked);
    let lunch = &event.cues[0].to[0];
    let said = Language::ALL.map(|language| read(event, "team-1", &lunch.say, language));
    assert_eq!(said, ["Time to eat.", "Eten, Team 1!", "Time to eat."]);
}

#[test]
fn a_language_that_the_bot_does_not_speak_is_named_with_those_that_it_does() {
    insta::assert_snapshot!(diagnostics("language: de\n"), @"1:11: language `de` is no language that the bot speaks | it speaks `en`, `nl`, `fr`");
    insta::assert_snapshot!(diagnostics("language: [en, nl]\n"), @"1:11: type here belongs a language, not a list | write the value alone, without `[ ]` and without `-`");
    insta::assert_snapshot!(diagnostics("welcome: { en: Hello, de: Hallo, nl: Hoi, nl-BE: Hoi }\n"), @r#"
1:23: id `de` is no language that the bot speaks | it speaks `en`, `nl`, `fr`
1:43: key/twice `nl` is written twice | keep one of the two
"#);
}

#[test]
fn a_text_by_language_has_that_of_the_event() {
    insta::assert_snapshot!(diagnostics("welcome:\n  nl: Hoi\n  fr: Salut\n"), @"2:3: say/language this text is missing in `en`, the language of the event | add `en: …`: it is for everybody whose language is not here");
    insta::assert_snapshot!(diagnostics("language: fr\nwelcome: { en: Hello }\n"), @"2:12: say/language this text is missing in `fr`, the language of the event | add `fr: …`: it is for everybody whose language is not here");
    insta::assert_snapshot!(diagnostics("welcome: {}\n"), @"1:10: say/language this text is missing in `en`, the language of the event | add `en: …`: it is for everybody whose language is not here");
    // Which one is missing is not known as long as the event's own cannot be read.
    insta::assert_snapshot!(diagnostics("language: german\nwelcome: { nl: Hoi }\n"), @"1:11: language `german` is no language that the bot speaks | it speaks `en`, `nl`, `fr`");
}

#[test]
fn a_mistake_in_a_text_is_shown_in_its_language() {
    insta::assert_snapshot!(diagnostics("welcome:\n  en: Hello in {{ room.title }}\n  nl: Hoi in {{ room.titel }}\n  fr: Salut {% for %}\n"), @r#"
3:22: template `room` has no `titel` (in every room that gets this) | did you mean `title`? `room` has `id` and `title`
4:13: template templates have no loops | write the lines out; a text is filled in once for each room anyway
"#);
    insta::assert_snapshot!(diagnostics("welcome: {{ room.title }}\n"), @"1:10: type here belongs a text, not `{{ … }}` without quotes | put quotes around the whole text, or put it below `|`");
    insta::assert_snapshot!(diagnostics("welcome: [Hello]\n"), @"1:10: type here belongs a text, not a list | write the value alone, without `[ ]` and without `-`");
    insta::assert_snapshot!(diagnostics("welcome: { en: Hello, nl: [Hoi] }\n"), @"1:27: type here belongs a text, not a list | write the value alone, without `[ ]` and without `-`");
    let long = "x".repeat(7_440);
    insta::assert_snapshot!(diagnostics(&format!("welcome: {{ en: Hello, fr: {long} }}\n")), @"1:10: welcome/text the welcome in room `staff` in `fr` has 7440 bytes when it is filled in; Webex takes 7439 (and 2 more like it) | shorten it, or put the long part on a page and link it");
}

#[test]
fn a_welcome_that_fits_nowhere_is_refused() {
    insta::assert_snapshot!(diagnostics("welcome: \"{{ group.title }}\"\n"), @"1:10: welcome/nowhere no room would get this welcome | it names a team, a group or a meeting that no room has");
}

#[test]
fn durations_have_bounds() {
    insta::assert_snapshot!(diagnostics("remind: 0 min\n"), @"1:9: duration here belongs a duration from 1 min to 24 h | write it as `5 min` or `1 h 30 min`");
    insta::assert_snapshot!(diagnostics("remind: 25 h\n"), @"1:9: duration here belongs a duration from 1 min to 24 h | write it as `5 min` or `1 h 30 min`");
    insta::assert_snapshot!(diagnostics("remind: 5\n"), @"1:9: duration `5` is not a duration | write the unit: 5 min");
    insta::assert_snapshot!(diagnostics("late-answers: { apologise-after: 0 min, skip-after: 2 days }\n"), @r"
    1:34: duration here belongs a duration from 1 min to 24 h | write it as `5 min` or `1 h 30 min`
    1:53: duration `2 days` is not a duration | a duration is `5 min` or `1 h 30 min`, and at most 7 days
    ");
    insta::assert_snapshot!(diagnostics("late-answers: { apologise-after: 2 h }\n"), @"1:34: late-answers `skip-after` has to be longer than `apologise-after` | `skip-after` is 120 min and `apologise-after` 120 min; without a line they are `2 h` and `2 min`");
    insta::assert_snapshot!(diagnostics("late-answers:\n  apologise-after: 1 h 30 min\n  skip-after: 10 min\n"), @"3:15: late-answers `skip-after` has to be longer than `apologise-after` | `skip-after` is 10 min and `apologise-after` 90 min; without a line they are `2 h` and `2 min`");
    insta::assert_snapshot!(diagnostics("late-answers: { apologise-after: 3 h }\n"), @"1:34: late-answers `skip-after` has to be longer than `apologise-after` | `skip-after` is 120 min and `apologise-after` 180 min; without a line they are `2 h` and `2 min`");
    insta::assert_snapshot!(diagnostics("late-answers: { skip: 2 h }\n"), @"1:17: key/unknown `skip` is not a key that belongs here | known here: apologise-after, skip-after");
}

#[test]
fn organisers_who_lead_nowhere_are_said() {
    insta::assert_snapshot!(diagnostics("organisers: { people: [organizer, zoe@example.com], room: stuff }\n"), @r#"
1:24: role/unknown nobody in the roster has the role `organizer` | did you mean `organiser`?
1:35: people/unknown `zoe@example.com` is not in the roster | add a line for them to the roster
1:59: room/unknown there is no room `stuff` | did you mean `staff`?
"#);
    insta::assert_snapshot!(diagnostics("organisers: { people: [organiser], room: team rooms }\n"), @"1:42: organisers/room organisers are called in one room; these are 2 | name one of team-1, team-2");
    insta::assert_snapshot!(diagnostics("organisers: { people: [organiser], room: group rooms }\n"), @"1:42: organisers/room organisers are called in one room; these are 0 | name a room of the file");
    insta::assert_snapshot!(diagnostics("organisers: { people: [organiser of this team], room: [staff] }\n"), @r#"
1:24: selector/this which team is `this team`? | `this team` needs `one-per: team` in the same entry; or name one
1:55: type here belong rooms, as text, not a list | write the value alone, without `[ ]` and without `-`
"#);
    insta::assert_snapshot!(diagnostics("organisers: [organiser]\n"), @"1:13: type here belongs a block of `key: value` lines, not a list | put the keys on the lines below, each indented by two spaces: `people:`, `room:`");
    insta::assert_snapshot!(diagnostics("organisers: {}\n"), @r#"
1:13: organisers/no-people (note) `organisers:` names no people, so the bot gives nobody `details` | add `people:` with their role or their addresses
1:13: organisers/nobody-called (note) `organisers:` names no room, so nobody hears of it when somebody writes `sos` | add `room:` and the name of the room where they are
"#);
    insta::assert_snapshot!(diagnostics("organisers: { people: [organiser] }\n"), @"1:13: organisers/nobody-called (note) `organisers:` names no room, so nobody hears of it when somebody writes `sos` | add `room:` and the name of the room where they are");
    insta::assert_snapshot!(diagnostics("organisers: { room: staff }\n"), @"1:13: organisers/no-people (note) `organisers:` names no people, so the bot gives nobody `details` | add `people:` with their role or their addresses");
    insta::assert_snapshot!(diagnostics("organisers: { people: [jury], room: staff }\n"), @"1:24: role/nobody (note) nobody in the roster has the role `jury` | that is fine if their lines are still to come");
    insta::assert_snapshot!(diagnostics("answers:\n  food: { words: [pizza], say: Soon. }\n"), @"2:3: organisers/nobody-called (note) the bot answers, but nobody hears of it when somebody writes `sos` | add `organisers: { people: [organiser], room: … }` with the room where they are");
}

#[test]
fn who_else_is_in_the_organisers_room_is_named() {
    insta::assert_snapshot!(diagnostics("organisers: { people: [organiser, coach], room: staff }\n"), @"1:49: organisers/others (note) Cid Marin and Dot Evans are in room `staff`, but not among the organisers: host keys are not given there, only in private | add them to `people:`, or take them out of the room");
    insta::assert_snapshot!(diagnostics("organisers: { people: [ann@example.com, organiser], room: team-1 }\n"), @"1:59: organisers/others (note) Cid Marin is in room `team-1`, but not among the organisers: host keys are not given there, only in private | add them to `people:`, or take them out of the room");
    assert_eq!(
        diagnostics("organisers: { people: everyone, room: staff }\n"),
        ""
    );
}
