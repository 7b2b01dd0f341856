//! What the slips of the show log make of an event.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{Timestamp, Zoned};
use showcaller_event::model::{Anchor, Cue, CueKey, MeetingKey};
use showcaller_event::{Event, Schedule};

use super::value::{Shift, Slip, Times, minutes};
use crate::calling::log::{Entry, Logged};

/// What the show log says of slips and of meetings that are run by hand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Slips {
    /// Slips in the log's order, with their numbers.
    slips: Vec<(i64, Slip)>,
    /// Their numbers, by the keys of their entries.
    numbers: BTreeMap<String, i64>,
    /// The slips that were undone, in the order in which they were, each after how many slips.
    undone: Vec<(usize, i64)>,
    /// The meetings for which slips ended, each after how many of them.
    ended: Vec<(usize, MeetingKey)>,
    detached: BTreeSet<MeetingKey>,
}

/// What slips made of an event.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Applied {
    /// The meetings that some slip moved, also if all of them were undone, by today's key.
    pub meetings: BTreeMap<MeetingKey, Slipped>,
    /// The meetings whose times the file changed after a slip, which therefore counts no more for them.
    pub ended: BTreeSet<MeetingKey>,
    /// The meetings that are run by hand, by today's key.
    pub detached: BTreeSet<MeetingKey>,
}

/// A meeting that was moved by slips.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slipped {
    /// When it was without them.
    pub planned: Times,
    /// When it is.
    pub now: Times,
    /// Every time at which it ever was since the first of them, these two included.
    pub ever: BTreeSet<Times>,
}

impl Slipped {
    /// Whether it is elsewhere than without slips.
    #[must_use]
    pub fn is_moved(&self) -> bool {
        self.now != self.planned
    }
}

impl Slips {
    /// What the log says, in the order of its numbers.
    #[must_use]
    pub fn of(log: &[Logged]) -> Self {
        let mut slips = Self::default();
        for logged in log {
            slips.take((logged.number, &logged.key), &logged.entry);
        }
        slips
    }

    /// One more entry of the log.
    pub(super) fn take(&mut self, (number, key): (i64, &str), entry: &Entry) {
        match entry {
            Entry::Slip { slip } => {
                self.slips.push((number, slip.clone()));
                self.numbers.insert(key.to_owned(), number);
            }
            Entry::UndoSlip { slip, .. } => {
                let number = self.numbers.get(slip).copied();
                if let Some(number) = number.filter(|it| !self.is_undone(*it)) {
                    self.undone.push((self.slips.len(), number));
                }
            }
            Entry::EndSlips { meetings } => {
                let after = self.slips.len();
                self.ended
                    .extend(meetings.iter().map(|it| (after, it.clone())));
            }
            Entry::Detach { meeting } => {
                self.detached.insert(meeting.clone());
            }
            Entry::Attach { meeting } => {
                self.detached.remove(meeting);
            }
            _ => {}
        }
    }

    /// Every slip with its number, and whether it was undone.
    pub fn all(&self) -> impl Iterator<Item = (i64, &Slip, bool)> {
        let slips = self.slips.iter();
        slips.map(|(number, slip)| (*number, slip, self.is_undone(*number)))
    }

