//! Pages pinned in rooms as tabs (messaging §4).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::call::Call;
use crate::client::Webex;
use crate::error::Error;
use crate::ids::{PersonId, RoomId, RoomTabId};
use crate::tolerant;
use showcaller_secret::Secret;

/// A tab in a room.
#[serde_with::apply(Option => #[serde(default, deserialize_with = "tolerant::option")])]
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RoomTab {
    /// The id.
    pub id: RoomTabId,
    /// The room.
    pub room_id: Option<RoomId>,
    /// The tab's name.
    pub display_name: Option<String>,
    /// The page; hidden, since it may be a link into a meeting.
    pub content_url: Option<Secret>,
    /// Who pinned it.
    pub creator_id: Option<PersonId>,
    /// When it was pinned.
    pub created: Option<Timestamp>,
}

/// A tab to be, or what it shall be changed to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewRoomTab {
    /// The room.
    pub room_id: RoomId,
    /// The page, an https address.
    #[serde(serialize_with = "showcaller_secret::exposed::serialize")]
    pub content_url: Secret,
    /// The tab's name.
    pub display_name: String,
}

impl Webex {
    /// All tabs of a room.
    ///
    /// # Errors
    ///
    /// Refused with 404 when the owner is not in the room.
    pub async fn list_room_tabs(&self, room: &RoomId) -> Result<Vec<RoomTab>, Error> {
        self.list(Call::get("room/tabs").query("roomId", room))
            .await
    }

    /// One tab, by its id.
    ///
    /// # Errors
    ///
    /// Refused with 404 when it is gone, or when the owner is not in the room.
    pub async fn get_room_tab(&self, id: &RoomTabId) -> Result<RoomTab, Error> {
        self.object(Call::get("room/tabs").at(id.as_str())).await
    }

    /// Pins a tab.
    ///
    /// # Errors
    ///
    /// Any [`Error`].
    pub async fn create_room_tab(&self, tab: &NewRoomTab) -> Result<RoomTab, Error> {
        self.object(Call::post("room/tabs", tab)).await
    }

    /// Changes name and page of a tab.
    ///
    /// # Errors
    ///
    /// Any [`Error`].
    pub async fn update_room_tab(
        &self,
        id: &RoomTabId,
        tab: &NewRoomTab,
    ) -> Result<RoomTab, Error> {
        self.object(Call::put("room/tabs", tab).at(id.as_str()))
            .await
    }

    /// Removes a tab.
    ///
    /// # Errors
    ///
    /// Any [`Error`].
    pub async fn delete_room_tab(&self, id: &RoomTabId) -> Result<(), Error> {
        self.nothing(Call::delete("room/tabs").at(id.as_str()))
            .await
    }
}
