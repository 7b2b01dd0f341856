//! What becomes of a pattern.

use showcaller_event::model::{Meeting, MeetingFacts, MeetingKey, MeetingPassword, Room, RoomKey};
use showcaller_event::{Event, Facts, Language, Schedule, fill};

use crate::support::{check_with, good, shown};

const BASE: &str = include_str!("base.yaml");

const PEOPLE: &str = "\
email,name,team,role
ann@example.com,Ann Peters,team-1,coach
bob@example.com,Bob Okoye,team-2,coach
cid@example.com,Cid Marin,team-1,participant
dot@example.com,Dot Evans,team-2,participant/jury
eve@example.com,Eve Sommer,,organiser
";

/// The base with some texts changed, each exactly once.
fn event(changes: &[(&str, &str)]) -> Event {
    let yaml = changes.iter().fold(BASE.to_owned(), |text, (old, new)| {
        assert!(text.contains(old), "`{old}` is not in the base any more");
        text.replacen(old, new, 1)
    });
    good(&check_with(&yaml, PEOPLE)).clone()
}

fn meeting<'a>(event: &'a Event, key: &str) -> &'a Meeting {
    event
        .meeting(&MeetingKey::new(key))
        .unwrap_or_else(|| panic!("there is no meeting {key}"))
}

fn room<'a>(event: &'a Event, key: &str) -> &'a Room {
    event
        .room(&RoomKey::new(key))
        .unwrap_or_else(|| panic!("there is no room {key}"))
}

fn keys(event: &Event) -> Vec<&str> {
    event
        .meetings
        .iter()
        .map(|meeting| meeting.key.as_str())
        .collect()
}

fn emails(room: &Room) -> Vec<(&str, bool)> {
    room.members
        .iter()
        .map(|member| (member.email.as_str(), member.moderator))
        .collect()
}

#[test]
fn meetings_are_named_after_entry_team_and_day() {
    let event = event(&[]);
    assert_eq!(
        keys(&event),
        [
            "opening/day-1",
            "opening/day-2",
            "breakout/team-1/day-1",
            "breakout/team-1/day-2",
            "breakout/team-2/day-1",
            "breakout/team-2/day-2",
            "check-out/pair-a",
            "jury-talk",
        ]
    );
    assert_eq!(
        meeting(&event, "breakout/team-2/day-1").title,
        "Team 2 - Day 1"
    );
}

#[test]
fn the_narrower_exception_wins_key_by_key() {
    let event = event(&[
        (
            "    except: { day-2: { time: \"10:00-13:00\" } }",
            "    except:\n      day-2: { time: \"10:00-13:00\", mute-on-entry: true }\n      team-2: { title: Dos, time: \"11:00-12:00\" }\n      team-2/day-2: { time: \"12:00-12:30\" }\n      team-1/day-1: { skip: true }",
        ),
        (
            "    day: day-1\n    before: breakout",
            "    day: day-2\n    before: breakout",
        ),
    ]);
    let times = |key: &str| {
        let meeting = meeting(&event, key);
        let clock = |at: &jiff::Zoned| at.strftime("%H:%M").to_string();
        (
            clock(&meeting.start),
            clock(&meeting.end),
            meeting.title.clone(),
            meeting.options.mute_on_entry,
        )
    };
    let row = |start: &str, end: &str, title: &str, mute| {
        (start.to_owned(), end.to_owned(), title.to_owned(), mute)
    };
    assert!(!keys(&event).contains(&"breakout/team-1/day-1"));
    assert_eq!(
        times("breakout/team-1/day-2"),
        row("10:00", "13:00", "Team 1 - Day 2", true)
    );
    assert_eq!(
        times("breakout/team-2/day-1"),
        row("11:00", "12:00", "Dos", false)
    );
    assert_eq!(
        times("breakout/team-2/day-2"),
        row("12:00", "12:30", "Dos", true)
    );
}

#[test]
fn a_meeting_may_end_on_the_next_day() {
    let event = event(&[("time: \"14:00-15:00\"", "time: \"22:00-01:30 +1\"")]);
    let night = meeting(&event, "jury-talk");
    assert_eq!(
        night.end.to_string(),
        "2027-10-07T01:30:00+02:00[Europe/Brussels]"
    );
    assert_eq!(night.day.as_str(), "day-1");
}

#[test]
fn a_second_room_for_each_team_has_a_suffix() {
    let event = event(&[(
        "  staff:",
        "  lounge:\n    one-per: team\n    suffix: lounge\n    title: \"{{ team.title }} lounge\"\n    members: [people of this team]\n    moderators: [organiser]\n  staff:",
    )]);
    let lounge = room(&event, "team-1-lounge");
    assert_eq!(
        (lounge.pattern.as_str(), lounge.title.as_str()),
        ("lounge", "Team 1 lounge")
    );
    assert_eq!(
        emails(lounge),
        [
            ("ann@example.com", false),
            ("cid@example.com", false),
            ("eve@example.com", true)
        ]
    );
    // `room of this team` means both.
    assert_eq!(meeting(&event, "breakout/team-1/day-1").rooms.len(), 2);
}

#[test]
fn a_room_with_moderators_is_locked() {
    let event = event(&[]);
    assert!(room(&event, "team-1").settings.locked);
    assert!(!room(&event, "staff").settings.locked);
}

