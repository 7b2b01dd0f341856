//! Events that Webex told of, or that a sweep found.

use jiff::Timestamp;

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
