//! Rooms (messaging §4).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::call::Call;
use crate::client::Webex;
use crate::error::Error;
use crate::ids::{OrganizationId, PersonId, RoomId, TeamId};
use crate::tolerant;

/// A room.
#[serde_with::apply(Option => #[serde(default, deserialize_with = "tolerant::option")])]
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Room {
    /// The id; it changes when its organisation's data moves to another region (messaging §1.6).
    pub id: RoomId,
    /// The title; `None` also when Webex could not decrypt it, see [`Room::unreadable`].
    pub title: Option<String>,
    /// Of two or of many.
    #[serde(rename = "type")]
    pub kind: Option<RoomKind>,
    /// Whether it has moderators.
    pub is_locked: Option<bool>,
    /// The team it belongs to, possibly in another spelling of the id (messaging §1.6).
    pub team_id: Option<TeamId>,
    /// When somebody last wrote in it.
    pub last_activity: Option<Timestamp>,
    /// Who made it.
    pub creator_id: Option<PersonId>,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// The organisation that owns it.
    pub owner_id: Option<OrganizationId>,
    /// Whether only moderators may write. Not always told (messaging §4).
    pub is_announcement_only: Option<bool>,
    /// Whether nobody may write.
    pub is_read_only: Option<bool>,
    /// Whether everybody of the organisation may find and join it.
    pub is_public: Option<bool>,
    /// The description.
    pub description: Option<String>,
    /// Whether Webex could not decrypt a member, which is `None` then (messaging §1.2).
    #[serde(rename = "errors", default, deserialize_with = "tolerant::has_errors")]
    pub unreadable: bool,
}

/// What a room is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RoomKind {
    /// Of two people.
    Direct,
    /// Of many.
    Group,
    /// Something newer.
    #[serde(other)]
    Other,
}

/// A room to be. Its creator is its first member.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewRoom {
    /// The title.
    pub title: String,
    /// The team in which it is made.
    pub team_id: Option<TeamId>,
    /// Whether it has moderators; its creator then is one.
    pub is_locked: Option<bool>,
    /// Whether everybody of the organisation may join; needs a description.
    pub is_public: Option<bool>,
    /// The description.
    pub description: Option<String>,
    /// Whether only moderators may write; needs a locked room.
    pub is_announcement_only: Option<bool>,
}

/// What a room shall be changed to.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RoomUpdate {
    /// The title, which Webex wants in any case.
    pub title: String,
    /// The team into which a room without one is moved.
    pub team_id: Option<TeamId>,
    /// Whether it has moderators.
    pub is_locked: Option<bool>,
    /// Whether everybody of the organisation may join.
    pub is_public: Option<bool>,
    /// The description; a single blank removes it.
    pub description: Option<String>,
    /// Whether only moderators may write.
    pub is_announcement_only: Option<bool>,
    /// Whether nobody may write.
    pub is_read_only: Option<bool>,
}

/// Which rooms to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RoomFilter {
    /// Those of this team.
    pub team: Option<TeamId>,
    /// Those of this kind.
    pub kind: Option<RoomKind>,
}

impl Webex {
    /// The rooms of the owner in which something happened last, the latest first, `limit` at most.
    ///
    /// # Errors
    ///
    /// Any [`Error`].
    pub async fn latest_rooms(&self, limit: usize) -> Result<Vec<Room>, Error> {
        let call = Call::get("rooms")
            .query("sortBy", "lastactivity")
            .query("max", limit.clamp(1, 1000));
        self.list_up_to(call, limit).await
    }

    /// All rooms of the owner that pass `filter`.
    ///
    /// # Errors
    ///
    /// Any [`Error`].
    pub async fn list_rooms(&self, filter: &RoomFilter) -> Result<Vec<Room>, Error> {
        let kind = match filter.kind {
            Some(RoomKind::Direct) => Some("direct"),
            Some(RoomKind::Group) => Some("group"),
            Some(RoomKind::Other) | None => None,
        };
        let call = Call::get("rooms")
            .query_if("teamId", filter.team.as_ref())
            .query_if("type", kind)
            .query("max", 1000);
        self.list(call).await
    }

    /// One room.
    ///
    /// # Errors
    ///
    /// Refused with 404 when the owner is not in it.
    pub async fn get_room(&self, id: &RoomId) -> Result<Room, Error> {
        self.object(Call::get("rooms").at(id.as_str())).await
    }

    /// Makes a room.
    ///
    /// # Errors
    ///
    /// Any [`Error`].
    pub async fn create_room(&self, room: &NewRoom) -> Result<Room, Error> {
        self.object(Call::post("rooms", room)).await
    }

    /// Changes a room.
    ///
    /// # Errors
    ///
    /// Any [`Error`].
    pub async fn update_room(&self, id: &RoomId, update: &RoomUpdate) -> Result<Room, Error> {
        self.object(Call::put("rooms", update).at(id.as_str()))
            .await
    }

    /// Deletes a room; one of a team is archived. Who does not moderate a locked room only leaves
    /// it, without an error (messaging §1.3).
    ///
    /// # Errors
    ///
    /// Any [`Error`].
    pub async fn delete_room(&self, id: &RoomId) -> Result<(), Error> {
        self.nothing(Call::delete("rooms").at(id.as_str())).await
    }
}
