//! A message of the outbox: what its row holds, and how it is sent.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use showcaller_event::Language;
use showcaller_event::model::MeetingKey;
use showcaller_ledger::{Body, Ending, MessageKey, MessageOutcome, NewMessage, Undecodable};
use showcaller_plan::Owner;
use showcaller_render::answers::Message;
use showcaller_secret::Secret;
use showcaller_webex::{Destination, MessageId, PersonId, RoomId};

use super::ask::Ask;

/// The version of [`Outgoing`].
const VERSION: i64 = 1;

/// Where a message goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum To {
    /// Into a room of many.
    Room(String),
    /// Into the room of the bot and one person.
    Direct(String),
    /// To a person, whose room may not exist yet.
    Person(String),
}

/// What is sent. It holds links and passwords.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Outgoing {
    pub(crate) to: To,
    /// The first message of the thread in which it answers.
    pub(crate) thread: Option<String>,
    #[serde(with = "showcaller_secret::exposed")]
    pub(crate) markdown: Secret,
    card: Option<Value>,
    /// What the card's Submit buttons ask for, by number.
    pub(crate) buttons: Vec<String>,
    /// The language in which it is written, as a tag.
    pub(crate) language: String,
    /// By Webex's clock: what was written until then is not this message.
    pub(crate) after: Timestamp,
    /// Whether it goes to a person who has no account yet, too: Webex writes them a mail.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) also_pending: bool,
    /// What is kept of the text once it was sent: enough to tell another one from it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) digest: Option<String>,
    /// What the buttons of an operator's preview, or a word, agree to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ask: Option<Ask>,
    /// The meetings for which a press says that its person is there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) check_in: Vec<MeetingKey>,
}

/// What tells one text from another, and nothing else of it.
pub(crate) fn digest(markdown: &Secret) -> String {
    let hash = Sha256::digest(markdown.expose().as_bytes());
    hash.iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

impl Outgoing {
    pub(crate) fn new(to: To, message: Message, language: Language, after: Timestamp) -> Self {
        let (card, buttons) = match message.card {
            Some(card) => {
                let buttons = card.keys.iter().map(ToString::to_string).collect();
                (Some(card.content), buttons)
            }
            None => (None, Vec::new()),
        };
        Self {
            to,
            thread: None,
            markdown: message.markdown,
            card,
            buttons,
            language: language.tag().to_owned(),
            after,
            ask: None,
            check_in: Vec::new(),
            also_pending: false,
            digest: None,
        }
    }

    /// The room, unless it is known by its person alone.
    pub(crate) fn room(&self) -> Option<RoomId> {
        match &self.to {
            To::Room(id) | To::Direct(id) => Some(RoomId::from(&**id)),
            To::Person(_) => None,
        }
    }

    /// The same, perhaps also to a person who has no account yet.
    pub(crate) fn reaching(self, also_pending: bool) -> Self {
        Self {
            also_pending,
            ..self
        }
    }

    /// Whether people see the same.
    pub(crate) fn says_the_same(&self, other: &Self) -> bool {
        self.markdown == other.markdown && self.card == other.card
    }

    /// The row of this message. `address` says to people to whom it goes.
    pub(crate) fn row(
        &self,
        key: MessageKey,
        address: String,
        revision: Option<i64>,
    ) -> Result<NewMessage, serde_json::Error> {
        Ok(NewMessage {
            key,
            address,
            body: Body::new(VERSION, self)?,
            owner: Owner::Bot.to_string(),
            revision,
        })
    }

    pub(crate) fn read(body: &Body) -> Result<Self, Undecodable> {
        body.decode(VERSION)
    }

    /// How an attempt ended. Once the message has, its row keeps what its buttons need, and nothing of
    /// what was said.
    pub(crate) fn ending<'a>(&self, outcome: &'a MessageOutcome) -> Ending<'a> {
        let kept = Self {
            digest: Some(digest(&self.markdown)),
            markdown: Secret::new(""),
            card: None,
            ..self.clone()
        };
        match Body::new(VERSION, &kept) {
            Ok(kept) => outcome.keeping(kept),
            Err(_) => outcome.into(),
        }
    }

    /// The call's body.
    pub(crate) fn message(&self) -> showcaller_webex::NewMessage {
        let to = match &self.to {
            To::Room(id) | To::Direct(id) => Destination::Room(RoomId::from(&**id)),
            To::Person(id) => Destination::PersonId(PersonId::from(&**id)),
        };
        showcaller_webex::NewMessage {
            parent_id: self.thread.as_deref().map(MessageId::from),
            card: self.card.clone(),
            ..showcaller_webex::NewMessage::markdown(to, self.markdown.clone())
        }
    }
}
