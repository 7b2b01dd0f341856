//! When a series happens, by its recurrence rule (meetings §2; RFC 2445 §4.3.10, in part).
//!
//! FREQ, INTERVAL, COUNT, UNTIL, BYDAY (weekly; monthly with a position) and BYMONTHDAY are read.
//! Of several BYDAY or BYMONTHDAY values in a monthly or yearly rule only the first counts, as on
//! Webex.

use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::refusal::{Refusal, Served};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Every {
    Day,
    Week,
    Month,
    Year,
}

#[derive(Debug)]
struct Rule {
    every: Every,
    interval: i64,
    count: usize,
    until: Option<Timestamp>,
    days: Vec<(i8, Weekday)>,
    month_day: Option<i8>,
}

/// The starts of the series whose first start is `first`, the first one included.
pub(super) fn starts(rule: &str, first: Timestamp, zone: &TimeZone) -> Served<Vec<Timestamp>> {
    let rule = Rule::read(rule, zone)
        .ok_or_else(|| Refusal::invalid("'recurrence' is no rule that can be read."))?;
    let local = first.to_zoned(zone.clone()).datetime();
    let horizon = local.checked_add(5.years()).unwrap_or(DateTime::MAX);
    let mut starts = Vec::new();
    for step in 0.. {
        let Some(days) = rule.days_of(local.date(), step) else {
            break;
        };
        for day in days.into_iter().filter(|day| *day >= local.date()) {
            let at = day.to_datetime(local.time());
            let Ok(instant) = zone.to_timestamp(at) else {
                return Ok(starts);
            };
            let over = rule.until.is_some_and(|until| instant > until) || at > horizon;
            if over || starts.len() >= rule.count {
                return Ok(starts);
            }
            starts.push(instant);
        }
    }
    Ok(starts)
}

impl Rule {
    fn read(text: &str, zone: &TimeZone) -> Option<Self> {
        let mut every = None;
        let mut rule = Self {
            every: Every::Day,
            interval: 1,
            count: usize::MAX,
            until: None,
            days: Vec::new(),
            month_day: None,
        };
        for part in text
            .trim_start_matches("RRULE:")
            .split(';')
            .filter(|part| !part.is_empty())
        {
            let (name, value) = part.split_once('=')?;
            match name {
                "FREQ" => every = Some(frequency(value)?),
                "INTERVAL" => {
                    rule.interval = value.parse().ok().filter(|interval| *interval > 0)?
                }
                "COUNT" => rule.count = value.parse().ok().filter(|count| *count > 0)?,
                "UNTIL" => rule.until = Some(until(value, zone)?),
                "BYDAY" => rule.days = value.split(',').map(weekday).collect::<Option<_>>()?,
                "BYMONTHDAY" => rule.month_day = Some(value.split(',').next()?.parse().ok()?),
                "WKST" => {}
                _ => return None,
            }
        }
        rule.every = every?;
        // An endless series, too, ends somewhere (meetings §2).
        rule.count = rule.count.min(match rule.every {
            Every::Day => 1826,
            Every::Week => 261,
            Every::Month => 60,
            Every::Year => 5,
        });
        Some(rule)
    }

    /// The days of the `step`-th day, week, month or year; `None` at the end of the calendar.
    fn days_of(&self, first: Date, step: i64) -> Option<Vec<Date>> {
        let ahead = step.checked_mul(self.interval)?;
        match self.every {
            Every::Day => Some(vec![first.checked_add(ahead.days()).ok()?]),
            Every::Week => {
                let monday = first
                    .checked_sub(i64::from(first.weekday().to_monday_zero_offset()).days())
                    .ok()?;
                let week = monday.checked_add(ahead.weeks()).ok()?;
                let own = vec![(0, first.weekday())];
                let days = if self.days.is_empty() {
                    &own
                } else {
                    &self.days
                };
                let mut days: Vec<Date> = days
                    .iter()
                    .filter_map(|(_, day)| {
                        week.checked_add(i64::from(day.to_monday_zero_offset()).days())
                            .ok()
                    })
                    .collect();
                days.sort_unstable();
                Some(days)
            }
            Every::Month => {
                let month = first.first_of_month().checked_add(ahead.months()).ok()?;
                Some(self.day_of_month(first, month).into_iter().collect())
            }
            Every::Year => {
                let month = first.first_of_month().checked_add(ahead.years()).ok()?;
                Some(self.day_of_month(first, month).into_iter().collect())
            }
        }
    }

