//! Who is in a room (messaging §5).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::call::Call;
use crate::client::Webex;
use crate::error::Error;
use crate::ids::{MembershipId, PersonId, RoomId, Who};
use crate::rooms::RoomKind;
use crate::tolerant;

/// One person's membership in a room.
#[serde_with::apply(Option => #[serde(default, deserialize_with = "tolerant::option")])]
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Membership {
    /// The id, the same whenever this person is in this room.
    pub id: MembershipId,
    /// The room.
    pub room_id: Option<RoomId>,
    /// What the room is.
    pub room_type: Option<RoomKind>,
    /// The person.
    pub person_id: Option<PersonId>,
    /// The person's address.
    pub person_email: Option<String>,
    /// Whether the person moderates the room.
    pub is_moderator: Option<bool>,
    /// Since when.
    pub created: Option<Timestamp>,
}

/// A person to be added to a room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewMembership {
    /// The room.
    pub room_id: RoomId,
    /// The person.
    #[serde(flatten)]
    pub who: Who,
    /// Whether the person shall moderate. In an unlocked room this locks it and makes the owner a
    /// moderator as well.
    pub is_moderator: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MembershipUpdate {
    is_moderator: bool,
}

impl Webex {
    /// All members of a room.
    ///
    /// # Errors
    ///
    /// Refused with 404 when the owner is not in it.
    pub async fn list_memberships(&self, room: &RoomId) -> Result<Vec<Membership>, Error> {
        // No cap is documented for this list, and a higher `max` is clamped (messaging §1.5); a
        // room may have 5,000 members.
        let call = Call::get("memberships")
            .query("roomId", room)
            .query("max", 1000);
        self.list(call).await
    }

    /// The membership of one person in a room, if there is one.
    ///
    /// # Errors
    ///
    /// Refused with 404 when the owner is not in the room.
    pub async fn find_membership(
        &self,
        room: &RoomId,
        who: &Who,
    ) -> Result<Option<Membership>, Error> {
        let call = Call::get("memberships").query("roomId", room);
        let call = match who {
            Who::Id(id) => call.query("personId", id),
            Who::Email(email) => call.query("personEmail", email),
        };
        let found: Vec<Membership> = self.list(call).await?;
        Ok(found.into_iter().next())
    }

    /// One membership, by its id.
    ///
    /// # Errors
    ///
    /// Refused with 404 when it is gone, or when the owner is not in the room.
    pub async fn get_membership(&self, id: &MembershipId) -> Result<Membership, Error> {
        self.object(Call::get("memberships").at(id.as_str())).await
    }

    /// Adds a person to a room.
    ///
    /// # Errors
    ///
    /// Refused with 409 when already in it.
    pub async fn create_membership(&self, membership: &NewMembership) -> Result<Membership, Error> {
        self.object(Call::post("memberships", membership)).await
    }

    /// Makes a member a moderator of the room, or no longer one.
    ///
    /// # Errors
    ///
    /// Any [`Error`].
    pub async fn update_membership(
        &self,
        id: &MembershipId,
        is_moderator: bool,
    ) -> Result<Membership, Error> {
        // The documents ask for `isRoomHidden` too; clients that work send only what they mean
        // (messaging §16).
        let update = MembershipUpdate { is_moderator };
        self.object(Call::put("memberships", &update).at(id.as_str()))
            .await
    }

    /// Removes a person from a room.
    ///
    /// # Errors
    ///
    /// Any [`Error`].
    pub async fn delete_membership(&self, id: &MembershipId) -> Result<(), Error> {
        self.nothing(Call::delete("memberships").at(id.as_str()))
            .await
    }
}
