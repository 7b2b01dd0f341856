//! Reads the times of a calendar file by what stands in the file alone (RFC 5545 §3.6.5).

use std::collections::BTreeMap;

use jiff::civil::{DateTime, Weekday, date};
use jiff::tz::{Offset, TimeZone};

use super::Instants;

/// A part of the file's zone: an offset from UTC and when it begins to hold.
#[derive(Debug)]
struct Observance {
    first: DateTime,
    /// Month, which one, and weekday, where it begins in every year.
    yearly: Option<(i8, i8, Weekday)>,
    offset: Offset,
}

impl Observance {
    fn read(lines: &BTreeMap<&str, &str>) -> Option<Self> {
        let yearly = match lines.get("RRULE") {
            Some(rule) => {
                let rule = rule.strip_prefix("FREQ=YEARLY;BYMONTH=")?;
                let (month, day) = rule.split_once(";BYDAY=")?;
                let (nth, weekday) = day.split_at_checked(day.len().checked_sub(2)?)?;
                let names = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
                let place = (0..).zip(names).find(|(_, name)| *name == weekday)?.0;
                let weekday = Weekday::from_monday_zero_offset(place).ok()?;
                Some((month.parse().ok()?, nth.parse().ok()?, weekday))
            }
            None => None,
        };
        Some(Self {
            first: lines.get("DTSTART")?.parse().ok()?,
            yearly,
            offset: offset(lines.get("TZOFFSETTO")?)?,
        })
    }

    /// When it last began, by the clock that ended then.
    fn latest_onset(&self, until: DateTime) -> Option<DateTime> {
        let Some((month, nth, weekday)) = self.yearly else {
            return Some(self.first).filter(|first| *first <= until);
        };
        let in_year = |year: i16| {
            let day = date(year, month, 1).nth_weekday_of_month(nth, weekday);
            Some(day.ok()?.to_datetime(self.first.time()))
        };
        let onsets = [until.year() - 1, until.year()].into_iter().map(in_year);
        let mut onsets: Vec<_> = onsets.flatten().collect();
        onsets.retain(|onset| (self.first..=until).contains(onset));
        onsets.pop()
    }
}

/// `+0530`
fn offset(text: &str) -> Option<Offset> {
    let number: i32 = text.get(..5)?.parse().ok()?;
    let minutes = number / 100 * 60 + number % 100;
    Offset::from_seconds(minutes * 60).ok()
}

/// Start and end of each event of the file, by its UID; `None` if something in it cannot be read.
pub(super) fn read(file: &str) -> Option<BTreeMap<String, Instants>> {
    let unfolded = file.replace("\r\n ", "");
    let mut observances = Vec::new();
    let mut events = BTreeMap::new();
    let mut lines = BTreeMap::new();
    for line in unfolded.lines() {
        let (name, value) = line.split_once(':')?;
        match (name, value) {
            ("BEGIN", _) => lines.clear(),
            ("END", "STANDARD" | "DAYLIGHT") => observances.push(Observance::read(&lines)?),
            ("END", "VEVENT") => {
                let time = |name| instant(&lines, name, &observances);
                let times = (time("DTSTART")?, time("DTEND")?);
                events.insert((*lines.get("UID")?).to_owned(), times);
            }
            _ => {
                lines.insert(name, value);
            }
        }
    }
    Some(events)
}

/// The last onset before a local time decides what it means.
fn instant(
    lines: &BTreeMap<&str, &str>,
    name: &str,
    zone: &[Observance],
) -> Option<jiff::Timestamp> {
    let (property, value) = lines
        .iter()
        .find(|(property, _)| property.split(';').next() == Some(name))?;
    let local: DateTime = value.trim_end_matches('Z').parse().ok()?;
    if value.ends_with('Z') {
        return Some(local.to_zoned(TimeZone::UTC).ok()?.timestamp());
    }
    property.split_once(";TZID=")?;
    let begun = zone
        .iter()
        .filter_map(|part| Some((part.latest_onset(local)?, part.offset)));
    let (_, offset) = begun.max_by_key(|(onset, _)| *onset)?;
    offset.to_timestamp(local).ok()
}
