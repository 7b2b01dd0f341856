//! How a meeting reads (meetings §1, §2, §4).

use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::{Meeting, Role, Which, times};
use crate::ids::{self, Kind};
use crate::world::{Asking, World};

/// How to read it: in which zone, as an item of a list (which has more members), and whether a
/// series tells the times of its present occurrence rather than those of its first.
#[derive(Debug, Clone)]
pub(crate) struct Reading {
    pub(crate) zone: TimeZone,
    pub(crate) listed: bool,
    pub(crate) current: bool,
}

/// Members that an instance which has ended lost (meetings §1).
const LOST_WHEN_ENDED: &[&str] = &[
    "joinBeforeHostMinutes",
    "enabledJoinBeforeHost",
    "enableConnectAudioBeforeHost",
    "reminderTime",
    "unlockedMeetingJoinSecurity",
    "automaticLockMinutes",
    "allowAnyUserToBeCoHost",
    "allowFirstUserToBeCoHost",
    "allowAuthenticatedDevices",
    "requireAttendeeLogin",
    "restrictToInvitees",
    "trackingCodes",
];

/// The meeting as the caller sees it.
pub(crate) fn present(
    world: &World,
    asking: &Asking<'_>,
    meeting: &Meeting,
    which: Which,
    reading: &Reading,
) -> Value {
    let ended = matches!(which, Which::Instance(index) if meeting.instances[index].end.is_some());
    let closed = ended || meeting.state(which, asking.now) == "lobby";
    let mut shown = json!({ "id": meeting.id_of(which) });
    if reading.listed {
        lineage(meeting, which, &mut shown);
    }
    if !ended {
        shown["meetingNumber"] = json!(meeting.door.number);
    }
    let mut details = meeting.details_of(which);
    for name in ["title", "agenda"] {
        if let Some(text) = details.shift_remove(name) {
            shown[name] = text;
        }
    }
    let password = details.shift_remove("password").unwrap_or_default();
    let role = meeting.role(world, which, asking.person);
    let invitee = role == Role::Invitee;
    let sees_password = role <= Role::CoHost || (invitee && asking.switches.invitee_sees_password);
    let sees_host_key = role <= Role::CoHost || (invitee && asking.switches.invitee_sees_hostkey);
    if sees_password && !closed {
        shown["password"] = password;
        shown["phoneAndVideoSystemPassword"] = json!(meeting.door.phone_password);
    }
    life(asking, meeting, which, reading, &mut shown);
    people(world, meeting, &mut shown);
    if sees_host_key && !closed {
        shown["hostKey"] = json!(meeting.host_key);
    }
    shown["siteUrl"] = json!(meeting.site);
    shown["webLink"] = json!(link(meeting, which));
    if !closed {
        door(meeting, &meeting.id_of(which), &mut shown);
    }
    if let Some(room) = meeting.room {
        shown["roomId"] = json!(ids::spell(Kind::Room, room));
    }
    for (name, value) in details {
        if !ended || !LOST_WHEN_ENDED.contains(&name.as_str()) {
            shown[name] = value;
        }
    }
    if let Some(tags) = meeting.tags_for(asking.client) {
        shown["integrationTags"] = json!(tags.values);
    }
    shown
}

/// Series and occurrence that this one belongs to.
fn lineage(meeting: &Meeting, which: Which, shown: &mut Value) {
    match which {
        Which::Series => {}
        Which::Occurrence(index) => {
            shown["meetingSeriesId"] = json!(meeting.id);
            shown["isModified"] = json!(meeting.occurrences[index].modified);
        }
        Which::Instance(index) => {
            shown["meetingSeriesId"] = json!(meeting.id);
            shown["scheduledMeetingId"] =
                json!(meeting.occurrence_id(meeting.instances[index].occurrence));
            if meeting.instances[index].end.is_some() {
                let nothing = [
                    "hasChat",
                    "hasRecording",
                    "hasTranscription",
                    "hasClosedCaption",
                    "hasPolls",
                    "hasQA",
                    "hasSlido",
                ];
                for name in nothing {
                    shown[name] = json!(false);
                }
            }
        }
    }
}

fn life(
    asking: &Asking<'_>,
    meeting: &Meeting,
    which: Which,
    reading: &Reading,
    shown: &mut Value,
) {
    shown["meetingType"] = json!(match which {
        Which::Series => "meetingSeries",
        Which::Occurrence(_) => "scheduledMeeting",
        Which::Instance(_) => "meeting",
    });
    shown["state"] = json!(meeting.state(which, asking.now));
    let in_lobby = matches!(which, Which::Instance(index) if meeting.instances[index].is_lobby());
    if let Some((host, attendee)) = meeting.arrivals(which).filter(|_| !in_lobby) {
        shown["hostDidJoin"] = json!(host);
        shown["attendeeDidJoin"] = json!(attendee);
    }
    shown["timezone"] = json!(reading.zone.iana_name().unwrap_or("UTC"));
    let (start, end) = match which {
        Which::Instance(index) => (meeting.instances[index].start, meeting.instances[index].end),
        Which::Occurrence(index) => (
            meeting.occurrences[index].start,
            Some(meeting.occurrences[index].end),
        ),
        Which::Series => {
            let first = if reading.current {
                meeting.current(asking.now)
            } else {
                meeting.standing().next().map(|(at, _)| at)
            };
            let first = &meeting.occurrences[first.unwrap_or(0)];
            (first.start, Some(first.end))
        }
    };
    shown["start"] = json!(times::write(start, &reading.zone));
    if let Some(end) = end {
        shown["end"] = json!(times::write(end, &reading.zone));
    }
    if let (Which::Series, Some(rule)) = (which, &meeting.recurrence) {
        shown["recurrence"] = json!(rule);
    }
}

fn people(world: &World, meeting: &Meeting, shown: &mut Value) {
    let host = world.person(meeting.host);
    shown["hostUserId"] = json!(host.id());
    shown["hostDisplayName"] = json!(host.name);
    shown["hostEmail"] = json!(host.email);
}

/// An instance has a page of its own.
fn link(meeting: &Meeting, which: Which) -> String {
    match (which, meeting.door.link.split_once("MTID=")) {
        (Which::Instance(_), Some((page, _))) => format!("{page}MTID={}", meeting.id_of(which)),
        _ => meeting.door.link.clone(),
    }
}

fn door(meeting: &Meeting, id: &str, shown: &mut Value) {
    shown["sipAddress"] = json!(format!("{}@{}", meeting.door.number, meeting.site));
    shown["telephony"] = json!({
        "accessCode": meeting.door.access_code,
        "callInNumbers": [
            { "label": "Belgium Toll", "callInNumber": "+32-2-620-0000", "tollType": "toll" },
        ],
        "links": [
            { "rel": "globalCallinNumbers", "href": format!("/v1/meetings/{id}/globalCallinNumbers"), "method": "GET" },
        ],
    });
}
