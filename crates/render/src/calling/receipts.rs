//! What became of messages that were said, deleted or corrected, recipient by recipient.

use std::collections::BTreeSet;

use showcaller_event::Event;
use showcaller_event::markdown::plain;
use showcaller_show::{Receipt, ReceiptState};

use super::outcome::Verdict;
use super::reach::{audience, recipient};
use crate::count::{count, list};

/// What was to be done with each message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    /// It was sent.
    Sent,
    /// It was deleted.
    Deleted,
    /// It got other words.
    Corrected,
}

impl Done {
    fn words(self, state: &ReceiptState) -> String {
        let (done, not) = match self {
            Self::Sent => ("sent", "sending"),
            Self::Deleted => ("deleted", "deleting"),
            Self::Corrected => ("corrected", "correcting"),
        };
        match state {
            ReceiptState::Pending => format!("still to be {done}"),
            ReceiptState::Done => done.to_owned(),
            ReceiptState::Gone => "gone already".to_owned(),
            ReceiptState::Followed => "not editable any more: the new words follow it".to_owned(),
            ReceiptState::Failed { reason } => format!("{not} failed: {}", plain(reason)),
            ReceiptState::Unclear { reason } => {
                format!("it is not known whether it was {done}: {}", plain(reason))
            }
            ReceiptState::Impossible => match self {
                Self::Sent => "not sent: it is not on Webex yet".to_owned(),
                Self::Deleted | Self::Corrected => {
                    "not possible: it is not known whether it arrived".to_owned()
                }
            },
        }
    }
}

/// What became of them, a line each where they differ: `Team 1: deleted`.
#[must_use]
pub fn receipts(event: &Event, done: Done, receipts: &[Receipt]) -> Vec<String> {
    let mut lines: Vec<(String, Vec<&Receipt>)> = Vec::new();
    for receipt in receipts {
        let words = done.words(&receipt.state);
        match lines.iter_mut().find(|(known, _)| *known == words) {
            Some((_, same)) => same.push(receipt),
            None => lines.push((words, vec![receipt])),
        }
    }
    let line = |(words, same): &(String, Vec<&Receipt>)| {
        let recipients: BTreeSet<_> = same.iter().map(|receipt| &receipt.recipient).collect();
        let recipients: Vec<_> = recipients.into_iter().collect();
        let whom = audience(event, &recipients);
        // One recipient may have had it several times.
        let words = match same.len() > recipients.len() {
            true => format!("{words} ({})", count(same.len(), "message", "messages")),
            false => words.clone(),
        };
        let names = || {
            recipients
                .iter()
                .map(|it| recipient(event, it))
                .collect::<Vec<_>>()
        };
        match (lines.len(), recipients.len()) {
            (2.., 2..=6) => format!("{whom}: {words}: {}", list(&names())),
            _ => format!("{whom}: {words}"),
        }
    };
    lines.iter().map(line).collect()
}

/// `3 of 6 deleted`
#[must_use]
pub fn receipts_progress(done: Done, receipts: &[Receipt]) -> String {
    let ended = receipts
        .iter()
        .filter(|it| it.state != ReceiptState::Pending);
    let words = done.words(&ReceiptState::Done);
    let all = count(receipts.len(), "message", "messages");
    format!("{} of {all} {words}", ended.count())
}

/// How they ended, all together: the worst of it.
#[must_use]
pub fn receipts_verdict(receipts: &[Receipt]) -> Verdict {
    let verdict = |receipt: &Receipt| match receipt.state {
        ReceiptState::Done | ReceiptState::Gone | ReceiptState::Followed => Verdict::Done,
        ReceiptState::Pending => Verdict::Waits,
        ReceiptState::Unclear { .. } | ReceiptState::Impossible => Verdict::Unclear,
        ReceiptState::Failed { .. } => Verdict::Failed,
    };
    let all = receipts.iter().map(verdict);
    all.max().unwrap_or(Verdict::Done)
}
