//! Texts by others, as text that no client formats.
//!
//! A backslash is no way out: Webex's clients read Markdown with different parsers, and the native one
//! of Adaptive Cards shows the backslash. So the few characters that begin formatting are replaced by
//! ones that look alike, and what only two characters together would begin (a link, an entity, a date
//! function of a card, an address) is kept apart by a zero-width space.

use std::fmt;

use crate::harmless::plain;

const APART: char = '\u{200b}';

/// A text by others that may stand anywhere in Markdown and in a card: one line, no formatting, no
/// mention, no link. Never empty: a card's text must not be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Inert(String);

impl Inert {
    /// The text, cut to so many characters.
    pub(super) fn new(text: &str, longest: usize) -> Self {
        let words = plain(text);
        let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut inert = String::with_capacity(line.len());
        let mut letters = cut(&line, longest).chars().peekable();
        while let Some(letter) = letters.next() {
            // At the beginning of a line these would make a list or a heading.
            if inert.is_empty() && (letter.is_ascii_digit() || letter.is_ascii_punctuation()) {
                inert.push(APART);
            }
            inert.push(look_alike(letter));
            if letters.peek().is_some_and(|next| begins(letter, *next)) {
                inert.push(APART);
            }
        }
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

/// Whether two characters one after the other begin an entity, a date function of a card, a link, an
/// image or an address.
fn begins(letter: char, next: char) -> bool {
    match letter {
        '&' => next == '#' || next.is_alphanumeric(),
        '{' => next == '{',
        ']' => matches!(next, '(' | '[' | ':'),
        '!' => next == '[',
        ':' | '/' => next == '/',
        '.' => next.is_alphabetic(),
        '@' => !next.is_whitespace(),
        _ => false,
    }
}

fn look_alike(letter: char) -> char {
    match letter {
        '*' => '∗',
        '_' => 'ˍ',
        '`' => 'ˋ',
        '~' => '∼',
        '\\' => '∖',
        '<' => '‹',
        '>' => '›',
        other => other,
    }
}

/// The first characters, so many at most.
fn cut(text: &str, longest: usize) -> &str {
    text.char_indices()
        .nth(longest)
        .map_or(text, |(end, _)| &text[..end])
}
