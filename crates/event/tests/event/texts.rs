//! Texts with open times: what is sent follows the schedule in force, and only those hear it whom
//! it is for.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Zoned};
use proptest::prelude::*;
use showcaller_event::model::{
    Anchor, Email, Event, MeetingFact, MeetingFacts, MeetingKey, Part, RoomKey, Say, ScheduleFact,
    Text,
};
use showcaller_event::{Audience, Facts, Filter, Language, Schedule, Scheduled, Unfilled, fill};
use showcaller_secret::Secret;

use crate::support::{check_with, good, shown};

const PEOPLE: &str = "\
email,name,team,role,timezone
ann@example.com,Ann Peters,team-1,coach,America/New_York
bob@example.com,Bob Okoye,team-2,coach,
eve@example.com,Eve Sommer,,organiser,Asia/Tokyo
";

/// The base of the expansion tests with these cues and answers.
fn event(tail: &str) -> Event {
    good(&check_with(&yaml(tail), PEOPLE)).clone()
}

fn yaml(tail: &str) -> String {
    let base = include_str!("base.yaml");
    let (head, _) = base.split_once("\ncues:").expect("the base has cues");
    let head = head.replace("members: [everyone]", "members: [everyone, organiser]");
    format!("{head}\n{tail}")
}

fn findings(tail: &str) -> String {
    shown(&check_with(&yaml(tail), PEOPLE).diagnostics)
}

fn webex(meeting: &MeetingKey) -> Option<MeetingFacts> {
    Some(MeetingFacts {
        link: Some(Secret::new(format!("https://webex.example/{meeting}"))),
        number: Some(format!("number of {meeting}")),
        password: Some(Secret::new(format!("password of {meeting}"))),
        ..MeetingFacts::default()
    })
}

fn filled(
    event: &Event,
    schedule: &Schedule,
    text: &Text,
    audience: Audience<'_>,
) -> Result<String, Unfilled> {
    let facts = Facts {
        event,
        schedule,
        webex: &webex,
    };
    fill(text, Language::English, &facts, audience)
}

/// The schedule with one meeting later.
fn slipped(event: &Event, meeting: &str, minutes: i64) -> Schedule {
    let mut schedule = Schedule::planned(event);
    let key = MeetingKey::new(meeting);
    let now = schedule.get(&key).expect("a meeting").clone();
    let by = SignedDuration::from_mins(minutes);
    let later = |at: &Zoned| at.checked_add(by).expect("a time");
    let moved = Scheduled {
        start: later(&now.start),
        end: later(&now.end),
        ..now
    };
    schedule.set(key, moved);
    schedule
}

const CUES: &str = r#"cues:
  soon:
    day: day-1
    before: breakout
    lead: 5 min
    to: [team rooms]
    say: "{{ breakout.title | upper }} at {{ breakout.start | replace(':', 'h') }} on {{ breakout.day.weekday }}: {{ breakout.join }}"
  lunch: { day: day-1, at: "12:00", to: [team rooms], say: Lunch. }
  done: { day: day-1, after: breakout, delay: 10 min, to: [team rooms], say: "It is {{ breakout.end }}." }
"#;

/// `room time text` of every cue.
fn sheet(event: &Event, schedule: &Schedule) -> Vec<String> {
    let cues = event.cues.iter();
    let cues = cues.flat_map(|cue| cue.to.iter().map(move |to| (cue, to)));
    cues.map(|(cue, to)| {
        let due = cue.due(to, schedule).expect("a time");
        let audience = to.recipient.audience();
        let text = filled(event, schedule, &to.say.otherwise, audience);
        let text = text.expect("a text");
        format!("{} {} {text}", to.recipient, due.strftime("%H:%M"))
    })
    .collect()
}

