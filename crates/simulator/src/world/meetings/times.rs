//! Reading and writing the times of meetings (meetings §2).

use jiff::civil::DateTime;
use jiff::fmt::temporal::{DateTimeParser, PiecesOffset};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Timestamp, ToSpan};

use crate::refusal::{Refusal, Served};
use crate::switches::{DstFold, DstGap, Switches, WrongOffset};

const PAST: &str = "Parameter 'start' or 'end' is before current time";
const SHORTEST: SignedDuration = SignedDuration::from_mins(10);
const LONGEST: SignedDuration = SignedDuration::from_mins(23 * 60 + 59);

/// The zone with an IANA name.
pub(super) fn zone(name: &str) -> Served<TimeZone> {
    TimeZone::get(name).map_err(|_| Refusal::invalid(format!("'{name}' is no time zone.")))
}

/// The zone named by somebody, or UTC.
pub(crate) fn zone_or_utc(name: Option<&str>) -> Served<TimeZone> {
    name.filter(|name| !name.is_empty())
        .map_or(Ok(TimeZone::UTC), zone)
}

/// The start or end of a meeting: with an offset, or local to the zone that came with it. Seconds
/// are cut off.
pub(super) fn read(text: &str, zone_name: Option<&str>, switches: &Switches) -> Served<Timestamp> {
    let zone = zone_or_utc(zone_name)?;
    let (local, offset) = pieces(text)?;
    let instant = match offset {
        None => in_zone(local, &zone, switches)?,
        Some(seconds) => {
            let instant = shifted(local, seconds)?;
            let contradicted = zone_name.is_some() && zone.to_offset(instant).seconds() != seconds;
            match switches.wrong_offset {
                WrongOffset::Timezone if contradicted => in_zone(local, &zone, switches)?,
                _ => instant,
            }
        }
    };
    Ok(whole_minute(instant))
}

/// A bound of a window; without an offset it is in UTC. Its seconds count.
pub(crate) fn read_instant(text: &str) -> Served<Timestamp> {
    let (local, offset) = pieces(text)?;
    shifted(local, offset.unwrap_or(0))
}

/// `+` in an address means a blank, so the sign of an offset often arrives as one.
fn pieces(text: &str) -> Served<(DateTime, Option<i32>)> {
    let bad = || Refusal::invalid(format!("'{text}' is no time in an ISO 8601 form."));
    let mut iso = text.trim().to_owned();
    if let Some(at) = iso
        .char_indices()
        .skip(11)
        .find(|(_, c)| *c == ' ')
        .map(|(at, _)| at)
    {
        iso.replace_range(at..=at, "+");
    }
    let pieces = DateTimeParser::new()
        .parse_pieces(&iso)
        .map_err(|_| bad())?;
    let local = pieces.date().to_datetime(pieces.time().unwrap_or_default());
    let offset = pieces.offset().map(|offset| match offset {
        PiecesOffset::Numeric(numeric) => numeric.offset().seconds(),
        _ => 0,
    });
    Ok((local, offset))
}

fn shifted(local: DateTime, seconds: i32) -> Served<Timestamp> {
    let utc = TimeZone::UTC
        .to_timestamp(local)
        .and_then(|instant| instant.checked_sub(seconds.seconds()));
    utc.map_err(|_| Refusal::invalid("The time is out of range."))
}

fn in_zone(local: DateTime, zone: &TimeZone, switches: &Switches) -> Served<Timestamp> {
    let meant = zone.to_ambiguous_timestamp(local);
    let instant = if matches!(meant.offset(), AmbiguousOffset::Gap { .. }) {
        match switches.dst_gap {
            DstGap::Later => meant.compatible(),
            DstGap::Refused => {
                return Err(Refusal::invalid(format!(
                    "The local time {local} does not exist in the time zone."
                )));
            }
        }
    } else {
        match switches.dst_fold {
            DstFold::Earlier => meant.earlier(),
            DstFold::Later => meant.later(),
        }
    };
    instant.map_err(|_| Refusal::invalid("The time is out of range."))
}

fn whole_minute(instant: Timestamp) -> Timestamp {
    let seconds = instant.as_second();
    Timestamp::from_second(seconds - seconds.rem_euclid(60)).unwrap_or(instant)
}

