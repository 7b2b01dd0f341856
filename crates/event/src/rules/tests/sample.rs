//! A small event that breaks no rule, and pieces to break some with.

use std::collections::BTreeMap;

use jiff::Zoned;
use jiff::civil::date;

use crate::model::*;

pub(super) fn email(name: &str) -> Email {
    Email::new(format!("{name}@example.com"))
}

/// A time on the event's day, 6 October 2027 in Brussels.
pub(super) fn at(hour: i8, minute: i8) -> Zoned {
    date(2027, 10, 6)
        .at(hour, minute, 0, 0)
        .in_tz("Europe/Brussels")
        .expect("a time without gap")
}

pub(super) fn person(name: &str, role: &str, team: Option<&str>) -> Person {
    Person {
        email: email(name),
        name: name.to_owned(),
        roles: vec![Role::new(role)],
        teams: team.map(TeamId::new).into_iter().collect(),
        language: None,
        timezone: None,
    }
}

pub(super) fn room(key: &str, members: &[(&str, bool)]) -> Room {
    Room {
        key: RoomKey::new(key),
        pattern: RoomPattern::new(key),
        previously: Vec::new(),
        team: None,
        group: None,
        title: format!("Room {key}"),
        settings: RoomSettings {
            locked: members.iter().any(|(_, moderator)| *moderator),
            announcement_only: false,
            public: false,
            description: None,
        },
        members: members
            .iter()
            .map(|(name, moderator)| RoomMember {
                email: email(name),
                moderator: *moderator,
            })
            .collect(),
        tabs: Vec::new(),
        protected: false,
    }
}

pub(super) fn meeting(key: &str, start: Zoned, end: Zoned, cohosts: &[&str]) -> Meeting {
    Meeting {
        key: MeetingKey::new(key),
        pattern: MeetingPattern::new(key.split('/').next().unwrap_or_default()),
        previously: Vec::new(),
        team: None,
        group: None,
        day: DayId::new("day-1"),
        title: format!("Meeting {key}"),
        agenda: None,
        start,
        end,
        fixed: false,
        min_length: None,
        check_in: None,
        standby: Vec::new(),
        password: MeetingPassword::Generated,
        host: None,
        options: MeetingOptions {
            auto_record: false,
            any_user_cohost: true,
            join_before_host: JoinBeforeHost::No,
            uninvited: Uninvited::Join,
            mute_on_entry: false,
        },
        rooms: vec![RoomKey::new("team-1")],
        invitees: cohosts
            .iter()
            .map(|name| Invitee {
                email: email(name),
                name: (*name).to_owned(),
                cohost: true,
            })
            .collect(),
        mail: Mail::Nobody,
        protected: false,
    }
}

pub(super) fn cue(id: &str, at: Zoned, say: &str) -> Cue {
    Cue {
        key: CueKey {
            cue: CueId::new(id),
            day: Some(DayId::new("day-1")),
        },
        previously: Vec::new(),
        send: Sending::ByClock,
        late: Late::Ask,
        counts: Counts::Planned,
        two_people: false,
        mention_all: false,
        fixed: false,
        card: false,
        to: vec![CueTo {
            recipient: CueRecipient::Room(RoomKey::new("team-1")),
            anchor: Some(Anchor::At(at)),
            say: Say::only(Text::plain(say)),
        }],
    }
}

pub(super) fn answer(id: &str, words: &[&str]) -> Answer {
    Answer {
        id: id.to_owned(),
        words: words.iter().map(|word| (*word).to_owned()).collect(),
        rooms: vec![(
            RoomKey::new("team-1"),
            Say::only(Text::plain("Here it is.")),
        )],
    }
}

pub(super) fn host(name: &str, parallel: u32) -> Host {
    Host {
        email: email(name),
        parallel,
        meetings_a_day: None,
        site: None,
    }
}

/// One team of two with a coach; one breakout; one lunch.
pub(super) fn event() -> Event {
    Event {
        key: EventKey::new("sample"),
        title: "Sample".to_owned(),
        timezone: "Europe/Brussels".to_owned(),
        webex: WebexSide {
            team: "Sample".to_owned(),
            members: vec![TeamMember {
                email: email("coach"),
                moderator: false,
            }],
            hosts: vec![host("events", 1)],
            cohosts_overlap: Vec::new(),
            protected: false,
        },
        people: vec![
            person("ann", "participant", Some("team-1")),
            person("bo", "participant", Some("team-1")),
            person("coach", "coach", Some("team-1")),
        ],
        days: vec![Day {
            id: DayId::new("day-1"),
            title: "Day 1".to_owned(),
            date: date(2027, 10, 6),
            ends: None,
            show_mode: false,
        }],
        teams: vec![Team {
            id: TeamId::new("team-1"),
            title: "Team 1".to_owned(),
            links: BTreeMap::new(),
        }],
        groups: Vec::new(),
        rooms: vec![room(
            "team-1",
            &[("ann", false), ("bo", false), ("coach", true)],
        )],
        meetings: vec![meeting(
            "breakout/team-1",
            at(10, 0),
            at(16, 30),
            &["coach"],
        )],
        cues: vec![cue("lunch", at(12, 0), "Time for **lunch**.")],
        answers: vec![answer("board", &["miro", "board"])],
        bot: Bot {
            organisers: Organisers {
                people: vec![email("ann"), email("bo"), email("coach")],
                room: Some(RoomKey::new("team-1")),
            },
            ..Bot::default()
        },
        index: Index::default(),
    }
}
