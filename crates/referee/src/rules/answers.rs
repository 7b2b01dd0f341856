//! Rules about answers that succeeded: what the schemas leave open and the text,
//! the guides or every observed answer settle.

use serde_json::Value;

use super::{Answered, Check, Complaints, Rule, instant};
use crate::path::{each_member, select};

const EVERYWHERE: &[&str] = &[];

const MEETINGS: &[&str] = &[
    "POST /meetings",
    "GET /meetings/{meetingId}",
    "PATCH /meetings/{meetingId}",
    "PUT /meetings/{meetingId}",
    "GET /meetings",
];
const ROOMS: &[&str] = &[
    "POST /rooms",
    "GET /rooms/{roomId}",
    "PUT /rooms/{roomId}",
    "GET /rooms",
];

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "list-items",
        source: "messaging §1.5, meetings §4",
        on: &[
            "GET /people",
            "GET /teams",
            "GET /team/memberships",
            "GET /rooms",
            "GET /room/tabs",
            "GET /memberships",
            "GET /messages",
            "GET /messages/direct",
            "GET /webhooks",
            "GET /meetings",
            "GET /meetingInvitees",
            "POST /meetingInvitees/bulkInsert",
            "GET /meetingParticipants",
            "POST /meetingParticipants/query",
        ],
        check: Check::Answer(list_items),
    },
    Rule {
        name: "always-there",
        source: "messaging §2-§6, §9.1",
        on: EVERYWHERE,
        check: Check::Answer(always_there),
    },
    Rule {
        name: "opaque-id",
        source: "messaging §1.6",
        on: EVERYWHERE,
        check: Check::Answer(opaque_ids),
    },
    Rule {
        name: "timestamp",
        source: "messaging §1.7, meetings §2",
        on: EVERYWHERE,
        check: Check::Answer(timestamps),
    },
    Rule {
        name: "announcing-is-locked",
        source: "messaging §4",
        on: ROOMS,
        check: Check::Answer(announcing_is_locked),
    },
    Rule {
        name: "created-is-series",
        source: "meetings §2",
        on: &["POST /meetings"],
        check: Check::Answer(created_is_series),
    },
    Rule {
        name: "meeting-id",
        source: "meetings §1",
        on: MEETINGS,
        check: Check::Answer(meeting_id),
    },
    Rule {
        name: "meeting-state",
        source: "meetings §1",
        on: MEETINGS,
        check: Check::Answer(meeting_state),
    },
    Rule {
        name: "meeting-sheds-secrets",
        source: "meetings §1",
        on: MEETINGS,
        check: Check::Answer(meeting_sheds_secrets),
    },
];

/// Members that every such object has; the messaging schemas require none.
const ALWAYS: &[(&str, &[&str])] = &[
    (
        "/people",
        &["id", "emails", "displayName", "orgId", "created", "type"],
    ),
    ("/teams", &["id", "name", "created"]),
    (
        "/team/memberships",
        &[
            "id",
            "teamId",
            "personId",
            "personEmail",
            "personDisplayName",
            "isModerator",
            "created",
        ],
    ),
    (
        "/rooms",
        &[
            "id",
            "type",
            "isLocked",
            "lastActivity",
            "creatorId",
            "created",
        ],
    ),
    (
        "/memberships",
        &[
            "id",
            "roomId",
            "personId",
            "personEmail",
            "personDisplayName",
            "isModerator",
            "created",
        ],
    ),
    (
        "/messages",
        &[
            "id",
            "roomId",
            "roomType",
            "personId",
            "personEmail",
            "created",
        ],
    ),
    ("/room/tabs", &["id", "roomId", "contentUrl", "created"]),
    (
        "/webhooks",
        &[
            "id",
            "name",
            "targetUrl",
            "resource",
            "event",
            "status",
            "created",
            "ownedBy",
        ],
    ),
];

/// The path of the resource that an operation of the messaging document is about.
fn resource(operation: &str) -> Option<(&'static str, &'static [&'static str])> {
    let (method, path) = operation.split_once(' ')?;
    // Creating a person can answer with the id alone; meetingInfo is not a room.
    if (method, path) == ("POST", "/people") || path.ends_with("/meetingInfo") {
        return None;
    }
    let of = |known: &str| path.strip_prefix(known).is_some_and(starts_new_step);
    ALWAYS.iter().copied().find(|(known, _)| of(known))
}

fn starts_new_step(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with('/')
}

/// The objects that an answer holds: its items, or itself.
fn objects<'v>(answered: &Answered<'v>) -> Vec<(String, &'v Value)> {
    match answered.body.get("items") {
        Some(_) => select(answered.body, "items/*"),
        None => vec![(String::new(), answered.body)],
    }
}

/// The states of a kind of meeting.
pub(super) fn states(kind: &str) -> Option<&'static [&'static str]> {
    match kind {
        "meetingSeries" => Some(&["active", "inProgress", "expired"]),
        "scheduledMeeting" => Some(&["scheduled", "ready", "ended", "missed"]),
        "meeting" => Some(&["lobby", "inProgress", "ended"]),
        _ => None,
    }
}

fn list_items(answered: &Answered<'_>, complaints: &mut Complaints<'_>) {
    if !answered.body.get("items").is_some_and(Value::is_array) {
        complaints.body("/items", "a list has items, if only none");
    }
}

