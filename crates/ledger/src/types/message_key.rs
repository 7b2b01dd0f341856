//! Idempotency keys of messages.

use std::fmt;

use jiff::Timestamp;
use uuid::Uuid;

use super::incoming::InboxKey;
use super::operation::MessageKind;

/// What makes a message the same message: unique for ever, in every state. Webex's ids stand in it
/// by the UUID that they contain, because their spelling depends on where they were read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageKey {
    kind: MessageKind,
    text: String,
}

/// To whom a delivery goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Recipient {
    /// A room.
    Room(Uuid),
    /// A person, in private.
    Person(Uuid),
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Room(id) => write!(f, "room:{id}"),
            Self::Person(id) => write!(f, "person:{id}"),
        }
    }
}

impl MessageKey {
    /// A cue as one recipient gets it. `day` is absent for a cue without one; the generation rises
    /// only when the message is to be sent anew.
    #[must_use]
    pub fn delivery(cue: &str, day: Option<&str>, to: Recipient, generation: u32) -> Self {
        let day = day.unwrap_or("-");
        Self {
            kind: MessageKind::Delivery,
            text: format!("{cue}/{day}/{to}/{generation}"),
        }
    }

    /// One part of the answer to a message.
    #[must_use]
    pub fn answer(message: Uuid, part: u32) -> Self {
        Self {
            kind: MessageKind::Answer,
            text: format!("{message}/{part}"),
        }
    }

    /// A call for a human, by the message that asked and the room that is told.
    #[must_use]
    pub fn sos(message: Uuid, room: Uuid) -> Self {
        Self {
            kind: MessageKind::Sos,
            text: format!("{message}/{room}"),
        }
    }

    /// The greeting to a person who joined a room, once however often they leave and join.
    #[must_use]
    pub fn welcome(room: Uuid, person: Uuid) -> Self {
        Self {
            kind: MessageKind::Welcome,
            text: format!("{room}/{person}"),
        }
    }

    /// The reminder of a meeting, by its address and start: a meeting that is moved is another one.
    #[must_use]
    pub fn reminder(person: Uuid, meeting: &str, start: Timestamp) -> Self {
        Self {
            kind: MessageKind::Reminder,
            text: format!("{person}/{meeting}/{start}"),
        }
    }

    /// What happened to the bot in a room, by the inbox entry that tells it.
    #[must_use]
    pub fn notice(room: Uuid, entry: &InboxKey) -> Self {
        Self {
            kind: MessageKind::Notice,
            text: format!("{room}/{entry}"),
        }
    }

    /// Reads a key as it is displayed (`answer/…/1`); `None` for what is no key.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (kind, text) = text.split_once('/')?;
        let mut kinds = MessageKind::ALL.into_iter();
        let kind = kinds.find(|known| known.as_str() == kind)?;
        Some(Self::stored(kind, text.to_owned()))
    }

    /// The kind of message.
    #[must_use]
    pub fn kind(&self) -> MessageKind {
        self.kind
    }

    /// The key within its kind.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) fn stored(kind: MessageKind, text: String) -> Self {
        Self { kind, text }
    }
}

impl fmt::Display for MessageKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind, self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_says_all_that_makes_a_message_the_same() {
        let id = Uuid::from_u128(7);
        let keys = [
            MessageKey::delivery("opening", Some("day-1"), Recipient::Room(id), 0),
            MessageKey::delivery("opening", Some("day-1"), Recipient::Person(id), 0),
            MessageKey::delivery("opening", Some("day-1"), Recipient::Room(id), 1),
            MessageKey::delivery("check-out", None, Recipient::Room(id), 0),
            MessageKey::answer(id, 1),
            MessageKey::sos(id, id),
            MessageKey::welcome(id, id),
            MessageKey::reminder(id, "meeting/opening/day-1", Timestamp::UNIX_EPOCH),
            MessageKey::notice(id, &InboxKey::message(id)),
        ];
        for key in &keys {
            assert_eq!(MessageKey::parse(&key.to_string()).as_ref(), Some(key));
        }
        assert_eq!(MessageKey::parse("provision/1"), None);
        let texts = keys.map(|key| key.to_string());
        insta::assert_snapshot!(texts.join("\n"), @r"
        delivery/opening/day-1/room:00000000-0000-0000-0000-000000000007/0
        delivery/opening/day-1/person:00000000-0000-0000-0000-000000000007/0
        delivery/opening/day-1/room:00000000-0000-0000-0000-000000000007/1
        delivery/check-out/-/room:00000000-0000-0000-0000-000000000007/0
        answer/00000000-0000-0000-0000-000000000007/1
        sos/00000000-0000-0000-0000-000000000007/00000000-0000-0000-0000-000000000007
        welcome/00000000-0000-0000-0000-000000000007/00000000-0000-0000-0000-000000000007
        remind/00000000-0000-0000-0000-000000000007/meeting/opening/day-1/1970-01-01T00:00:00Z
        notice/00000000-0000-0000-0000-000000000007/message/00000000-0000-0000-0000-000000000007
        ");
    }
}
