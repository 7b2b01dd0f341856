//! What became of an operator's own messages, of deletions and of corrections; and what a cue says.

use showcaller_event::Unfilled;
use showcaller_event::model::{Cue, CueTo};
use showcaller_ledger::{MessageKey, Operation, OperationState, Recipient};
use showcaller_render::answers::Message;
use showcaller_show::{Board, CueStatus, Entry, Receipt, ReceiptState};
use uuid::Uuid;

use super::compose;
use super::orders::message_id;
use crate::messages::To;
use crate::show::Show;

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
        let receipts = recalled.map(|delivery| {
            let sent = self.row_of(delivery).and_then(message_id);
            let state = match sent {
                Some((_, uuid)) => state(self.other(&MessageKey::recall(uuid)), None),
                None => ReceiptState::Impossible,
            };
            Receipt {
                recipient: delivery.recipient.clone(),
                state,
            }
        });
        receipts.collect()
    }

    /// The corrections that the entry of this number asks for.
    #[must_use]
    pub fn corrections(&self, number: i64) -> Vec<Receipt> {
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
        let receipts = messages.iter().map(|said| {
            let sent = self.delivered(cue, *generation, &said.recipient);
            let state = match sent.and_then(message_id) {
                Some((id, uuid)) => {
                    let row = self.other(&MessageKey::correct(uuid, &logged.key));
                    state(row, Some(&id))
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

    /// The messages of the entry with which an operator said something.
    #[must_use]
    pub fn said(&self, id: Uuid) -> Vec<Receipt> {
        let text = id.to_string();
        let mut messages = self.log.iter().filter_map(|it| match &it.entry {
            Entry::Say { id, messages, .. } if *id == text => Some(messages),
            _ => None,
        });
        let receipts = messages.next().into_iter().flatten().map(|said| {
            let state = match compose::destination(&self.in_force, &said.recipient) {
                Some(destination) => {
                    let to = match destination.to {
                        To::Room(_) | To::Direct(_) => Recipient::Room(destination.id),
                        To::Person(_) => Recipient::Person(destination.id),
                    };
                    state(self.other(&MessageKey::say(id, to)), None)
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
