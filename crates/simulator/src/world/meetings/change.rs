//! Changing and deleting a meeting (meetings §6).

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Map, Value};

use super::schedule::{mail_all, new_door, plan, read_tags, refuse_overlap};
use super::{
    Meeting, Occurrence, Reading, Tags, Which, no_bots, no_other_host, options, present, times,
};
use crate::refusal::{Refusal, Served};
use crate::switches::{LinkOnMove, Omitted};
use crate::world::fields::Fields;
use crate::world::mails::Occasion;
use crate::world::{Asking, World, quota};

/// Which of the two ways to update; their bodies have the same members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    Patch,
    Put,
}

/// `PATCH` and `PUT /meetings/{id}`, on a series or an occurrence. The second part of the answer
/// says whether the site dropped an option.
pub(crate) fn update(
    world: &mut World,
    asking: &Asking<'_>,
    id: &str,
    body: &Fields,
    style: Style,
    most_in_a_day: Option<u32>,
) -> Served<(Value, bool)> {
    let which = may_change(world, asking, id, most_in_a_day)?;
    no_other_host(world, asking, body.filled("hostEmail")?)?;
    let mut meeting = world.meeting(asking, id)?.0.clone();
    let reset = style == Style::Put && asking.switches.put_omitted == Omitted::Reset;
    let dropped = change_details(&mut meeting, which, body, asking, reset)?;
    let moved = match which {
        Which::Occurrence(index) => move_occurrence(&mut meeting, index, body, asking)?,
        _ => move_series(&mut meeting, body, asking, reset)?,
    };
    if moved {
        refuse_overlap(world, asking, &meeting.occurrences, Some(&meeting.id))?;
        if asking.switches.link_on_move == LinkOnMove::Change {
            meeting.door = new_door(world, &meeting.id, &meeting.site);
        }
    }
    change_tags(&mut meeting, which, body, asking, reset)?;
    // A series that was rescheduled has occurrences of a new name; an occurrence keeps its own.
    if body.flag("sendEmail")?.unwrap_or(true) {
        mail_all(world, asking, &meeting, which, Occasion::Update);
    }
    let series = meeting.id.clone();
    world.meetings.insert(series.clone(), meeting);
    world.meeting_event(asking, "updated", &series, which);
    let zone = times::zone_or_utc(body.filled("timezone")?)?;
    let reading = Reading {
        zone,
        listed: true,
        current: false,
    };
    let shown = present(world, asking, &world.meetings[&series], which, &reading);
    Ok((shown, dropped))
}

/// Refuses bots, people who are not the host, instances, and meetings that are in progress.
fn may_change(
    world: &mut World,
    asking: &Asking<'_>,
    id: &str,
    most: Option<u32>,
) -> Served<Which> {
    no_bots(world, asking)?;
    if asking.switches.quota_counts_updates {
        quota::spend(world, asking, most)?;
    }
    let (meeting, which) = world.meeting_to_change(asking, id)?;
    let code = asking.switches.in_progress_code;
    if matches!(which, Which::Instance(_)) {
        return Err(Refusal::coded(
            code,
            format!("Meeting ID '{id}' is not allowed for this API."),
        ));
    }
    if meeting.is_running(which) {
        return Err(Refusal::coded(code, "Meeting is in progress"));
    }
    Ok(which)
}

fn change_details(
    meeting: &mut Meeting,
    which: Which,
    body: &Fields,
    asking: &Asking<'_>,
    reset: bool,
) -> Served<bool> {
    let was = meeting.details_of(which);
    let mut details = was.clone();
    if reset {
        details = options::defaults();
        // A meeting always has these; nothing says what they would be reset to.
        for name in ["title", "password"] {
            if let Some(value) = was.get(name) {
                details.insert(name.to_owned(), value.clone());
            }
        }
    }
    let dropped = options::read(body, &mut details, asking.switches)?;
    match which {
        Which::Occurrence(index) => {
            let differs =
                |(name, value): &(&String, &Value)| meeting.details.get(*name) != Some(*value);
            let changes: Map<String, Value> = details
                .iter()
                .filter(differs)
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect();
            meeting.occurrences[index].modified |= was != details;
            meeting.occurrences[index].changes = changes;
        }
        _ => meeting.details = details,
    }
    Ok(dropped)
}

impl Meeting {
    /// Title, agenda, password and options of the series or of one occurrence.
    pub(super) fn details_of(&self, which: Which) -> Map<String, Value> {
        let mut details = self.details.clone();
        if let Which::Occurrence(index) = which {
            for (name, value) in &self.occurrences[index].changes {
                details.insert(name.clone(), value.clone());
            }
        }
        details
    }
}

/// New times as a body names them; what it does not name stays.
struct NewTimes {
    start: Timestamp,
    end: Timestamp,
    named: (bool, bool),
}

impl NewTimes {
    fn read(body: &Fields, was: (Timestamp, Timestamp), asking: &Asking<'_>) -> Served<Self> {
        let zone = body.filled("timezone")?;
        let time = |name: &str| -> Served<Option<Timestamp>> {
            let text = body.filled(name)?;
            text.map(|text| times::read(text, zone, asking.switches))
                .transpose()
        };
        let (start, end) = (time("start")?, time("end")?);
        let named = (start.is_some(), end.is_some());
        let (start, end) = (start.unwrap_or(was.0), end.unwrap_or(was.1));
        let start = match named {
            (false, false) => start,
            _ => times::check(start, end, named, asking.now)?,
        };
        Ok(Self { start, end, named })
    }

