//! Messages (messaging §6).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::call::Call;
use crate::client::Webex;
use crate::error::Error;
use crate::ids::{MessageId, PersonId, RoomId, Who};
use crate::rooms::RoomKind;
use crate::tolerant;
use showcaller_secret::Secret;

/// A message. What people wrote is hidden: it may hold links and passwords.
#[serde_with::apply(Option => #[serde(default, deserialize_with = "tolerant::option")])]
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// The id.
    pub id: MessageId,
    /// The first message of the thread that this one answers in.
    pub parent_id: Option<MessageId>,
    /// The room.
    pub room_id: Option<RoomId>,
    /// What the room is.
    pub room_type: Option<RoomKind>,
    /// The text without formatting; the names of those mentioned stand in it.
    pub text: Option<Secret>,
    /// What people see, as HTML: the only member that says where a person is mentioned.
    pub html: Option<Secret>,
    /// The text with formatting.
    pub markdown: Option<Secret>,
    /// Who wrote it.
    pub person_id: Option<PersonId>,
    /// The writer's address.
    pub person_email: Option<String>,
    /// Who is mentioned by name.
    #[serde(default, deserialize_with = "mentioned")]
    pub mentioned_people: Vec<PersonId>,
    /// `all`, when everybody is mentioned.
    #[serde(default, deserialize_with = "tolerant::list")]
    pub mentioned_groups: Vec<String>,
    /// When it was written.
    pub created: Option<Timestamp>,
    /// When it was last edited.
    pub updated: Option<Timestamp>,
    /// Whether Webex could not decrypt a member, which is `None` then (messaging §1.2).
    #[serde(rename = "errors", default, deserialize_with = "tolerant::has_errors")]
    pub unreadable: bool,
}

/// The documents show two ids in one text, joined by a comma (messaging §16).
fn mentioned<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<PersonId>, D::Error> {
    let texts: Vec<String> = tolerant::list(deserializer)?;
    let ids = texts.iter().flat_map(|text| text.split(','));
    Ok(ids.map(|id| PersonId::from(id.trim())).collect())
}

/// Where a message goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Destination {
    /// Into a room.
    #[serde(rename = "roomId")]
    Room(RoomId),
    /// To a person, by id.
    #[serde(rename = "toPersonId")]
    PersonId(PersonId),
    /// To a person, by address.
    #[serde(rename = "toPersonEmail")]
    PersonEmail(String),
}

/// A message to be. At least one of text, markdown and card is needed; text and markdown hold at
/// most 7439 bytes each.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewMessage {
    /// Where it goes.
    #[serde(flatten)]
    pub to: Destination,
    /// The first message of the thread in which it answers.
    pub parent_id: Option<MessageId>,
    /// What is shown where markdown is not.
    #[serde(serialize_with = "showcaller_secret::exposed_if_some::serialize")]
    pub text: Option<Secret>,
    /// What is shown.
    #[serde(serialize_with = "showcaller_secret::exposed_if_some::serialize")]
    pub markdown: Option<Secret>,
    /// One adaptive card, version 1.3 at most (messaging §8).
    #[serde(rename = "attachments", serialize_with = "attached")]
    pub card: Option<Value>,
}

impl NewMessage {
    /// A message of formatted text.
    #[must_use]
    pub fn markdown(to: Destination, markdown: impl Into<Secret>) -> Self {
        Self {
            to,
            parent_id: None,
            text: None,
            markdown: Some(markdown.into()),
            card: None,
        }
    }
}

/// What a message is to say instead. Webex lets an author edit a message ten times, and none with a file.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EditedMessage {
    /// The room that it is in.
    #[serde(rename = "roomId")]
    pub room: RoomId,
    /// What is shown, at most 7439 bytes.
    #[serde(serialize_with = "showcaller_secret::exposed::serialize")]
    pub markdown: Secret,
    /// The card, for a message that has one, and for no other. The documents say that such a message
    /// cannot be edited; in practice it can (messaging §6).
    #[serde(
        rename = "attachments",
        skip_serializing_if = "Option::is_none",
        serialize_with = "attached"
    )]
    pub card: Option<Value>,
}

fn attached<S: serde::Serializer>(card: &Option<Value>, serializer: S) -> Result<S::Ok, S::Error> {
    let attachments: Vec<Value> = card
        .iter()
        .map(|card| {
            json!({
                "contentType": "application/vnd.microsoft.card.adaptive",
                "content": card,
            })
        })
        .collect();
    attachments.serialize(serializer)
}

/// Which messages of a room to list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageFilter {
    /// The room.
    pub room: RoomId,
    /// Only those that mention the owner: all that a bot may list in a room of many.
    pub mentioning_me: bool,
    /// Only those written before.
    pub before: Option<Timestamp>,
    /// Only those of the thread that this message began.
    pub parent: Option<MessageId>,
}

impl Webex {
    /// Posts a message.
    ///
    /// # Errors
    ///
    /// Any [`Error`].
    pub async fn create_message(&self, message: &NewMessage) -> Result<Message, Error> {
        self.object(Call::post("messages", message)).await
    }

    /// One message.
    ///
    /// # Errors
    ///
    /// Refused with 404 when the owner may not see it, and for a while after its event.
    pub async fn get_message(&self, id: &MessageId) -> Result<Message, Error> {
        self.object(Call::get("messages").at(id.as_str())).await
    }

    /// Puts another text, or another card, in the place of the message's own.
    ///
    /// # Errors
    ///
    /// Refused with 400 after ten edits, and where Webex does not edit cards; with 403 for a message of
    /// another author; with 404 when it is gone.
    pub async fn edit_message(
        &self,
        id: &MessageId,
        edited: &EditedMessage,
    ) -> Result<Message, Error> {
        self.object(Call::put("messages", edited).at(id.as_str()))
            .await
    }

    /// Deletes a message.
    ///
    /// # Errors
    ///
    /// Refused with 404 when it is gone, and with 403 when the owner neither wrote it nor moderates the
    /// room.
    pub async fn delete_message(&self, id: &MessageId) -> Result<(), Error> {
        self.nothing(Call::delete("messages").at(id.as_str())).await
    }

    /// The latest messages of a room that pass `filter`, newest first, `limit` at most.
    ///
    /// # Errors
    ///
    /// Refused with 404 when the owner is not in the room.
    pub async fn list_messages(
        &self,
        filter: &MessageFilter,
        limit: usize,
    ) -> Result<Vec<Message>, Error> {
        let call = Call::get("messages")
            .query("roomId", &filter.room)
            .query_if("mentionedPeople", filter.mentioning_me.then_some("me"))
            .query_if("before", filter.before)
            .query_if("parentId", filter.parent.as_ref())
            .query("max", limit.clamp(1, 100));
        self.list_up_to(call, limit).await
    }

    /// The messages that the owner and another person exchanged, newest first, as many as Webex
    /// gives at once.
    ///
    /// # Errors
    ///
    /// Any [`Error`]; also when the two never talked.
    pub async fn list_direct_messages(&self, with: &Who) -> Result<Vec<Message>, Error> {
        let call = Call::get("messages/direct");
        let call = match with {
            Who::Id(id) => call.query("personId", id),
            Who::Email(email) => call.query("personEmail", email),
        };
        self.list(call).await
    }
}
