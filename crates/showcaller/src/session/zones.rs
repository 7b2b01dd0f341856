//! The machine's own zone data, which Showcaller does not go by: only to say where they differ.

use std::path::PathBuf;

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use showcaller_event::{Event, Schedule};

use crate::environment;

/// What the machine has under the name of a known zone; nothing where it keeps none in files.
pub(crate) fn of_machine(name: &str) -> Option<TimeZone> {
    let folder = environment::get(environment::ZONE_FOLDER)
        .map_or_else(|| PathBuf::from("/usr/share/zoneinfo"), PathBuf::from);
    let data = std::fs::read(folder.join(name)).ok()?;
    TimeZone::tzif(name, &data).ok()
}

/// A note on the first time of the event that the machine's zone data see otherwise.
pub(crate) fn disagreement(event: &Event, machine: &TimeZone) -> Option<String> {
    let zone = TimeZone::get(&event.timezone).ok()?;
    let otherwise = |at: &Timestamp| zone.to_offset(*at) != machine.to_offset(*at);
    let at = instants(event, &zone).into_iter().find(otherwise)?;
    let (ours, theirs) = (at.to_zoned(zone), at.to_zoned(machine.clone()));
    Some(format!(
        "when it is {} in {}, this machine's own zone data say {}. Showcaller goes by its own data, \
         everywhere; other programs on this machine may show other times. Update the older of the two.",
        ours.strftime("%H:%M on %Y-%m-%d"),
        event.timezone,
        theirs.strftime("%H:%M"),
    ))
}

/// The instants that matter: of meetings and cues, in order, and then both ends of each day.
fn instants(event: &Event, zone: &TimeZone) -> Vec<Timestamp> {
    let meetings = event.meetings.iter();
    let meetings = meetings.flat_map(|meeting| [&meeting.start, &meeting.end]);
    let schedule = Schedule::planned(event);
    let cues = event.cues.iter();
    let cues = cues.flat_map(|cue| cue.to.iter().filter_map(|to| cue.due(to, &schedule)));
    let days = event.days.iter().flat_map(|day| {
        let midnight = day.date.to_zoned(zone.clone()).ok();
        let next = midnight
            .as_ref()
            .and_then(|day| day.checked_add(1.day()).ok());
        [midnight, next].into_iter().flatten()
    });
    let mut times: Vec<_> = meetings.cloned().chain(cues).collect();
    times.sort();
    let zoned = times.into_iter().chain(days);
    zoned.map(|at| at.timestamp()).collect()
}