/// Refuses what lies in the past, more than ten years ahead, or is too short or long. A start in
/// the present minute moves to the next one, which is the start to use. `start_is_new` and
/// `end_is_new` say which of them the caller named.
pub(super) fn check(
    start: Timestamp,
    end: Timestamp,
    (start_is_new, end_is_new): (bool, bool),
    now: Timestamp,
) -> Served<Timestamp> {
    let this_minute = whole_minute(now);
    if (start_is_new && start < this_minute) || (end_is_new && end < this_minute) {
        return Err(Refusal::invalid(PAST));
    }
    let start = if start_is_new && start == this_minute {
        start + SignedDuration::from_mins(1)
    } else {
        start
    };
    let horizon = now.to_zoned(TimeZone::UTC).checked_add(10.years());
    if horizon.is_ok_and(|horizon| start >= horizon.timestamp()) {
        return Err(Refusal::invalid(
            "A meeting must start less than 10 years from now.",
        ));
    }
    let length = end.duration_since(start);
    if length < SHORTEST || length > LONGEST {
        return Err(Refusal::invalid(
            "A meeting lasts from 10 minutes to 23 hours 59 minutes.",
        ));
    }
    Ok(start)
}

/// An instant as the meetings side writes it: to the second, with `Z` or an offset.
pub(super) fn write(instant: Timestamp, zone: &TimeZone) -> String {
    if *zone == TimeZone::UTC || zone.iana_name() == Some("UTC") {
        return instant.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    }
    let zoned = instant.to_zoned(zone.clone());
    zoned.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a timestamp")
    }

    #[rstest]
    #[case(
        "2027-10-06T10:00:00+02:00",
        Some("Europe/Brussels"),
        "2027-10-06T08:00:00Z"
    )]
    #[case("2027-10-06T10:00:59.5+02:00", None, "2027-10-06T08:00:00Z")]
    #[case("2027-10-06 10:00:00", Some("Europe/Brussels"), "2027-10-06T08:00:00Z")]
    #[case("2027-10-06T10:00", None, "2027-10-06T10:00:00Z")]
    #[case("2027-10-06T10:00:00Z", None, "2027-10-06T10:00:00Z")]
    #[case("2027-10-06T10:00:00 02:00", None, "2027-10-06T08:00:00Z")]
    fn any_usual_form_of_a_time_is_read(
        #[case] text: &str,
        #[case] zone: Option<&str>,
        #[case] meant: &str,
    ) {
        assert_eq!(read(text, zone, &Switches::default()).unwrap(), at(meant));
    }

    #[test]
    fn a_contradiction_of_offset_and_zone_is_settled_by_the_switch() {
        let text = "2027-10-06T10:00:00+00:00";
        let offset = read(text, Some("Europe/Brussels"), &Switches::default()).unwrap();
        assert_eq!(offset, at("2027-10-06T10:00:00Z"));
        let switches = Switches::with(["wrong-offset=timezone"]).unwrap();
        assert_eq!(
            read(text, Some("Europe/Brussels"), &switches).unwrap(),
            at("2027-10-06T08:00:00Z")
        );
    }

    #[test]
    fn a_skipped_and_a_repeated_hour_are_settled_by_their_switches() {
        let brussels = Some("Europe/Brussels");
        let (gap, fold) = ("2027-03-28T02:30:00", "2027-10-31T02:30:00");
        let usual = Switches::default();
        assert_eq!(
            read(gap, brussels, &usual).unwrap(),
            at("2027-03-28T01:30:00Z")
        );
        assert_eq!(
            read(fold, brussels, &usual).unwrap(),
            at("2027-10-31T00:30:00Z")
        );
        let other = Switches::with(["dst-gap=refused", "dst-fold=later"]).unwrap();
        assert_eq!(read(gap, brussels, &other).unwrap_err().status, 400);
        assert_eq!(
            read(fold, brussels, &other).unwrap(),
            at("2027-10-31T01:30:00Z")
        );
    }

    #[rstest]
    #[case::too_short("2027-10-06T10:00:00Z", "2027-10-06T10:09:00Z", false)]
    #[case::ten_minutes("2027-10-06T10:00:00Z", "2027-10-06T10:10:00Z", true)]
    #[case::longest("2027-10-06T10:00:00Z", "2027-10-07T09:59:00Z", true)]
    #[case::too_long("2027-10-06T10:00:00Z", "2027-10-07T10:00:00Z", false)]
    #[case::reversed("2027-10-06T10:00:00Z", "2027-10-06T09:00:00Z", false)]
    #[case::past("2027-09-30T10:00:00Z", "2027-09-30T11:00:00Z", false)]
    #[case::too_far("2037-10-06T10:00:00Z", "2037-10-06T11:00:00Z", false)]
    fn times_have_bounds(#[case] start: &str, #[case] end: &str, #[case] allowed: bool) {
        let now = at("2027-10-01T08:00:30Z");
        assert_eq!(
            check(at(start), at(end), (true, true), now).is_ok(),
            allowed
        );
    }

    #[test]
    fn a_start_in_the_present_minute_moves_to_the_next() {
        let now = at("2027-10-01T08:00:30Z");
        let start = check(
            at("2027-10-01T08:00:00Z"),
            at("2027-10-01T09:00:00Z"),
            (true, true),
            now,
        );
        assert_eq!(start.unwrap(), at("2027-10-01T08:01:00Z"));
    }
}
