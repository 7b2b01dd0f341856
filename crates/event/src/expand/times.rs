//! Times of day become instants; the two nights on which clocks change are said.

use std::ops::Range;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::AmbiguousOffset;
use jiff::{Timestamp, ToSpan, Zoned};

use super::frame::Frame;
use crate::diagnostics::{At, Diagnostics};
use crate::grammar::DayTime;

impl Frame<'_> {
    /// The instant of a time of the day of this date.
    pub(super) fn day_time(
        &self,
        date: Date,
        at: &At<DayTime>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Zoned> {
        let date = date
            .checked_add(i64::from(at.value.days_later).days())
            .ok()?;
        self.instant(date, at.value.time, &at.span, diagnostics)
    }

    /// The instant at which the event's clocks show this time. Where they show it never or twice,
    /// that is an error, and the value a near one.
    pub(super) fn instant(
        &self,
        date: Date,
        time: Time,
        span: &Range<usize>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Zoned> {
        let wanted = date.to_datetime(time);
        let ambiguous = self.zone.to_ambiguous_zoned(wanted);
        let offset = ambiguous.offset();
        let zoned = ambiguous.compatible().ok()?;
        let clock = wanted.strftime("%H:%M");
        let zone = self.zone.iana_name().unwrap_or("this zone");
        let message = match offset {
            AmbiguousOffset::Unambiguous { .. } => return Some(zoned),
            AmbiguousOffset::Gap { .. } => {
                format!("{clock} does not exist on {date} in {zone}: the clocks are put forward")
            }
            AmbiguousOffset::Fold { .. } => {
                format!("{clock} comes twice on {date} in {zone}: the clocks are put back")
            }
        };
        let hint = match offset {
            AmbiguousOffset::Gap { before, after } => {
                let change = self.zone.preceding(zoned.timestamp() + 1.second()).next();
                change.map(|change| between(change.timestamp(), before, after))
            }
            AmbiguousOffset::Fold { before, after } => {
                let change = self.zone.following(zoned.timestamp()).next();
                change.map(|change| between(change.timestamp(), after, before))
            }
            AmbiguousOffset::Unambiguous { .. } => None,
        };
        diagnostics
            .error("time/clocks", span.clone(), message)
            .hint_if(hint);
        Some(zoned)
    }
}

/// The hour to stay clear of.
fn between(change: Timestamp, first: jiff::tz::Offset, last: jiff::tz::Offset) -> String {
    let clock = |at: DateTime| at.strftime("%H:%M").to_string();
    let (from, to) = (first.to_datetime(change), last.to_datetime(change));
    format!(
        "take a time before {} or from {} on",
        clock(from),
        clock(to)
    )
}
