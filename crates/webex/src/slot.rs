//! When a meeting is: as Webex is told, and as Webex tells.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use serde::Serialize;

/// Start and end of a meeting as they are sent: with their offset from UTC
/// (`2027-10-06T10:00:00+02:00`), and beside them the name of the zone they are meant in
/// (meetings §2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Slot {
    start: String,
    end: String,
    timezone: String,
}

impl Slot {
    /// From `start` to `end`, both in the zone of `start`; in UTC if that zone has no IANA name.
    /// Parts of a second are cut off: Webex counts in minutes.
    #[must_use]
    pub fn new(start: &Zoned, end: &Zoned) -> Self {
        let named = start.time_zone().iana_name().is_some();
        let zone = if named {
            start.time_zone().clone()
        } else {
            TimeZone::UTC
        };
        let text = |instant: Timestamp| {
            let local = instant.to_zoned(zone.clone());
            local.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
        };
        Self {
            start: text(start.timestamp()),
            end: text(end.timestamp()),
            timezone: zone.iana_name().unwrap_or("UTC").to_owned(),
        }
    }
}

/// The instant that Webex means by `text`: with `Z` or an offset, or, separated by a blank or a
/// `T`, local in `zone`, the name that the answer gives (UTC if it gives none that is known).
/// `None` if it is none of these.
pub(crate) fn instant(text: &str, zone: Option<&str>) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(instant) = text.parse() {
        return Some(instant);
    }
    // A bare day would be midnight for the parser: a guess that Webex does not make.
    let local: DateTime = text.contains(':').then(|| text.parse().ok())??;
    let zone = zone
        .and_then(|name| TimeZone::get(name).ok())
        .unwrap_or(TimeZone::UTC);
    Some(local.to_zoned(zone).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::utc("2027-10-06T08:00:00Z", None)]
    #[case::millis("2027-10-06T08:00:00.000Z", None)]
    #[case::offset("2027-10-06T16:00:00+08:00", Some("Europe/Brussels"))]
    #[case::zero_offset("2027-10-06T08:00:00+00:00", None)]
    #[case::local("2027-10-06 10:00:00", Some("Europe/Brussels"))]
    #[case::local_with_t("2027-10-06T10:00:00", Some("Europe/Brussels"))]
    #[case::local_without_zone("2027-10-06 08:00:00", None)]
    #[case::local_in_an_unknown_zone("2027-10-06 08:00:00", Some("Mars/Olympus"))]
    #[case::blanks(" 2027-10-06T08:00:00Z ", None)]
    fn every_spelling_of_an_instant_is_read(#[case] text: &str, #[case] zone: Option<&str>) {
        let expected: Timestamp = "2027-10-06T08:00:00Z".parse().expect("a timestamp");
        assert_eq!(instant(text, zone), Some(expected));
    }

    #[rstest]
    #[case("")]
    #[case("tomorrow")]
    #[case("2027-10-06")]
    #[case("2027-02-30 10:00:00")]
    fn what_is_no_instant_is_none(#[case] text: &str) {
        assert_eq!(instant(text, None), None);
    }

    #[test]
    fn a_slot_names_offset_and_zone_also_across_the_change_of_clocks() {
        let start: Zoned = "2027-10-31T01:30:00+02:00[Europe/Brussels]"
            .parse()
            .expect("zoned");
        let end: Zoned = "2027-10-31T01:30:00+00:00[UTC]".parse().expect("zoned");
        insta::assert_json_snapshot!(Slot::new(&start, &end), @r#"
        {
          "start": "2027-10-31T01:30:00+02:00",
          "end": "2027-10-31T02:30:00+01:00",
          "timezone": "Europe/Brussels"
        }
        "#);
    }

    #[test]
    fn what_is_sent_is_the_instant_that_was_meant_at_any_hour_of_the_year() {
        let mut start: Zoned = "2027-01-01T00:00:00[Europe/Brussels]"
            .parse()
            .expect("zoned");
        while start.year() == 2027 {
            let slot = Slot::new(&start, &start);
            assert_eq!(
                instant(&slot.start, None),
                Some(start.timestamp()),
                "{start}"
            );
            start = start.saturating_add(jiff::SignedDuration::from_mins(30));
        }
    }

    #[test]
    fn a_zone_without_a_name_becomes_utc() {
        let zone = TimeZone::fixed(jiff::tz::offset(-3));
        let start = Timestamp::UNIX_EPOCH.to_zoned(zone);
        insta::assert_json_snapshot!(Slot::new(&start, &start), @r#"
        {
          "start": "1970-01-01T00:00:00+00:00",
          "end": "1970-01-01T00:00:00+00:00",
          "timezone": "UTC"
        }
        "#);
    }
}
