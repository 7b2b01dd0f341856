//! Time zones in a calendar (RFC 5545 §3.6.5).

use std::ops::RangeInclusive;

use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};

use super::content::Content;

/// Writes instants in one zone.
pub(super) struct Stamps {
    zone: TimeZone,
}

/// A stretch of time in which the clock keeps one distance to UTC.
struct Observance {
    /// The local time at which it begins, as the clock showed it before.
    onset: DateTime,
    before: Offset,
    after: Offset,
    name: String,
    daylight: bool,
    /// When it begins in every year from that of its onset on.
    yearly: Option<Yearly>,
}

/// A weekday of a month, as in the second Sunday of March; -1 is the last.
#[derive(Clone, Copy)]
struct Yearly {
    month: i8,
    nth: i8,
    weekday: Weekday,
}

/// For how many years after an event a rule must hold to be one: the fourth Sunday is often the last.
const YEARS_AFTER: i16 = 12;

impl Stamps {
    pub(super) fn of(zone: &TimeZone) -> Self {
        Self { zone: zone.clone() }
    }

    /// Its IANA name; without one, or where it is UTC itself, times are written in UTC.
    pub(super) fn name(&self) -> Option<&str> {
        let name = self.zone.iana_name()?;
        (!matches!(name, "UTC" | "Etc/UTC" | "Etc/Unknown")).then_some(name)
    }

    /// An instant: parameters behind the property's name, and the value.
    ///
    /// A local time that the clock shows twice means the first of the two (RFC 5545 §3.3.5); the
    /// second is therefore written in UTC.
    pub(super) fn moment(&self, at: Timestamp) -> (String, String) {
        let utc = || (String::new(), at.strftime("%Y%m%dT%H%M%SZ").to_string());
        let Some(name) = self.name() else {
            return utc();
        };
        let local = at.to_zoned(self.zone.clone()).datetime();
        match self.zone.to_zoned(local) {
            Ok(read) if read.timestamp() == at => (
                format!(";TZID={name}"),
                local.strftime("%Y%m%dT%H%M%S").to_string(),
            ),
            _ => utc(),
        }
    }

    /// The zone's rules for the years of `first` to `last`, and for one more on each side, so that both
    /// kinds are there: some programs take no zone without `STANDARD`.
    pub(super) fn rules(&self, file: &mut Content, first: Timestamp, last: Timestamp) {
        file.line("BEGIN", "VTIMEZONE");
        file.line("TZID", self.name().unwrap_or("UTC"));
        for observance in self.observances(first, last) {
            let kind = match observance.daylight {
                true => "DAYLIGHT",
                false => "STANDARD",
            };
            let onset = observance.onset.strftime("%Y%m%dT%H%M%S").to_string();
            file.line("BEGIN", kind);
            file.line("DTSTART", &onset);
            if let Some(yearly) = observance.yearly {
                file.line("RRULE", &yearly.rule());
            }
            file.line("TZOFFSETFROM", &distance(observance.before));
            file.line("TZOFFSETTO", &distance(observance.after));
            file.line("TZNAME", &observance.name);
            file.line("END", kind);
        }
        file.line("END", "VTIMEZONE");
    }

    fn observances(&self, first: Timestamp, last: Timestamp) -> Vec<Observance> {
        let year = |at: Timestamp| at.to_zoned(self.zone.clone()).year();
        let (from, until) = (year(first) - 1, year(last) + 1);
        let mut changes = self.changes(from, until + YEARS_AFTER);
        if let Some(yearly) = yearly(&changes, from..=until + YEARS_AFTER) {
            return yearly.into();
        }
        changes.retain(|change| change.onset.year() <= until);
        let mut all = vec![self.before(first, changes.first())];
        all.append(&mut changes);
        all
    }

    /// The changes of the clock in these years.
    fn changes(&self, from: i16, until: i16) -> Vec<Observance> {
        let year_before = Date::new(from - 1, 1, 1).and_then(|day| day.in_tz("UTC"));
        self.zone
            .following(year_before.map_or(Timestamp::MIN, |day| day.timestamp()))
            .map(|change| self.change(change.timestamp()))
            .skip_while(|change| change.onset.year() < from)
            .take_while(|change| change.onset.year() <= until)
            .collect()
    }

