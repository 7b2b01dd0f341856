//! Plans made up by hand, for the tests.

use std::collections::BTreeMap;

use jiff::Timestamp;
use showcaller_event::model::{
    Address, Email, EventKey, MeetingFact, MeetingKey, MeetingPattern, Part, RoomKey, Secret, Text,
};

use crate::fields::{Change, Field, Fields, Hidden, Value};
use crate::plan::{
    AccountLine, Adoption, Budget, Cannot, CannotReason, GuardRail, Held, HeldReason, MailCount,
    Note, Plan, Quota, Unseen,
};
use crate::step::{Action, NewInvitee, Owner, Step};

/// Stands in hidden values, and must stand nowhere else.
pub(super) const MARKER: &str = "Planted-Passw0rd";

pub(super) fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

pub(super) fn step(address: impl Into<String>, action: Action) -> Step {
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
    Value::Hidden(Hidden::new(Secret::new(MARKER)))
}

pub(super) fn empty() -> Plan {
    Plan {
        event: EventKey::new("innovation-challenge"),
        title: "Innovation Challenge".to_owned(),
        timezone: "Europe/Brussels".to_owned(),
        at: at("2027-09-17T07:00:00Z"),
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

/// A bit of everything that can befall an event that exists.
pub(super) fn later() -> Plan {
    let mut plan = empty();
    plan.accounts.push(AccountLine {
        owner: Owner::Host(Email::new("second@example.com")),
        email: None,
        facts: Vec::new(),
        problems: vec![
            "There is no token for second@example.com: its meetings were not looked at and cannot \
             be made."
                .to_owned(),
        ],
    });
    plan.adoptions = adoptions();
    plan.vanished = vec![Address::new("tab/jury/Score sheet")];
    plan.steps = people_steps();
    plan.steps.extend(room_steps());
    plan.steps.extend(meeting_steps());
    plan.held = held();
    plan.cannot = vec![Cannot {
        address: Address::new("room/lounge"),
        reason: CannotReason::PrivateForGood,
        sentence: "«Lounge» is private, and once a room exists only a compliance officer can make \
                   it public. Ask one, or add a new room under another name and title."
            .to_owned(),
    }];
    plan.guard_rails = vec![GuardRail {
        kind: "membership".to_owned(),
        removals: 9,
        of: 20,
        sentence: "9 of 20 places in rooms would go. That looks like an accident; if it is not, \
                   add --remove-many."
            .to_owned(),
    }];
    plan.notes = vec![Note {
        address: None,
        sentence: "2 people are in «Jury» whom the file does not name. They stay.".to_owned(),
    }];
    plan.unseen = vec![
        Unseen {
            what: "rooms' pinned tabs".to_owned(),
            count: 9,
            of: 12,
        },
        Unseen {
            what: "meetings' invitation lists".to_owned(),
            count: 40,
            of: 44,
        },
    ];
    plan.budget = Budget {
        calls: BTreeMap::from([(Owner::Bot, 12), (Owner::Host(host()), 7)]),
        seconds: 2,
        quotas: vec![Quota {
            host: host(),
            used: 99,
            wanted: 1,
            limit: 100,
            spread: 0,
            held: 0,
            next: None,
            together: None,
            all: None,
            exhausted_until: None,
        }],
        mails: MailCount {
            meetings: 3,
            invitations_at_most: 1,
        },
    };
    plan
}

fn adoptions() -> Vec<Adoption> {
    let adoption = |address: &str, renamed_from: Option<&str>| Adoption {
        address: Address::new(address),
        remote_id: "remote".to_owned(),
        made: true,
        protected: false,
        renamed_from: renamed_from.map(Address::new),
        asked: Fields::from([(Field::Password, hidden())]),
        answered: Fields::new(),
        owner: Owner::Bot,
    };
    vec![
        adoption("meeting/opening/day-1", None),
        adoption("meeting/opening/day-2", None),
        adoption("room/jury", None),
        adoption("room/support", Some("room/logistics")),
        adoption("team", None),
    ]
}

fn people_steps() -> Vec<Step> {
    let set = |moderator| Action::SetModerator {
        id: "membership".to_owned(),
        moderator,
    };
    let remove = Action::RemoveMember {
        id: "membership".to_owned(),
    };
    let leave = Action::RemoveTeamMember {
        id: "membership".to_owned(),
    };
    let mut steps: Vec<Step> = ["ann", "ben", "cid", "dot", "eve"]
        .iter()
        .map(|name| member("team-1", &format!("{name}@example.com"), *name == "ann"))
        .collect();
    steps.push(member("jury", "flo@example.com", false));
    steps.push(step("membership/team-2/gil@example.com", set(true)));
    steps.push(step("membership/team-2/hal@example.com", set(false)));
    steps.push(step("membership/team-2/ivy@example.com", remove));
    steps.push(step("team-membership/jon@example.com", leave));
    steps
}

fn room_steps() -> Vec<Step> {
    let renamed = Action::ChangeRoom {
        id: Some("room".to_owned()),
        title: "Support desk".to_owned(),
        changes: vec![
            change(
                Field::Title,
                Some(words("Logistic Issues")),
                words("Support desk"),
            ),
            change(Field::Description, None, words("Ask anything")),
        ],
        keep: Fields::from([(Field::Locked, Value::Flag(true))]),
    };
    let join = Text::new(vec![Part::Meeting {
        meeting: MeetingKey::new("opening/day-1"),
        fact: MeetingFact::Link,
    }]);
    let moved = Action::ChangeTab {
        id: "tab".to_owned(),
        room: RoomKey::new("jury"),
        name: "Opening".to_owned(),
        url: join,
    };
    vec![
        step("room/support", renamed),
        step("room-mode/mc", announcements(Some("room"))),
        step("tab/jury/Opening", moved),
        step(
            "tab/jury/Old board",
            Action::RemoveTab {
                id: "tab".to_owned(),
            },
        ),
        step(
            "room/test",
            Action::ArchiveRoom {
                id: "room".to_owned(),
            },
        ),
    ]
}

fn meeting_steps() -> Vec<Step> {
    let move_and_more = Action::ChangeMeeting {
        meeting: MeetingKey::new("breakout/team-1/day-2"),
        id: "meeting".to_owned(),
        changes: vec![
            change(
                Field::Start,
                Some(time("2027-10-07T08:00:00Z")),
                time("2027-10-07T08:30:00Z"),
            ),
            change(
                Field::End,
                Some(time("2027-10-07T14:30:00Z")),
                time("2027-10-07T14:30:00Z"),
            ),
            change(Field::Password, Some(hidden()), hidden_other()),
            change(
                Field::JoinBeforeHost,
                Some(Value::Number(-1)),
                Value::Number(15),
            ),
        ],
        timezone: "Europe/Brussels".to_owned(),
        mail: false,
    };
    let create = new_meeting(
        "jury-briefing",
        "Jury: briefing",
        "2028-01-10T09:00:00Z",
        "2028-01-10T10:00:00Z",
        &[],
    );
    let replace = Action::ReplaceMeeting {
        id: "meeting".to_owned(),
        old_host: host(),
        create: Box::new(create.action),
        why: "its host changes from events@example.com to second@example.com".to_owned(),
    };
    let invite = Action::AddInvitees {
        meeting: MeetingKey::new("opening/day-1"),
        invitees: ["kim", "lea", "max", "nat"]
            .iter()
            .map(|name| NewInvitee {
                email: Email::new(format!("{name}@example.com")),
                name: (*name).to_owned(),
                cohost: *name == "kim",
            })
            .collect(),
        mail: true,
    };
    let cohost = Action::SetCohost {
        id: "invitee".to_owned(),
        email: Email::new("ola@example.com"),
        cohost: true,
        mail: false,
    };
    let remove = Action::RemoveInvitee {
        id: "invitee".to_owned(),
        mail: false,
    };
    let delete = Action::DeleteMeeting {
        id: "meeting".to_owned(),
        mail: true,
    };
    vec![
        step("meeting/breakout/team-1/day-2", move_and_more),
        step("meeting/jury-briefing", replace),
        step("invitees/opening/day-1", invite),
        step("invitee/breakout/team-1/day-2/ola@example.com", cohost),
        step("invitee/breakout/team-1/day-2/pia@example.com", remove),
        step("meeting/pitch", delete),
    ]
}

fn hidden_other() -> Value {
    Value::Hidden(Hidden::new(Secret::new(format!("{MARKER}-2"))))
}

fn held() -> Vec<Held> {
    let held = |address: String, what: String, reason| Held {
        address: Address::new(address),
        what,
        reason,
    };
    let mut all: Vec<Held> = (1..=18)
        .map(|number| {
            held(
                format!("membership/jury/guest-{number}@example.com"),
                format!("take guest-{number}@example.com out of «Jury»"),
                HeldReason::Removal,
            )
        })
        .collect();
    all.push(held(
        "meeting/closing/day-1".to_owned(),
        "schedule «Closing» anew, with a new link".to_owned(),
        HeldReason::Recreation,
    ));
    all.push(held(
        "meeting/closing/day-2".to_owned(),
        "schedule «Closing, day 2»".to_owned(),
        HeldReason::Unclear,
    ));
    all.push(held(
        "room/organisation".to_owned(),
        "archive the room «Organisation»".to_owned(),
        HeldReason::Protected,
    ));
    all
}
