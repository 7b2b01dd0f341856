//! Cues that would say something else now than when they were sent. They are not sent again: the operators
//! are told.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use showcaller_event::markdown::inert;
use showcaller_event::model::CueKey;
use showcaller_show::{Board, CueStatus, DeliveryState, Entry, RecipientState};

use super::compose;
use crate::messages::{Outgoing, digest};
use crate::show::Show;

/// What was sent longer ago is over.
const LATELY: SignedDuration = SignedDuration::from_hours(18);

/// A cue that would say something else now.
pub(super) struct Changed {
    /// What it is told by, once.
    pub(super) about: String,
    /// What is told.
    pub(super) line: String,
}

/// The cues that were sent lately and would say something else now.
pub(super) fn changed(show: &Show, board: &Board<'_>, now: Timestamp) -> Vec<Changed> {
    let corrected: BTreeSet<(&CueKey, u32)> = show
        .log
        .iter()
        .filter_map(|it| corrected(&it.entry))
        .collect();
    let cues = board.cues.iter();
    let cues = cues.filter(|cue| !corrected.contains(&(&cue.key, cue.generation)));
    cues.filter_map(|cue| of_cue(show, cue, now)).collect()
}

fn corrected(entry: &Entry) -> Option<(&CueKey, u32)> {
    match entry {
        Entry::Correct {
            cue, generation, ..
        } => Some((cue, *generation)),
        _ => None,
    }
}

fn of_cue(show: &Show, cue: &CueStatus<'_>, now: Timestamp) -> Option<Changed> {
    let mut recipients = 0;
    let mut says = String::new();
    for to in &cue.recipients {
        let Some(delivery) = to.delivery.filter(|it| {
            to.state == RecipientState::Delivered(DeliveryState::Sent)
                && now.duration_since(it.since) < LATELY
        }) else {
            continue;
        };
        let sent = show
            .row_of(delivery)
            .and_then(|row| Outgoing::read(&row.body).ok());
        let Some(sent) = sent.and_then(|sent| sent.digest) else {
            continue;
        };
        let Ok((message, _)) = compose::message(&show.in_force, cue.cue, to.to) else {
            continue;
        };
        let says_now = digest(&message.markdown);
        if says_now != sent {
            recipients += 1;
            says = says_now;
        }
    }
    let key = &cue.key;
    let whom = match recipients {
        0 => return None,
        1 => "one recipient".to_owned(),
        several => format!("{several} recipients"),
    };
    Some(Changed {
        about: format!("changed/{key}/{}/{says}", cue.generation),
        line: format!(
            "**{}** would say something else now than when it was sent to {whom}. `again {key}` sends it \
             once more.",
            inert(&key.to_string())
        ),
    })
}
