//! Rules about the query parameters of lists.
//!
//! Webex cuts a `max` above the cap instead of refusing it (messaging §1.5); here
//! it is a finding, since a client that asks for more than it can get counts wrong.

use jiff::SignedDuration;
use jiff::tz::TimeZone;

use super::{Asked, Check, Complaints, Rule, instant};

const MEETINGS: &[&str] = &["GET /meetings"];

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "max",
        source: "messaging §1.5",
        on: &["GET /rooms"],
        check: Check::Max(1, 1000),
    },
    // No cap is stated for these; a page of none or of half a room makes no sense.
    Rule {
        name: "max",
        source: "messaging §1.5",
        on: &[
            "GET /people",
            "GET /teams",
            "GET /team/memberships",
            "GET /memberships",
            "GET /messages",
            "GET /webhooks",
        ],
        check: Check::Max(1, u32::MAX),
    },
    Rule {
        name: "max",
        source: "meetings §4, §7, §8, §12",
        on: &[
            "GET /meetings",
            "GET /meetingInvitees",
            "GET /meetingParticipants",
            "GET /meetings/{meetingId}/registrants",
            "GET /meetings/pollResults",
            "GET /meetings/q_and_a",
            "GET /meetings/postMeetingChats",
            "GET /meetings/{meetingId}/surveyResults",
            "GET /recordings",
            "GET /meetingTranscripts",
        ],
        check: Check::Max(1, 100),
    },
    Rule {
        name: "max",
        source: "meetings §12",
        on: &["GET /meetingReports/attendees"],
        check: Check::Max(1, 1000),
    },
    Rule {
        name: "max-with-mentions",
        source: "messaging §1.5",
        on: &["GET /messages"],
        check: Check::Request(max_with_mentions),
    },
    Rule {
        name: "max-of-people",
        source: "messaging §1.5",
        on: &["GET /people"],
        check: Check::Request(max_of_people),
    },
    Rule {
        name: "public-rooms-alone",
        source: "messaging §4",
        on: &["GET /rooms"],
        check: Check::Request(public_rooms_alone),
    },
    Rule {
        name: "list-window",
        source: "messaging §4, §6; meetings §4",
        on: &["GET /rooms", "GET /messages", "GET /meetings"],
        check: Check::Request(window),
    },
    Rule {
        name: "join-window",
        source: "meetings §8",
        on: &[
            "GET /meetingParticipants",
            "POST /meetingParticipants/query",
        ],
        check: Check::Request(join_window),
    },
    Rule {
        name: "which-meetings",
        source: "meetings §4",
        on: MEETINGS,
        check: Check::AtMostOneOfQuery(&["meetingNumber", "webLink", "roomId"]),
    },
    Rule {
        name: "ended-instances-only",
        source: "meetings §4",
        on: MEETINGS,
        check: Check::Request(ended_instances_only),
    },
    Rule {
        name: "state-of-type",
        source: "meetings §1, §4",
        on: MEETINGS,
        check: Check::Request(state_of_type),
    },
    Rule {
        name: "occurrences-only",
        source: "meetings §4",
        on: MEETINGS,
        check: Check::Request(occurrences_only),
    },
    Rule {
        name: "one-integration-tag",
        source: "meetings §4, §5",
        on: MEETINGS,
        check: Check::Request(one_integration_tag),
    },
];

fn max_with_mentions(asked: &Asked<'_>, complaints: &mut Complaints<'_>) {
    if asked.query("mentionedPeople").is_some() && asks_for_more_than(asked, 100) {
        complaints.query("max", "100 are allowed with mentionedPeople");
    }
}

fn max_of_people(asked: &Asked<'_>, complaints: &mut Complaints<'_>) {
    if asked.query("callingData") == Some("true") && asks_for_more_than(asked, 100) {
        complaints.query("max", "100 are allowed with callingData");
    }
    if asked.query("locationId").is_some() && asks_for_more_than(asked, 50) {
        complaints.query("max", "50 are allowed with locationId");
    }
}

