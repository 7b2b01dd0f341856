//! What befalls an event that exists.

use super::*;

/// A bit of everything that can befall an event that exists.
pub(in crate::read) fn later() -> Plan {
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
