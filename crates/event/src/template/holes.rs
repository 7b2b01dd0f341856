//! Marks for what is filled in later, and how they become the holes of a text.

use std::sync::{Arc, Mutex, PoisonError};

use crate::model::{Part, Text};

/// Around each mark: the last private-use plane's end, which no font or keyboard knows.
const OPEN: char = '\u{10FFFC}';
const CLOSE: char = '\u{10FFFD}';

/// Before the name of something that is not a text, where a text was made of it all the same.
const NO_TEXT: char = '\u{10FFFB}';

/// Inside of each mark, around the number: whatever cuts a mark also breaks one of these.
const HEAD: &str = "hOLe-";
const TAIL: &str = "-eLoH";

/// Whether a text may not contain this character.
pub(crate) fn reserved(character: char) -> bool {
    [OPEN, CLOSE, NO_TEXT].contains(&character)
}

/// Whether there is a mark in a text, or what is left of one. A filter must not touch it: one digit
/// replaced by another would make it the mark of another hole.
pub(super) fn marked(text: &str) -> bool {
    text.contains([OPEN, CLOSE])
}

/// What something that is not a text is called if a filter or `~` makes a text of it.
pub(super) fn no_text(path: &str) -> String {
    format!("{NO_TEXT}{path}")
}

/// The first thing in a text that is not one, by name.
pub(super) fn first_no_text(text: &str) -> Option<String> {
    let (_, path) = text.split_once(NO_TEXT)?;
    let end = path.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.')));
    Some(path[..end.unwrap_or(path.len())].to_lowercase())
}

/// Whether every mark in a text is as it was made.
pub(super) fn whole(text: &str) -> bool {
    !text.contains(reserved) || pieces(text).is_some()
}

/// The holes of one rendering. A mark holds the place of its hole in this list.
#[derive(Debug, Clone, Default)]
pub(super) struct Holes(Arc<Mutex<Vec<Part>>>);

impl Holes {
    /// A mark for a hole.
    pub(super) fn mark(&self, hole: &Part) -> String {
        let mut holes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        holes.push(hole.clone());
        format!("{OPEN}{HEAD}{}{TAIL}{CLOSE}", holes.len() - 1)
    }

    /// The text with its marks made into holes; `None` if a mark was changed.
    pub(super) fn split(&self, text: &str) -> Option<Text> {
        let holes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let parts = pieces(text)?.into_iter().map(|piece| match piece {
            Piece::Words(words) => Some(Part::Words(words.to_owned())),
            Piece::Hole(number) => holes.get(number).cloned(),
        });
        Some(Text::new(parts.collect::<Option<_>>()?))
    }
}

enum Piece<'a> {
    Words(&'a str),
    Hole(usize),
}

fn pieces(text: &str) -> Option<Vec<Piece<'_>>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(reserved) {
        let (words, from) = rest.split_at(at);
        if !words.is_empty() {
            pieces.push(Piece::Words(words));
        }
        let inner = from.strip_prefix(OPEN)?;
        let (number, after) = inner.split_once(CLOSE)?;
        let number = number.strip_prefix(HEAD)?.strip_suffix(TAIL)?;
        pieces.push(Piece::Hole(number.parse().ok()?));
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Words(rest));
    }
    Some(pieces)
}