fn asks_for_more_than(asked: &Asked<'_>, most: u32) -> bool {
    let max = asked.query("max").and_then(|max| max.parse::<u32>().ok());
    max.is_some_and(|max| max > most)
}

fn public_rooms_alone(asked: &Asked<'_>, complaints: &mut Complaints<'_>) {
    if asked.query("orgPublicSpaces").is_none() {
        return;
    }
    for name in ["teamId", "type", "sortBy"] {
        if asked.query(name).is_some() {
            complaints.query(name, "cannot be combined with orgPublicSpaces");
        }
    }
}

/// `from`, `to` and `before` are dates, and in order.
fn window(asked: &Asked<'_>, complaints: &mut Complaints<'_>) {
    for name in ["from", "to", "before"] {
        if asked
            .query(name)
            .is_some_and(|text| !instant::is_date(text))
        {
            complaints.query(name, "is not a date of ISO 8601");
        }
    }
    let instant = |name| asked.query(name).and_then(instant::exact);
    if let (Some(from), Some(to)) = (instant("from"), instant("to"))
        && from > to
    {
        complaints.query("to", "is before from");
    }
}

/// `joinTimeFrom` and `joinTimeTo` are dates, 90 days apart at most.
fn join_window(asked: &Asked<'_>, complaints: &mut Complaints<'_>) {
    let mut read = |name: &str| {
        let text = asked.query(name).or_else(|| asked.text(name))?;
        let time = instant::minute(text, &TimeZone::UTC);
        if time.is_none() {
            complaints.query(name, "is not a date and time of ISO 8601");
        }
        time
    };
    if let (Some(from), Some(to)) = (read("joinTimeFrom"), read("joinTimeTo"))
        && to.duration_since(from) > SignedDuration::from_hours(90 * 24)
    {
        complaints.query("joinTimeTo", "is more than 90 days after joinTimeFrom");
    }
}

/// What happened in a meeting is known of ended instances only.
fn ended_instances_only(asked: &Asked<'_>, complaints: &mut Complaints<'_>) {
    const KNOWN_AFTERWARDS: &[&str] = &[
        "hasChat",
        "hasRecording",
        "hasTranscription",
        "hasSummary",
        "hasClosedCaption",
        "hasPolls",
        "hasQA",
        "hasSlido",
    ];
    let ended =
        asked.query("meetingType") == Some("meeting") && asked.query("state") == Some("ended");
    for name in KNOWN_AFTERWARDS {
        if !ended && asked.query(name).is_some() {
            complaints.query(name, "needs meetingType=meeting and state=ended");
        }
    }
}

fn state_of_type(asked: &Asked<'_>, complaints: &mut Complaints<'_>) {
    // These three look meetings up by other means and ignore the state.
    let by_name = ["meetingNumber", "webLink", "roomId"];
    if by_name.iter().any(|name| asked.query(name).is_some()) {
        return;
    }
    let kind = asked.query("meetingType").unwrap_or("meetingSeries");
    if let Some(state) = asked.query("state")
        && let Some(states) = super::answers::states(kind)
        && !states.contains(&state)
        && asked.query("meetingSeriesId").is_none()
    {
        let known = states.join(", ");
        complaints.query(
            "state",
            format!("a {kind} is never {state:?}, only {known}"),
        );
    }
}

fn occurrences_only(asked: &Asked<'_>, complaints: &mut Complaints<'_>) {
    if asked.query("meetingType") == Some("scheduledMeeting") {
        return;
    }
    if asked.query("isModified").is_some() {
        complaints.query("isModified", "needs meetingType=scheduledMeeting");
    }
    if asked.query("scheduledType") == Some("personalRoomMeeting") {
        complaints.query("scheduledType", "needs meetingType=scheduledMeeting");
    }
}

fn one_integration_tag(asked: &Asked<'_>, complaints: &mut Complaints<'_>) {
    let length = asked
        .query("integrationTag")
        .map_or(0, |tag| tag.chars().count());
    if length > 64 {
        complaints.query(
            "integrationTag",
            format!("{length} characters, 64 are allowed"),
        );
    }
}
