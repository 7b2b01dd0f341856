//! Rules about meetings and their invitees.

use std::collections::HashSet;

use jiff::tz::TimeZone;
use serde_json::Value;

use super::{Asked, Check, Complaints, Rule, instant};
use crate::path::select;

const CREATE: &[&str] = &["POST /meetings"];
const CHANGE: &[&str] = &["PATCH /meetings/{meetingId}", "PUT /meetings/{meetingId}"];
const WRITE: &[&str] = &[
    "POST /meetings",
    "PATCH /meetings/{meetingId}",
    "PUT /meetings/{meetingId}",
];
const JOIN: &[&str] = &["POST /meetings/join"];
const BULK: &[&str] = &["POST /meetingInvitees/bulkInsert"];

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "meeting-needs-times",
        source: "meetings §2",
        on: CREATE,
        check: Check::Request(needs_times),
    },
    Rule {
        name: "ad-hoc-needs-room",
        source: "meetings §2",
        on: CREATE,
        check: Check::Request(ad_hoc_needs_room),
    },
    Rule {
        name: "meeting-title",
        source: "meetings §2",
        on: WRITE,
        check: Check::Characters("title", 0, 128),
    },
    Rule {
        name: "meeting-agenda",
        source: "meetings §2",
        on: WRITE,
        check: Check::Characters("agenda", 0, 1300),
    },
    Rule {
        name: "meeting-times",
        source: "meetings §2, §6",
        on: WRITE,
        check: Check::Request(times),
    },
    Rule {
        name: "join-before-host-minutes",
        source: "meetings §2",
        on: WRITE,
        check: Check::Request(join_before_host_minutes),
    },
    Rule {
        name: "join-before-host-off",
        source: "meetings §2",
        on: WRITE,
        check: Check::Request(join_before_host_off),
    },
    Rule {
        name: "whole-minutes",
        source: "meetings §16",
        on: WRITE,
        check: Check::Whole(&[
            "joinBeforeHostMinutes",
            "reminderTime",
            "automaticLockMinutes",
        ]),
    },
    Rule {
        name: "integration-tags",
        source: "meetings §5",
        on: WRITE,
        check: Check::Items("integrationTags", 0, 3),
    },
    Rule {
        name: "integration-tag-length",
        source: "meetings §5",
        on: WRITE,
        check: Check::Characters("integrationTags/*", 0, 64),
    },
    Rule {
        name: "series-tags",
        source: "meetings §5",
        on: CHANGE,
        check: Check::Request(tags_of_occurrence),
    },
    Rule {
        name: "tracking-code",
        source: "meetings §2",
        on: WRITE,
        check: Check::Characters("trackingCodes/*/name", 1, 120),
    },
    Rule {
        name: "tracking-code",
        source: "meetings §2",
        on: WRITE,
        check: Check::Characters("trackingCodes/*/value", 1, 120),
    },
    Rule {
        name: "watermark-opacity",
        source: "meetings §2",
        on: WRITE,
        check: Check::Within("visualWatermarkOpacity", 5.0, 80.0),
    },
    Rule {
        name: "inline-invitees",
        source: "meetings §2, §12",
        on: CREATE,
        check: Check::Items("invitees", 0, 1000),
    },
    Rule {
        name: "webinar-only",
        source: "meetings §2",
        on: CREATE,
        check: Check::Request(webinar_only),
    },
    Rule {
        name: "webinar-needs-session-type",
        source: "meetings §2",
        on: CREATE,
        check: Check::Request(webinar_needs_session_type),
    },
    Rule {
        name: "invitees-need-login",
        source: "meetings §2",
        on: WRITE,
        check: Check::Request(invitees_need_login),
    },
    Rule {
        name: "live-stream-where",
        source: "meetings §2",
        on: CREATE,
        check: Check::Request(live_stream_where),
    },
    Rule {
        name: "breakout-sessions",
        source: "meetings §2, §12",
        on: CREATE,
        check: Check::Items("breakoutSessions", 0, 100),
    },
    Rule {
        name: "one-breakout-session-each",
        source: "meetings §2",
        on: CREATE,
        check: Check::Request(one_breakout_each),
    },
    Rule {
        name: "breakouts-or-interpretation",
        source: "meetings §2",
        on: CREATE,
        check: Check::Request(breakouts_or_interpretation),
    },
    Rule {
        name: "registration-once",
        source: "meetings §2",
        on: CREATE,
        check: Check::Request(registration_once),
    },
    // An instance can be looked at and nothing else.
    Rule {
        name: "instance-read-only",
        source: "meetings §6, §7, §10",
        on: &[
            "PATCH /meetings/{meetingId}",
            "PUT /meetings/{meetingId}",
            "DELETE /meetings/{meetingId}",
            "POST /meetingInvitees",
            "POST /meetingInvitees/bulkInsert",
            "POST /meetings/join",
        ],
        check: Check::Request(instance_read_only),
    },
    Rule {
        name: "invitee-name",
        source: "meetings §2",
        on: CREATE,
        check: Check::Characters("invitees/*/displayName", 0, 128),
    },
    Rule {
        name: "invitee-name",
        source: "meetings §7",
        on: &[
            "POST /meetingInvitees",
            "PUT /meetingInvitees/{meetingInviteeId}",
        ],
        check: Check::Characters("displayName", 0, 128),
    },
    Rule {
        name: "invitee-name",
        source: "meetings §7",
        on: BULK,
        check: Check::Characters("items/*/displayName", 0, 128),
    },
    Rule {
        name: "bulk-size",
        source: "meetings §7",
        on: BULK,
        check: Check::Items("items", 0, 100),
    },
    Rule {
        name: "bulk-items",
        source: "meetings §7",
        on: BULK,
        check: Check::SomeOf(&["items"]),
    },
    Rule {
        name: "bulk-unique",
        source: "meetings §7",
        on: BULK,
        check: Check::Request(bulk_unique),
    },
    Rule {
        name: "join-which",
        source: "meetings §10",
        on: JOIN,
        check: Check::OneOf(&["meetingId", "meetingNumber", "webLink"]),
    },
    Rule {
        name: "join-name-needs-email",
        source: "meetings §10",
        on: JOIN,
        check: Check::Request(join_name_needs_email),
    },
    Rule {
        name: "join-name",
        source: "meetings §10",
        on: JOIN,
        check: Check::Characters("displayName", 0, 128),
    },
    Rule {
        name: "join-expiration",
        source: "meetings §10",
        on: JOIN,
        check: Check::Within("expirationMinutes", 1.0, 60.0),
    },
    Rule {
        name: "reassign-size",
        source: "meetings §6, §12",
        on: &["POST /meetings/reassignHost"],
        check: Check::Items("meetingIds", 1, 100),
    },
    Rule {
        name: "admit-size",
        source: "meetings §8, §12",
        on: &["POST /meetingParticipants/admit"],
        check: Check::Items("items", 1, 100),
    },
];

