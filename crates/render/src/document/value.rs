//! What stands in a cell or beside a label.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use showcaller_event::markdown::plain;

use crate::count;

/// A value, with what it takes to write it in each format.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing is known.
    None,
    /// A text.
    Text(String),
    /// A number.
    Number(i64),
    /// A time of the day.
    Time(Timestamp),
    /// A day and a time of it.
    Moment(Timestamp),
    /// How long; below zero is early.
    Duration(SignedDuration),
    /// A state, in a word.
    State(Mark, String),
}

/// What a state means to its reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// As it should be.
    Good,
    /// Of no concern.
    Quiet,
    /// To be looked at.
    Late,
    /// Not as it should be.
    Wrong,
}

impl Value {
    /// A text.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A count of things.
    #[must_use]
    pub fn count(number: usize) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }

    /// In words, on one line.
    pub(super) fn words(&self, zone: &TimeZone) -> String {
        let at = |at: &Timestamp| at.to_zoned(zone.clone());
        match self {
            Self::None => "–".to_owned(),
            Self::Text(text) | Self::State(_, text) => plain(text),
            Self::Number(number) => number.to_string(),
            Self::Time(time) => count::clock(&at(time)),
            Self::Moment(time) => at(time).strftime("%a %-d %b %H:%M").to_string(),
            Self::Duration(length) => duration(*length),
        }
    }
}

/// `0.4 s`, `40 s`, `−2 min`
fn duration(length: SignedDuration) -> String {
    let sign = if length.is_negative() { "−" } else { "" };
    let size = length.abs();
    let exact = size < SignedDuration::from_secs(10) && size.subsec_millis() > 0;
    match exact {
        true => format!("{sign}{:.1} s", size.as_secs_f64()),
        false => format!("{sign}{}", count::span(size)),
    }
}
