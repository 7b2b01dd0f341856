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
/// language's, of another's. `written` is the word with the letters that were held down: where one between
/// two of a kind is missing, none was (`sssion`).
pub(crate) fn meant<'w>(
    word: &'w str,
    written: &str,
    language: Language,
    lexicon: &'w Lexicon,
) -> Meant<'w> {
    let number = word.starts_with(|letter: char| letter.is_ascii_digit());
    let known = lexicon.is_word(word)
        || Language::ALL
            .into_iter()
            .any(|l| Vocabulary::of(l).is_word(word));
    if known || number {
        return Meant::AsWritten;
    }
    let typo = [word, &written.to_lowercase()]
        .into_iter()
        .find_map(|typed| intended(typed, language, lexicon));
    match (typo, parts(word, language, lexicon)) {
        (Some(typo), _) => Meant::Other(typo),
        (None, Some((first, second))) => Meant::Two(first, second),
        (None, None) => Meant::AsWritten,
    }
}

/// The first word of which this is a typo.
fn intended<'w>(word: &str, language: Language, lexicon: &'w Lexicon) -> Option<&'w str> {
    let length = word.chars().count();
    if !(SWAP_FROM..=LONGEST).contains(&length) {
        return None;
    }
    let others = Language::ALL.into_iter().filter(|other| *other != language);
    let near = |language: Language| {
        let vocabulary = Vocabulary::of(language);
        (length - 1..=length + 1).flat_map(|length| vocabulary.words_of_length(length))
    };
    lexicon
        .words()
        .chain(near(language))
        .chain(others.flat_map(near))
        .find(|candidate| is_typo(word, candidate))
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
    if word.chars().count() > LONGEST {
        return None;
    }
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

/// Whether one edit makes the candidate of the word: what is left between their common beginning and end
/// is a letter in one of them or both, or two letters that changed places.
fn is_typo(word: &str, candidate: &str) -> bool {
    let beginning: usize = word
        .chars()
        .zip(candidate.chars())
        .take_while(|(letter, wanted)| letter == wanted)
        .map(|(letter, _)| letter.len_utf8())
        .sum();
    let (word, wanted) = (&word[beginning..], &candidate[beginning..]);
    let end: usize = word
        .chars()
        .rev()
        .zip(wanted.chars().rev())
        .take_while(|(letter, wanted)| letter == wanted)
        .map(|(letter, _)| letter.len_utf8())
        .sum();
    let rest = |word: &str| {
        let mut letters = word[..word.len() - end].chars();
        (letters.next(), letters.next(), letters.next())
    };
    let long_enough = |least: usize| candidate.chars().count() >= least;
    match (rest(word), rest(wanted)) {
        ((_, None, None), (_, None, None)) => long_enough(EDIT_FROM),
        ((Some(a), Some(b), None), (Some(c), Some(d), None)) if a == d && b == c => {
            long_enough(SWAP_FROM)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_edit_is_a_typo_and_two_are_none() {
        for (word, wanted, typo) in [
            ("meetng", "meeting", true),
            ("meeeting", "meeting", true),
            ("meetibg", "meeting", true),
            ("metting", "meeting", true),
            ("meetign", "meeting", true),
            ("mettin", "meeting", false),
            ("coahc", "coach", true),
            ("couch", "coach", false),
            ("coac", "coach", false),
            ("nwo", "now", false),
        ] {
            assert_eq!(is_typo(word, wanted), typo, "{word} for {wanted}");
        }
    }
}
