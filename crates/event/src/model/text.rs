//! Texts that wait for what only Webex can tell.
//!
//! Templates are filled in when the event is checked, so that every mistake shows then. What is
//! not known before a meeting exists (its link, its number) is left as a hole that names the
//! meeting; whoever sends the text fills the holes from the ledger.

use serde::{Deserialize, Serialize};

use super::MeetingKey;

/// A text with holes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Text(Vec<Part>);

/// One piece of a [`Text`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// Words as they stand.
    Words(String),
    /// A fact that Webex decides.
    Meeting {
        /// Of which meeting.
        meeting: MeetingKey,
        /// Which fact.
        fact: MeetingFact,
    },
}

/// What Webex, or the ledger, knows of a meeting once it exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MeetingFact {
    /// The web link, bare.
    Link,
    /// The password.
    Password,
    /// Link and password together, as Markdown for a room.
    Join,
    /// The number to dial or type.
    Number,
}

impl Text {
    /// A text of these pieces.
    #[must_use]
    pub fn new(parts: Vec<Part>) -> Self {
        Self(parts)
    }

    /// A text without holes.
    pub fn plain(words: impl Into<String>) -> Self {
        Self(vec![Part::Words(words.into())])
    }

    /// Its pieces, in order.
    #[must_use]
    pub fn parts(&self) -> &[Part] {
        &self.0
    }

    /// The meetings whose facts it waits for, in order, perhaps more than once.
    pub fn meetings(&self) -> impl Iterator<Item = &MeetingKey> {
        self.0.iter().filter_map(|part| match part {
            Part::Words(_) => None,
            Part::Meeting { meeting, .. } => Some(meeting),
        })
    }

    /// The whole text, or `None` if `fact` does not know one of the holes.
    pub fn fill(
        &self,
        mut fact: impl FnMut(&MeetingKey, MeetingFact) -> Option<String>,
    ) -> Option<String> {
        self.0
            .iter()
            .map(|part| match part {
                Part::Words(words) => Some(words.clone()),
                Part::Meeting {
                    meeting,
                    fact: which,
                } => fact(meeting, *which),
            })
            .collect()
    }
}
