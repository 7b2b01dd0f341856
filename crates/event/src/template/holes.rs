//! Marks for facts that wait for Webex, and how they become the holes of a text.

use crate::model::{MeetingFact, MeetingKey, Part, Text};

/// Around each mark: the last private-use plane's end, which no font or keyboard knows.
const OPEN: char = '\u{10FFFC}';
const CLOSE: char = '\u{10FFFD}';

/// Before the name of something that is not a text, where a text was made of it all the same.
const NO_TEXT: char = '\u{10FFFB}';

/// Inside of each mark, around the number: letters of both cases and a palindrome's middle, so
/// that whatever changes case or cuts also breaks the mark.
const HEAD: &str = "hOLe-";
const TAIL: &str = "-eLoH";

/// Whether a text may not contain this character.
pub(crate) fn reserved(character: char) -> bool {
    [OPEN, CLOSE, NO_TEXT].contains(&character)
}

/// What of a meeting a hole is for, and its letter in a mark.
const FACTS: [(MeetingFact, char); 4] = [
    (MeetingFact::Link, 'L'),
    (MeetingFact::Password, 'P'),
    (MeetingFact::Join, 'J'),
    (MeetingFact::Number, 'N'),
];

/// The mark of a fact of the context's meeting of that number.
pub(super) fn mark(meeting: usize, fact: MeetingFact) -> String {
    let letter = FACTS
        .iter()
        .find(|(known, _)| *known == fact)
        .map_or('L', |(_, letter)| *letter);
    format!("{OPEN}{HEAD}{meeting}{letter}{TAIL}{CLOSE}")
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

/// The text with its marks made into holes; `None` if a mark was changed.
pub(super) fn split(text: &str, meetings: &[MeetingKey]) -> Option<Text> {
    let mut parts = Vec::new();
    for piece in pieces(text)? {
        parts.push(match piece {
            Piece::Words(words) => Part::Words(words.to_owned()),
            Piece::Hole(meeting, fact) => Part::Meeting {
                meeting: meetings.get(meeting)?.clone(),
                fact,
            },
        });
    }
    Some(Text::new(parts))
}

enum Piece<'a> {
    Words(&'a str),
    Hole(usize, MeetingFact),
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
        let letter = number.chars().next_back()?;
        let (fact, _) = FACTS.iter().find(|(_, known)| *known == letter)?;
        let meeting = number[..number.len() - letter.len_utf8()].parse().ok()?;
        pieces.push(Piece::Hole(meeting, *fact));
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Words(rest));
    }
    Some(pieces)
}
