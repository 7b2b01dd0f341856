//! What became of an operator's own messages, of deletions and of corrections; and what a cue says.

use jiff::Timestamp;
use showcaller_event::Unfilled;
use showcaller_event::model::{Cue, CueRecipient, CueTo, Email, RoomKey};
use showcaller_ledger::{MessageKey, Operation, OperationState, Recipient};
use showcaller_render::answers::Message;
use showcaller_show::{Board, CueStatus, Entry, Receipt, ReceiptState};
use uuid::Uuid;

use super::compose;
use super::orders::{NOT_SAID, say_lapsed};
use crate::messages::To;
use crate::show::{Show, message_id};

impl Show {
    /// What a cue says to one of its recipients.
    ///
    /// # Errors
    ///
    /// A fact is not known, or is not for this recipient.
    pub fn message(&self, cue: &Cue, to: &CueTo) -> Result<Message, Unfilled> {
        compose::message(&self.in_force, cue, to).map(|(message, _)| message)
    }

    /// The deletions of a cue that was recalled, one for each message that was sent, or may have been.
    #[must_use]
    pub fn deletions(&self, board: &Board<'_>, cue: &CueStatus<'_>) -> Vec<Receipt> {
        let recalled = board.recalled().into_iter();
        let recalled = recalled.filter(|it| cue.others.contains(it));
        let named = recalled.map(|it| (it.recipient.clone(), self.row_of(it)));
        let removed = self.recalled_of_removed(cue);
        let removed = removed.filter_map(|row| Some((recipient(&row.address)?, Some(row))));
        // What was never sent to them need not be deleted.
        let removed = removed.filter(|(_, row)| row.and_then(message_id).is_some());
        let receipts = named.chain(removed).flat_map(|(recipient, row)| {
            let deleted = |uuid| state(self.other(&MessageKey::recall(uuid)), None);
            let states = match row.and_then(message_id) {
                Some((_, uuid)) => {
                    let followed = self.follow_ups(uuid).map(|(_, uuid)| uuid);
                    [uuid].into_iter().chain(followed).map(deleted).collect()
                }
                None => vec![ReceiptState::Impossible],
            };
            let receipt = move |state| Receipt {
                recipient: recipient.clone(),
                state,
            };
            states.into_iter().map(receipt)
        });
        receipts.collect()
    }

    /// The corrections that the entry of this number asks for. What was recalled since is not corrected.
    #[must_use]
    pub fn corrections(&self, board: &Board<'_>, number: i64) -> Vec<Receipt> {
        let Some(logged) = self.log.iter().find(|it| it.number == number) else {
            return Vec::new();
        };
        let Entry::Correct {
            cue,
            generation,
            messages,
        } = &logged.entry
        else {
            return Vec::new();
        };
        let status = board.cue(cue);
        let recalled = status.is_some_and(|it| *generation < it.recalled);
        let receipts = messages.iter().map(|said| {
            let sent = self.delivered(cue, *generation, &said.recipient);
            let state = match sent.and_then(message_id) {
                Some((id, uuid)) => match self.other(&MessageKey::correct(uuid, &logged.key)) {
                    None if recalled => ReceiptState::Gone,
                    row => state(row, Some(&id)),
                },
                None => ReceiptState::Impossible,
            };
            Receipt {
                recipient: said.recipient.clone(),
                state,
            }
        });
        receipts.collect()
    }

    /// The messages of the entry with which an operator said something. What no process has begun to send for
    /// too long has failed.
    #[must_use]
    pub fn said(&self, id: Uuid, now: Timestamp) -> Vec<Receipt> {
        let text = id.to_string();
        let mut messages = self.log.iter().filter_map(|it| match &it.entry {
            Entry::Say { id, messages, .. } if *id == text => Some((it.at, messages)),
            _ => None,
        });
        let entry = messages.next().into_iter();
        let messages = entry.flat_map(|(at, messages)| messages.iter().map(move |it| (at, it)));
        let receipts = messages.map(|(at, said)| {
            let state = match compose::destination(&self.in_force, &said.recipient) {
                Some(destination) => {
                    let to = match destination.to {
                        To::Room(_) | To::Direct(_) => Recipient::Room(destination.id),
                        To::Person(_) => Recipient::Person(destination.id),
                    };
                    let row = self.other(&MessageKey::say(id, to));
                    let waits = row.is_none_or(|row| row.state == OperationState::Waiting);
                    match waits && say_lapsed(at, now) {
                        true => ReceiptState::Failed {
                            reason: NOT_SAID.to_owned(),
                        },
                        false => state(row, None),
                    }
                }
                None => ReceiptState::Impossible,
            };
            Receipt {
                recipient: said.recipient.clone(),
                state,
            }
        });
        receipts.collect()
    }
}

/// The recipient of a row, by its address.
fn recipient(address: &str) -> Option<CueRecipient> {
    match address.split_once('/')? {
        ("room", key) => Some(CueRecipient::Room(RoomKey::new(key))),
        ("person", email) => Some(CueRecipient::Person(Email::new(email))),
        _ => None,
    }
}

/// What became of a row; with the id of the message that it was to edit.
fn state(row: Option<&Operation>, edited: Option<&str>) -> ReceiptState {
    let Some(row) = row else {
        return ReceiptState::Pending;
    };
    let outcome = row.outcome.as_ref();
    let reason = || row.reason.clone().unwrap_or_default();
    match row.state {
        OperationState::Waiting | OperationState::Sending => ReceiptState::Pending,
        OperationState::Failed => ReceiptState::Failed { reason: reason() },
        OperationState::Unclear => ReceiptState::Unclear { reason: reason() },
        OperationState::Done => {
            let is = |name: &str| outcome.is_some_and(|it| it[name] == true);
            let id = outcome.and_then(|it| it["id"].as_str());
            match edited {
                Some(edited) if id != Some(edited) => ReceiptState::Followed,
                _ if is("gone") => ReceiptState::Gone,
                _ => ReceiptState::Done,
            }
        }
    }
}
