//! Rooms: Webex spaces of the event's team.

use serde::{Deserialize, Serialize};

use super::{Email, GroupId, RoomKey, RoomPattern, TeamId, Text};

/// One room, with everything that is wanted of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Room {
    /// Its stable name.
    pub key: RoomKey,
    /// The entry under `rooms:` that it was made from.
    pub pattern: RoomPattern,
    /// Names that it had before, newest first (`previously:`).
    pub previously: Vec<RoomKey>,
    /// The team whose room this is, for a pattern with `one-per: team`.
    pub team: Option<TeamId>,
    /// The group whose room this is, for a pattern with `one-per: group`.
    pub group: Option<GroupId>,
    /// What people see, 1 to 128 characters.
    pub title: String,
    /// How it behaves.
    pub settings: RoomSettings,
    /// Who is in it, by address.
    pub members: Vec<RoomMember>,
    /// What is pinned in it, in the file's order; names are unique.
    pub tabs: Vec<Tab>,
    /// Whether it may not be removed, whatever flags are given.
    pub protected: bool,
}

/// How a room behaves (messaging §4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomSettings {
    /// Only moderators add people and change the room. A room with moderators is always locked.
    pub locked: bool,
    /// Only moderators may post. Needs `locked`.
    pub announcement_only: bool,
    /// Anybody of the organisation may find and join it. Decided when the room is made: it can be
    /// made private later, but not public again (messaging §4).
    pub public: bool,
    /// What the room is for; a public room must have one.
    pub description: Option<String>,
}

/// One person in one room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomMember {
    /// Who.
    pub email: Email,
    /// Whether they moderate it.
    pub moderator: bool,
}

/// A web page pinned in a room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tab {
    /// What people click on.
    pub name: String,
    /// Where it leads: an `https` address, perhaps one that is known only once a meeting exists.
    pub url: Text,
}
