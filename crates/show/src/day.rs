//! Days, as they are said.

use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday};
use showcaller_event::Event;
use showcaller_event::language::Concept;

use crate::lexicon::Meaning;
use crate::reading::{Piece, Says};

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
}

impl DayWord {
    fn of_concept(concept: Concept) -> Option<Self> {
        Some(match concept {
            Concept::Today => Self::FromToday(0),
            Concept::Tomorrow => Self::FromToday(1),
            Concept::DayAfter => Self::FromToday(2),
            Concept::Yesterday => Self::FromToday(-1),
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

/// Day 2: the one that is called so, else the second.
fn numbered(event: &Event, number: u32) -> Option<Date> {
    let number_of = |text: &str| {
        let digits = text.trim_start_matches(|letter: char| !letter.is_ascii_digit());
        digits.parse::<u32>().ok()
    };
    let called = event.days.iter().find(|day| {
        [day.title.as_str(), day.id.as_str()]
            .into_iter()
            .any(|name| number_of(name) == Some(number))
    });
    let place = usize::try_from(number).ok()?.checked_sub(1)?;
    called.or_else(|| event.days.get(place)).map(|day| day.date)
}

/// Makes days of the pieces that name one.
pub(crate) fn days_of(pieces: &mut Vec<Piece>, text: &str) {
    let mut at = 0;
    while at < pieces.len() {
        if let Some((day, length)) = day_at(&pieces[at..], text) {
            let end = pieces[at + length - 1].at.end;
            let piece = Piece {
                says: Says::Day(day),
                at: pieces[at].at.start..end,
            };
            pieces.splice(at..at + length, [piece]);
        } else if let Says::Concept(Concept::Month(_)) = pieces[at].says {
            // "may" and "mars" are not always months.
            pieces[at].says = Says::Concept(Concept::Filler);
        }
        at += 1;
    }
}

/// The day that the first pieces name, and how many they are.
fn day_at(pieces: &[Piece], text: &str) -> Option<(DayWord, usize)> {
    if let Says::Event(Meaning::Day(place)) = pieces[0].says {
        return Some((DayWord::OfEvent(place), 1));
    }
    if let Says::Concept(concept) = pieces[0].says
        && let Some(day) = DayWord::of_concept(concept)
    {
        return Some((day, 1));
    }
    numeric_date(pieces, text)
        .or_else(|| date_with_month(pieces))
        .or_else(|| numbered_day(pieces))
}

/// 4/10, 04.10.2027, 2027-10-04.
fn numeric_date(pieces: &[Piece], text: &str) -> Option<(DayWord, usize)> {
    let numbers: Vec<u32> = pieces
        .iter()
        .take(3)
        .map_while(|piece| match piece.says {
            Says::Number(number) => Some(number),
            _ => None,
        })
        .collect();
    let joined = |place: usize| {
        let between = text.get(pieces[place].at.end..pieces.get(place + 1)?.at.start)?;
        ["/", "-", "."].contains(&between).then_some(between)
    };
    let small = |number: u32| i8::try_from(number).ok();
    let mark = joined(0)?;
    match *numbers.as_slice() {
        [first, month, last] if joined(1) == Some(mark) => {
            let (year, day) = if first > 31 {
                (first, last)
            } else {
                (last, first)
            };
            let year = i16::try_from(if year < 100 { 2000 + year } else { year }).ok()?;
            Some((
                DayWord::Date {
                    day: small(day)?,
                    month: small(month)?,
                    year: Some(year),
                },
                3,
            ))
        }
        [day, month, ..] if (1..=31).contains(&day) && (1..=31).contains(&month) && mark == "/" => {
            Some((
                DayWord::Date {
                    day: small(day)?,
                    month: small(month)?,
                    year: None,
                },
                2,
            ))
        }
        _ => None,
    }
}

/// 4 October, October 4, the 4th of October.
fn date_with_month(pieces: &[Piece]) -> Option<(DayWord, usize)> {
    let mut day = None;
    let mut month = None;
    let mut length = 0;
    for (place, piece) in pieces.iter().take(4).enumerate() {
        match piece.says {
            Says::Concept(Concept::Month(number)) if month.is_none() => month = Some(number),
            Says::Concept(Concept::Filler) if place > 0 => continue,
            ref says => match (number_in(says), day) {
                (Some(number @ 1..=31), None) => day = i8::try_from(number).ok(),
                _ => break,
            },
        }
        length = place + 1;
        if month.is_some() && day.is_some() {
            break;
        }
    }
    let (day, month) = (day?, month?);
    let year = pieces.get(length).and_then(|piece| match piece.says {
        Says::Number(number @ 1900..=9999) => i16::try_from(number).ok(),
        _ => None,
    });
    Some((
        DayWord::Date { day, month, year },
        length + usize::from(year.is_some()),
    ))
}

/// Day 2, second day.
fn numbered_day(pieces: &[Piece]) -> Option<(DayWord, usize)> {
    let [first, second, ..] = pieces else {
        return None;
    };
    let number = match (&first.says, &second.says) {
        // In Dutch, "dag" is a greeting, too.
        (Says::Concept(Concept::Day | Concept::Hello), number) => number_in(number)?,
        (number @ Says::Concept(Concept::Number(_)), Says::Concept(Concept::Day)) => {
            number_in(number)?
        }
        _ => return None,
    };
    Some((DayWord::Numbered(number), 2))
}

pub(crate) fn number_in(says: &Says) -> Option<u32> {
    match says {
        Says::Number(number) => Some(*number),
        Says::Concept(Concept::Number(number)) => Some(u32::from(*number)),
        _ => None,
    }
}
