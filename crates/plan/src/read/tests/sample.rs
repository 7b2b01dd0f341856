//! Plans made up by hand, for the tests.

mod later;

use std::collections::BTreeMap;

use jiff::Timestamp;
use showcaller_event::model::{
    Address, Email, EventKey, MeetingFact, MeetingKey, MeetingPattern, Part, RoomKey, Text,
};

use showcaller_secret::Secret;

use crate::fields::{Change, Field, Fields, Value};
use crate::plan::{
    AccountLine, Adoption, Budget, Cannot, CannotReason, GuardRail, Held, HeldReason, MailCount,
    Note, Plan, Quota, Unseen,
};
use crate::step::{Action, NewInvitee, Owner, Step};

pub(super) use later::later;

/// Stands in hidden values, and must stand nowhere else.
pub(super) const MARKER: &str = "Planted-Passw0rd";

pub(super) fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

pub(crate) fn step(address: impl Into<String>, action: Action) -> Step {
    Step {
        address: Address::new(address),
        action,
        owner: Owner::Bot,
        after: Vec::new(),
        mails: 0,
    }
}

fn host() -> Email {
    Email::new("events@example.com")
}

fn words(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn hidden() -> Value {
    Value::Hidden(Secret::new(MARKER))
}

fn hidden_other() -> Value {
    Value::Hidden(Secret::new(format!("{MARKER}-2")))
}

fn titles() -> BTreeMap<Address, String> {
    let teams = (1..=6).map(|team| (format!("room/team-{team}"), format!("Team {team}")));
    let others = [
        ("jury", "Jury"),
        ("mc", "Master of Ceremonies"),
        ("test", "Test"),
    ];
    let others = others.map(|(key, title)| (format!("room/{key}"), title.to_owned()));
    let meetings = [
        ("opening/day-1", "Opening"),
        ("breakout/team-1/day-2", "Team 1, day 2"),
        ("pitch", "The pitch"),
    ];
    let meetings = meetings.map(|(key, title)| (format!("meeting/{key}"), title.to_owned()));
    teams
        .chain(others)
        .chain(meetings)
        .map(|(address, title)| (Address::new(address), title))
        .collect()
}

pub(crate) fn empty() -> Plan {
    Plan {
        event: EventKey::new("innovation-challenge"),
        title: "Innovation Challenge".to_owned(),
        timezone: "Europe/Brussels".to_owned(),
        at: at("2027-09-17T07:00:00Z"),
        titles: titles(),
        accounts: vec![
            AccountLine {
                owner: Owner::Bot,
                email: Some(Email::new("showcaller@webex.bot")),
                facts: vec!["a bot".to_owned(), "moderates the team".to_owned()],
                problems: Vec::new(),
            },
            AccountLine {
                owner: Owner::Host(host()),
                email: Some(host()),
                facts: vec![
                    "a person".to_owned(),
                    "schedules on example.webex.com".to_owned(),
                ],
                problems: Vec::new(),
            },
        ],
        adoptions: Vec::new(),
        vanished: Vec::new(),
        steps: Vec::new(),
        held: Vec::new(),
        cannot: Vec::new(),
        guard_rails: Vec::new(),
        notes: Vec::new(),
        moved: Vec::new(),
        kept: Vec::new(),
        keeps: BTreeMap::new(),
        repairs: std::collections::BTreeSet::new(),
        unseen: Vec::new(),
        budget: Budget::default(),
    }
}

fn new_room(key: &str, title: &str, locked: bool) -> Step {
    let fields = Fields::from([
        (Field::Title, words(title)),
        (Field::Locked, Value::Flag(locked)),
    ]);
    step(format!("room/{key}"), Action::CreateRoom { fields })
}

fn member(room: &str, email: &str, moderator: bool) -> Step {
    let action = Action::AddMember {
        room: RoomKey::new(room),
        email: Email::new(email),
        moderator,
    };
    step(format!("membership/{room}/{email}"), action)
}

fn new_meeting(key: &str, title: &str, start: &str, end: &str, cohosts: &[String]) -> Step {
    let pattern = key.split('/').next().expect("a pattern");
    let fields = Fields::from([
        (Field::Title, words(title)),
        (Field::Start, Value::Time(at(start))),
        (Field::End, Value::Time(at(end))),
        (Field::Password, hidden()),
    ]);
    let invitees = cohosts.iter().map(|email| NewInvitee {
        email: Email::new(email),
        name: "Somebody".to_owned(),
        cohost: true,
    });
    let action = Action::CreateMeeting {
        meeting: MeetingKey::new(key),
        pattern: MeetingPattern::new(pattern),
        fields,
        timezone: "Europe/Brussels".to_owned(),
        site: None,
        invitees: invitees.collect(),
        mail: false,
    };
    Step {
        owner: Owner::Host(host()),
        ..step(format!("meeting/{key}"), action)
    }
}

/// The first apply of an event with six teams.
pub(super) fn first() -> Plan {
    let mut plan = empty();
    plan.accounts[0].facts[1] = "will make the team".to_owned();
    let create = Action::CreateTeam {
        name: "LIVE: Innovation Challenge".to_owned(),
    };
    plan.steps.push(step("team", create));
    for team in 1..=6 {
        let coach = format!("coach-{team}@example.com");
        let action = Action::AddTeamMember {
            email: Email::new(&coach),
            moderator: team == 1,
        };
        plan.steps
            .push(step(format!("team-membership/{coach}"), action));
    }
    for team in 1..=6 {
        let key = format!("team-{team}");
        plan.steps
            .push(new_room(&key, &format!("Team {team}"), true));
        plan.steps
            .push(member(&key, &format!("coach-{team}@example.com"), true));
        for person in 1..=8 {
            let email = format!("person-{team}-{person}@example.com");
            plan.steps.push(member(&key, &email, false));
        }
        let tab = Action::AddTab {
            room: RoomKey::new(&key),
            name: "Board".to_owned(),
            url: Text::plain(format!("https://boards.example/{key}")),
        };
        plan.steps.push(step(format!("tab/{key}/Board"), tab));
    }
    plan.steps.push(new_room("jury", "Jury", false));
    plan.steps.push(member("jury", "jury@example.com", false));
    plan.steps
        .push(new_room("mc", "Master of Ceremonies", true));
    plan.steps.push(member("mc", "mc@example.com", true));
    plan.steps.push(step("room-mode/mc", announcements(None)));
    for team in 1..=6 {
        let coach = [format!("coach-{team}@example.com")];
        for (day, date, end) in [
            ("warm-up", "2027-10-01", "09:30"),
            ("day-1", "2027-10-06", "14:30"),
            ("day-2", "2027-10-07", "14:30"),
            ("day-3", "2027-10-08", "12:30"),
        ] {
            plan.steps.push(new_meeting(
                &format!("breakout/team-{team}/{day}"),
                &format!("Team {team} - Breakout"),
                &format!("{date}T08:00:00Z"),
                &format!("{date}T{end}:00Z"),
                &coach,
            ));
        }
    }
    plan.steps.push(new_meeting(
        "jury-night",
        "Jury: deliberation over night",
        "2027-10-08T20:00:00Z",
        "2027-10-08T23:30:00Z",
        &[],
    ));
    plan.budget = Budget {
        calls: BTreeMap::from([(Owner::Bot, 85), (Owner::Host(host()), 49)]),
        seconds: 34,
        quotas: vec![Quota {
            host: host(),
            used: 0,
            wanted: 25,
            limit: 100,
            spread: 0,
            held: 0,
            next: None,
            together: None,
            all: None,
            exhausted_until: None,
        }],
        mails: MailCount {
            meetings: 0,
            invitations_at_most: 56,
        },
    };
    plan
}

fn announcements(id: Option<&str>) -> Action {
    Action::ChangeRoom {
        id: id.map(ToOwned::to_owned),
        title: "Master of Ceremonies".to_owned(),
        changes: vec![change(
            Field::AnnouncementOnly,
            Some(Value::Flag(false)),
            Value::Flag(true),
        )],
        keep: Fields::from([(Field::Locked, Value::Flag(true))]),
    }
}

fn change(field: Field, from: Option<Value>, to: Value) -> Change {
    Change { field, from, to }
}

fn time(text: &str) -> Value {
    Value::Time(at(text))
}
