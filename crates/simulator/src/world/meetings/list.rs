//! Finding meetings (meetings §4).

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::{Meeting, Role, Which, no_bots, no_other_host};
use crate::ids;
use crate::refusal::{Refusal, Served};
use crate::switches::TagWindow;
use crate::world::{Asking, World};

/// A window that is not given spans so much.
const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What a list of meetings is asked for.
#[derive(Debug, Default)]
pub(crate) struct Wanted<'a> {
    pub(crate) meeting_type: Option<&'a str>,
    pub(crate) series: Option<&'a str>,
    pub(crate) number: Option<&'a str>,
    pub(crate) link: Option<&'a str>,
    pub(crate) room: Option<&'a str>,
    pub(crate) tag: Option<&'a str>,
    pub(crate) state: Option<&'a str>,
    pub(crate) scheduled_type: Option<&'a str>,
    pub(crate) site: Option<&'a str>,
    pub(crate) host_email: Option<&'a str>,
    pub(crate) modified: Option<bool>,
    /// One of `hasChat` and its like was asked to be true.
    pub(crate) has_something: bool,
    pub(crate) from: Option<Timestamp>,
    pub(crate) to: Option<Timestamp>,
    pub(crate) password: Option<&'a str>,
}

/// A meeting of a list.
pub(crate) type Found<'w> = (&'w Meeting, Which);

const TYPES: [&str; 3] = ["meetingSeries", "scheduledMeeting", "meeting"];
const STATES: [&str; 8] = [
    "active",
    "scheduled",
    "ready",
    "lobby",
    "inProgress",
    "ended",
    "missed",
    "expired",
];

/// `GET /meetings`: what the caller hosts or is invited to.
pub(crate) fn list<'w>(
    world: &'w World,
    asking: &Asking<'_>,
    wanted: &Wanted<'_>,
) -> Served<Vec<Found<'w>>> {
    no_bots(world, asking)?;
    check(world, asking, wanted)?;
    let mut found: Vec<Found<'_>> = if let Some(series) = wanted.series {
        of_series(world, asking, wanted, series)?
    } else if wanted.number.or(wanted.link).or(wanted.room).is_some() {
        by_door(world, asking, wanted)?
    } else {
        in_window(world, asking, wanted)?
    };
    found.sort_by_cached_key(|(meeting, which)| (when(meeting, *which).0, meeting.id_of(*which)));
    Ok(found)
}

fn check(world: &World, asking: &Asking<'_>, wanted: &Wanted<'_>) -> Served<()> {
    let exclusive = [wanted.number, wanted.link, wanted.room];
    if exclusive.iter().flatten().count() > 1 {
        return Err(Refusal::invalid(
            "'meetingNumber', 'webLink' and 'roomId' are mutually exclusive.",
        ));
    }
    if wanted
        .meeting_type
        .is_some_and(|kind| !TYPES.contains(&kind))
    {
        return Err(Refusal::invalid("'meetingType' has no such value."));
    }
    if wanted.state.is_some_and(|state| !STATES.contains(&state)) {
        return Err(Refusal::invalid("'state' has no such value."));
    }
    if wanted
        .from
        .zip(wanted.to)
        .is_some_and(|(from, to)| from > to)
    {
        return Err(Refusal::invalid("'from' cannot be after 'to'."));
    }
    if wanted.has_something
        && (wanted.meeting_type, wanted.state) != (Some("meeting"), Some("ended"))
    {
        return Err(Refusal::invalid(
            "What a meeting has is known of ended instances only.",
        ));
    }
    no_other_host(world, asking, wanted.host_email)
}

/// By number, link or room: the series, whatever its times.
fn by_door<'w>(
    world: &'w World,
    asking: &Asking<'_>,
    wanted: &Wanted<'_>,
) -> Served<Vec<Found<'w>>> {
    let in_room = wanted.room.map(ids::read).transpose()?;
    let fits = |meeting: &&Meeting| {
        let number = wanted
            .number
            .is_none_or(|number| meeting.door.number == number);
        let link = wanted.link.is_none_or(|link| meeting.door.link == link);
        let password = meeting.details.get("password").and_then(Value::as_str);
        let knows = wanted.password.is_some() && wanted.password == password;
        let role = meeting.role(world, Which::Series, asking.person);
        let room = in_room.is_none_or(|room| meeting.room == Some(room));
        let found = number && link && room && meeting.is_kept(asking.now);
        found && (role < Role::Outsider || knows)
    };
    let found = world.meetings.values().filter(fits);
    Ok(found.map(|meeting| (meeting, Which::Series)).collect())
}