    /// A month without such a day is passed over.
    fn day_of_month(&self, first: Date, month: Date) -> Option<Date> {
        match (self.days.first(), self.month_day) {
            (Some((nth, day)), _) if *nth != 0 => month.nth_weekday_of_month(*nth, *day).ok(),
            (_, Some(-1)) => Some(month.last_of_month()),
            (_, day) => Date::new(month.year(), month.month(), day.unwrap_or(first.day())).ok(),
        }
    }
}

fn frequency(text: &str) -> Option<Every> {
    match text {
        "DAILY" => Some(Every::Day),
        "WEEKLY" => Some(Every::Week),
        "MONTHLY" => Some(Every::Month),
        "YEARLY" => Some(Every::Year),
        _ => None,
    }
}

fn weekday(text: &str) -> Option<(i8, Weekday)> {
    let (nth, day) = text.split_at_checked(text.len().checked_sub(2)?)?;
    let day = match day {
        "MO" => Weekday::Monday,
        "TU" => Weekday::Tuesday,
        "WE" => Weekday::Wednesday,
        "TH" => Weekday::Thursday,
        "FR" => Weekday::Friday,
        "SA" => Weekday::Saturday,
        "SU" => Weekday::Sunday,
        _ => return None,
    };
    let nth = if nth.is_empty() { 0 } else { nth.parse().ok()? };
    Some((nth, day))
}

/// `20270101T000000Z`, the same without `Z` (local), or a bare date (its whole day).
fn until(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    if let Ok(local) = DateTime::strptime("%Y%m%dT%H%M%SZ", text) {
        return TimeZone::UTC.to_timestamp(local).ok();
    }
    if let Ok(local) = DateTime::strptime("%Y%m%dT%H%M%S", text) {
        return zone.to_timestamp(local).ok();
    }
    let day = Date::strptime("%Y%m%d", text).ok()?;
    zone.to_timestamp(day.at(23, 59, 59, 0)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::days("FREQ=DAILY;INTERVAL=2;COUNT=3", "0928 0930 1002")]
    #[case::week("FREQ=WEEKLY;COUNT=2", "0928 1005")]
    #[case::weekdays("FREQ=WEEKLY;BYDAY=TU,TH;COUNT=4", "0928 0930 1005 1007")]
    #[case::month_day("FREQ=MONTHLY;BYMONTHDAY=28,29;COUNT=2", "0928 1028")]
    #[case::last_tuesday("FREQ=MONTHLY;BYDAY=-1TU;COUNT=3", "0928 1026 1130")]
    #[case::until("FREQ=DAILY;UNTIL=20270930T080000Z", "0928 0929 0930")]
    fn a_rule_gives_its_days(#[case] rule: &str, #[case] days: &str) {
        let zone = TimeZone::get("Europe/Brussels").unwrap();
        let starts = starts(rule, "2027-09-28T08:00:00Z".parse().unwrap(), &zone).unwrap();
        let starts: Vec<String> = starts
            .iter()
            .map(|start| start.strftime("%m%d").to_string())
            .collect();
        assert_eq!(starts.join(" "), days);
    }

    #[test]
    fn the_local_time_stays_when_the_clocks_change() {
        let zone = TimeZone::get("Europe/Brussels").unwrap();
        let starts = starts(
            "FREQ=WEEKLY;COUNT=2",
            "2027-10-26T08:00:00Z".parse().unwrap(),
            &zone,
        )
        .unwrap();
        assert_eq!(starts[1], "2027-11-02T09:00:00Z".parse().unwrap());
    }

    #[test]
    fn an_endless_series_is_cut() {
        let count = |rule| {
            starts(
                rule,
                "2027-10-26T08:00:00Z".parse().unwrap(),
                &TimeZone::UTC,
            )
            .unwrap()
            .len()
        };
        assert_eq!(count("FREQ=YEARLY"), 5);
        assert_eq!(count("FREQ=MONTHLY"), 60);
        assert_eq!(count("FREQ=WEEKLY"), 261);
        assert_eq!(count("FREQ=DAILY"), 1826);
    }

    #[rstest]
    fn what_is_no_rule_is_refused(
        #[values("", "DAILY", "FREQ=HOURLY", "FREQ=DAILY;COUNT=0", "FREQ=DAILY;X=1")] rule: &str,
    ) {
        assert!(starts(rule, Timestamp::UNIX_EPOCH, &TimeZone::UTC).is_err());
    }
}
