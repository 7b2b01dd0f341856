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

/// Stands in the key of a delivery for the day of a cue without one.
const NO_DAY: &str = "-";

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Room(id) => write!(f, "room:{id}"),
            Self::Person(id) => write!(f, "person:{id}"),
        }
    }
}

impl Recipient {
    fn parse(text: &str) -> Option<Self> {
        let (kind, id) = text.split_once(':')?;
        let id = Uuid::parse_str(id).ok()?;
        match kind {
            "room" => Some(Self::Room(id)),
            "person" => Some(Self::Person(id)),
            _ => None,
        }
    }
}

/// The parts of the key of a delivery.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeliveryKey {
    /// The cue's name.
    pub cue: String,
    /// The day of the occurrence; absent for a cue without one.
    pub day: Option<String>,
    /// To whom it goes.
    pub recipient: Recipient,
    /// How often the cue was to be sent anew before.
    pub generation: u32,
}

impl MessageKey {
    /// A cue as one recipient gets it. `day` is absent for a cue without one; the generation rises
    /// only when the message is to be sent anew.
    #[must_use]
    pub fn delivery(cue: &str, day: Option<&str>, to: Recipient, generation: u32) -> Self {
        let day = day.unwrap_or(NO_DAY);
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

    /// The question whether a person is there for what begins then: one for all their meetings.
    #[must_use]
    pub fn check_in(person: Uuid, start: Timestamp) -> Self {
        Self {
            kind: MessageKind::Reminder,
            text: format!("{person}/{start}/check-in"),
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

    /// An operator's own message as one recipient gets it.
    #[must_use]
    pub fn say(id: Uuid, to: Recipient) -> Self {
        Self {
            kind: MessageKind::Say,
            text: format!("{id}/{to}"),
        }
    }

    /// The deletion of a message, by the id that Webex gave it: it is deleted once.
    #[must_use]
    pub fn recall(message: Uuid) -> Self {
        Self {
            kind: MessageKind::Recall,
            text: message.to_string(),
        }
    }

    /// Another text for a message, by the id that Webex gave it and the key of the entry of the show log
    /// that asks for it.
    #[must_use]
    pub fn correct(message: Uuid, entry: &str) -> Self {
        Self {
            kind: MessageKind::Correct,
            text: format!("{message}/{entry}"),
        }
    }

    /// The parts of a delivery's key; `None` for one of another kind.
    #[must_use]
    pub fn as_delivery(&self) -> Option<DeliveryKey> {
        if self.kind != MessageKind::Delivery {
            return None;
        }
        // Names hold no slash.
        let mut parts = self.text.split('/');
        let (cue, day) = (parts.next()?, parts.next()?);
        let recipient = Recipient::parse(parts.next()?)?;
        let generation = parts.next()?.parse().ok()?;
        parts.next().is_none().then(|| DeliveryKey {
            cue: cue.to_owned(),
            day: (day != NO_DAY).then(|| day.to_owned()),
            recipient,
            generation,
        })
    }

    /// The id of an operator's own message, and to whom it goes; `None` for another kind of key.
    #[must_use]
    pub fn as_say(&self) -> Option<(Uuid, Recipient)> {
        let (id, to) = self.text.split_once('/')?;
        let parts = (Uuid::parse_str(id).ok()?, Recipient::parse(to)?);
        (self.kind == MessageKind::Say).then_some(parts)
    }

    /// Reads a key as it is displayed (`answer/…/1`); `None` for what is no key.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (kind, text) = text.split_once('/')?;
        let mut kinds = MessageKind::ALL.iter().copied();
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
            MessageKey::check_in(id, Timestamp::UNIX_EPOCH),
            MessageKey::notice(id, &InboxKey::message(id)),
            MessageKey::say(id, Recipient::Person(id)),
            MessageKey::recall(id),
            MessageKey::correct(id, "cue/12"),
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
        remind/00000000-0000-0000-0000-000000000007/1970-01-01T00:00:00Z/check-in
        notice/00000000-0000-0000-0000-000000000007/message/00000000-0000-0000-0000-000000000007
        say/00000000-0000-0000-0000-000000000007/person:00000000-0000-0000-0000-000000000007
        recall/00000000-0000-0000-0000-000000000007
        correct/00000000-0000-0000-0000-000000000007/cue/12
        ");
    }

    #[test]
    fn the_keys_of_the_show_come_apart_again() {
        let id = Uuid::from_u128(7);
        for recipient in [Recipient::Room(id), Recipient::Person(id)] {
            for (day, generation) in [(Some("day-1"), 0), (None, 12)] {
                let key = MessageKey::delivery("opening", day, recipient, generation);
                let parts = DeliveryKey {
                    cue: "opening".into(),
                    day: day.map(str::to_owned),
                    recipient,
                    generation,
                };
                assert_eq!((key.as_delivery(), key.as_say()), (Some(parts), None));
            }
            let key = MessageKey::say(id, recipient);
            assert_eq!(
                (key.as_delivery(), key.as_say()),
                (None, Some((id, recipient)))
            );
        }
        let welcome = MessageKey::welcome(id, id);
        assert_eq!((welcome.as_delivery(), welcome.as_say()), (None, None));
        for damaged in ["a/-/room:7/0", "a/-", "a/-/hall:7/0", "a/-/room:7/0/1", ""] {
            let damaged = MessageKey::stored(MessageKind::Delivery, damaged.into());
            assert_eq!(damaged.as_delivery(), None, "{damaged}");
        }
    }
}
