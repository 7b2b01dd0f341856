//! Tells for every difference who moved what, and leaves alone what is to be kept as on Webex.
//!
//! A kept difference is remembered as one that Webex bent: asked for as the file has it, answered
//! as Webex has it. Once file or Webex moves on, it is a difference again.

use showcaller_event::model::Address;

use super::{Draft, Scene};
use crate::drift::{Keep, Moved, Mover};
use crate::fields::{self, Change, Field, Fields, Settled};
use crate::known::KnownResource;

/// One thing that is there, with what is wanted of it and what was seen.
pub(super) struct There<'a> {
    /// Today's address.
    pub(super) address: &'a Address,
    /// What people call it.
    pub(super) what: &'a str,
    /// What the ledger says of it.
    pub(super) entry: Option<&'a KnownResource>,
    /// Whether an answer that Webex bent in its own way is no difference.
    pub(super) bends: bool,
}

impl There<'_> {
    /// The settings that have to change. Who moved them is noted.
    pub(super) fn changes(
        &self,
        scene: &Scene<'_>,
        wanted: &Fields,
        seen: &Fields,
        draft: &mut Draft,
    ) -> Vec<Change> {
        let kept = self.entry.map(|entry| &entry.kept.fields);
        let is_kept = |field: Field| kept.is_some_and(|kept| kept.contains(&field));
        let repaired = scene.wishes.repair.takes(self.address);
        if repaired && kept.is_some_and(|kept| !kept.is_empty()) {
            draft.repairs.insert(self.address.clone());
        }
        let settled = self.entry.map(|entry| &entry.settled);
        // What Webex bent is forgiven; of the rest, only what is kept.
        let mut forgiven = settled.cloned().unwrap_or_default();
        forgiven.asked.retain(|field, _| match is_kept(*field) {
            true => !repaired,
            false => self.bends,
        });
        let changes = fields::changes(wanted, seen, Some(&forgiven));
        let plain = fields::changes(wanted, seen, None);
        for change in plain.iter().filter(|change| is_kept(change.field)) {
            if !changes.contains(change) {
                let kept = self.moved(change, settled, Mover::Webex);
                draft.kept.push(kept);
            }
        }
        let (mut left, mut keep) = (Vec::new(), Keep::default());
        for change in changes {
            let by = mover(&change, settled);
            let by_hand = matches!(by, Some(Mover::Webex | Mover::Both));
            let named = scene.wishes.keep.these.contains(self.address);
            let kept = self.moved(&change, settled, Mover::Webex);
            if kept.can_be_kept() && (named || scene.wishes.keep.all && by_hand) {
                draft.kept.push(kept);
                keep.asked.insert(change.field, change.to);
                if let Some(have) = change.from {
                    keep.answered.insert(change.field, have);
                }
                continue;
            }
            if let Some(by) = by {
                draft.moved.push(self.moved(&change, settled, by));
            }
            left.push(change);
        }
        if !keep.asked.is_empty() {
            draft.keep(self.address, keep);
        }
        left
    }

    fn moved(&self, change: &Change, settled: Option<&Settled>, by: Mover) -> Moved {
        let last = settled.and_then(|settled| settled.answered.get(&change.field));
        Moved {
            address: self.address.clone(),
            field: Some(change.field),
            by,
            what: self.what.to_owned(),
            last: last.cloned(),
            file: Some(change.to.clone()),
            webex: change.from.clone(),
        }
    }
}

/// Who moved a setting; `None` where neither did, and Webex just does not do as it is asked.
fn mover(change: &Change, settled: Option<&Settled>) -> Option<Mover> {
    let Some(settled) = settled else {
        return Some(Mover::File);
    };
    let field = &change.field;
    let file = settled.asked.get(field) != Some(&change.to);
    // What Webex does not tell, or never told before, it cannot be seen to have moved.
    let webex = match (settled.answered.get(field), &change.from) {
        (Some(last), Some(now)) => last != now,
        _ => false,
    };
    match (file, webex) {
        (true, true) => Some(Mover::Both),
        (true, false) => Some(Mover::File),
        (false, true) => Some(Mover::Webex),
        (false, false) => None,
    }
}

/// What is to be done about something that the ledger knows and Webex does not have any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Missing {
    /// It was never there, or its list merely lags.
    New,
    /// Somebody took it away; it is put back.
    PutBack,
    /// Somebody took it away, and it stays away.
    StaysAway,
}

/// Somebody or something that a list does not have (any more).
pub(super) fn missing(
    scene: &Scene<'_>,
    address: &Address,
    entry: Option<&KnownResource>,
    what: &str,
    draft: &mut Draft,
) -> Missing {
    let Some(entry) = entry.filter(|_| !scene.known.fresh.contains(address)) else {
        return Missing::New;
    };
    let moved = away(address, what);
    let repaired = entry.kept.absent && scene.wishes.repair.takes(address);
    if repaired {
        draft.repairs.insert(address.clone());
    }
    let kept = entry.kept.absent && !repaired;
    if !kept && !scene.wishes.keep.takes(address) {
        draft.moved.push(moved);
        return Missing::PutBack;
    }
    if !kept {
        let keep = Keep {
            absent: true,
            ..Keep::default()
        };
        draft.keep(address, keep);
    }
    draft.kept.push(moved);
    Missing::StaysAway
}

/// Somebody or something that was to be missing is there again: nothing is kept any more.
pub(super) fn is_back(address: &Address, entry: Option<&KnownResource>, draft: &mut Draft) {
    if entry.is_some_and(|entry| entry.kept.absent) {
        draft.repairs.insert(address.clone());
    }
}

/// A team, room or meeting that is gone. It is made anew only where somebody asks for that.
pub(super) fn gone(address: &Address, what: &str, draft: &mut Draft) {
    draft.moved.push(away(address, what));
}

/// What is not on Webex any more.
fn away(address: &Address, what: &str) -> Moved {
    Moved {
        address: address.clone(),
        field: None,
        by: Mover::Webex,
        what: what.to_owned(),
        last: None,
        file: None,
        webex: None,
    }
}
