//! Presses of the buttons of cards (messaging §8).

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use crate::call::Call;
use crate::client::Webex;
use crate::error::Error;
use crate::ids::{ActionId, MessageId, PersonId, RoomId};
use crate::tolerant;

/// A press of a button. Anybody in a room may make one up with any inputs.
#[serde_with::apply(Option => #[serde(default, deserialize_with = "tolerant::option")])]
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AttachmentAction {
    /// The id.
    pub id: ActionId,
    /// The message whose card has the button.
    pub message_id: Option<MessageId>,
    /// The room.
    pub room_id: Option<RoomId>,
    /// Who pressed.
    pub person_id: Option<PersonId>,
    /// What the button carries and the card asked for, by name.
    pub inputs: Option<BTreeMap<String, Value>>,
    /// When.
    pub created: Option<Timestamp>,
}

impl Webex {
    /// One press of a button.
    ///
    /// # Errors
    ///
    /// Refused with 404 when the owner may not see it, and for a while after its event.
    pub async fn get_attachment_action(&self, id: &ActionId) -> Result<AttachmentAction, Error> {
        let call = Call::get("attachment/actions").at(id.as_str());
        self.object(call).await
    }
}
