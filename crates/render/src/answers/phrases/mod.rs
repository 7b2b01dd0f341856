//! What the bot says, in each of its languages: one file each, and a sentence that is missing in one
//! does not compile.

mod en;
mod fr;
mod nl;
mod sentences;

use showcaller_event::Language;

pub(super) use self::sentences::Phrases;

/// The sentences of a language.
pub(super) fn of(language: Language) -> &'static Phrases {
    match language {
        Language::English => &en::ENGLISH,
        Language::Dutch => &nl::DUTCH,
        Language::French => &fr::FRENCH,
    }
}