    fn change(&self, at: Timestamp) -> Observance {
        let before = self.zone.to_offset_info(just_before(at));
        let info = self.zone.to_offset_info(at);
        Observance {
            onset: before.offset().to_datetime(at),
            before: before.offset(),
            after: info.offset(),
            name: info.abbreviation().to_owned(),
            // By the zone data, Ireland has standard time in summer. Programs expect it in winter.
            daylight: match before.dst() == info.dst() {
                true => info.dst().is_dst(),
                false => info.offset() > before.offset(),
            },
            yearly: None,
        }
    }

    /// What holds until the next change, or at `at` if there is none, as if it had always held.
    fn before(&self, at: Timestamp, next: Option<&Observance>) -> Observance {
        let change = next.and_then(|next| next.before.to_timestamp(next.onset).ok());
        let info = self.zone.to_offset_info(change.map_or(at, just_before));
        Observance {
            onset: DateTime::constant(1970, 1, 1, 0, 0, 0, 0),
            before: info.offset(),
            after: info.offset(),
            name: info.abbreviation().to_owned(),
            daylight: next.is_some_and(|next| !next.daylight && next.after < next.before),
            yearly: None,
        }
    }
}

fn just_before(at: Timestamp) -> Timestamp {
    at.saturating_sub(SignedDuration::from_nanos(1))
        .unwrap_or(at)
}

/// The first year's two changes, if they come in each of these years by the same rules.
fn yearly(changes: &[Observance], years: RangeInclusive<i16>) -> Option<[Observance; 2]> {
    let first = changes.first_chunk::<2>()?;
    let pairs = || changes.chunks(2);
    let years = pairs().map(|pair| pair[0].onset.year()).eq(years);
    let like_the_first = pairs().all(|pair| {
        let alike = |(one, other): (&Observance, &Observance)| {
            let facts = |it: &Observance| (it.before, it.after, it.onset.time());
            facts(one) == facts(other) && one.onset.year() == pair[0].onset.year()
        };
        pair.len() == 2 && pair.iter().zip(first).all(alike)
    });
    if !years || !like_the_first {
        return None;
    }
    let rule = |place: usize| {
        let days: Vec<Date> = pairs().map(|pair| pair[place].onset.date()).collect();
        let yearly = Yearly::of(&days)?;
        Some(Observance {
            name: first[place].name.clone(),
            yearly: Some(yearly),
            ..first[place]
        })
    };
    Some([rule(0)?, rule(1)?])
}

impl Yearly {
    /// The rule that all these days follow.
    fn of(days: &[Date]) -> Option<Self> {
        let first = days.first()?;
        let nth = |day: &Date| (day.day() - 1) / 7 + 1;
        let all = |holds: &dyn Fn(&Date) -> bool| days.iter().all(holds);
        let is_last = all(&|day| day.day() + 7 > day.days_in_month());
        let regular = all(&|day| (day.month(), day.weekday()) == (first.month(), first.weekday()))
            && (is_last || all(&|day| nth(day) == nth(first)));
        regular.then(|| Self {
            month: first.month(),
            nth: if is_last { -1 } else { nth(first) },
            weekday: first.weekday(),
        })
    }

    fn rule(self) -> String {
        let day = match self.weekday {
            Weekday::Monday => "MO",
            Weekday::Tuesday => "TU",
            Weekday::Wednesday => "WE",
            Weekday::Thursday => "TH",
            Weekday::Friday => "FR",
            Weekday::Saturday => "SA",
            Weekday::Sunday => "SU",
        };
        format!("FREQ=YEARLY;BYMONTH={};BYDAY={}{day}", self.month, self.nth)
    }
}

/// `+0200`, with seconds where history has them.
fn distance(offset: Offset) -> String {
    let seconds = offset.seconds();
    let sign = if seconds < 0 { '-' } else { '+' };
    let seconds = seconds.unsigned_abs();
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if rest == 0 {
        format!("{sign}{hours:02}{minutes:02}")
    } else {
        format!("{sign}{hours:02}{minutes:02}{rest:02}")
    }
}
