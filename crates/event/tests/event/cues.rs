//! The grammar of cues: when, on which days, to whom, and what does not go together.

use showcaller_event::model::{Anchor, Cue, Event, MeetingFacts, MeetingKey};
use showcaller_event::{Facts, Language, Schedule};

use crate::support::{check_with, good, shown};

const PEOPLE: &str = "\
email,name,team,role,timezone
ann@example.com,Ann Peters,team-1,coach/jury,America/New_York
bob@example.com,Bob Okoye,team-2,coach,
cid@example.com,Cid Marin,team-1,participant,
dot@example.com,Dot Evans,team-2,participant,
eve@example.com,Eve Sommer,,organiser/jury,
";

/// The base of the expansion tests with these cues.
fn yaml(cues: &str) -> String {
    let base = include_str!("base.yaml");
    let base = base.replace(
        "members: [everyone]",
        "members: [everyone, organiser, jury]",
    );
    let (head, _) = base.split_once("\ncues:").expect("the base has cues");
    let head = head.replace(
        "except: { day-2: {",
        "except: { team-2/day-1: { skip: true }, day-2: {",
    );
    format!("{head}\norganisers: {{ people: [everyone], room: staff }}\ncues:\n{cues}")
}

fn event(cues: &str) -> Event {
    good(&check_with(&yaml(cues), PEOPLE)).clone()
}

fn findings(cues: &str) -> String {
    shown(&check_with(&yaml(cues), PEOPLE).diagnostics)
}

fn anchor(anchor: &Anchor) -> String {
    let around = |word: &str, meeting: &MeetingKey, by: &jiff::SignedDuration| {
        format!("{word} {meeting} {}", by.as_mins())
    };
    match anchor {
        Anchor::At(_) => "at".to_owned(),
        Anchor::Before { meeting, lead } => around("before", meeting, lead),
        Anchor::AfterStart { meeting, delay } => around("after-start", meeting, delay),
        Anchor::BeforeEnd { meeting, lead } => around("before-end", meeting, lead),
        Anchor::After { meeting, delay } => around("after", meeting, delay),
    }
}