#[test]
fn a_slip_moves_the_cues_that_hang_on_the_meeting_and_what_they_say() {
    let event = event(CUES);
    let mut planned = sheet(&event, &Schedule::planned(&event));
    insta::assert_snapshot!(planned.join("\n"), @r"
    room/team-1 09:55 TEAM 1 - DAY 1 at 10h00 on Wednesday: [Join](https://webex.example/breakout/team-1/day-1) · password `password of breakout/team-1/day-1`
    room/team-2 09:55 TEAM 2 - DAY 1 at 10h00 on Wednesday: [Join](https://webex.example/breakout/team-2/day-1) · password `password of breakout/team-2/day-1`
    room/team-1 12:00 Lunch.
    room/team-2 12:00 Lunch.
    room/team-1 16:40 It is 16:30.
    room/team-2 16:40 It is 16:30.
    ");
    let moved = sheet(&event, &slipped(&event, "breakout/team-1/day-1", 30));
    planned.retain(|line| !moved.contains(line));
    let changed: Vec<_> = moved
        .iter()
        .filter(|line| line.starts_with("room/team-1") && !line.ends_with("Lunch."))
        .map(String::as_str)
        .collect();
    assert_eq!(planned.len(), changed.len(), "nothing else has changed");
    insta::assert_snapshot!(changed.join("\n"), @r"
    room/team-1 10:25 TEAM 1 - DAY 1 at 10h30 on Wednesday: [Join](https://webex.example/breakout/team-1/day-1) · password `password of breakout/team-1/day-1`
    room/team-1 17:10 It is 17:00.
    ");
}

#[test]
fn a_cue_keeps_its_anchor() {
    let event = event(CUES);
    let anchors: Vec<_> = event
        .cues
        .iter()
        .map(|cue| cue.to[0].anchor.as_ref().expect("a time"))
        .collect();
    let meeting = MeetingKey::new("breakout/team-1/day-1");
    assert_eq!(
        *anchors[0],
        Anchor::Before {
            meeting: meeting.clone(),
            lead: SignedDuration::from_mins(5)
        }
    );
    assert!(matches!(anchors[1], Anchor::At(at) if at.strftime("%H:%M").to_string() == "12:00"));
    assert_eq!(
        *anchors[2],
        Anchor::After {
            meeting,
            delay: SignedDuration::from_mins(10)
        }
    );
}

#[test]
fn cues_and_answers_stand_in_the_order_of_the_file() {
    let event = event(
        "cues:
  zebra: { day: day-2, at: \"12:00\", to: [all rooms], say: Z }
  ant: { day: day-1, at: \"12:00\", to: [all rooms], say: A }
answers:
  yeti: { words: [yeti], say: Y }
  bear: { words: [bear], say: B }
",
    );
    let cues: Vec<_> = event.cues.iter().map(|cue| cue.key.cue.as_str()).collect();
    let answers: Vec<_> = event.answers.iter().map(|a| a.id.as_str()).collect();
    assert_eq!(
        (cues, answers),
        (vec!["zebra", "ant"], vec!["yeti", "bear"])
    );
}

#[test]
fn a_person_reads_times_on_their_own_clock_and_a_room_on_the_events() {
    let event = event(CUES);
    let schedule = Schedule::planned(&event);
    let hole = |fact| Part::Scheduled {
        meeting: MeetingKey::new("breakout/team-1/day-1"),
        fact,
        filters: Vec::new(),
    };
    let text = Text::new(vec![
        hole(ScheduleFact::Date),
        Part::Words(" ".to_owned()),
        hole(ScheduleFact::Start),
    ]);
    let read = |audience| filled(&event, &schedule, &text, audience);
    let room = RoomKey::new("team-1");
    let (ann, eve) = (Email::new("ann@example.com"), Email::new("eve@example.com"));
    insta::assert_snapshot!(read(Audience::Room(&room)).unwrap(), @"2027-10-06 10:00");
    insta::assert_snapshot!(read(Audience::Person(&ann)).unwrap(), @"2027-10-06 04:00");
    // She is in no room that is told of it.
    assert!(matches!(
        read(Audience::Person(&eve)),
        Err(Unfilled::NotForThem(_))
    ));
}

#[test]
fn a_tab_carries_no_password_and_a_message_without_its_link_is_not_sent() {
    let event = event(CUES);
    let schedule = Schedule::planned(&event);
    let (own, other) = (RoomKey::new("team-1"), RoomKey::new("team-2"));
    let meeting = MeetingKey::new("breakout/team-1/day-1");
    let text = |fact| {
        Text::new(vec![Part::Meeting {
            meeting: meeting.clone(),
            fact,
        }])
    };
    for (fact, pinned) in [
        (MeetingFact::Link, true),
        (MeetingFact::Number, true),
        (MeetingFact::Password, false),
        (MeetingFact::Join, false),
    ] {
        let read = |audience| filled(&event, &schedule, &text(fact), audience);
        assert!(read(Audience::Room(&own)).is_ok());
        assert_eq!(read(Audience::Pinned(&own)).is_ok(), pinned, "{fact:?}");
        for audience in [Audience::Room(&other), Audience::Pinned(&other)] {
            let refused = Err(Unfilled::NotForThem(meeting.clone()));
            assert_eq!(read(audience), refused, "{fact:?}");
        }
        let facts = Facts {
            event: &event,
            schedule: &schedule,
            webex: &|_| None,
        };
        let unknown = fill(&text(fact), Language::English, &facts, Audience::Room(&own));
        assert_eq!(unknown, Err(Unfilled::Unknown(meeting.clone())));
    }
}

/// What each would do if it were Markdown.
const HOSTILE: [&str; 6] = [
    "<@all> <@personEmail:ann@example.com|Ann>",
    "[click me](https://evil.example) ![x](https://evil.example/x.png)",
    "**bold** _italic_ ~~gone~~ `code`",
    "](https://evil.example) www.evil.example",
    "line\n# heading\n- item",
    "\u{202e}&#60;@all&#62; \\<b>",
];

const ANSWER: &str = r#"answers:
  our-canvas:
    words: [canvas]
    say: "[{{ team.title | upper }}]({{ team.links.board }}) {{ room.title }}, {{ event.title }}, {{ check_out.title | lower }} {{ check_out.day.title }}"
"#;

#[test]
fn titles_are_text_in_a_message_and_links_of_the_file_stay_links() {
    let marks = |text: &str| {
        let marks = [
            "<", "**", "_", "~", "`", "](", "![", "://", "www.e", "&#", "\\", "\n", "\u{202e}",
        ];
        marks.map(|mark| (mark, text.matches(mark).count()))
    };
    let said = |title: &str| {
        // The file's titles have one line.
        let quoted = serde_json::to_string(&title.replace('\n', " ")).expect("a text");
        let file = yaml(ANSWER).replace("{ title: Team 1,", &format!("{{ title: {quoted},"));
        let event = good(&check_with(&file, PEOPLE)).clone();
        // Renamed on Webex.
        let mut schedule = Schedule::planned(&event);
        let check_out = event
            .meetings
            .iter()
            .find(|meeting| meeting.pattern.as_str() == "check-out");
        let key = check_out.expect("a meeting").key.clone();
        let renamed = Scheduled {
            title: title.to_owned(),
            ..schedule.get(&key).expect("a meeting").clone()
        };
        schedule.set(key, renamed);
        let room = RoomKey::new("team-1");
        let (_, say) = event.answers[0]
            .rooms
            .iter()
            .find(|(key, _)| *key == room)
            .expect("an answer");
        let read = filled(&event, &schedule, &say.otherwise, Audience::Room(&room));
        read.expect("a text")
    };
    let harmless = said("Team 1");
    insta::assert_snapshot!(harmless, @"[TEAM 1](https://boards.example.com/1) Team 1, Base, team 1 Day 2");
    for title in HOSTILE {
        let said = said(title);
        assert_eq!(marks(&said), marks(&harmless), "{said}");
    }
}

#[test]
fn a_text_speaks_its_own_language() {
    let file = yaml(
        r#"language: nl
answers:
  our-canvas:
    words: [canvas]
    say:
      nl: "{{ jury_talk.day.weekday }}: {{ jury_talk.join }}"
      fr: "{{ jury_talk.day.weekday }} : {{ jury_talk.join }}"
      en: "{{ jury_talk.day.weekday }}: {{ jury_talk.join }}"
cues:
  soon:
    day: day-1
    at: "12:00"
    to: [team rooms]
    say: { nl: "{{ day.weekday }}", fr: "{{ day.weekday }}" }
"#,
    );
    let file = file.replace("title: Jury talk", "title: \"Op {{ day.weekday }}\"");
    let event = good(&check_with(&file, PEOPLE)).clone();
    let schedule = Schedule::planned(&event);
    let say = &event.cues[0].to[0].say;
    let read = |say: &Say, room: &RoomKey, language| {
        let (text, language) = say.in_language(language, event.bot.language);
        let facts = Facts {
            event: &event,
            schedule: &schedule,
            webex: &webex,
        };
        fill(text, language, &facts, Audience::Room(room)).expect("a text")
    };
    let room = &event.rooms[0].key;
    let days = Language::ALL.map(|language| read(say, room, language));
    insta::assert_snapshot!(days.join("\n"), @r"
    woensdag
    woensdag
    mercredi
    ");
    let (room, say) = &event.answers[0].rooms[0];
    let ways = Language::ALL.map(|language| read(say, room, language));
    insta::assert_snapshot!(ways.join("\n"), @r"
    Wednesday: [Join](https://webex.example/jury-talk) · password `password of jury-talk`
    woensdag: [Deelnemen](https://webex.example/jury-talk) · wachtwoord `password of jury-talk`
    mercredi : [Rejoindre](https://webex.example/jury-talk) · mot de passe `password of jury-talk`
    ");
    let titles = event.meetings.iter().map(|meeting| meeting.title.as_str());
    assert!(titles.into_iter().any(|title| title == "Op woensdag"));
}

#[test]
fn what_cannot_stay_open_is_refused_where_it_stands() {
    let cue = |say: &str| {
        let say = serde_json::to_string(say).expect("a text");
        findings(&format!(
            "cues:\n  soon: {{ day: day-1, at: \"12:00\", to: [team rooms], say: {say} }}\n"
        ))
    };
    insta::assert_snapshot!(cue("{% if breakout.start == '10:00' %}early{% endif %}"), @r#"event.yaml:52:66: template `breakout` cannot be compared here: its times, day and title may change until this is sent (in every room that gets this) | ask for what does not change, as in `{% if team.id == "team-1" %}`"#);
    insta::assert_snapshot!(cue("{{ 'early' if breakout.day['id'] < 'day-2' else 'late' }}"), @r#"event.yaml:52:74: template `breakout` cannot be compared here: its times, day and title may change until this is sent (in every room that gets this) | ask for what does not change, as in `{% if team.id == "team-1" %}`"#);
    insta::assert_snapshot!(cue("{{ breakout.start[:2] }} o'clock"), @"event.yaml:52:71: template a meeting's times, day and title are filled in when this is sent: only a filter can change them (in every room that gets this) | write it alone, as in `{{ opening.start }}`");
    insta::assert_snapshot!(cue("{{ ('at ' ~ breakout.start) | upper }}"), @"event.yaml:52:63: template a meeting's times, day and title are filled in when this is sent: only a filter can change them (in every room that gets this) | write it alone, as in `{{ opening.start }}`");
    insta::assert_snapshot!(cue("{{ ('at ' ~ breakout.start)[:4] }}"), @"event.yaml:52:63: template a meeting's times, day and title are filled in when this is sent: only a filter can change them (in every room that gets this) | write it alone, as in `{{ opening.start }}`");
    insta::assert_snapshot!(cue(&format!("{{{{ breakout.title | replace('e', '{}') }}}}", "x".repeat(30_000))), @"event.yaml:52:59: cue/text cue `soon` in room `team-1` has 30013 bytes when it is filled in; Webex takes 7439 (and once more like it) | shorten it, or put the long part on a page and link it");
    insta::assert_snapshot!(cue(&format!("{{{{ breakout.title | replace('e', '{}') | replace('x', 'yyyyyyyyyy') }}}}", "x".repeat(9_000))), @"event.yaml:52:59: cue/text cue `soon` in room `team-1` cannot be filled in: it becomes longer than 64 KB (and once more like it) | name only meetings of those who get it, and keep filters short");
    // What does not change may be asked for, and where a tab leads is settled.
    assert_eq!(
        cue(
            "{% if day.id == 'day-1' and team.id in 'team-1' %}{{ breakout.start }}{% else %}-{% endif %}"
        ),
        ""
    );
}

/// Filters as a template writes them, and as a hole keeps them.
fn filters() -> impl Strategy<Value = Vec<(String, Filter)>> {
    let words = "[!-~éß]{0,3}".prop_filter("quotable", |text| {
        !text.contains(['\'', '\\', '{', '}', '%', '#', '*'])
    });
    let replace = (words.clone(), words).prop_map(|(from, to)| {
        (
            format!("replace('{from}', '{to}')"),
            Filter::Replace { from, to },
        )
    });
    let plain = prop::sample::select(vec![
        ("upper".to_owned(), Filter::Upper),
        ("lower".to_owned(), Filter::Lower),
        ("title".to_owned(), Filter::Title),
        ("capitalize".to_owned(), Filter::Capitalize),
        ("trim".to_owned(), Filter::Trim(None)),
        (
            "trim('Bt1')".to_owned(),
            Filter::Trim(Some("Bt1".to_owned())),
        ),
    ]);
    prop::collection::vec(prop_oneof![plain, replace], 0..5)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// A tab is settled at check, a cue when it is sent: with the same schedule they agree.
    #[test]
    fn what_is_filled_in_later_reads_as_if_it_had_been_filled_in_at_once(filters in filters()) {
        let names: BTreeMap<_, _> = ["title", "start", "end", "date", "day.id", "day.title", "day.weekday"]
            .map(|name| (name, filters.iter().map(|(text, _)| format!(" | {text}")).collect::<String>()))
            .into();
        let say: Vec<_> = names.iter().map(|(name, chain)| format!("{{{{ jury_talk.{name}{chain} }}}}")).collect();
        let say = format!("https://a.example/{}.", say.join("/"));
        let said = serde_json::to_string(&say).expect("a text");
        let base = yaml(&format!("answers:\n  our-canvas: {{ words: [canvas], say: {said} }}\n"));
        let base = base
            .replace("    title: Staff\n", &format!("    title: Staff\n    tabs: {{ A: {said} }}\n"))
            .replace("title: Jury talk", "title: Jury-taLk").replace("title: Day 1", "title: Day-1");
        let checked = check_with(&base, PEOPLE);
        let event = good(&checked);
            let room = event.room(&RoomKey::new("staff")).expect("a room");
            let [Part::Words(settled)] = room.tabs[0].url.parts() else { panic!("a tab is settled") };
            let (_, say) = event.answers[0].rooms.iter().find(|(key, _)| *key == room.key).expect("an answer");
            let text = &say.otherwise;
            // A message makes titles inert, an address does not.
            let sent = filled(event, &Schedule::planned(event), text, Audience::Pinned(&room.key));
            prop_assert_eq!(&sent.expect("a text"), settled);
            let kept: Vec<_> = filters.iter().map(|(_, filter)| filter.clone()).collect();
            let holes = text.parts().iter().filter_map(|part| match part {
                Part::Scheduled { filters, .. } => Some(filters),
                _ => None,
            });
            prop_assert!(holes.into_iter().all(|filters| *filters == kept));
    }
}