/// Title, start and end, unless a template gives the times or the meeting is on
/// the spot.
fn needs_times(asked: &Asked<'_>, complaints: &mut Complaints<'_>) {
    if asked.is("adhoc", true) {
        return;
    }
    let needed: &[&str] = match asked.member("templateId") {
        Some(_) => &["title"],
        None => &["title", "start", "end"],
    };
    for name in needed {
        if asked.member(name).is_none() {
            complaints.body("", format!("the member {name:?} is required"));
        }
    }
}

fn ad_hoc_needs_room(asked: &Asked<'_>, complaints: &mut Complaints<'_>) {
    if asked.is("adhoc", true) && asked.text("roomId").is_none() {
        complaints.body("/adhoc", "a meeting on the spot needs roomId");
    }
}

/// ISO 8601, and 10 minutes to 23 h 59 min between them. With one of the two in
/// a change there is nothing to compare.
fn times(asked: &Asked<'_>, complaints: &mut Complaints<'_>) {
    let zone = asked.text("timezone").and_then(instant::zone);
    let zone = zone.unwrap_or(TimeZone::UTC);
    let mut read = |name: &str| {
        let text = asked.text(name)?;
        let instant = instant::minute(text, &zone);
        if instant.is_none() {
            complaints.body(format!("/{name}"), "is not a date and time of ISO 8601");
        }
        instant
    };
    let (Some(start), Some(end)) = (read("start"), read("end")) else {
        return;
    };
    let minutes = end.duration_since(start).as_mins();
    if minutes < 10 {
        complaints.body(
            "/end",
            format!("{minutes} minutes after start, at least 10 are needed"),
        );
    } else if minutes > 23 * 60 + 59 {
        complaints.body(
            "/end",
            format!("{minutes} minutes after start, 1439 are allowed"),
        );
    }
}

/// The steps differ between meetings and webinars; a change does not say which
/// one it is, so both count.
fn join_before_host_minutes(asked: &Asked<'_>, complaints: &mut Complaints<'_>) {
    const MEETING: &[i64] = &[0, 5, 10, 15];
    const WEBINAR: &[i64] = &[0, 15, 30, 45, 60];
    let Some(minutes) = asked
        .member("joinBeforeHostMinutes")
        .and_then(Value::as_f64)
    else {
        return;
    };
    let fits = |steps: &[i64]| steps.iter().any(|step| *step as f64 == minutes);
    let known = match (asked.operation, is_webinar(asked)) {
        ("POST /meetings", false) => fits(MEETING),
        ("POST /meetings", true) => fits(WEBINAR),
        _ => fits(MEETING) || fits(WEBINAR),
    };
    if !known {
        complaints.body(
            "/joinBeforeHostMinutes",
            "is none of the steps that Webex has (meetings: 0, 5, 10, 15)",
        );
    }
}

