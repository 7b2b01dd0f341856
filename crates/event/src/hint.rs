//! What to do about a finding, and the text that ends it where there is one.

use std::fmt;
use std::ops::Range;

use crate::diagnostic::Replacement;

/// A sentence. Where it names a text that belongs into the file, it is made from that text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Hint {
    sentence: String,
    instead: Option<Box<Instead>>,
    /// What else there is to say.
    more: String,
}

/// What is put in the place of what.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Instead {
    /// A part of what the finding is about; otherwise all of it.
    wrong: Option<String>,
    right: String,
}

impl Hint {
    /// `right` belongs there, as the sentence says.
    pub(crate) fn instead(sentence: impl Into<String>, right: impl Into<String>) -> Self {
        Self::new(sentence.into(), None, right.into())
    }

    /// `right` belongs there.
    pub(crate) fn write(right: impl Into<String>) -> Self {
        let right = right.into();
        let sentence = match right.starts_with('"') {
            true => format!("write {right}"),
            false => format!("write `{right}`"),
        };
        Self::new(sentence, None, right)
    }

    /// `right` belongs where `wrong` stands, as the sentence says.
    pub(crate) fn word(sentence: String, wrong: &str, right: impl Into<String>) -> Self {
        Self::new(sentence, Some(wrong.to_owned()), right.into())
    }

    /// The same for a part of the place.
    pub(crate) fn of_word(mut self, wrong: &str) -> Self {
        if let Some(instead) = &mut self.instead {
            instead.wrong = Some(wrong.to_owned());
        }
        self
    }

    fn new(sentence: String, wrong: Option<String>, right: String) -> Self {
        Self {
            sentence,
            instead: Some(Box::new(Instead { wrong, right })),
            more: String::new(),
        }
    }

    /// The same with more to say.
    pub(crate) fn and(mut self, more: &str) -> Self {
        self.more.push_str(more);
        self
    }

    /// Without its proposal, if there is more to say.
    pub(crate) fn without_proposal(self) -> Self {
        match (&self.instead, self.more.trim_start()) {
            (Some(_), more) if !more.is_empty() => more.into(),
            _ => self,
        }
    }

    /// The text that belongs in the place of everything, if there is one.
    pub(crate) fn text(&self) -> Option<&str> {
        let instead = self.instead.as_ref().filter(|it| it.wrong.is_none());
        instead.map(|instead| instead.right.as_str())
    }

    /// The sentence, and what it proposes for this place in a text.
    pub(crate) fn at(self, text: &str, span: &Range<usize>) -> (String, Option<Replacement>) {
        let raw = text.get(span.clone()).unwrap_or_default();
        let replacement = self.instead.and_then(|instead| instead.within(raw, span));
        (self.sentence + &self.more, replacement)
    }
}

impl Instead {
    fn within(self, raw: &str, span: &Range<usize>) -> Option<Replacement> {
        let Some(wrong) = &self.wrong else {
            let quote = raw.chars().next().filter(|c| matches!(c, '"' | '\''));
            let text = match quote {
                Some(quote) if !self.right.starts_with('"') => {
                    format!("{quote}{}{quote}", self.right)
                }
                _ => self.right,
            };
            let span = span.clone();
            return Some(Replacement { span, text });
        };
        // Names are looked up in lower case, with `-` between words.
        let plain = |text: &str| text.to_ascii_lowercase().replace([' ', '_'], "-");
        let start = span.start + plain(raw).find(&plain(wrong))?;
        Some(Replacement {
            span: start..start + wrong.len(),
            text: self.right,
        })
    }
}

impl fmt::Display for Hint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.sentence, self.more)
    }
}

impl From<String> for Hint {
    fn from(sentence: String) -> Self {
        Self {
            sentence,
            ..Self::default()
        }
    }
}

impl From<&str> for Hint {
    fn from(sentence: &str) -> Self {
        sentence.to_owned().into()
    }
}
