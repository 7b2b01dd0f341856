//! The words that ask for something.

use showcaller_show::Intent;

use super::phrases::Phrases;

/// A word that asks for a built-in intent; `None` for those that have none.
pub(super) fn word(intent: &Intent, phrases: &Phrases) -> Option<&'static str> {
    let words = &phrases.words;
    match intent {
        Intent::Agenda => Some(words.agenda),
        Intent::Now => Some(words.now),
        Intent::Next => Some(words.next),
        Intent::Where => Some(words.whereabouts),
        Intent::Meeting => Some(words.meeting),
        Intent::Who => Some(words.who),
        Intent::Remind => Some(words.remind),
        Intent::Help => Some(words.help),
        Intent::Sos => Some(words.sos),
        Intent::Details => Some(words.details),
        Intent::Hello | Intent::Thanks | Intent::None | Intent::Custom(_) => None,
    }
}

/// The word of a button: `Agenda`.
pub(super) fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}
