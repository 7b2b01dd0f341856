//! Days, as they are said.

use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday};
use showcaller_event::Event;
use showcaller_event::language::Concept;
use showcaller_event::model::Day;

/// A day that was named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DayWord {
    /// So many days from today.
    FromToday(i8),
    Weekday(Weekday),
    /// A date; without a year, where the numbers leave open which is the month, the day stands first.
    Date {
        day: i8,
        month: i8,
        year: Option<i16>,
    },
    /// A day of the event, by its place.
    OfEvent(usize),
    /// Day 2.
    Numbered(u32),
    /// The last of the event.
    Last,
}

impl DayWord {
    pub(crate) fn of_concept(concept: Concept) -> Option<Self> {
        Some(match concept {
            Concept::Today => Self::FromToday(0),
            Concept::Tomorrow => Self::FromToday(1),
            Concept::DayAfter => Self::FromToday(2),
            Concept::Yesterday => Self::FromToday(-1),
            Concept::LastDay => Self::Last,
            Concept::Weekday(number) => {
                Self::Weekday(Weekday::from_monday_one_offset(number).ok()?)
            }
            _ => return None,
        })
    }

    /// The date that is meant, `None` if there is no such date. A weekday, or a date without a year, is
    /// that of a day of the event where there is one, else the next after today.
    pub(crate) fn date(self, event: &Event, today: Date) -> Option<Date> {
        match self {
            Self::FromToday(days) => today.checked_add(i64::from(days).days()).ok(),
            Self::Weekday(weekday) => {
                let fits = |date: &Date| date.weekday() == weekday;
                of_event(event, today, fits).or_else(|| {
                    if today.weekday() == weekday {
                        Some(today)
                    } else {
                        today.nth_weekday(1, weekday).ok()
                    }
                })
            }
            Self::Date {
                day,
                month,
                year: Some(year),
            } => Date::new(year, month, day).ok(),
            Self::Date {
                day,
                month,
                year: None,
            } => {
                let is = |date: &Date, day, month| date.day() == day && date.month() == month;
                of_event(event, today, |date| is(date, day, month))
                    .or_else(|| of_event(event, today, |date| is(date, month, day)))
                    .or_else(|| {
                        let in_year = |year| Date::new(year, month, day).ok();
                        let this = in_year(today.year()).filter(|date| *date >= today);
                        this.or_else(|| in_year(today.year() + 1))
                    })
            }
            Self::OfEvent(place) => event.days.get(place).map(|day| day.date),
            Self::Numbered(number) => numbered(event, number),
            Self::Last => event.days.last().map(|day| day.date),
        }
    }
}

/// The day of the event that fits: today's or the next, else the last before.
fn of_event(event: &Event, today: Date, fits: impl Fn(&Date) -> bool) -> Option<Date> {
    let dates = || {
        event
            .days
            .iter()
            .map(|day| day.date)
            .filter(|date| fits(date))
    };
    dates()
        .find(|date| *date >= today)
        .or_else(|| dates().last())
}

/// Day 2: the one that is called so, else the second if that is not called after another number.
fn numbered(event: &Event, number: u32) -> Option<Date> {
    let number_of = |text: &str| {
        let digits = text.trim_start_matches(|letter: char| !letter.is_ascii_digit());
        digits.parse::<u32>().ok()
    };
    let numbers = |day: &Day| [day.title.as_str(), day.id.as_str()].map(number_of);
    let called = |day: &&Day| numbers(day).contains(&Some(number));
    let place = usize::try_from(number).ok()?.checked_sub(1)?;
    let at_place = event.days.get(place);
    let day = event.days.iter().find(called);
    let day = day.or_else(|| at_place.filter(|day| numbers(day) == [None, None]));
    day.map(|day| day.date)
}