/// `cue | recipient | when | anchor`, one line each.
fn sheet(event: &Event) -> String {
    let schedule = Schedule::planned(event);
    let cues = event.cues.iter();
    let lines = cues.flat_map(|cue| cue.to.iter().map(move |to| (cue, to)));
    let lines = lines.map(|(cue, to)| {
        let due = cue.due(to, &schedule);
        let due = due.map_or("by call".to_owned(), |due| {
            due.strftime("%m-%d %H:%M").to_string()
        });
        let anchor = to.anchor.as_ref().map(anchor);
        let anchor = anchor.map_or_else(String::new, |anchor| format!(" | {anchor}"));
        format!("{} | {} | {due}{anchor}", cue.key, to.recipient)
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn one_entry_makes_a_cue_on_each_day_that_it_has() {
    let cues = r#"
  opening: { before: opening, lead: 15 min, to: [staff], say: "{{ opening.join }}" }
  lunch: { one-per: day, at: "12:00", to: [staff], say: "Lunch on {{ day.title }}." }
  tea: { one-per: day, days: [day-2], at: "15:00", to: [staff], say: Tea. }
  thanks: { day: day-2, send: by-call, to: [staff], say: Thanks. }
  sorry: { send: by-call, to: [staff], say: "Sorry. {{ jury_talk.join }}" }
"#;
    insta::assert_snapshot!(sheet(&event(cues)), @r"
    opening/day-1 | room/staff | 10-06 08:45 | before opening/day-1 15
    opening/day-2 | room/staff | 10-07 08:45 | before opening/day-2 15
    lunch/day-1 | room/staff | 10-06 12:00 | at
    lunch/day-2 | room/staff | 10-07 12:00 | at
    tea/day-2 | room/staff | 10-07 15:00 | at
    thanks/day-2 | room/staff | by call
    sorry | room/staff | by call
    ");
}

/// A room that has no such meeting on a day gets nothing on that day.
#[test]
fn a_cue_around_a_meeting_goes_where_and_when_it_is_held() {
    let cues = r#"
  begin: { before: breakout, to: [team rooms], say: "{{ breakout.join }}" }
  warm: { after-start: breakout, delay: 1 h, to: [team rooms], say: Warm? }
  soon: { before-end: breakout, lead: 5 min, to: [team rooms], say: Five minutes. }
  done: { after: breakout, delay: 5 min, to: [team rooms], say: Well done. }
"#;
    insta::assert_snapshot!(sheet(&event(cues)), @r"
    begin/day-1 | room/team-1 | 10-06 10:00 | before breakout/team-1/day-1 0
    begin/day-2 | room/team-1 | 10-07 10:00 | before breakout/team-1/day-2 0
    begin/day-2 | room/team-2 | 10-07 10:00 | before breakout/team-2/day-2 0
    warm/day-1 | room/team-1 | 10-06 11:00 | after-start breakout/team-1/day-1 60
    warm/day-2 | room/team-1 | 10-07 11:00 | after-start breakout/team-1/day-2 60
    warm/day-2 | room/team-2 | 10-07 11:00 | after-start breakout/team-2/day-2 60
    soon/day-1 | room/team-1 | 10-06 16:25 | before-end breakout/team-1/day-1 5
    soon/day-2 | room/team-1 | 10-07 12:55 | before-end breakout/team-1/day-2 5
    soon/day-2 | room/team-2 | 10-07 12:55 | before-end breakout/team-2/day-2 5
    done/day-1 | room/team-1 | 10-06 16:35 | after breakout/team-1/day-1 5
    done/day-2 | room/team-1 | 10-07 13:05 | after breakout/team-1/day-2 5
    done/day-2 | room/team-2 | 10-07 13:05 | after breakout/team-2/day-2 5
    ");
}

#[test]
fn people_get_it_once_and_hear_of_their_own_meetings_on_their_own_clocks() {
    let cues = r#"
  start:
    before: breakout
    lead: 10 min
    to-people: [coach, coach of team-1, ann@example.com]
    say: "{{ team.title }} at {{ breakout.start }}: {{ breakout.join }}"
"#;
    let event = event(cues);
    insta::assert_snapshot!(sheet(&event), @r"
    start/day-1 | person/ann@example.com | 10-06 09:50 | before breakout/team-1/day-1 10
    start/day-2 | person/ann@example.com | 10-07 09:50 | before breakout/team-1/day-2 10
    start/day-2 | person/bob@example.com | 10-07 09:50 | before breakout/team-2/day-2 10
    ");
    let schedule = Schedule::planned(&event);
    let facts = Facts {
        event: &event,
        schedule: &schedule,
        webex: &|meeting| {
            Some(MeetingFacts {
                link: Some(format!("https://webex.example/{meeting}").into()),
                ..MeetingFacts::default()
            })
        },
    };
    let cue = &event.cues[0];
    let said = cue.to.iter().map(|to| {
        let text = &to.say.otherwise;
        cue.message(&to.recipient, text, Language::English, &facts)
            .expect("a message")
    });
    insta::assert_snapshot!(said.collect::<Vec<_>>().join("\n"), @"Team 1 at 04:00: [Join](https://webex.example/breakout/team-1/day-1)");
}

#[test]
fn everybody_in_a_room_is_mentioned_before_the_message() {
    let event = event(
        "  c: { send: by-call, mention-all: true, to: [staff], to-people: [jury], say: Come! }\n",
    );
    let schedule = Schedule::planned(&event);
    let facts = Facts {
        event: &event,
        schedule: &schedule,
        webex: &|_| None,
    };
    let cue = &event.cues[0];
    let said = cue.to.iter().map(|to| {
        let text = &to.say.otherwise;
        let message = cue.message(&to.recipient, text, Language::English, &facts);
        format!("{}: {:?}", to.recipient, message.expect("a message"))
    });
    insta::assert_snapshot!(said.collect::<Vec<_>>().join("\n"), @r#"
    room/staff: "<@all>\n\nCome!"
    person/ann@example.com: "Come!"
    person/eve@example.com: "Come!"
    "#);
}

#[test]
fn the_manner_of_a_cue_is_that_of_the_file() {
    let cues = r#"
  plain: { day: day-1, at: "12:00", to: [staff], say: Lunch. }
  called: { send: by-call, two-people: true, mention-all: true, to: [staff], say: Come. }
  skipped: { day: day-1, at: "12:00", late: skip, fixed: true, to: [staff], say: Lunch. }
  within: { day: day-1, after: opening, counts: actual, late: send-within 1 h 30 min, card: true, to: [staff], say: "{{ jury_talk.join }}" }
  asked: { day: day-1, at: "12:00", send: by-clock, late: ask, to: [staff], say: Lunch. }
"#;
    let shown = |cue: &Cue| {
        let flags = [
            (cue.two_people, "two-people"),
            (cue.mention_all, "mention-all"),
            (cue.fixed, "fixed"),
            (cue.card, "card"),
        ];
        let flags: Vec<_> = flags.iter().filter(|(set, _)| *set).collect();
        let flags: Vec<_> = flags.iter().map(|(_, name)| *name).collect();
        let (send, late, counts) = (cue.send, cue.late, cue.counts);
        format!("{} {send:?} {late:?} {counts:?} {flags:?}", cue.key)
    };
    let event = event(cues);
    let shown: Vec<_> = event.cues.iter().map(shown).collect();
    insta::assert_snapshot!(shown.join("\n"), @r#"
    plain/day-1 ByClock SendWithin(10m) Planned []
    called ByCall SendWithin(10m) Planned ["two-people", "mention-all"]
    skipped/day-1 ByClock Skip Planned ["fixed"]
    within/day-1 ByClock SendWithin(1h 30m) Actual ["card"]
    asked/day-1 ByClock Ask Planned []
    "#);
}

#[test]
fn a_renamed_cue_of_a_renamed_day_keeps_every_name_it_had() {
    let yaml = yaml("  hello: { previously: [opening, start], one-per: day, at: \"9:00\", to: [staff], say: Hello. }\n  any: { previously: whenever, send: by-call, to: [staff], say: Any. }\n")
        .replace("day-1: { title", "day-1: { previously: [monday], title");
    let checked = check_with(&yaml, PEOPLE);
    let lines = good(&checked).cues.iter().map(|cue| {
        let earlier: Vec<_> = cue.previously.iter().map(ToString::to_string).collect();
        format!("{}: {}", cue.key, earlier.join(" "))
    });
    insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"), @r"
    hello/day-1: hello/monday opening/day-1 opening/monday start/day-1 start/monday
    hello/day-2: opening/day-2 start/day-2
    any: whenever
    ");
}

#[test]
fn keys_that_do_not_go_together_say_so() {
    let cases = [
        "at: \"12:00\", to: [staff]",
        "day: day-1, to: [staff]",
        "day: day-1, send: by-clock, to: [staff]",
        "day: day-1, at: \"12:00\", after-start: opening, to: [staff]",
        "day: day-1, one-per: day, at: \"12:00\", to: [staff]",
        "days: [day-1, day-2], at: \"12:00\", to: [staff]",
        "day: day-1, days: [day-2], at: \"12:00\", to: [staff]",
        "one-per: team, at: \"12:00\", to: [staff]",
        "before: opening, delay: 5 min, to: [staff]",
        "after-start: opening, lead: 5 min, to: [staff]",
        "before: opening, send: on-time, to: [staff]",
        "before: opening, counts: actual, to: [staff]",
        "day: day-1, at: \"12:00\", counts: actual, to: [staff]",
        "send: by-call, late: ask, to: [staff]",
        "before: opening, late: send-within 10, to: [staff]",
        "before: opening, two-people: true, to: [staff]",
        "before: opening, fixed: true, to: [staff]",
        "send: by-call, fixed: true, to: [staff]",
        "one-per: day, before: jury-talk, to: [staff]",
        "before: opening, mention-all: true, to-people: [jury]",
        "before: opening, card: true, to: [staff]",
        "before: opening",
        "before: check-out, to: [staff]",
        "before: jury-talk, to-people: [coach of team-2, participant]",
        "before: breakout, to-people: [organiser, coach]",
        "one-per: day, before: breakout, to: [team rooms]",
        "before: opening, to: [staff], previously: other",
        "before: opening, to-people: [choach]",
        "before: opening, to: [participant]",
        "before: opening, to: [group rooms]",
    ];
    let shown = cases.map(|case| {
        let found = findings(&format!(
            "  other: {{ send: by-call, to: [staff], say: Other. }}\n  c: {{ {case}, say: Hello. }}\n"
        ));
        let found: Vec<_> = found.lines().map(|line| format!("    {line}")).collect();
        format!("{case}\n{}", found.join("\n"))
    });
    insta::assert_snapshot!(shown.join("\n"));
}

#[test]
fn texts_for_people_say_for_whom_they_make_no_sense() {
    let cases = [
        ("[jury]", "{{ team.title }}"),
        ("[jury]", "{{ breakout.join }}"),
        ("[everyone]", "{{ room.title }}"),
        ("[ann@example.com]", "{{ breakout.join }}"),
        ("[ann@example.com]", "{{ group.title }}"),
    ];
    let shown = cases.map(|(to, say)| {
        findings(&format!(
            "  c: {{ send: by-call, to-people: {to}, say: \"{say}\" }}\n"
        ))
    });
    insta::assert_snapshot!(shown.join("\n"), @r"
    event.yaml:53:51: template `team` cannot be used here: this person belongs to no team (for eve@example.com) | write it only where it means exactly one thing: leave it out, or send this text elsewhere
    event.yaml:53:51: template `breakout` cannot be used here: this person has 2 meetings `breakout` (for ann@example.com) | write it only where it means exactly one thing: leave it out, or send this text elsewhere
    event.yaml:53:51: template `breakout` cannot be used here: this person has no meeting `breakout` (for eve@example.com) | write it only where it means exactly one thing: leave it out, or send this text elsewhere
    event.yaml:53:55: template `room` cannot be used here: a message in private is in no room (for everybody who gets this) | write it only where it means exactly one thing: leave it out, or send this text elsewhere
    event.yaml:53:62: template `breakout` cannot be used here: this person has 2 meetings `breakout` (for ann@example.com) | write it only where it means exactly one thing: leave it out, or send this text elsewhere
    event.yaml:53:62: template `group` cannot be used here: a message in private is not for a group (for ann@example.com) | write it only where it means exactly one thing: leave it out, or send this text elsewhere
    ");
}

#[test]
fn a_mention_counts_towards_the_length() {
    let long = |length: usize, mention: bool| {
        let say = "x".repeat(length);
        findings(&format!(
            "  c: {{ send: by-call, mention-all: {mention}, to: [staff], to-people: [jury], say: {say} }}\n"
        ))
    };
    assert_eq!(long(7_439, false), "");
    assert_eq!(long(7_431, true), "");
    assert!(long(7_432, true).contains("cue `c` in room `staff` has 7440 bytes"));
}

/// What a day that runs late must not do is read, and held against the file itself.
#[test]
fn days_end_and_meetings_have_a_least_length() {
    let yaml = yaml("  c: { send: by-call, to: [staff], say: Hello. }\n")
        .replace(
            "day-1: { title: Day 1,",
            "day-1: { ends: \"17:00\", show-mode: true, title: Day 1,",
        )
        .replace(
            "day-2: { title: Day 2,",
            "day-2: { ends: \"01:00 +1\", title: Day 2,",
        )
        .replace(
            "title: Jury talk\n",
            "title: Jury talk\n    fixed: true\n    min-length: 1 h\n",
        );
    let checked = check_with(&yaml, PEOPLE);
    let event = good(&checked);
    let days = event.days.iter().map(|day| {
        let ends = day.ends.as_ref().map(ToString::to_string);
        format!("{} {ends:?} {}", day.id, day.show_mode)
    });
    insta::assert_snapshot!(days.collect::<Vec<_>>().join("\n"), @r#"
    day-1 Some("2027-10-06T17:00:00+02:00[Europe/Brussels]") true
    day-2 Some("2027-10-08T01:00:00+02:00[Europe/Brussels]") false
    "#);
    let talk = event.meeting(&MeetingKey::new("jury-talk")).unwrap();
    assert!(talk.fixed && talk.min_length == Some(jiff::SignedDuration::from_hours(1)));
    let early = yaml.replace("ends: \"17:00\"", "ends: \"16:00\"");
    insta::assert_snapshot!(shown(&check_with(&early, PEOPLE).diagnostics), @"event.yaml:9:3: day/ends (note) meeting `breakout/team-1/day-1` goes on until 16:30; `day-1` ends at 16:00 | make `ends:` later, or the meeting shorter");
    let late = yaml
        .replace("min-length: 1 h", "min-length: 61 min")
        .replace("\"01:00 +1\"", "\"25:00\"");
    insta::assert_snapshot!(shown(&check_with(&late, PEOPLE).diagnostics), @r#"
    event.yaml:10:18: time `25:00` is not a time of day | a time is hours and minutes of 24 hours: "18:00", or "01:00 +1" for after midnight
    event.yaml:51:11: meeting/min-length meeting `jury-talk` lasts 60 minutes; its `min-length` is 61 | give it more time, or make `min-length:` shorter
    "#);
}

/// The way out of an overlap: another of the role, or a word in the file.
#[test]
fn a_co_host_of_two_meetings_at_once_is_acknowledged_in_the_file() {
    let at_once = |cohosts: &str, overlap: &str| {
        let yaml = yaml("  c: { send: by-call, to: [staff], say: Hello. }\n")
            .replace(
                "events@example.com: { parallel: 6 }",
                &format!("events@example.com: {{ parallel: 6 }}{overlap}"),
            )
            .replace(
                "    rooms: [staff]\n",
                &format!("    rooms: [staff]\n    cohosts: {cohosts}\n"),
            );
        shown(&check_with(&yaml, PEOPLE).diagnostics)
    };
    let acknowledged = "\n  cohosts-overlap: [coach]";
    insta::assert_snapshot!(at_once("[ann@example.com]", ""), @"event.yaml:51:14: meeting/cohost-twice Ann Peters co-hosts `breakout/team-1/day-1` and `jury-talk` at once, from 14:00 on 2027-10-06 | name somebody else in one of them, or move it; or acknowledge it: `webex: cohosts-overlap: [ann@example.com]`");
    assert_eq!(at_once("[ann@example.com]", acknowledged), "");
    let pool = |overlap: &str| {
        let people = format!("{PEOPLE}fay@example.com,Fay,team-1,coach,\n");
        let yaml = yaml("  c: { send: by-call, to: [staff], say: Hello. }\n")
            .replace(
                "events@example.com: { parallel: 6 }",
                &format!("events@example.com: {{ parallel: 6 }}{overlap}"),
            )
            .replace(
                "    rooms: [staff]\n",
                "    rooms: [staff]\n    cohosts: [coach of team-1]\n",
            );
        shown(&check_with(&yaml, &people).diagnostics)
    };
    insta::assert_snapshot!(pool(""), @"event.yaml:51:14: meeting/cohost-pool (note) Ann Peters co-hosts `breakout/team-1/day-1` and `jury-talk` at once, from 14:00 on 2027-10-06 (and once more like it) | another of the role can be in one of them; if that is meant, name the role in `webex: cohosts-overlap:`");
    assert_eq!(pool(acknowledged), "");
}

#[test]
fn a_cue_may_go_after_midnight_and_one_at_the_wrong_end_of_the_night_is_noted() {
    let night = |at: &str, ends: &str| {
        let cue = format!("  bar: {{ day: day-2, at: {at:?}, to: [staff], say: Last orders. }}\n");
        let night =
            "  party: { day: day-2, title: Party, time: \"22:00-01:30 +1\", rooms: [staff] }\n";
        let yaml = yaml(&cue)
            .replace("\norganisers: {", &format!("\n{night}organisers: {{"))
            .replace("day-2: { title", &format!("day-2: {{ {ends} title"));
        check_with(&yaml, PEOPLE)
    };
    let after = night("00:30 +1", "");
    assert_eq!(shown(&after.diagnostics), "");
    assert_eq!(
        sheet(good(&after)),
        "bar/day-2 | room/staff | 10-08 00:30 | at"
    );
    for (at, ends) in [("08:30", ""), ("12:00", ""), ("01:00 +1", "")] {
        assert_eq!(shown(&night(at, ends).diagnostics), "", "{at}");
    }
    let wrong = [
        ("00:30", ""),
        ("02:00", ""),
        ("12:00 +2", ""),
        ("12:00", "ends: \"01:00\","),
    ];
    let wrong = wrong.map(|(at, ends)| shown(&night(at, ends).diagnostics));
    insta::assert_snapshot!(wrong.join("\n"), @r#"
    event.yaml:54:26: cue/midnight (note) cue `bar/day-2` goes at 00:30, hours before `day-2` begins, and that ends after midnight | is `00:30 +1` meant?
    event.yaml:54:26: cue/midnight (note) cue `bar/day-2` goes at 02:00, hours before `day-2` begins, and that ends after midnight | is `02:00 +1` meant?
    event.yaml:54:26: time `12:00 +2` is not a time of day | a time is hours and minutes of 24 hours: "18:00", or "01:00 +1" for after midnight
    event.yaml:10:3: day/ends (note) meeting `opening/day-2` goes on until 09:30; `day-2` ends at 01:00 (and 4 more like it) | write `01:00 +1` if that is after midnight
    "#);
}
