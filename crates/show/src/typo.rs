//! Words that were mistyped.

use showcaller_event::Language;
use showcaller_event::language::{Concept, Vocabulary};

use crate::lexicon::Lexicon;

/// A letter too many, missing or wrong is forgiven in words of this length.
const EDIT_FROM: usize = 6;
/// Two neighbouring letters that changed places are forgiven in words of this length.
const SWAP_FROM: usize = 5;
/// No word is longer.
const LONGEST: usize = 30;

/// No part of a compound is shorter.
const PART_FROM: usize = 4;

/// What was meant by a word.
pub(crate) enum Meant<'w> {
    /// Itself.
    AsWritten,
    /// A word that it is a typo of.
    Other(&'w str),
    /// Two words that it is made of: Dutch writes "breakoutroom" and "openingssessie".
    Two(&'w str, &'w str),
}

/// What was meant by a word that neither the event nor any language has: one of the event's, of this
/// language's, of another's.
pub(crate) fn meant<'w>(word: &'w str, language: Language, lexicon: &'w Lexicon) -> Meant<'w> {
    let length = word.chars().count();
    let number = word.starts_with(|letter: char| letter.is_ascii_digit());
    let known = lexicon.is_word(word)
        || Language::ALL
            .into_iter()
            .any(|l| Vocabulary::of(l).is_word(word));
    if known || number || !(SWAP_FROM..=LONGEST).contains(&length) {
        return Meant::AsWritten;
    }
    let others = Language::ALL.into_iter().filter(|other| *other != language);
    let typo = lexicon
        .words()
        .chain(Vocabulary::of(language).words())
        .chain(others.flat_map(|other| Vocabulary::of(other).words()))
        .find(|candidate| is_typo(word, length, candidate));
    match (typo, parts(word, language, lexicon)) {
        (Some(typo), _) => Meant::Other(typo),
        (None, Some((first, second))) => Meant::Two(first, second),
        (None, None) => Meant::AsWritten,
    }
}

/// The two words that a compound is made of, perhaps with an "s" between them.
fn parts<'w>(word: &'w str, language: Language, lexicon: &Lexicon) -> Option<(&'w str, &'w str)> {
    let says = |part: &str| {
        let entries = Vocabulary::of(language).starting_with(part).iter();
        let telling =
            |concept: Concept| concept.alone().is_some() || matches!(concept, Concept::Name(_));
        part.chars().count() >= PART_FROM
            && (lexicon.is_word(part)
                || entries
                    .into_iter()
                    .any(|entry| entry.words.len() == 1 && telling(entry.concept)))
    };
    word.char_indices().find_map(|(at, _)| {
        let (first, second) = word.split_at(at);
        let first = if says(first) {
            first
        } else {
            first.strip_suffix('s')?
        };
        (says(first) && says(second)).then_some((first, second))
    })
}

fn is_typo(word: &str, length: usize, candidate: &str) -> bool {
    let wanted = candidate.chars().count();
    if wanted < SWAP_FROM
        || wanted.abs_diff(length) > 1
        || strsim::osa_distance(word, candidate) != 1
    {
        return false;
    }
    // Of one edit, only a swap keeps the letters and their number.
    let sorted = |word: &str| {
        let mut letters: Vec<char> = word.chars().collect();
        letters.sort_unstable();
        letters
    };
    wanted >= EDIT_FROM || sorted(word) == sorted(candidate)
}
