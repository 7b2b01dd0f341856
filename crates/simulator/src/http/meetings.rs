//! The routes of meetings, their invitees, and sites.

use http::Method;
use serde_json::Value;

use super::messaging::{gone, shown};
use super::methods::wrong_method;
use super::page::{Place, Size, TEN, page, whole};
use super::reply::Reply;
use crate::refusal::{Refusal, Served};
use crate::world::meetings::{
    self, Reading, Style, Wanted, participants, read_instant, zone_or_utc,
};
use crate::world::{World, invitees, sites};

/// What a list of meetings may ask an ended instance to have.
const HAS: [&str; 8] = [
    "hasChat",
    "hasRecording",
    "hasTranscription",
    "hasSummary",
    "hasClosedCaption",
    "hasPolls",
    "hasQA",
    "hasSlido",
];
/// What Webex has below `/meetings` and the simulator has not.
const NOT_SIMULATED: [&str; 10] = [
    "join",
    "templates",
    "controls",
    "sessionTypes",
    "trackingCodes",
    "reassignHost",
    "polls",
    "pollResults",
    "q_and_a",
    "postMeetingChats",
];
/// Code 1001 of meetings §2.
const WARNING: &str = "1001 - \"Some attributes are not supported on this site and were ignored.\"";

/// Answers a call to one of them.
pub(super) fn route(world: &mut World, place: &Place<'_>, most: Option<u32>) -> Served<Reply> {
    match place.call.segments().as_slice() {
        ["meetings", rest @ ..] => meeting(world, place, rest, most),
        ["meetingInvitees", rest @ ..] => invitee(world, place, rest),
        ["meetingParticipants", "callout" | "cancelCallout"] => Err(Refusal::not_simulated(
            "calling out to telephones and devices",
        )),
        ["meetingParticipants", rest @ ..] => participant(world, place, rest),
        ["meetingPreferences", "sites"] => match place.call.method {
            Method::GET => {
                let user = place.call.query.get("userEmail");
                meetings::no_other_host(world, place.asking, user)?;
                shown(sites::list(world, place.asking))
            }
            Method::PUT => shown(sites::update(world, place.asking, &place.call.fields()?)),
            _ => Err(wrong_method(place)),
        },
        ["meetingPreferences", ..] => Err(Refusal::not_simulated(
            "meeting preferences other than sites",
        )),
        _ => Err(Refusal::not_found()),
    }
}

fn meeting(
    world: &mut World,
    place: &Place<'_>,
    rest: &[&str],
    most: Option<u32>,
) -> Served<Reply> {
    let (call, asking) = (place.call, place.asking);
    match (&call.method, rest) {
        (_, [name, ..]) if NOT_SIMULATED.contains(name) => {
            Err(Refusal::not_simulated("that part of meetings"))
        }
        (&Method::POST, []) => warned(meetings::create(world, asking, &call.fields()?, most)),
        (&Method::GET, []) => list(world, place),
        (&Method::GET, [id]) => {
            meetings::no_other_host(world, asking, call.query.get("hostEmail"))?;
            let current = call.query.flag("current")?.unwrap_or(false);
            shown(meetings::get(
                world,
                asking,
                id,
                current,
                call.header("password"),
                call.header("timezone"),
            ))
        }
        (&Method::PATCH, [id]) => warned(meetings::update(
            world,
            asking,
            id,
            &call.fields()?,
            Style::Patch,
            most,
        )),
        (&Method::PUT, [id]) => warned(meetings::update(
            world,
            asking,
            id,
            &call.fields()?,
            Style::Put,
            most,
        )),
        (&Method::DELETE, [id]) => {
            let send_email = call.query.flag("sendEmail")?.unwrap_or(true);
            gone(meetings::delete(
                world,
                asking,
                id,
                call.query.get("hostEmail"),
                send_email,
                most,
            ))
        }
        (&Method::POST, [id, "end"]) => gone(meetings::finish(world, asking, id)),
        (_, [_, _, ..]) => Err(Refusal::not_simulated("that part of a meeting")),
        _ => Err(wrong_method(place)),
    }
}

/// Some sites drop options and say so in a header.
fn warned(answer: Served<(Value, bool)>) -> Served<Reply> {
    let (value, dropped) = answer?;
    let reply = Reply::json(value);
    Ok(if dropped {
        reply.with_header("warning", WARNING)
    } else {
        reply
    })
}

