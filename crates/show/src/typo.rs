//! Words that were mistyped.

use showcaller_event::Language;
use showcaller_event::language::Vocabulary;

use crate::lexicon::Lexicon;

/// A letter too many, missing or wrong is forgiven in words of this length.
const EDIT_FROM: usize = 6;
/// Two neighbouring letters that changed places are forgiven in words of this length.
const SWAP_FROM: usize = 5;
/// No word is longer.
const LONGEST: usize = 30;

/// The word that was meant by one which neither the event nor any language has: of the event's, of this
/// language's, of another's. `None` if it is right, or too far from all.
pub(crate) fn meant<'a>(word: &str, language: Language, lexicon: &'a Lexicon) -> Option<&'a str> {
    let length = word.chars().count();
    let known = lexicon.is_word(word)
        || Language::ALL
            .into_iter()
            .any(|language| Vocabulary::of(language).is_word(word));
    let number = word.starts_with(|letter: char| letter.is_ascii_digit());
    if known || number || !(SWAP_FROM..=LONGEST).contains(&length) {
        return None;
    }
    let others = Language::ALL.into_iter().filter(|other| *other != language);
    lexicon
        .words()
        .chain(Vocabulary::of(language).words())
        .chain(others.flat_map(|other| Vocabulary::of(other).words()))
        .find(|candidate| is_typo(word, length, candidate))
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
