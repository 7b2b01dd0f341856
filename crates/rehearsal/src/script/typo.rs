//! Words as hurried people type them.

use crate::dice::Dice;

/// The shortest word in which letters change places.
const SWAP_FROM: usize = 5;
/// The shortest word in which a letter is missing or doubled.
const EDIT_FROM: usize = 6;

/// Every way in which one slip of a finger changes a phrase that stays readable: one word with two letters
/// swapped, one missing or one doubled. Placeholders stay as they are.
pub(super) fn slips(phrase: &str) -> Vec<String> {
    let words: Vec<&str> = phrase.split(' ').collect();
    let mut slips = Vec::new();
    for (place, word) in words.iter().enumerate() {
        for slip in slips_of(word) {
            let mut words = words.clone();
            words[place] = &slip;
            slips.push(words.join(" "));
        }
    }
    slips
}

/// One of them; the phrase itself if all its words are too short.
pub(super) fn mistyped(phrase: &str, dice: &mut Dice) -> String {
    let slips = slips(phrase);
    dice.one_of(&slips)
        .map_or_else(|| phrase.to_owned(), Clone::clone)
}

/// Only in a word of letters, and never its first letter: readers forgive that least.
fn slips_of(word: &str) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    let end = letters
        .iter()
        .rposition(|letter| letter.is_alphabetic())
        .map_or(0, |last| last + 1);
    if end < SWAP_FROM || !letters[..end].iter().all(|letter| letter.is_alphabetic()) {
        return Vec::new();
    }
    let mut slips = Vec::new();
    for at in 1..end {
        if at + 1 < end && letters[at] != letters[at + 1] {
            let mut swapped = letters.clone();
            swapped.swap(at, at + 1);
            slips.push(swapped);
        }
        if end >= EDIT_FROM {
            let (mut missing, mut doubled) = (letters.clone(), letters.clone());
            missing.remove(at);
            doubled.insert(at, letters[at]);
            slips.extend([missing, doubled]);
        }
    }
    slips
        .into_iter()
        .map(|slip| slip.into_iter().collect())
        .collect()
}