fn list(world: &mut World, place: &Place<'_>) -> Served<Reply> {
    let (call, asking) = (place.call, place.asking);
    let query = &call.query;
    let mut has_something = false;
    for name in HAS {
        has_something |= query.flag(name)?.unwrap_or(false);
    }
    let wanted = Wanted {
        meeting_type: query.get("meetingType"),
        series: query.get("meetingSeriesId"),
        number: query.get("meetingNumber"),
        link: query.get("webLink"),
        room: query.get("roomId"),
        tag: query.get("integrationTag"),
        state: query.get("state"),
        scheduled_type: query.get("scheduledType"),
        site: query.get("siteUrl"),
        host_email: query.get("hostEmail"),
        modified: query.flag("isModified")?,
        has_something,
        from: query.time("from")?,
        to: query.time("to")?,
        password: call.header("password"),
    };
    let found = meetings::list(world, asking, &wanted)?;
    let reading = Reading {
        zone: meetings::zone_or_utc(call.header("timezone"))?,
        listed: true,
        current: query.flag("current")?.unwrap_or(true),
    };
    // Looking by number, link or room knows no pages (meetings §4).
    let one_page = wanted.number.or(wanted.link).or(wanted.room).is_some();
    let size = if one_page {
        Size {
            usual: usize::MAX,
            most: usize::MAX,
        }
    } else {
        TEN
    };
    page(place, &found, size, |_, (meeting, which)| {
        meetings::present(world, asking, meeting, *which, &reading)
    })
}

fn invitee(world: &mut World, place: &Place<'_>, rest: &[&str]) -> Served<Reply> {
    let (call, asking) = (place.call, place.asking);
    let host = call.query.get("hostEmail");
    match (&call.method, rest) {
        (&Method::POST, []) => shown(invitees::create(world, asking, &call.fields()?)),
        (&Method::POST, ["bulkInsert"]) => {
            shown(invitees::bulk_insert(world, asking, &call.fields()?))
        }
        (&Method::GET, []) => {
            let panelist = call.query.flag("panelist")?;
            let (meeting, found) =
                invitees::list(world, asking, call.query.get("meetingId"), host, panelist)?;
            page(place, &found, TEN, |_, invitee| {
                invitees::present(&meeting, invitee)
            })
        }
        (&Method::GET, [id]) => shown(invitees::get(world, asking, id, host)),
        (&Method::PUT, [id]) => shown(invitees::update(world, asking, id, &call.fields()?)),
        (&Method::DELETE, [id]) => {
            let send_email = call.query.flag("sendEmail")?.unwrap_or(true);
            gone(invitees::delete(world, asking, id, host, send_email))
        }
        _ => Err(wrong_method(place)),
    }
}

fn participant(world: &mut World, place: &Place<'_>, rest: &[&str]) -> Served<Reply> {
    let (call, asking) = (place.call, place.asking);
    match (&call.method, rest) {
        (&Method::GET, []) => {
            let (wanted, reading) = wanted_participants(place)?;
            let wanted = participants::Wanted {
                breakout: call.query.get("breakoutSessionId"),
                joined: (
                    call.query.time("joinTimeFrom")?,
                    call.query.time("joinTimeTo")?,
                ),
                ..wanted
            };
            let found = participants::list(world, asking, &wanted)?;
            page(place, &found.people, TEN, |_, one| {
                participants::present(world, &found, one, &reading)
            })
        }
        (&Method::POST, ["query"]) => {
            let body = call.fields()?;
            let (wanted, reading) = wanted_participants(place)?;
            let time = |name| body.filled(name)?.map(read_instant).transpose();
            let emails = body.texts("emails")?;
            let wanted = participants::Wanted {
                emails: Some(emails.ok_or_else(|| Refusal::invalid("'emails' is required."))?),
                joined: (time("joinTimeFrom")?, time("joinTimeTo")?),
                ..wanted
            };
            let found = participants::list(world, asking, &wanted)?;
            // No page size is documented here.
            Ok(whole(place, &found.people, |one| {
                participants::present(world, &found, one, &reading)
            }))
        }
        (&Method::POST, ["admit"]) => gone(participants::admit(world, asking, &call.fields()?)),
        (&Method::GET, [id]) => {
            let host = call.query.get("hostEmail");
            shown(participants::get(world, asking, id, host))
        }
        (&Method::PUT, [id]) => shown(participants::update(world, asking, id, &call.fields()?)),
        _ => Err(wrong_method(place)),
    }
}

/// What both lists of participants are asked in the same way.
fn wanted_participants<'a>(
    place: &Place<'a>,
) -> Served<(participants::Wanted<'a>, participants::Reading)> {
    let (call, query) = (place.call, &place.call.query);
    let wanted = participants::Wanted {
        meeting: query.get("meetingId"),
        host_email: query.get("hostEmail"),
        started: (
            query.time("meetingStartTimeFrom")?,
            query.time("meetingStartTimeTo")?,
        ),
        ..participants::Wanted::default()
    };
    let reading = participants::Reading {
        zone: zone_or_utc(call.header("timezone"))?,
        times: place.asking.switches.running_times,
    };
    Ok((wanted, reading))
}
