//! Texts by others, as text that no client formats.

use std::fmt;

use showcaller_event::markdown::{inert, plain};

/// A text by others that may stand anywhere in Markdown and in a card: one line, no formatting, no
/// mention, no link. Never empty: a card's text must not be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Inert(String);

impl Inert {
    /// The text, cut to so many characters.
    pub(super) fn new(text: &str, longest: usize) -> Self {
        let words = plain(text);
        let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut inert = inert(cut(&line, longest));
        if line.chars().count() > longest {
            inert.push('…');
        }
        if inert.is_empty() {
            inert.push('–');
        }
        Self(inert)
    }
}

impl fmt::Display for Inert {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The first characters, so many at most.
fn cut(text: &str, longest: usize) -> &str {
    text.char_indices()
        .nth(longest)
        .map_or(text, |(end, _)| &text[..end])
}