/// Both settings count only when people may join before the host. A change may
/// build on a switch that is on already.
fn join_before_host_off(asked: &Asked<'_>, complaints: &mut Complaints<'_>) {
    let off = match asked.operation {
        "POST /meetings" => !asked.is("enabledJoinBeforeHost", true),
        _ => asked.is("enabledJoinBeforeHost", false),
    };
    if !off || asked.is("adhoc", true) {
        return;
    }
    let minutes = asked
        .member("joinBeforeHostMinutes")
        .and_then(Value::as_f64);
    let needs = "counts only with enabledJoinBeforeHost";
    if minutes.is_some_and(|minutes| minutes != 0.0) {
        complaints.body("/joinBeforeHostMinutes", needs);
    }
    if asked.is("enableConnectAudioBeforeHost", true) {
        complaints.body("/enableConnectAudioBeforeHost", needs);
    }
}

fn tags_of_occurrence(asked: &Asked<'_>, complaints: &mut Complaints<'_>) {
    let has_tags = asked
        .body
        .is_some_and(|body| body.get("integrationTags").is_some());
    if has_tags && asked.value("meetingId").contains('_') {
        complaints.body(
            "/integrationTags",
            "only a series has tags that can be changed",
        );
    }
}

fn is_webinar(asked: &Asked<'_>) -> bool {
    asked.text("scheduledType") == Some("webinar")
}

fn webinar_only(asked: &Asked<'_>, complaints: &mut Complaints<'_>) {
    // A template may make a webinar of it without saying so here.
    if is_webinar(asked) || asked.member("templateId").is_some() {
        return;
    }
    let Some(body) = asked.body else {
        return;
    };
    let paths = [
        "invitees/*/panelist",
        "requireAttendeeLogin",
        "restrictToInvitees",
        "meetingOptions/enabledPolling",
        "audioConnectionOptions/enabledAudienceCallBack",
    ];
    for (pointer, value) in paths.iter().flat_map(|path| select(body, path)) {
        if *value == Value::Bool(true) {
            complaints.body(pointer, "only a webinar has this");
        }
    }
}

fn webinar_needs_session_type(asked: &Asked<'_>, complaints: &mut Complaints<'_>) {
    if is_webinar(asked) && asked.member("sessionTypeId").is_none() {
        complaints.body("/scheduledType", "a webinar needs sessionTypeId");
    }
}

fn invitees_need_login(asked: &Asked<'_>, complaints: &mut Complaints<'_>) {
    if asked.is("restrictToInvitees", true) && asked.is("requireAttendeeLogin", false) {
        complaints.body("/restrictToInvitees", "needs requireAttendeeLogin");
    }
}

fn live_stream_where(asked: &Asked<'_>, complaints: &mut Complaints<'_>) {
    if asked.is("enabledLiveStream", true) && asked.member("liveStream").is_none() {
        complaints.body("/enabledLiveStream", "needs liveStream");
    }
}

fn one_breakout_each(asked: &Asked<'_>, complaints: &mut Complaints<'_>) {
    if let Some(body) = asked.body {
        let twice = repeated(select(body, "breakoutSessions/*/invitees/*"));
        for pointer in twice {
            complaints.body(pointer, "is in more than one breakout session");
        }
    }
}

fn breakouts_or_interpretation(asked: &Asked<'_>, complaints: &mut Complaints<'_>) {
    let Some(body) = asked.body else {
        return;
    };
    let breakouts = !select(body, "breakoutSessions/*").is_empty();
    let interpreted = body.pointer("/simultaneousInterpretation/enabled");
    if breakouts && interpreted == Some(&Value::Bool(true)) {
        let wrong = "a meeting with interpretation has no breakout sessions";
        complaints.body("/breakoutSessions", wrong);
    }
}

fn registration_once(asked: &Asked<'_>, complaints: &mut Complaints<'_>) {
    if asked.member("registration").is_some() && asked.member("recurrence").is_some() {
        complaints.body("/registration", "a recurring meeting has no registration");
    }
}

fn instance_read_only(asked: &Asked<'_>, complaints: &mut Complaints<'_>) {
    let wrong = "is a meeting instance, which can only be looked at";
    if asked.value("meetingId").contains("_I_") {
        complaints.target(wrong);
    }
    if asked.text("meetingId").is_some_and(|id| id.contains("_I_")) {
        complaints.body("/meetingId", wrong);
    }
}

fn bulk_unique(asked: &Asked<'_>, complaints: &mut Complaints<'_>) {
    if let Some(body) = asked.body {
        for pointer in repeated(select(body, "items/*/email")) {
            complaints.body(pointer, "is there more than once");
        }
    }
}

fn join_name_needs_email(asked: &Asked<'_>, complaints: &mut Complaints<'_>) {
    if asked.member("displayName").is_some() && asked.member("email").is_none() {
        complaints.body("/displayName", "needs email");
    }
}

/// Pointers of the addresses that have come before, whatever their case.
fn repeated(addresses: Vec<(String, &Value)>) -> Vec<String> {
    let mut seen = HashSet::new();
    addresses
        .into_iter()
        .filter_map(|(pointer, value)| Some((pointer, value.as_str()?.to_ascii_lowercase())))
        .filter(|(_, address)| !seen.insert(address.clone()))
        .map(|(pointer, _)| pointer)
        .collect()
}
