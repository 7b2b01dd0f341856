//! Where a text names a day.

use showcaller_event::language::Concept;

use crate::day::DayWord;
use crate::lexicon::Meaning;
use crate::piece::{Piece, Says, number_in};

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
        .or_else(|| numbered_day(pieces, text))
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
fn numbered_day(pieces: &[Piece], text: &str) -> Option<(DayWord, usize)> {
    let [first, second, ..] = pieces else {
        return None;
    };
    // In "dag 6/10" and "day 6 October" it is a date that follows.
    let rest = &pieces[1..];
    if numeric_date(rest, text)
        .or_else(|| date_with_month(rest))
        .is_some()
    {
        return None;
    }
    // In Dutch, "dag" is a greeting, too.
    let is_dag = |piece: &Piece| text[piece.at.clone()].eq_ignore_ascii_case("dag");
    let is_day = |piece: &Piece| match piece.says {
        Says::Concept(Concept::Day) => true,
        Says::Concept(Concept::Hello) => is_dag(piece),
        _ => false,
    };
    let number = match &first.says {
        _ if is_day(first) => number_in(&second.says)?,
        number @ Says::Concept(Concept::Number(_)) if is_day(second) => number_in(number)?,
        _ => return None,
    };
    Some((DayWord::Numbered(number), 2))
}