#[test]
fn whose_role_the_file_names_or_who_moderates_is_in_the_webex_team() {
    let members = |event: &Event| -> Vec<String> {
        event
            .webex
            .members
            .iter()
            .map(|member| member.email.to_string())
            .collect()
    };
    let staff = ["ann@example.com", "bob@example.com", "eve@example.com"];
    assert_eq!(members(&event(&[])), staff);
    let jury = event(&[("members: [everyone]", "members: [everyone, jury]")]);
    assert!(members(&jury).contains(&"dot@example.com".to_owned()));
    let listed = event(&[(
        "  hosts:\n",
        "  members: [organiser]\n  moderators: [cid@example.com]\n  hosts:\n",
    )]);
    assert_eq!(
        members(&listed),
        [
            "ann@example.com",
            "bob@example.com",
            "cid@example.com",
            "eve@example.com"
        ]
    );
    let moderators: Vec<_> = listed
        .webex
        .members
        .iter()
        .filter(|member| member.moderator)
        .map(|m| m.email.as_str())
        .collect();
    assert_eq!(moderators, ["cid@example.com"]);
}

#[test]
fn the_audience_is_invited_when_asked_and_the_host_never() {
    let event = event(&[
        (
            "    cohosts: [coach of this team]",
            "    cohosts: [coach of this team]\n    invite: audience",
        ),
        ("events@example.com", "cid@example.com"),
    ]);
    let invitees = |key: &str| -> Vec<(&str, bool)> {
        meeting(&event, key)
            .invitees
            .iter()
            .map(|i| (i.email.as_str(), i.cohost))
            .collect()
    };
    assert_eq!(
        invitees("breakout/team-1/day-1"),
        [("ann@example.com", true)]
    );
    assert_eq!(
        invitees("breakout/team-2/day-1"),
        [("bob@example.com", true), ("dot@example.com", false)]
    );
    assert_eq!(
        invitees("check-out/pair-a"),
        [("ann@example.com", true), ("bob@example.com", true)]
    );
}

#[test]
fn a_cue_before_a_meeting_follows_each_rooms_own() {
    let event = event(&[(
        "    except: { day-2: { time: \"10:00-13:00\" } }",
        "    except: { day-2: { time: \"10:00-13:00\" }, team-2/day-1: { time: \"11:00-12:00\" } }",
    )]);
    let schedule = Schedule::planned(&event);
    let begin = event
        .cues
        .iter()
        .find(|cue| cue.key.cue.as_str() == "begin")
        .unwrap();
    let shown: Vec<_> = begin
        .to
        .iter()
        .map(|to| {
            let facts = Facts {
                event: &event,
                schedule: &schedule,
                webex: &|meeting| {
                    Some(MeetingFacts {
                        link: Some(meeting.to_string().into()),
                        ..MeetingFacts::default()
                    })
                },
            };
            let text = fill(
                &to.say.otherwise,
                Language::English,
                &facts,
                to.recipient.audience(),
            );
            format!(
                "{} {} {}",
                to.recipient,
                begin.due(to, &schedule).unwrap().strftime("%H:%M"),
                text.unwrap().replace('\n', " ")
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            "room/team-1 09:55 Begin at 10:00. Here: [Join](breakout/team-1/day-1)",
            "room/team-2 10:55 Begin at 11:00. Here: [Join](breakout/team-2/day-1)",
        ]
    );
}

#[test]
fn an_answer_about_a_team_is_given_in_rooms_of_teams_only() {
    let event = event(&[]);
    let rooms: Vec<_> = event.answers[0]
        .rooms
        .iter()
        .map(|(room, _)| room.as_str())
        .collect();
    assert_eq!(rooms, ["team-1", "team-2"]);
}

#[test]
fn earlier_names_are_carried_through_every_pattern() {
    let event = event(&[
        (
            "  team-1: { title: Team 1,",
            "  team-1: { previously: [red], title: Team 1,",
        ),
        ("  day-2: { title", "  day-2: { previously: last, title"),
        ("  breakout:\n", "  breakout:\n    previously: workshop\n"),
        ("  staff:\n", "  staff:\n    previously: [crew, helpers]\n"),
    ]);
    let rooms = |key: &str| -> Vec<String> {
        room(&event, key)
            .previously
            .iter()
            .map(ToString::to_string)
            .collect()
    };
    assert_eq!(rooms("team-1"), ["red"]);
    assert_eq!(rooms("team-2"), [""; 0]);
    assert_eq!(rooms("staff"), ["crew", "helpers"]);
    let earlier: Vec<_> = meeting(&event, "breakout/team-1/day-2")
        .previously
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        earlier,
        [
            "breakout/team-1/last",
            "breakout/red/day-2",
            "breakout/red/last",
            "workshop/team-1/day-2",
            "workshop/team-1/last",
            "workshop/red/day-2",
            "workshop/red/last",
        ]
    );
}

#[test]
fn passwords_are_kept_and_never_shown() {
    let changes = [(
        "    time: \"14:00-15:00\"",
        "    time: \"14:00-15:00\"\n    password: Geheim4711x",
    )];
    let event = event(&changes);
    let MeetingPassword::Given(secret) = &meeting(&event, "jury-talk").password else {
        panic!("the password is lost");
    };
    assert_eq!(secret.expose(), "Geheim4711x");
    // Whatever is wrong with the file, neither findings nor the texts they carry show it.
    for wrong in [
        "pasword: Geheim-4711-Süd",
        "password: [Geheim-4711-Süd]",
        "password: \"Geheim-4711-Süd\"\n    pass: x",
    ] {
        let yaml = BASE.replace(
            "    title: Jury talk\n",
            &format!("    title: Jury talk\n    {wrong}\n"),
        );
        let checked = check_with(&yaml, PEOPLE);
        assert!(checked.event.is_none());
        assert!(!shown(&checked.diagnostics).contains("Geheim"));
        assert!(!format!("{checked:?}").contains("Geheim"), "{wrong}");
        let texts = checked.diagnostics.iter().map(|found| &found.source);
        for source in texts.chain(&checked.sources) {
            assert!(!source.text.contains("Geheim"), "{wrong}");
        }
        assert_eq!(checked.sources[0].text.len(), yaml.len());
    }
}
