//! The bot: what it says, to whom it turns, and how patient it is.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::{Email, RoomKey, Text};
use crate::Language;

/// A text of the file in the languages in which it is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Say {
    /// For every language that is not named.
    pub otherwise: Text,
    /// The others.
    pub by_language: BTreeMap<Language, Text>,
}

impl Say {
    /// A text in one language.
    #[must_use]
    pub fn only(text: Text) -> Self {
        Self {
            otherwise: text,
            by_language: BTreeMap::new(),
        }
    }

    /// The text for readers of this language, and the language that it is in: theirs or else
    /// `otherwise`, the event's.
    #[must_use]
    pub fn in_language(&self, language: Language, otherwise: Language) -> (&Text, Language) {
        match self.by_language.get(&language) {
            Some(text) => (text, language),
            None => (&self.otherwise, otherwise),
        }
    }

    /// Every text.
    pub fn texts(&self) -> impl Iterator<Item = &Text> {
        [&self.otherwise]
            .into_iter()
            .chain(self.by_language.values())
    }
}

/// How the bot behaves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bot {
    /// The language of the event: the bot's where neither the roster nor the question says another.
    pub language: Language,
    /// Who runs the event, and where they are called.
    pub organisers: Organisers,
    /// An answer later than this begins with an apology.
    pub apologise_after: SignedDuration,
    /// A question older than this is not answered any more.
    pub skip_after: SignedDuration,
    /// How long before their next meeting people are reminded who asked for it.
    pub remind: SignedDuration,
    /// What a person is told who joins a room later, by room; a room that is missing tells nothing.
    pub welcome: BTreeMap<RoomKey, Say>,
}

impl Default for Bot {
    fn default() -> Self {
        Self {
            language: Language::English,
            organisers: Organisers::default(),
            apologise_after: SignedDuration::from_mins(2),
            skip_after: SignedDuration::from_hours(2),
            remind: SignedDuration::from_mins(5),
            welcome: BTreeMap::new(),
        }
    }
}

/// Who runs the event.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisers {
    /// Their addresses, sorted.
    pub people: Vec<Email>,
    /// The room in which they are told what needs them.
    pub room: Option<RoomKey>,
}
