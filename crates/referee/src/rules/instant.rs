//! Dates and times as Webex reads them.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// A date and time in any ISO 8601 form that Webex's examples use: with an
/// offset, or local with a zone beside it (meetings §2). Seconds are cut off, as
/// Webex does.
pub(super) fn minute(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let instant = exact(text).or_else(|| {
        let local: DateTime = text.parse().ok()?;
        zone.to_timestamp(local).ok()
    })?;
    let past_minute = instant.as_second().rem_euclid(60);
    let whole = Timestamp::from_second(instant.as_second()).ok()?;
    whole
        .checked_sub(SignedDuration::from_secs(past_minute))
        .ok()
}

/// A date and time that says its offset.
pub(super) fn exact(text: &str) -> Option<Timestamp> {
    text.parse().ok()
}

/// Whether the text is a date or a date and time, with or without offset.
pub(super) fn is_date(text: &str) -> bool {
    exact(text).is_some() || text.parse::<DateTime>().is_ok()
}

/// The zone of that IANA name. Bare offsets, which jiff would take as well, are
/// no names.
pub(super) fn zone(name: &str) -> Option<TimeZone> {
    let zone = TimeZone::get(name).ok()?;
    zone.iana_name().is_some().then_some(zone)
}
