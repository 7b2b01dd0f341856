//! Time zones in a calendar (RFC 5545 §3.6.5).

use jiff::civil::DateTime;
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
    summer: bool,
}

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

    /// The zone's rules from before `first` until `last`.
    pub(super) fn rules(&self, file: &mut Content, first: Timestamp, last: Timestamp) {
        let Some(name) = self.name() else {
            return;
        };
        file.line("BEGIN", "VTIMEZONE");
        file.line("TZID", name);
        for observance in self.observances(first, last) {
            let kind = if observance.summer {
                "DAYLIGHT"
            } else {
                "STANDARD"
            };
            let onset = observance.onset.strftime("%Y%m%dT%H%M%S").to_string();
            file.line("BEGIN", kind);
            file.line("DTSTART", &onset);
            file.line("TZOFFSETFROM", &distance(observance.before));
            file.line("TZOFFSETTO", &distance(observance.after));
            file.line("TZNAME", &observance.name);
            file.line("END", kind);
        }
        file.line("END", "VTIMEZONE");
    }

    /// The one that holds at `first`, and all that begin until `last`.
    fn observances(&self, first: Timestamp, last: Timestamp) -> Vec<Observance> {
        // `preceding` leaves out a transition at that very instant.
        let just_after = later(first);
        let current = self.zone.preceding(just_after).next();
        let current = current.map_or_else(
            || self.always(first),
            |change| Observance {
                onset: onset(&self.zone, change.timestamp()),
                before: before(&self.zone, change.timestamp()),
                after: change.offset(),
                name: change.abbreviation().to_owned(),
                summer: change.dst().is_dst(),
            },
        );
        let coming = self
            .zone
            .following(first)
            .take_while(|change| change.timestamp() <= last)
            .map(|change| Observance {
                onset: onset(&self.zone, change.timestamp()),
                before: before(&self.zone, change.timestamp()),
                after: change.offset(),
                name: change.abbreviation().to_owned(),
                summer: change.dst().is_dst(),
            });
        std::iter::once(current).chain(coming).collect()
    }

    /// A zone whose clock was never changed.
    fn always(&self, at: Timestamp) -> Observance {
        let info = self.zone.to_offset_info(at);
        Observance {
            onset: DateTime::constant(1970, 1, 1, 0, 0, 0, 0),
            before: info.offset(),
            after: info.offset(),
            name: info.abbreviation().to_owned(),
            summer: info.dst().is_dst(),
        }
    }
}

fn later(at: Timestamp) -> Timestamp {
    at.saturating_add(SignedDuration::from_nanos(1))
        .unwrap_or(at)
}

fn before(zone: &TimeZone, at: Timestamp) -> Offset {
    let earlier = at
        .saturating_sub(SignedDuration::from_nanos(1))
        .unwrap_or(at);
    zone.to_offset(earlier)
}

fn onset(zone: &TimeZone, at: Timestamp) -> DateTime {
    before(zone, at).to_datetime(at)
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
