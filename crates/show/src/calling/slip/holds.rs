//! The cues that a slip makes due in the past: an operator decides about them, and no clock.

use showcaller_event::Schedule;
use showcaller_event::model::{Cue, CueKey, Sending};

use super::applied::Slips;
use super::propose::Ground;
use crate::calling::log::{Entry, Logged};
use crate::calling::meetings::{ByItself, Meetings};

/// The cues that go by the clock later than now and that this entry, written now, makes due by now. Each
/// needs an [`Entry::Hold`] that is written with it: otherwise it is sent at once, or skipped.
#[must_use]
pub fn held_by(ground: &Ground<'_>, entry: &Entry) -> Vec<CueKey> {
    let mut slips = Slips::of(ground.log);
    let (before, _) = slips.apply(&mut ground.event.clone());
    let last = ground.log.last().map_or(0, |last| last.number);
    slips.take((last.saturating_add(1), ""), entry);
    let (after, _) = slips.apply(&mut ground.event.clone());
    held(ground, &before, &after)
}

/// The same, by the schedules before and after.
pub(super) fn held(ground: &Ground<'_>, before: &Schedule, after: &Schedule) -> Vec<CueKey> {
    let now = ground.now;
    let before = Meetings::of(ground.log, before);
    let after = Meetings::of(ground.log, after);
    let becomes_due = |cue: &&Cue| {
        cue.to.iter().any(|to| {
            let (old, new) = (before.due(cue, to), after.due(cue, to));
            matches!((old, new), (ByItself::At(old), ByItself::At(new)) if new <= now && now < old)
        })
    };
    let cues = ground.event.cues.iter();
    let by_clock = cues.filter(|cue| cue.send != Sending::ByCall && !cue.two_people);
    let open = by_clock.filter(|cue| !ground.log.iter().any(|it| decides(it, cue)));
    let held = open.filter(becomes_due).map(|cue| cue.key.clone());
    held.collect()
}

/// Whether a person decided about this cue already, so that it goes by no clock.
fn decides(logged: &Logged, cue: &Cue) -> bool {
    let decision = matches!(
        logged.entry,
        Entry::Go { .. }
            | Entry::Hold { .. }
            | Entry::Skip { .. }
            | Entry::Again { .. }
            | Entry::Recall { .. }
    );
    let of = logged.entry.cue().filter(|_| decision);
    of.is_some_and(|of| *of == cue.key || cue.previously.contains(of))
}
