//! When the event is served: from an hour before a day's first meeting or cue until an hour after its last.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use showcaller_event::model::DayId;
use showcaller_event::{Event, Schedule};

use crate::dice::Dice;

const MARGIN: SignedDuration = SignedDuration::from_hours(1);
/// A day runs late by no more than this, by slips and overruns.
const LATE: SignedDuration = SignedDuration::from_hours(1);
/// A night is no longer.
const NIGHT: SignedDuration = SignedDuration::from_hours(20);

/// The times at which the event is served, in their order. One night that the seed draws is played through.
pub(super) fn spans(event: &Event, seed: u64) -> Vec<(Timestamp, Timestamp)> {
    let mut days: BTreeMap<&DayId, (Timestamp, Timestamp)> = BTreeMap::new();
    let mut add = |day, from: Timestamp, until: Timestamp| {
        let span = days.entry(day).or_insert((from, until));
        *span = (span.0.min(from), span.1.max(until));
    };
    for meeting in &event.meetings {
        let (start, end) = (meeting.start.timestamp(), meeting.end.timestamp());
        add(&meeting.day, start, end);
    }
    let schedule = Schedule::planned(event);
    for cue in &event.cues {
        let Some(day) = &cue.key.day else { continue };
        for due in cue.to.iter().filter_map(|to| cue.due(to, &schedule)) {
            add(day, due.timestamp(), due.timestamp());
        }
    }
    let mut spans: Vec<(Timestamp, Timestamp)> = days
        .into_values()
        .map(|(from, until)| (from - MARGIN, until + LATE + MARGIN))
        .collect();
    spans.sort_unstable();
    let nights: Vec<usize> = (1..spans.len())
        .filter(|place| spans[*place].0.duration_since(spans[place - 1].1) < NIGHT)
        .collect();
    let night = Dice::of(seed, 2).one_of(&nights).copied();
    let mut joined: Vec<(Timestamp, Timestamp)> = Vec::new();
    for (place, span) in spans.into_iter().enumerate() {
        match joined.last_mut() {
            Some(last) if night == Some(place) || span.0 <= last.1 => last.1 = last.1.max(span.1),
            _ => joined.push(span),
        }
    }
    joined
}

/// These and an hour around each of those times, those with less than an hour between them joined.
pub(super) fn with(
    spans: Vec<(Timestamp, Timestamp)>,
    times: impl Iterator<Item = Timestamp>,
) -> Vec<(Timestamp, Timestamp)> {
    let around = times.map(|at| (at - MARGIN, at + MARGIN));
    let mut all: Vec<(Timestamp, Timestamp)> = spans.into_iter().chain(around).collect();
    all.sort_unstable();
    all.dedup_by(|next, last| {
        let joins = next.0.duration_since(last.1) < MARGIN;
        if joins {
            last.1 = last.1.max(next.1);
        }
        joins
    });
    all
}
