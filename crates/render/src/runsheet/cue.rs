//! What the sheet says of one cue.

use jiff::Zoned;
use showcaller_event::markdown::plain;
use showcaller_event::model::{Cue, CueRecipient, DayId, Sending};
use showcaller_event::{Event, Schedule};

use crate::calling::audience;

/// A cue, for those of its recipients to whom it is due at one time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CueRow {
    pub(super) name: String,
    pub(super) day: Option<DayId>,
    /// `None` for one that goes only by call.
    pub(super) at: Option<Zoned>,
    pub(super) whom: String,
    pub(super) how: &'static str,
    pub(super) to: Vec<CueRecipient>,
}

/// Every cue, by the schedule; one whose recipients get it at several times is several rows.
pub(super) fn rows(event: &Event, schedule: &Schedule) -> Vec<CueRow> {
    let cues = event.cues.iter();
    cues.flat_map(|cue| rows_of(cue, event, schedule)).collect()
}

fn rows_of(cue: &Cue, event: &Event, schedule: &Schedule) -> Vec<CueRow> {
    let due = cue
        .to
        .iter()
        .map(|to| (cue.due(to, schedule), &to.recipient));
    let mut due: Vec<(Option<Zoned>, &CueRecipient)> = due.collect();
    due.sort_by(|(one, _), (next, _)| one.cmp(next));
    let row = |due: &[(Option<Zoned>, &CueRecipient)]| {
        let to: Vec<&CueRecipient> = due.iter().map(|(_, to)| *to).collect();
        CueRow {
            name: plain(&cue.key.to_string()),
            day: cue.key.day.clone(),
            at: due[0].0.clone(),
            whom: audience(event, &to),
            how: match (cue.send, cue.two_people) {
                (_, true) => "by call, by two people",
                (Sending::ByCall, false) => "by call",
                (Sending::ByClock, false) => "by clock",
            },
            to: to.into_iter().cloned().collect(),
        }
    };
    due.chunk_by(|(one, _), (next, _)| one == next)
        .map(row)
        .collect()
}
