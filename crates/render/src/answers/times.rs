//! Times as they are said: 24 hours, by one clock or two.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{ToSpan, Zoned};
use showcaller_show::{Ahead, Zones};

use super::phrases::Phrases;
use crate::count::clock;

/// `09:00–09:30`
fn range(start: &Zoned, end: &Zoned) -> String {
    format!("{}–{}", clock(start), clock(end))
}

/// The same under this date, with the weekday before it where it begins on another one; with the whole
/// date where the weekday alone could be that of another week.
pub(super) fn range_under(date: Date, start: &Zoned, end: &Zoned, phrases: &Phrases) -> String {
    let times = range(start, end);
    match date.until(start.date()).map(|apart| apart.get_days().abs()) {
        Ok(0) => times,
        Ok(1..7) => format!("{} {times}", (phrases.weekday)(start.date())),
        _ => format!("{} {times}", (phrases.date)(start.date())),
    }
}

/// The same on a second clock, with the weekday where that is another one.
pub(super) fn beside(start: &Zoned, end: &Zoned, zone: &TimeZone, phrases: &Phrases) -> String {
    let there = start.with_time_zone(zone.clone());
    let times = range(&there, &end.with_time_zone(zone.clone()));
    if there.date() == start.date() {
        times
    } else {
        format!("{} {times}", (phrases.weekday)(there.date()))
    }
}

/// A time of day, with that on the second clock in brackets.
pub(super) fn moment(time: &Zoned, zones: &Zones, phrases: &Phrases) -> String {
    let Some(zone) = &zones.beside else {
        return clock(time);
    };
    let there = time.with_time_zone(zone.clone());
    if there.date() == time.date() {
        format!("{} ({})", clock(time), clock(&there))
    } else {
        let weekday = (phrases.weekday)(there.date());
        format!("{} ({weekday} {})", clock(time), clock(&there))
    }
}

/// Of which zones the times are.
pub(super) fn zone(zones: &Zones, phrases: &Phrases) -> String {
    let main = name(&zones.main);
    match &zones.beside {
        Some(beside) => (phrases.times_in_both)(&main, &name(beside)),
        None => (phrases.times_in)(&main),
    }
}

fn name(zone: &TimeZone) -> String {
    match zone.iana_name() {
        Some(name) => name.replace('_', " "),
        None => zone
            .to_fixed_offset()
            .map_or_else(|_| "UTC".to_owned(), |offset| format!("UTC{offset}")),
    }
}

/// When something begins, as seen from now: `in 5 minutes`, `tomorrow at 09:00`.
pub(super) fn ahead(start: &Zoned, ahead: &Ahead, phrases: &Phrases) -> String {
    // The minutes are rounded up, so this is the present minute.
    let today = start
        .checked_sub(ahead.minutes.minutes())
        .map_or_else(|_| start.date(), |now| now.date());
    // Who asks shortly before midnight is helped by no date.
    if start.date() == today || ahead.minutes < 60 {
        (phrases.in_minutes)(ahead.minutes)
    } else if today.tomorrow().is_ok_and(|date| date == start.date()) {
        (phrases.tomorrow_at)(&clock(start))
    } else {
        (phrases.on_date_at)(start.date(), &clock(start))
    }
}
