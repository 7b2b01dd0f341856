//! The languages that the bot speaks, and the words that it knows in them.

mod concept;
mod vocabulary;
mod words;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use concept::Concept;
pub use vocabulary::{Entry, Vocabulary, reserved};
pub use words::{Word, normalise};

/// A language of which the bot knows words and sentences.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub enum Language {
    /// English.
    #[default]
    #[serde(rename = "en")]
    English,
    /// Dutch.
    #[serde(rename = "nl")]
    Dutch,
    /// French.
    #[serde(rename = "fr")]
    French,
}

impl Language {
    /// Every language, in the order in which they are listed.
    pub const ALL: [Self; 3] = [Self::English, Self::Dutch, Self::French];

    /// Its BCP 47 tag: `en`.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Dutch => "nl",
            Self::French => "fr",
        }
    }

    /// The language of a BCP 47 tag, whatever its region: `nl-BE` is Dutch. `None` for a language of
    /// which the bot knows nothing.
    #[must_use]
    pub fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next()?.trim();
        Self::ALL
            .into_iter()
            .find(|language| language.tag().eq_ignore_ascii_case(primary))
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.tag())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_does_not_change_the_language() {
        assert_eq!(Language::of_tag("nl-BE"), Some(Language::Dutch));
        assert_eq!(Language::of_tag("FR"), Some(Language::French));
        assert_eq!(Language::of_tag("en_GB"), Some(Language::English));
        assert_eq!(Language::of_tag("de"), None);
        assert_eq!(Language::of_tag(""), None);
    }
}
