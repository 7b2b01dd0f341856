//! The few words that are filled into texts of the file, in the language of the text.

use jiff::civil::{Date, Weekday};

use crate::language::Language;

/// What a link into a meeting is called.
#[must_use]
pub const fn join(language: Language) -> &'static str {
    match language {
        Language::English => "Join",
        Language::Dutch => "Deelnemen",
        Language::French => "Rejoindre",
    }
}

/// What stands before a password.
#[must_use]
pub const fn password(language: Language) -> &'static str {
    match language {
        Language::English => "password",
        Language::Dutch => "wachtwoord",
        Language::French => "mot\u{a0}de\u{a0}passe",
    }
}

/// The weekday of a date, as it is written within a sentence.
#[must_use]
pub fn weekday(date: Date, language: Language) -> &'static str {
    let [english, dutch, french] = match date.weekday() {
        Weekday::Monday => ["Monday", "maandag", "lundi"],
        Weekday::Tuesday => ["Tuesday", "dinsdag", "mardi"],
        Weekday::Wednesday => ["Wednesday", "woensdag", "mercredi"],
        Weekday::Thursday => ["Thursday", "donderdag", "jeudi"],
        Weekday::Friday => ["Friday", "vrijdag", "vendredi"],
        Weekday::Saturday => ["Saturday", "zaterdag", "samedi"],
        Weekday::Sunday => ["Sunday", "zondag", "dimanche"],
    };
    match language {
        Language::English => english,
        Language::Dutch => dutch,
        Language::French => french,
    }
}