    fn any(&self) -> bool {
        self.named.0 || self.named.1
    }
}

/// Changing start, end or recurrence of a series cancels its modified occurrences (meetings §6). The
/// answer is whether the times changed.
fn move_series(
    meeting: &mut Meeting,
    body: &Fields,
    asking: &Asking<'_>,
    reset: bool,
) -> Served<bool> {
    let first = meeting.occurrences.first();
    let was = first.map_or((meeting.created, meeting.created), |first| {
        (first.planned, first.planned + first.length())
    });
    let times = NewTimes::read(body, was, asking)?;
    let rule = match body.filled("recurrence")? {
        Some(rule) => Some(rule.to_owned()),
        None if reset || body.is_null("recurrence") => None,
        None => meeting.recurrence.clone(),
    };
    if let Some(zone) = body.filled("timezone")? {
        times::zone(zone)?;
        meeting.zone = zone.to_owned();
    } else if times.any() {
        meeting.zone = "UTC".to_owned();
    }
    let moved = (times.start, times.end) != was || rule != meeting.recurrence;
    if moved {
        meeting.occurrences = plan(rule.as_deref(), times.start, times.end, Some(&meeting.zone))?;
        meeting.recurrence = rule;
    }
    Ok(moved)
}

impl Occurrence {
    fn length(&self) -> jiff::SignedDuration {
        self.end.duration_since(self.start)
    }
}

/// An occurrence moves between the day of its own plan and that of the next one; the first has no
/// lower bound, the last no upper one.
fn move_occurrence(
    meeting: &mut Meeting,
    index: usize,
    body: &Fields,
    asking: &Asking<'_>,
) -> Served<bool> {
    if body.get("recurrence").is_some_and(|rule| !rule.is_null()) {
        return Err(Refusal::invalid(
            "An occurrence has no recurrence of its own.",
        ));
    }
    let occurrence = &meeting.occurrences[index];
    let was = (occurrence.start, occurrence.end);
    let times = NewTimes::read(body, was, asking)?;
    let zone = times::zone(&meeting.zone)?;
    let day = |index: usize| {
        meeting
            .occurrences
            .get(index)
            .map(|other| midnight(other.planned, &zone))
    };
    let too_early = index > 0 && day(index).is_some_and(|day| times.start < day);
    let too_late = day(index + 1).is_some_and(|day| times.start >= day);
    if times.any() && (too_early || too_late) {
        return Err(Refusal::invalid(
            "meeting.err.two_meeting_schedule_at_same_day",
        ));
    }
    let occurrence = &mut meeting.occurrences[index];
    let moved = (times.start, times.end) != was;
    occurrence.start = times.start;
    occurrence.end = times.end;
    occurrence.modified |= moved;
    Ok(moved)
}

fn midnight(instant: Timestamp, zone: &TimeZone) -> Timestamp {
    let day = instant.to_zoned(zone.clone()).start_of_day();
    day.map_or(instant, |day| day.timestamp())
}

/// Tags belong to the series and to the client that wrote them (meetings §5).
fn change_tags(
    meeting: &mut Meeting,
    which: Which,
    body: &Fields,
    asking: &Asking<'_>,
    reset: bool,
) -> Served<()> {
    let named = read_tags(body)?;
    if named.is_some() && which != Which::Series {
        return Err(Refusal::invalid(
            "Integration tags can be changed on a series only.",
        ));
    }
    let tags = match named {
        Some(tags) => tags,
        None if reset && which == Which::Series => Vec::new(),
        None => return Ok(()),
    };
    let known = meeting.tags.get(asking.client);
    if tags.is_empty() {
        meeting.tags.remove(asking.client);
    } else if known.is_none_or(|known| known.values != tags) {
        meeting.tags.insert(
            asking.client.to_owned(),
            Tags {
                values: tags,
                since: asking.now,
            },
        );
    }
    Ok(())
}

/// `DELETE /meetings/{id}`: a series with everything, or one occurrence.
pub(crate) fn delete(
    world: &mut World,
    asking: &Asking<'_>,
    id: &str,
    host_email: Option<&str>,
    send_email: bool,
    most_in_a_day: Option<u32>,
) -> Served<()> {
    no_bots(world, asking)?;
    no_other_host(world, asking, host_email)?;
    if asking.switches.quota_counts_updates {
        quota::spend(world, asking, most_in_a_day)?;
    }
    let (meeting, which) = world.meeting_to_change(asking, id)?;
    if matches!(which, Which::Instance(_)) {
        let cause = format!("Meeting ID '{id}' is not allowed for this API.");
        return Err(Refusal::coded(asking.switches.in_progress_code, cause));
    }
    let mut meeting = meeting.clone();
    world.meeting_event(asking, "deleted", &meeting.id, which);
    // Nobody needs to hear that a meeting of the past is off.
    if send_email && meeting.last_end() > asking.now {
        mail_all(world, asking, &meeting, which, Occasion::Cancellation);
    }
    if let Which::Occurrence(index) = which {
        meeting.occurrences[index].cancelled = true;
    }
    if which == Which::Series || meeting.standing().next().is_none() {
        world.meetings.remove(&meeting.id);
    } else {
        world.meetings.insert(meeting.id.clone(), meeting);
    }
    Ok(())
}
