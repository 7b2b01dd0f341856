//! What the bot says, in each of its languages: one file each, and a sentence that is missing in one
//! does not compile.

mod en;
mod fr;
mod nl;

use jiff::civil::{Date, Time};
use showcaller_event::Language;

use super::inert::Inert;

/// The sentences of one language. Texts by others come in as [`Inert`], everything else is ours.
pub(super) struct Phrases {
    // Titles
    pub(super) today: &'static str,
    pub(super) next_day: &'static str,
    pub(super) agenda: &'static str,
    pub(super) whole_agenda: &'static str,
    pub(super) now: &'static str,
    pub(super) where_now: &'static str,
    /// What begins next, and when.
    pub(super) next: fn(&str) -> String,
    pub(super) where_next: fn(&str) -> String,
    pub(super) fitting: fn(usize) -> String,
    pub(super) reminder: &'static str,
    pub(super) details: &'static str,
    pub(super) part: fn(usize, usize) -> String,

    // Times
    pub(super) date: fn(Date) -> String,
    pub(super) weekday: fn(Date) -> &'static str,
    pub(super) in_minutes: fn(i64) -> String,
    pub(super) tomorrow_at: fn(&str) -> String,
    pub(super) on_date_at: fn(Date, &str) -> String,
    pub(super) times_in: fn(&str) -> String,
    pub(super) times_in_both: fn(&str, &str) -> String,

    // Of one meeting
    pub(super) running: &'static str,
    pub(super) ended: &'static str,
    pub(super) cohost: &'static str,
    pub(super) join: &'static str,
    pub(super) link_follows: &'static str,
    pub(super) number: &'static str,
    pub(super) password: &'static str,
    pub(super) host_key: &'static str,
    pub(super) no_host_key: &'static str,

    // Where there is no meeting to tell of
    pub(super) nothing_that_day: &'static str,
    pub(super) no_day: fn(Date) -> String,
    pub(super) over: &'static str,
    pub(super) nothing_now: &'static str,
    pub(super) nothing_ahead: &'static str,
    pub(super) no_such_meeting: fn(&Inert) -> String,

    // Other answers
    pub(super) no_team: &'static str,
    pub(super) empty_team: &'static str,
    pub(super) organisers_only: &'static str,
    pub(super) ask_in_private: &'static str,
    pub(super) which_meeting: &'static str,
    pub(super) remind: fn(Date, Time) -> String,
    pub(super) nothing_to_remind: &'static str,
    pub(super) called: &'static str,
    pub(super) cannot_call: &'static str,
    pub(super) hello: fn(Option<&Inert>) -> String,
    pub(super) thanks: &'static str,
    pub(super) custom_follows: &'static str,
    pub(super) not_understood: &'static str,
    pub(super) stranger: fn(&Inert) -> String,
    pub(super) help: Help,

    // The words that ask for it
    pub(super) ask_me: fn(&str) -> String,
    pub(super) words: Words,

    // Around an answer
    pub(super) apology: &'static str,
    pub(super) see_above: fn(&str) -> String,
    pub(super) one_after_the_other: &'static str,

    // To the organisers
    pub(super) ticket_in_room: fn(&Inert, &Inert) -> String,
    pub(super) ticket_in_private: fn(&Inert) -> String,
    pub(super) removed: fn(&Inert) -> String,
    pub(super) no_moderator: fn(&Inert) -> String,
}

/// What can be asked, a line each.
pub(super) struct Help {
    pub(super) title: &'static str,
    pub(super) agenda: &'static str,
    pub(super) now: &'static str,
    pub(super) next: &'static str,
    pub(super) whereabouts: &'static str,
    pub(super) meeting: &'static str,
    pub(super) who: &'static str,
    pub(super) remind: &'static str,
    pub(super) sos: &'static str,
    pub(super) details: &'static str,
    pub(super) custom: &'static str,
    pub(super) how: &'static str,
}

/// A word for each question, as people may write it.
pub(super) struct Words {
    pub(super) agenda: &'static str,
    pub(super) now: &'static str,
    pub(super) next: &'static str,
    pub(super) whereabouts: &'static str,
    pub(super) meeting: &'static str,
    pub(super) who: &'static str,
    pub(super) remind: &'static str,
    pub(super) help: &'static str,
    pub(super) sos: &'static str,
    pub(super) details: &'static str,
}

impl Phrases {
    pub(super) fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &en::ENGLISH,
            Language::Dutch => &nl::DUTCH,
            Language::French => &fr::FRENCH,
        }
    }
}

/// The name of a date's weekday, from a list that begins on Monday.
fn weekday(date: Date, names: &[&'static str; 7]) -> &'static str {
    let offset = date.weekday().to_monday_zero_offset();
    usize::try_from(offset)
        .ok()
        .and_then(|offset| names.get(offset))
        .copied()
        .unwrap_or_default()
}

/// The name of a date's month.
fn month(date: Date, names: &[&'static str; 12]) -> &'static str {
    usize::try_from(date.month() - 1)
        .ok()
        .and_then(|index| names.get(index))
        .copied()
        .unwrap_or_default()
}
