//! The filters of templates, as values: one that meets a value which may still change is kept
//! beside it and applied when the text is sent.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// Longest text that a filter may make, in bytes: a chain of replacements could grow a text
/// without end.
pub(crate) const LONGEST_OUTPUT: usize = 64 * 1024;

/// What a filter does with a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Filter {
    /// First letter large, the others small.
    Capitalize,
    /// Small letters.
    Lower,
    /// One text put in another's place.
    Replace {
        /// What is replaced, everywhere.
        from: String,
        /// By what.
        to: String,
    },
    /// First letter of each word large.
    Title,
    /// Without these characters around; without white space if there are none.
    Trim(Option<String>),
    /// Large letters.
    Upper,
}

impl Filter {
    /// The text as the filter makes it; `None` if it would be longer than 64 KB.
    pub(crate) fn apply(&self, text: &str) -> Option<String> {
        let made = match self {
            Self::Capitalize => {
                let mut letters = text.chars();
                let first = letters.next().into_iter().flat_map(char::to_uppercase);
                first
                    .chain(letters.as_str().to_lowercase().chars())
                    .collect()
            }
            Self::Lower => text.to_lowercase(),
            Self::Replace { from, to } => {
                let grown = text.matches(from.as_str()).count().saturating_mul(to.len());
                if text.len().saturating_add(grown) > LONGEST_OUTPUT {
                    return None;
                }
                text.replace(from.as_str(), to)
            }
            Self::Title => minijinja::filters::title(Cow::Borrowed(text)),
            Self::Trim(None) => text.trim().to_owned(),
            Self::Trim(Some(around)) => text.trim_matches(|c| around.contains(c)).to_owned(),
            Self::Upper => text.to_uppercase(),
        };
        (made.len() <= LONGEST_OUTPUT).then_some(made)
    }
}
