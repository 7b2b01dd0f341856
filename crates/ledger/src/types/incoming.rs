//! Events of Webex, as webhooks deliver them or a sweep reads them.

use std::fmt;

use jiff::Timestamp;
use strum::VariantArray as _;
use uuid::Uuid;

/// Something that happened on Webex and may need an answer. Only ids: what was written is read from
/// Webex when it is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incoming {
    /// What happened.
    pub kind: IncomingKind,
    /// The id of the message, action or membership, as Webex spells it.
    pub remote_id: String,
    /// The id of the room.
    pub room: String,
    /// Whether the room is one of two people.
    pub direct: bool,
    /// The id of the person who wrote, pressed, or is a member.
    pub person: String,
    /// Whether the member moderates the room; `false` for everything else.
    pub moderator: bool,
    /// When it happened, as Webex says; otherwise when it was heard of.
    pub at: Timestamp,
}

/// What happened.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    strum::EnumString,
    strum::IntoStaticStr,
)]
#[strum(serialize_all = "kebab-case")]
pub enum IncomingKind {
    /// A message was written.
    Message,
    /// A button of a card was pressed.
    Action,
    /// A person joined a room.
    Joined,
    /// A person's membership changed.
    MemberChanged,
    /// A person left a room, or was put out.
    Left,
}

impl IncomingKind {
    /// Its name: `message`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

/// What makes an event the same event, however often it is heard of and however its ids are spelt.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InboxKey(String);

impl InboxKey {
    /// A message.
    #[must_use]
    pub fn message(message: Uuid) -> Self {
        Self(format!("message/{message}"))
    }

    /// A press of a button.
    #[must_use]
    pub fn action(action: Uuid) -> Self {
        Self(format!("action/{action}"))
    }

    /// An event of a person's membership in a room. A membership has the same id whenever the person
    /// joins, so its content and time tell one event from another. The time is rounded to ten seconds,
    /// as Webex does not say when a member left: a delivery that is repeated has another time, that of
    /// its receipt. Not to more: what is not true yet may be true a moment later, and is told again.
    #[must_use]
    pub fn membership(
        kind: IncomingKind,
        (room, person): (Uuid, Uuid),
        moderator: bool,
        at: Timestamp,
    ) -> Self {
        const WINDOW: i64 = 10;
        let at = Timestamp::from_second(at.as_second().div_euclid(WINDOW) * WINDOW).unwrap_or(at);
        let kind = kind.as_str();
        let rank = if moderator { "moderator" } else { "member" };
        Self(format!("{kind}/{room}/{person}/{rank}/{at}"))
    }

    /// The key as it is stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn stored(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Display for InboxKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// How far the answer to an event is: `waiting`, then one of the others for ever.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
#[strum(serialize_all = "lowercase")]
pub enum InboxState {
    /// It is to be decided upon.
    Waiting,
    /// It is answered: its messages are in the outbox.
    Answered,
    /// The answer to another event counts for it, too.
    Repeated,
    /// It needs no answer.
    Ignored,
    /// It cannot be read, and could not for long.
    Gone,
    /// It is too old to be answered.
    Skipped,
}

impl InboxState {
    /// Every state.
    pub const ALL: &[Self] = Self::VARIANTS;

    /// Its name, as it is stored: `answered`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}