/// Occurrences and instances of one series; without a type, both.
fn of_series<'w>(
    world: &'w World,
    asking: &Asking<'_>,
    wanted: &Wanted<'_>,
    series: &str,
) -> Served<Vec<Found<'w>>> {
    let (meeting, which) = world.meeting(asking, series)?;
    if which != Which::Series || meeting.role(world, which, asking.person) == Role::Outsider {
        return Err(Refusal::not_found());
    }
    let kind = wanted.meeting_type;
    let parts = parts(
        meeting,
        asking,
        kind.is_none_or(|kind| kind == TYPES[1]),
        kind.is_none_or(|kind| kind == TYPES[2]),
    );
    let bounds = (wanted.from, wanted.to);
    let in_time = |which: Which| match bounds {
        (None, None) if kind.is_none() => true,
        _ => overlaps(
            when(meeting, which),
            window(asking, wanted, matches!(which, Which::Instance(_))),
        ),
    };
    let parts = parts
        .into_iter()
        .filter(|which| in_time(*which) && fits_state(meeting, *which, asking, wanted));
    Ok(parts.map(|which| (meeting, which)).collect())
}

fn in_window<'w>(
    world: &'w World,
    asking: &Asking<'_>,
    wanted: &Wanted<'_>,
) -> Served<Vec<Found<'w>>> {
    let kind = wanted.meeting_type.unwrap_or(TYPES[0]);
    let window = window(asking, wanted, kind == TYPES[2]);
    let any_time = wanted.tag.is_some() && asking.switches.tag_window == TagWindow::Ignores;
    let meetings = world.meetings.values().filter(|meeting| {
        meeting.is_kept(asking.now)
            && asking.shows(meeting.created)
            && wanted.tag.is_none_or(|tag| has_tag(meeting, asking, tag))
            && wanted.site.is_none_or(|site| meeting.site == site)
            && wanted.scheduled_type.is_none_or(|kind| kind == "meeting")
    });
    let found = meetings.flat_map(|meeting| {
        let parts = match kind {
            "meetingSeries" => vec![Which::Series],
            "scheduledMeeting" => parts(meeting, asking, true, false),
            _ => parts(meeting, asking, false, true),
        };
        parts.into_iter().map(move |which| (meeting, which))
    });
    let fits = |(meeting, which): &Found<'_>| {
        meeting.role(world, *which, asking.person) < Role::Outsider
            && (any_time || overlaps(when(meeting, *which), window))
            && fits_state(meeting, *which, asking, wanted)
    };
    Ok(found.filter(fits).collect())
}

fn parts(meeting: &Meeting, asking: &Asking<'_>, occurrences: bool, instances: bool) -> Vec<Which> {
    let mut parts = Vec::new();
    if occurrences {
        parts.extend(
            meeting
                .standing()
                .map(|(index, _)| Which::Occurrence(index)),
        );
    }
    if instances {
        let late = |index: &usize| {
            let instance = &meeting.instances[*index];
            let since = instance.end.unwrap_or(instance.start);
            asking.is_over(asking.switches.instances_delay, since)
        };
        parts.extend(
            (0..meeting.instances.len())
                .filter(late)
                .map(Which::Instance),
        );
    }
    parts
}

/// From when to when something happens; a series from its first start to its last end.
fn when(meeting: &Meeting, which: Which) -> (Timestamp, Timestamp) {
    match which {
        Which::Series => (meeting.first_start(), meeting.last_end()),
        Which::Occurrence(index) => (
            meeting.occurrences[index].start,
            meeting.occurrences[index].end,
        ),
        Which::Instance(index) => {
            let instance = &meeting.instances[index];
            (instance.start, instance.end.unwrap_or(Timestamp::MAX))
        }
    }
}

/// What is not given spans seven days: from now on, or for instances until now. A lone bound spans
/// seven days from there.
fn window(asking: &Asking<'_>, wanted: &Wanted<'_>, instances: bool) -> (Timestamp, Timestamp) {
    match (wanted.from, wanted.to) {
        (Some(from), Some(to)) => (from, to),
        (Some(from), None) => (from, from + WEEK),
        (None, Some(to)) => (to - WEEK, to),
        (None, None) if instances => (asking.now - WEEK, asking.now),
        (None, None) => (asking.now, asking.now + WEEK),
    }
}

fn overlaps((start, end): (Timestamp, Timestamp), (from, to): (Timestamp, Timestamp)) -> bool {
    start < to && end > from
}

fn has_tag(meeting: &Meeting, asking: &Asking<'_>, tag: &str) -> bool {
    meeting.tags_for(asking.client).is_some_and(|tags| {
        asking.is_over(asking.switches.tag_delay, tags.since)
            && tags.values.iter().any(|own| own == tag)
    })
}

fn fits_state(meeting: &Meeting, which: Which, asking: &Asking<'_>, wanted: &Wanted<'_>) -> bool {
    let modified = match which {
        Which::Occurrence(index) => wanted
            .modified
            .is_none_or(|modified| meeting.occurrences[index].modified == modified),
        _ => true,
    };
    // Nothing is ever recorded or written in a simulated meeting.
    modified
        && !wanted.has_something
        && wanted
            .state
            .is_none_or(|state| meeting.state(which, asking.now) == state)
}