    /// Whether nothing was moved or detached, ever.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.slips.is_empty() && self.detached.is_empty()
    }

    fn is_undone(&self, number: i64) -> bool {
        self.undone.iter().any(|(_, undone)| *undone == number)
    }

    /// Puts the meetings of an event, which has its planned times, where the slips moved them. The
    /// schedule has the cues that moved, too.
    pub fn apply(&self, event: &mut Event) -> (Schedule, Applied) {
        let mut applied = Applied::default();
        for meeting in &mut event.meetings {
            let names = || std::iter::once(&meeting.key).chain(&meeting.previously);
            if names().any(|name| self.detached.contains(name)) {
                applied.detached.insert(meeting.key.clone());
            }
            let planned = Times::of(meeting);
            let ended = self.ended.iter().rev();
            let mut ended = ended.filter(|(_, of)| names().any(|name| name == of));
            let counted_from = ended.next().map_or(0, |(after, _)| *after);
            let mut moves = BTreeMap::new();
            for (number, slip) in &self.slips[counted_from..] {
                let mut own = slip.meetings.iter();
                let Some(own) = own.find(|own| names().any(|name| *name == own.meeting)) else {
                    continue;
                };
                if own.planned == planned {
                    let (start, end) = (own.start_by, own.end_by);
                    moves.insert(*number, Shift { start, end });
                } else if !self.is_undone(*number) {
                    applied.ended.insert(meeting.key.clone());
                }
            }
            if let Some(slipped) = self.slipped(planned, &moves) {
                meeting.start = at(slipped.now.start, &meeting.start);
                meeting.end = at(slipped.now.end, &meeting.end);
                applied.meetings.insert(meeting.key.clone(), slipped);
            }
        }
        let mut schedule = Schedule::planned(event);
        for cue in &event.cues {
            if let Some(by) = self.cue_moved(cue) {
                schedule.move_cue(cue.key.clone(), minutes(by));
            }
        }
        (schedule, applied)
    }

    /// Where the moves put a meeting, one after the other; `None` if there are none.
    fn slipped(&self, planned: Times, moves: &BTreeMap<i64, Shift>) -> Option<Slipped> {
        if moves.is_empty() {
            return None;
        }
        let mut ever = BTreeSet::from([planned]);
        let (mut sum, mut now) = (Shift::default(), planned);
        let mut step = |number: &i64, sign: i64| {
            let Some(by) = moves.get(number) else { return };
            sum.start = sum.start.saturating_add(sign.saturating_mul(by.start));
            sum.end = sum.end.saturating_add(sign.saturating_mul(by.end));
            now = planned.moved(sum).unwrap_or(now);
            ever.insert(now);
        };
        let mut undone = self.undone.iter().peekable();
        for (place, (number, _)) in self.slips.iter().enumerate() {
            while let Some((_, number)) = undone.next_if(|(after, _)| *after <= place) {
                step(number, -1);
            }
            step(number, 1);
        }
        for (_, number) in undone {
            step(number, -1);
        }
        Some(Slipped { planned, now, ever })
    }

    /// By how many minutes a cue with a time of its own has moved.
    fn cue_moved(&self, cue: &Cue) -> Option<i64> {
        let planned = planned(cue)?.timestamp();
        let mut moved = None;
        for (_, slip, _) in self.all().filter(|(_, _, undone)| !undone) {
            let names = |key: &CueKey| *key == cue.key || cue.previously.contains(key);
            let own = slip.cues.iter();
            let own = own.filter(|own| own.planned == planned && names(&own.cue));
            let by: i64 = own.map(|own| own.by).sum();
            if by != 0 {
                moved = Some(moved.unwrap_or(0) + by);
            }
        }
        moved
    }
}

impl Applied {
    /// The event without the slips, from the event with them.
    #[must_use]
    pub fn planned(&self, event: &Event) -> Event {
        let mut event = event.clone();
        for meeting in &mut event.meetings {
            if let Some(slipped) = self.meetings.get(&meeting.key) {
                meeting.start = at(slipped.planned.start, &meeting.start);
                meeting.end = at(slipped.planned.end, &meeting.end);
            }
        }
        event
    }

    /// The meetings that are elsewhere than without slips.
    pub fn moved(&self) -> impl Iterator<Item = (&MeetingKey, &Slipped)> {
        self.meetings
            .iter()
            .filter(|(_, slipped)| slipped.is_moved())
    }
}

/// An instant in the zone of another.
fn at(instant: Timestamp, zone: &Zoned) -> Zoned {
    instant.to_zoned(zone.time_zone().clone())
}

/// When a cue with a time of its own is due without slips.
pub(super) fn planned(cue: &Cue) -> Option<&Zoned> {
    cue.to.iter().find_map(|to| match &to.anchor {
        Some(Anchor::At(at)) => Some(at),
        _ => None,
    })
}
