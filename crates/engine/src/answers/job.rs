//! What is to be done, and the name under which it goes one at a time.

use jiff::Timestamp;
use showcaller_ledger::{InboxEntry, MessageKind};

use super::outbox::Chain;

/// Something to do.
pub(super) enum Job {
    Event(InboxEntry),
    /// A question whose turn comes later.
    Later {
        entry: InboxEntry,
        turn: Timestamp,
        notify: bool,
    },
    /// The messages of one decision that go one after the other.
    Send(String, Chain),
}

impl Job {
    /// What is worked at once at a time: an event and the messages of its answer have one name.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Event(entry) | Self::Later { entry, .. } => name_of_event(entry.key.as_str()),
            Self::Send(name, _) => name.clone(),
        }
    }
}

/// The messages of an event's answer are named after its UUID, whether it is a message or a press.
fn name_of_event(key: &str) -> String {
    match key.split_once('/') {
        Some(("message" | "action", id)) => format!("answer/{id}"),
        _ => key.to_owned(),
    }
}

/// The name of the chain to which a message belongs.
pub(super) fn name_of_message(kind: MessageKind, key: &str) -> String {
    match kind {
        MessageKind::Answer => {
            let (event, part) = key.rsplit_once('/').unwrap_or((key, ""));
            // What is said before an answer does not wait for it, nor it for that.
            let chain = if part == "0" { "turns" } else { "answer" };
            format!("{chain}/{event}")
        }
        kind => format!("{kind}/{key}"),
    }
}
