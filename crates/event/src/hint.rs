//! What to do about a finding, and the text that ends it where there is one.

use std::ops::Range;

use crate::diagnostic::Replacement;

/// A sentence, and the text that it proposes for the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Hint {
    pub(crate) sentence: String,
    proposal: Option<String>,
    /// The part of the finding's place that the proposal replaces; otherwise all of it.
    part: Option<String>,
}

impl Hint {
    /// `proposal` belongs there, as the sentence says.
    pub(crate) fn instead(sentence: impl Into<String>, proposal: impl Into<String>) -> Self {
        Self {
            sentence: sentence.into(),
            proposal: Some(proposal.into()),
            part: None,
        }
    }

    /// `proposal` belongs there.
    pub(crate) fn write(proposal: impl Into<String>) -> Self {
        let proposal = proposal.into();
        let sentence = match proposal.starts_with('"') {
            true => format!("write {proposal}"),
            false => format!("write `{proposal}`"),
        };
        Self::instead(sentence, proposal)
    }

    /// The same for a part of the place.
    pub(crate) fn of(mut self, part: impl Into<String>) -> Self {
        self.part = Some(part.into());
        self
    }

    /// The same with more to say.
    pub(crate) fn and(mut self, more: &str) -> Self {
        self.sentence.push_str(more);
        self
    }

    /// The text that it proposes, if there is one.
    pub(crate) fn proposal(&self) -> Option<&str> {
        self.proposal.as_deref()
    }

    /// What it proposes for this place in a text.
    pub(crate) fn replacement(&self, text: &str, span: &Range<usize>) -> Option<Replacement> {
        let raw = text.get(span.clone()).unwrap_or_default();
        let text = self.proposal.clone()?;
        if let Some(part) = &self.part {
            // Names are looked up in lower case, with `-` between words.
            let plain = |text: &str| text.to_ascii_lowercase().replace([' ', '_'], "-");
            let start = span.start + plain(raw).find(&plain(part))?;
            let span = start..start + part.len();
            return Some(Replacement { span, text });
        }
        let quote = raw.chars().next().filter(|c| matches!(c, '"' | '\''));
        let text = match quote {
            Some(quote) if !text.starts_with('"') => format!("{quote}{text}{quote}"),
            _ => text,
        };
        let span = span.clone();
        Some(Replacement { span, text })
    }
}

impl<T: Into<String>> From<T> for Hint {
    fn from(sentence: T) -> Self {
        Self {
            sentence: sentence.into(),
            ..Self::default()
        }
    }
}