fn always_there(answered: &Answered<'_>, complaints: &mut Complaints<'_>) {
    let Some((_, members)) = resource(answered.operation) else {
        return;
    };
    // A list without items is another rule's business.
    let is_list = answered.operation.starts_with("GET") && !answered.operation.ends_with('}');
    let is_me = answered.operation.ends_with("/me");
    if is_list && !is_me && answered.body.get("items").is_none() {
        return;
    }
    for (pointer, object) in objects(answered) {
        for name in members {
            if object.get(name).is_none() {
                complaints.body(
                    pointer.clone(),
                    format!("the member {name:?} is always there"),
                );
            }
        }
    }
}

/// Ids of the messaging document are base64 of `ciscospark://…`.
fn opaque_ids(answered: &Answered<'_>, complaints: &mut Complaints<'_>) {
    const OPAQUE: &[&str] = &[
        "id",
        "roomId",
        "teamId",
        "personId",
        "creatorId",
        "ownerId",
        "orgId",
        "personOrgId",
        "messageId",
        "parentId",
        "toPersonId",
        "createdBy",
    ];
    if resource(answered.operation).is_none() {
        return;
    }
    each_member(
        answered.body,
        &["attachments", "inputs"],
        &mut |pointer, name, value| {
            if OPAQUE.contains(&name)
                && let Value::String(id) = value
                && !id.starts_with("Y2lzY29zcGFyazov")
            {
                complaints.body(pointer, "is not an id of Webex's form");
            }
        },
    );
}

/// Times carry an offset.
fn timestamps(answered: &Answered<'_>, complaints: &mut Complaints<'_>) {
    const TIMES: &[&str] = &[
        "created",
        "updated",
        "lastActivity",
        "lastModified",
        "madePublic",
        "start",
        "end",
    ];
    each_member(
        answered.body,
        &["attachments", "inputs"],
        &mut |pointer, name, value| {
            if TIMES.contains(&name)
                && let Value::String(text) = value
                && instant::exact(text).is_none()
            {
                complaints.body(pointer, "is not a date and time with an offset");
            }
        },
    );
}

fn announcing_is_locked(answered: &Answered<'_>, complaints: &mut Complaints<'_>) {
    for (pointer, room) in objects(answered) {
        let is = |name, value: bool| room.get(name) == Some(&Value::Bool(value));
        if is("isAnnouncementOnly", true) && is("isLocked", false) {
            let wrong = "announcement mode needs a locked room";
            complaints.body(format!("{pointer}/isAnnouncementOnly"), wrong);
        }
    }
}

fn created_is_series(answered: &Answered<'_>, complaints: &mut Complaints<'_>) {
    if text(answered.body, "meetingType") != Some("meetingSeries") {
        complaints.body("/meetingType", "a new meeting is a meetingSeries");
    }
}

/// `<32 hex>`, `<32 hex>_<planned start>`, `<32 hex>_I_<digits>`.
fn meeting_id(answered: &Answered<'_>, complaints: &mut Complaints<'_>) {
    for (pointer, meeting) in objects(answered) {
        let (Some(id), Some(kind)) = (text(meeting, "id"), text(meeting, "meetingType")) else {
            continue;
        };
        let (series, rest) = id.split_at_checked(32).unwrap_or((id, ""));
        let series_fits = series.len() == 32 && series.bytes().all(|byte| byte.is_ascii_hexdigit());
        let rest_fits = match kind {
            "meetingSeries" => rest.is_empty(),
            "scheduledMeeting" => is_occurrence(rest),
            "meeting" => rest.strip_prefix("_I_").is_some_and(is_number),
            _ => true,
        };
        if !series_fits || !rest_fits {
            complaints.body(
                format!("{pointer}/id"),
                format!("is not the id of a {kind}"),
            );
        }
    }
}

/// `_20191101T120000Z`.
fn is_occurrence(rest: &str) -> bool {
    let time = rest
        .strip_prefix('_')
        .and_then(|rest| rest.strip_suffix('Z'));
    match time.and_then(|time| time.split_once('T')) {
        Some((day, hour)) => day.len() == 8 && hour.len() == 6 && is_number(day) && is_number(hour),
        None => false,
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn meeting_state(answered: &Answered<'_>, complaints: &mut Complaints<'_>) {
    for (pointer, meeting) in objects(answered) {
        let (Some(state), Some(kind)) = (text(meeting, "state"), text(meeting, "meetingType"))
        else {
            continue;
        };
        if states(kind).is_some_and(|states| !states.contains(&state)) {
            let message = format!("a {kind} is never {state:?}");
            complaints.body(format!("{pointer}/state"), message);
        }
    }
}

/// Ended instances have no number, password or way in any more, and those in the
/// lobby do not show theirs.
fn meeting_sheds_secrets(answered: &Answered<'_>, complaints: &mut Complaints<'_>) {
    for (pointer, meeting) in objects(answered) {
        if text(meeting, "meetingType") != Some("meeting") {
            continue;
        }
        let gone: &[&str] = match text(meeting, "state") {
            Some("ended") => &[
                "meetingNumber",
                "password",
                "hostKey",
                "sipAddress",
                "telephony",
                "trackingCodes",
            ],
            Some("lobby") => &["password", "hostKey", "sipAddress", "telephony"],
            _ => &[],
        };
        for name in gone.iter().filter(|name| meeting.get(**name).is_some()) {
            complaints.body(
                format!("{pointer}/{name}"),
                "an instance in this state has none",
            );
        }
    }
}

fn text<'v>(object: &'v Value, name: &str) -> Option<&'v str> {
    object.get(name)?.as_str()
}
