//! What an operation is: its id, kind, body and state, and which state may follow which.

use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use strum::VariantArray as _;

/// The number of an operation. Those of provisioning rise; those of messages are random.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct OperationId(pub(crate) i64);

impl fmt::Display for OperationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What part of Showcaller an operation belongs to. No part sees, counts or ends another's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OperationKind {
    /// A step of a plan.
    Provision,
    /// A message.
    Message(MessageKind),
}

/// What a message is sent for.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    strum::Display,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
#[strum(serialize_all = "lowercase")]
pub enum MessageKind {
    /// A cue.
    Delivery,
    /// An answer.
    Answer,
    /// A call for a human.
    Sos,
    /// A greeting to a person who joined a room.
    Welcome,
    /// What a person wanted to be reminded of.
    #[strum(serialize = "remind")]
    Reminder,
    /// What the organisers have to know of the bot.
    Notice,
    /// A message that an operator wrote during the show.
    Say,
    /// The deletion of a message that was sent.
    Recall,
    /// Another text for a message that was sent.
    Correct,
}

impl MessageKind {
    /// Every kind of message.
    pub const ALL: &[Self] = Self::VARIANTS;

    /// Those that the runner of the cues sends.
    pub const OF_THE_SHOW: [Self; 4] = [Self::Delivery, Self::Say, Self::Recall, Self::Correct];

    /// Its name, with which keys begin: `answer`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The call by which it takes effect.
    pub(crate) fn verb(self) -> &'static str {
        match self {
            Self::Recall => "delete-message",
            Self::Correct => "edit-message",
            _ => "post-message",
        }
    }
}

impl From<MessageKind> for OperationKind {
    fn from(kind: MessageKind) -> Self {
        Self::Message(kind)
    }
}

impl OperationKind {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Provision => "provision",
            Self::Message(kind) => kind.as_str(),
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        if text == Self::Provision.as_str() {
            return Some(Self::Provision);
        }
        text.parse().ok().map(Self::Message)
    }
}

/// What is to be sent, as its kind's code wrote it: JSON of a version. It may hold a password, so
/// `Debug` shows none of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Body {
    pub(crate) version: i64,
    pub(crate) json: String,
}

/// Why a body cannot be read: what was asked for is then unknown, never nothing.
#[derive(Debug, thiserror::Error)]
pub enum Undecodable {
    /// Another build wrote it.
    #[error("it was written in version {written} of its format, and this build reads {read}")]
    Version {
        /// The version of the body.
        written: i64,
        /// The version that was asked for.
        read: i64,
    },
    /// It does not fit its version. What is there instead is not told: it may be a password.
    #[error("it does not fit its format: {category:?} error at line {line} column {column}")]
    Json {
        /// What kind of error it is.
        category: serde_json::error::Category,
        /// In which line, from 1.
        line: usize,
        /// In which column, from 1.
        column: usize,
    },
}

impl From<serde_json::Error> for Undecodable {
    fn from(error: serde_json::Error) -> Self {
        Self::Json {
            category: error.classify(),
            line: error.line(),
            column: error.column(),
        }
    }
}

impl Body {
    /// A value as it is written in this version of its format.
    ///
    /// # Errors
    ///
    /// If the value has no JSON, as a map with keys that are no texts.
    pub fn new(version: i64, value: &impl Serialize) -> Result<Self, serde_json::Error> {
        let json = serde_json::to_string(value)?;
        Ok(Self { version, json })
    }

    /// The value, if it was written in this version.
    ///
    /// # Errors
    ///
    /// See [`Undecodable`].
    pub fn decode<T: DeserializeOwned>(&self, version: i64) -> Result<T, Undecodable> {
        if self.version != version {
            return Err(Undecodable::Version {
                written: self.version,
                read: version,
            });
        }
        Ok(serde_json::from_str(&self.json)?)
    }
}

impl From<Value> for Body {
    /// Version 1.
    fn from(value: Value) -> Self {
        Self {
            version: 1,
            json: value.to_string(),
        }
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "version {}, …", self.version)
    }
}

/// How far an operation has come: `waiting → sending → done | failed | unclear`; a call that
/// certainly was not sent goes back to waiting, and one in doubt is settled by looking at Webex. A
/// decision may besides let a waiting message fail, and a failed one wait.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    strum::Display,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum OperationState {
    /// In the queue.
    Waiting,
    /// The call is about to be made, or was made and its outcome is not written yet.
    Sending,
    /// It had its effect.
    Done,
    /// It had none.
    Failed,
    /// It may have had its effect.
    Unclear,
}

impl OperationState {
    /// All states, in the order of an operation's life.
    pub const ALL: &[Self] = Self::VARIANTS;

    /// Whether an operation in this state may go to `next` by what became of a call.
    #[must_use]
    pub fn may_become(self, next: Self) -> bool {
        match self {
            Self::Waiting => next == Self::Sending,
            Self::Sending => next != Self::Sending,
            Self::Unclear => matches!(next, Self::Done | Self::Failed | Self::Waiting),
            Self::Done | Self::Failed => false,
        }
    }

    /// Whether it must be looked into before the same call is made again.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Sending | Self::Unclear)
    }

    pub(crate) fn as_str(self) -> &'static str {
        self.into()
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_state_has_more_than_two_before_it() {
        // The statement that takes an operation further has room for two.
        for to in OperationState::ALL {
            let before = OperationState::ALL
                .iter()
                .filter(|from| from.may_become(*to));
            assert!(before.count() <= 2, "{to}");
        }
    }

    #[test]
    fn a_body_is_read_in_its_own_version_or_not_at_all() {
        let body = Body::new(2, &["a"]).unwrap();
        assert_eq!(body.decode::<[String; 1]>(2).unwrap(), ["a"]);
        let other = body.decode::<[String; 1]>(1).unwrap_err();
        assert!(matches!(
            other,
            Undecodable::Version {
                written: 2,
                read: 1
            }
        ));
        assert!(matches!(
            body.decode::<u8>(2),
            Err(Undecodable::Json { .. })
        ));
    }

    #[test]
    fn what_cannot_be_read_is_not_shown() {
        let body = Body::new(1, &["https://example.com/?password=a1b2"]).unwrap();
        let error = body.decode::<[u8; 1]>(1).unwrap_err();
        assert_eq!(
            error.to_string(),
            "it does not fit its format: Data error at line 1 column 37"
        );
        assert!(!format!("{error:?}").contains("a1b2"));
    }
}
