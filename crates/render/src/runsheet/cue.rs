//! What the sheet says of one cue.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{Timestamp, Zoned};
use showcaller_event::markdown::plain;
use showcaller_event::model::{Cue, CueRecipient, DayId, RoomKey, Sending};
use showcaller_event::{Event, Schedule};

use super::room::RoomRow;
use super::whom;
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
pub(super) fn rows(event: &Event, schedule: &Schedule, rooms: &[RoomRow]) -> Vec<CueRow> {
    let cues = event.cues.iter();
    cues.flat_map(|cue| rows_of(cue, (event, schedule), rooms))
        .collect()
}

fn rows_of(cue: &Cue, (event, schedule): (&Event, &Schedule), rooms: &[RoomRow]) -> Vec<CueRow> {
    type Due<'a> = (Option<Zoned>, Vec<&'a CueRecipient>);
    let mut times: BTreeMap<Option<Timestamp>, Due<'_>> = BTreeMap::new();
    for to in &cue.to {
        let at = cue.due(to, schedule);
        let key = at.as_ref().map(Zoned::timestamp);
        let (_, recipients) = times.entry(key).or_insert((at, Vec::new()));
        recipients.push(&to.recipient);
    }
    let row = |(at, recipients): Due<'_>| CueRow {
        name: plain(&cue.key.to_string()),
        day: cue.key.day.clone(),
        at,
        whom: match keys(&recipients) {
            Some(keys) => whom::rooms(rooms, &keys),
            None => audience(event, &recipients),
        },
        how: match (cue.send, cue.two_people) {
            (_, true) => "by call, by two people",
            (Sending::ByCall, false) => "by call",
            (Sending::ByClock, false) => "by clock",
        },
        to: recipients.into_iter().cloned().collect(),
    };
    times.into_values().map(row).collect()
}

/// The rooms, if all of them are rooms.
fn keys(recipients: &[&CueRecipient]) -> Option<BTreeSet<RoomKey>> {
    let key = |recipient: &&CueRecipient| match recipient {
        CueRecipient::Room(room) => Some(room.clone()),
        CueRecipient::Person(_) => None,
    };
    recipients.iter().map(key).collect()
}
