//! A small event made up by hand, for the tests.

use jiff::Zoned;
use jiff::civil::date;
use showcaller_event::Event;
use showcaller_event::model::{
    Day, DayId, Email, EventKey, Host, Invitee, JoinBeforeHost, Mail, Meeting, MeetingKey,
    MeetingOptions, MeetingPassword, MeetingPattern, Person, Role, Room, RoomKey, RoomMember,
    RoomPattern, RoomSettings, Uninvited, WebexSide,
};
use showcaller_plan::observed::MeetingFacts;
use showcaller_secret::Secret;

use crate::facts::Told;

/// Stands in every host key and room-system address, and must not reach attendees.
pub(crate) const HOST_MARKER: &str = "PLANTED-HOST-FACT";
/// Stands in every password.
pub(crate) const PASSWORD_MARKER: &str = "PLANTED-PASSWORD";

pub(crate) fn event() -> Event {
    Event {
        key: EventKey::new("innovation-challenge"),
        title: "Innovation Challenge".to_owned(),
        timezone: "Europe/Brussels".to_owned(),
        webex: WebexSide {
            team: "LIVE: Innovation Challenge".to_owned(),
            members: Vec::new(),
            hosts: vec![Host {
                email: host(),
                parallel: 6,
                meetings_a_day: None,
                site: None,
            }],
            cohosts_overlap: Vec::new(),
            protected: false,
        },
        people: vec![
            person("ann@example.com", "Ann Ångström"),
            person("ben@example.com", "Ben"),
            person("cid@example.com", "Cid"),
        ],
        days: vec![
            day("warm-up", "Day 0", date(2027, 10, 1)),
            day("day-1", "Day 1", date(2027, 10, 30)),
            day("day-2", "Day 2", date(2027, 10, 31)),
        ],
        teams: Vec::new(),
        groups: Vec::new(),
        rooms: vec![
            room("jury", "Jury", &[("cid@example.com", true)]),
            room(
                "team-1",
                "Team 1",
                &[("ann@example.com", true), ("ben@example.com", false)],
            ),
            room("team-2", "Team 2", &[("cid@example.com", false)]),
            room("team-3", "Team 3", &[]),
            room("team-4", "Team 4", &[]),
        ],
        meetings: vec![
            breakout(),
            meeting(
                "jury-night",
                "Jury: deliberation",
                (
                    "day-1",
                    "2027-10-30T22:00[Europe/Brussels]",
                    "2027-10-31T01:30[Europe/Brussels]",
                ),
                &["jury"],
                &[],
            ),
            meeting(
                "late-show",
                "Late show",
                (
                    "day-2",
                    "2027-10-31T20:00[Europe/Brussels]",
                    "2027-10-31T21:00[Europe/Brussels]",
                ),
                &["team-1"],
                &[("zoe@example.com", "", true)],
            ),
            meeting(
                "opening/warm-up",
                "Opening: Grüße an alle Teams, herzlich willkommen zum Aufwärmen",
                (
                    "warm-up",
                    "2027-10-01T09:00[Europe/Brussels]",
                    "2027-10-01T10:00[Europe/Brussels]",
                ),
                &["jury", "team-1", "team-2", "team-3", "team-4"],
                &[
                    ("ann@example.com", "Ann Ångström", true),
                    ("ben@example.com", "Ben", true),
                    ("cid@example.com", "Cid", true),
                    ("dot@example.com", "Dot", true),
                    ("eve@example.com", "Eve", false),
                ],
            ),
        ],
        cues: Vec::new(),
        answers: Vec::new(),
        bot: showcaller_event::model::Bot::default(),
        index: showcaller_event::model::Index::default(),
    }
}

fn breakout() -> Meeting {
    let mut meeting = meeting(
        "breakout/team-1/warm-up",
        "Team 1 - Day 0 - Breakout",
        (
            "warm-up",
            "2027-10-01T10:00[Europe/Brussels]",
            "2027-10-01T11:30[Europe/Brussels]",
        ),
        &["team-1"],
        &[("ann@example.com", "Ann Ångström", true)],
    );
    meeting.agenda = Some("Find the problem; then, and only then,\nthe idea.".to_owned());
    meeting
}

/// What Webex told of all meetings but the last of the event.
pub(crate) fn told() -> Told {
    let mut told = Told::default();
    let keys = ["breakout/team-1/warm-up", "jury-night", "opening/warm-up"];
    for (number, key) in (1..).zip(keys) {
        let facts = MeetingFacts {
            link: Some(Secret::new(format!(
                "https://example.webex.com/m/{number}{}",
                "x".repeat(60)
            ))),
            number: Some(format!("2555 000 000{number}")),
            password: Some(Secret::new(format!("={PASSWORD_MARKER}-{number}"))),
            host_key: Some(Secret::new(format!("{HOST_MARKER}-{number}"))),
            sip: Some(format!("{HOST_MARKER}-{number}@example.webex.com")),
        };
        told.facts.insert(MeetingKey::new(key), facts);
        told.hosts.insert(MeetingKey::new(key), host());
    }
    told
}

pub(crate) fn host() -> Email {
    Email::new("events@example.com")
}

fn person(email: &str, name: &str) -> Person {
    Person {
        email: Email::new(email),
        name: name.to_owned(),
        roles: vec![Role::new("participant")],
        teams: Vec::new(),
        language: None,
        timezone: None,
    }
}

fn day(id: &str, title: &str, date: jiff::civil::Date) -> Day {
    Day {
        id: DayId::new(id),
        title: title.to_owned(),
        date,
        ends: None,
        show_mode: false,
    }
}

fn room(key: &str, title: &str, members: &[(&str, bool)]) -> Room {
    Room {
        key: RoomKey::new(key),
        pattern: RoomPattern::new(key),
        previously: Vec::new(),
        team: None,
        group: None,
        title: title.to_owned(),
        settings: RoomSettings {
            locked: true,
            announcement_only: false,
            public: false,
            description: None,
        },
        members: members
            .iter()
            .map(|(email, moderator)| RoomMember {
                email: Email::new(*email),
                moderator: *moderator,
            })
            .collect(),
        tabs: Vec::new(),
        protected: false,
    }
}

pub(crate) fn zoned(text: &str) -> Zoned {
    text.parse().expect("a zoned time")
}

pub(crate) fn meeting(
    key: &str,
    title: &str,
    (day, start, end): (&str, &str, &str),
    rooms: &[&str],
    invitees: &[(&str, &str, bool)],
) -> Meeting {
    Meeting {
        key: MeetingKey::new(key),
        pattern: MeetingPattern::new(key.split('/').next().expect("a pattern")),
        previously: Vec::new(),
        team: None,
        group: None,
        day: DayId::new(day),
        title: title.to_owned(),
        agenda: None,
        start: zoned(start),
        end: zoned(end),
        fixed: false,
        min_length: None,
        check_in: None,
        standby: Vec::new(),
        password: MeetingPassword::Generated,
        host: None,
        options: MeetingOptions {
            auto_record: false,
            any_user_cohost: true,
            join_before_host: JoinBeforeHost::Minutes(5),
            uninvited: Uninvited::Join,
            mute_on_entry: true,
        },
        rooms: rooms.iter().map(|room| RoomKey::new(*room)).collect(),
        invitees: invitees
            .iter()
            .map(|(email, name, cohost)| Invitee {
                email: Email::new(*email),
                name: (*name).to_owned(),
                cohost: *cohost,
            })
            .collect(),
        mail: Mail::Nobody,
        protected: false,
    }
}
