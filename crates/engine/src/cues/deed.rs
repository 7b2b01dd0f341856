//! What a row of the outbox asks for: a message that is posted, one that gets other words, or one that is
//! deleted.

use serde::{Deserialize, Serialize};
use showcaller_ledger::{
    Body, Ending, MessageKey, MessageKind, MessageOutcome, NewMessage, Operation, OperationKind,
    Undecodable,
};
use showcaller_plan::Owner;

use crate::messages::Outgoing;

/// The version of [`Target`] and [`Other`].
const VERSION: i64 = 1;

/// What is done.
#[derive(Clone)]
pub(super) enum Deed {
    /// A message is posted.
    Post(Outgoing),
    /// A message gets other words, or, where Webex does not let it, they follow it.
    Edit(Other),
    /// A message is deleted.
    Delete(Target),
}

/// A message that is on Webex.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Target {
    /// Its id.
    pub(super) message: String,
}

/// Other words for a message.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Other {
    /// The message.
    pub(super) target: Target,
    /// The words, and where they go if they follow it.
    pub(super) outgoing: Outgoing,
}

impl Deed {
    /// Reads what a row asks for.
    pub(super) fn read(row: &Operation) -> Result<Self, Undecodable> {
        Ok(match row.kind {
            OperationKind::Message(MessageKind::Recall) => Self::Delete(row.body.decode(VERSION)?),
            OperationKind::Message(MessageKind::Correct) => Self::Edit(row.body.decode(VERSION)?),
            _ => Self::Post(Outgoing::read(&row.body)?),
        })
    }

    /// The row of it. `address` says to people whom it is for.
    pub(super) fn row(
        &self,
        key: MessageKey,
        address: String,
        revision: Option<i64>,
    ) -> Result<NewMessage, serde_json::Error> {
        let body = match self {
            Self::Post(outgoing) => return outgoing.row(key, address, revision),
            Self::Edit(other) => Body::new(VERSION, other)?,
            Self::Delete(target) => Body::new(VERSION, target)?,
        };
        Ok(NewMessage {
            key,
            address,
            body,
            owner: Owner::Bot.to_string(),
            revision,
        })
    }

    /// How an attempt ended, and what is kept of the body then: nothing that was said.
    pub(super) fn ending<'a>(&self, outcome: &'a MessageOutcome) -> Ending<'a> {
        match self {
            Self::Post(outgoing) => outgoing.ending(outcome),
            Self::Edit(Other { target, .. }) | Self::Delete(target) => {
                match Body::new(VERSION, target) {
                    Ok(kept) => outcome.keeping(kept),
                    Err(_) => outcome.into(),
                }
            }
        }
    }
}
