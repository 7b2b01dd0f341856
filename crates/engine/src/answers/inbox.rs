//! The way in: events become rows of the ledger, and then work.

use jiff::{SignedDuration, Timestamp};
use showcaller_clock::SharedClock;
use showcaller_ledger::{
    Error as LedgerError, InboxEntry, InboxKey, InboxState, Incoming, IncomingKind, Ledger,
};
use showcaller_webex::{ActionId, MessageId, Person, PersonId, RoomId};
use tokio::sync::mpsc;

use crate::messages::is;

/// For how long others leave an event alone that a process has in hand.
pub(super) const IN_HAND: SignedDuration = SignedDuration::from_secs(15);

/// How many events may lie between here and the work; more wait in the ledger alone.
pub(super) const ROOM: usize = 1024;

/// Takes events in. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Inbox {
    ledger: Ledger,
    clock: SharedClock,
    bot: Person,
    work: mpsc::Sender<InboxEntry>,
}

impl Inbox {
    pub(super) fn new(
        ledger: Ledger,
        clock: SharedClock,
        bot: Person,
        work: mpsc::Sender<InboxEntry>,
    ) -> Self {
        Self {
            ledger,
            clock,
            bot,
            work,
        }
    }

    /// Writes an event down, once however often it is heard of. Once this returns `Ok` it is on the
    /// disk, and will be answered if it needs an answer. An event whose ids cannot be Webex's is dropped.
    ///
    /// # Errors
    ///
    /// The ledger fails; it is not certain that the event is kept.
    pub async fn take_in(&self, incoming: Incoming) -> Result<(), LedgerError> {
        self.take_in_all(vec![incoming]).await.map(drop)
    }

    /// The same for several at once. Returns how many were new.
    ///
    /// # Errors
    ///
    /// As [`Inbox::take_in`].
    pub async fn take_in_all(&self, incoming: Vec<Incoming>) -> Result<usize, LedgerError> {
        let events: Vec<_> = incoming
            .into_iter()
            .filter_map(|event| {
                let key = key(&event);
                if key.is_none() {
                    tracing::warn!(kind = ?event.kind, "an event without Webex's ids is ignored");
                }
                Some((key?, self.first_state(&event), event))
            })
            .map(|(key, state, event)| (key, event, state))
            .collect();
        let now = self.clock.now();
        let due_at = later(now, IN_HAND);
        let new = self.ledger.take_in(&events, now, due_at).await?;
        let taken = events.into_iter().zip(new).filter(|(_, new)| *new);
        let mut count = 0;
        for ((key, incoming, state), _) in taken {
            count += 1;
            if state == InboxState::Waiting {
                // If there is no room, it is read from the ledger when it is due.
                let _ = self.work.try_send(InboxEntry {
                    key,
                    incoming,
                    heard_at: now,
                    state,
                    tries: 0,
                    due_at,
                    intent: None,
                });
            }
        }
        Ok(count)
    }

    /// What the bot wrote itself is kept only as evidence that it was sent.
    fn first_state(&self, event: &Incoming) -> InboxState {
        let own = is(&PersonId::from(&*event.person), &self.bot);
        match event.kind {
            IncomingKind::Message | IncomingKind::Action if own => InboxState::Ignored,
            _ => InboxState::Waiting,
        }
    }
}

/// What makes the event the same event; `None` if its ids cannot be Webex's.
fn key(event: &Incoming) -> Option<InboxKey> {
    Some(match event.kind {
        IncomingKind::Message => InboxKey::message(MessageId::from(&*event.remote_id).uuid()?),
        IncomingKind::Action => InboxKey::action(ActionId::from(&*event.remote_id).uuid()?),
        kind => {
            let room = RoomId::from(&*event.room).uuid()?;
            let person = PersonId::from(&*event.person).uuid()?;
            InboxKey::membership(kind, (room, person), event.moderator, event.at)
        }
    })
}

/// A time that much later, or the end of the calendar.
pub(super) fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}
