//! The inbox of the ledger.

use async_trait::async_trait;
use jiff::Timestamp;
use showcaller_ledger::{
    Error as LedgerError, InboxKey, InboxState, Incoming, IncomingKind, Ledger,
};
use showcaller_webex::{ActionId, MessageId, PersonId, RoomId};

use crate::ingress::Inbox;

/// Keeps events in the ledger.
pub struct LedgerInbox(Ledger);

impl LedgerInbox {
    /// The inbox of this ledger.
    #[must_use]
    pub fn new(ledger: Ledger) -> Self {
        Self(ledger)
    }
}

#[async_trait]
impl Inbox for LedgerInbox {
    async fn take_in(&self, incoming: Incoming, heard_at: Timestamp) -> Result<(), LedgerError> {
        let Some(key) = key(&incoming) else {
            return Ok(());
        };
        self.0
            .take_in(&[(key, incoming, InboxState::Waiting)], heard_at, heard_at)
            .await?;
        Ok(())
    }
}

fn key(incoming: &Incoming) -> Option<InboxKey> {
    let id = &*incoming.remote_id;
    Some(match incoming.kind {
        IncomingKind::Message => InboxKey::message(MessageId::from(id).uuid()?),
        IncomingKind::Action => InboxKey::action(ActionId::from(id).uuid()?),
        kind => {
            let room = RoomId::from(&*incoming.room).uuid()?;
            let person = PersonId::from(&*incoming.person).uuid()?;
            InboxKey::membership(kind, (room, person), incoming.moderator, incoming.at)
        }
    })
}
