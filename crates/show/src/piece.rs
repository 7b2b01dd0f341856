//! What the words of a text say.

use std::ops::Range;

use showcaller_event::language::Concept;

use crate::day::DayWord;
use crate::lexicon::Meaning;

/// A word or phrase of a text, and what it says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Piece {
    pub(crate) says: Says,
    /// Where it stands in the text, in bytes.
    pub(crate) at: Range<usize>,
}

/// What a word or phrase says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Says {
    Concept(Concept),
    Event(Meaning),
    Day(DayWord),
    /// A number that is part of nothing else.
    Number(u32),
    /// The number of a team that the event does not have.
    NoTeam,
    Unknown,
}

/// The number that a piece is, in digits or as a word.
pub(crate) fn number_in(says: &Says) -> Option<u32> {
    match says {
        Says::Number(number) => Some(*number),
        Says::Concept(Concept::Number(number)) => Some(u32::from(*number)),
        _ => None,
    }
}
