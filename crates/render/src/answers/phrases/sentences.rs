//! What there is a sentence for.

use jiff::civil::Date;
use showcaller_show::Reply;

use crate::answers::inert::Inert;

/// The sentences of one language. Texts by others come in as [`Inert`], everything else is ours.
pub(crate) struct Phrases {
    // Titles
    pub(crate) today: &'static str,
    pub(crate) next_day: &'static str,
    pub(crate) agenda: &'static str,
    pub(crate) whole_agenda: &'static str,
    pub(crate) now: &'static str,
    pub(crate) where_now: &'static str,
    /// What begins next, and when.
    pub(crate) next: fn(&str) -> String,
    /// The same in a line, with titles.
    pub(crate) next_is: fn(&str, &str) -> String,
    pub(crate) where_next: fn(&str) -> String,
    pub(crate) fitting: fn(usize) -> String,
    pub(crate) reminder: &'static str,
    pub(crate) details: &'static str,
    pub(crate) part: fn(usize, usize) -> String,

    // Times
    pub(crate) date: fn(Date) -> String,
    pub(crate) weekday: fn(Date) -> &'static str,
    pub(crate) in_minutes: fn(i64) -> String,
    pub(crate) tomorrow_at: fn(&str) -> String,
    pub(crate) on_date_at: fn(Date, &str) -> String,
    pub(crate) times_in: fn(&str) -> String,
    pub(crate) times_in_both: fn(&str, &str) -> String,

    // Of one meeting
    pub(crate) running: &'static str,
    pub(crate) ended: &'static str,
    pub(crate) cohost: &'static str,
    pub(crate) join: &'static str,
    pub(crate) link_follows: &'static str,
    pub(crate) number: &'static str,
    pub(crate) password: &'static str,
    pub(crate) host_key: &'static str,
    pub(crate) no_host_key: &'static str,

    // Where there is no meeting to tell of
    pub(crate) nothing_that_day: Here<&'static str>,
    pub(crate) no_day: fn(Date) -> String,
    pub(crate) over: &'static str,
    pub(crate) nothing_now: &'static str,
    pub(crate) nothing_ahead: Here<&'static str>,
    pub(crate) no_such_meeting: Here<fn(&Inert) -> String>,

    // Other answers
    pub(crate) no_team: &'static str,
    pub(crate) empty_team: &'static str,
    pub(crate) organisers_only: &'static str,
    pub(crate) ask_in_private: &'static str,
    pub(crate) which_meeting: &'static str,
    pub(crate) no_meetings: &'static str,
    pub(crate) remind: fn(Date, &str) -> String,
    pub(crate) nothing_to_remind: &'static str,
    /// The question whether a person is there at a time.
    pub(crate) check_in: fn(&str) -> String,
    pub(crate) press_here: &'static str,
    /// The button.
    pub(crate) here: &'static str,
    pub(crate) checked_in: &'static str,
    pub(crate) called: &'static str,
    pub(crate) cannot_call: &'static str,
    pub(crate) hello: fn(Option<&Inert>) -> String,
    pub(crate) thanks: &'static str,
    pub(crate) custom_follows: &'static str,
    pub(crate) not_understood: &'static str,
    pub(crate) stranger: fn(&Inert) -> String,
    pub(crate) help: Help,

    // The words that ask for it
    pub(crate) ask_me: fn(&str) -> String,
    /// Which word calls a human.
    pub(crate) a_human: &'static str,
    pub(crate) words: Words,

    // Around an answer
    pub(crate) apology: &'static str,
    pub(crate) see_above: fn(&str) -> String,
    pub(crate) one_after_the_other: &'static str,

    // To the organisers
    pub(crate) ticket_in_room: fn(&Inert, &Inert) -> String,
    pub(crate) ticket_in_private: fn(&Inert) -> String,
    pub(crate) removed: fn(&Inert) -> String,
    pub(crate) no_moderator: fn(&Inert) -> String,

    pub(crate) changes: Changes,
}

/// What a room is told of a programme that changes. A sentence each; titles come first.
pub(crate) struct Changes {
    /// And when it is; the link follows.
    pub(crate) new: fn(&Inert, &str) -> String,
    /// From what.
    pub(crate) renamed: fn(&Inert, &Inert) -> String,
    /// From when to when; without its end.
    pub(crate) moved: fn(&Inert, &str, &str) -> String,
    /// The same for a meeting of another length, with its end.
    pub(crate) moved_until: fn(&Inert, &str, &str, &str) -> String,
    /// When it ends, and when it was to.
    pub(crate) ends: fn(&Inert, &str, &str) -> String,
    /// The link follows.
    pub(crate) link: fn(&Inert) -> String,
    /// And when it was to be.
    pub(crate) cancelled: fn(&Inert, &str) -> String,
    pub(crate) not_for_room: fn(&Inert, &str) -> String,
    /// How many changes more there are.
    pub(crate) more: fn(usize) -> String,
}

/// What is said of a room, and of one person.
pub(crate) struct Here<T> {
    pub(crate) room: T,
    pub(crate) private: T,
}

impl<T: Copy> Here<T> {
    /// As it is said where this is read.
    pub(crate) fn at(&self, reply: &Reply) -> T {
        if reply.in_private {
            self.private
        } else {
            self.room
        }
    }
}

/// What can be asked, a line each.
pub(crate) struct Help {
    pub(crate) title: &'static str,
    pub(crate) agenda: &'static str,
    pub(crate) now: &'static str,
    pub(crate) next: &'static str,
    pub(crate) whereabouts: &'static str,
    pub(crate) meeting: &'static str,
    pub(crate) who: &'static str,
    pub(crate) remind: &'static str,
    pub(crate) sos: &'static str,
    pub(crate) details: &'static str,
    pub(crate) custom: &'static str,
    pub(crate) how: &'static str,
}

/// A word for each question, as people may write it.
pub(crate) struct Words {
    pub(crate) agenda: &'static str,
    pub(crate) now: &'static str,
    pub(crate) next: &'static str,
    pub(crate) whereabouts: &'static str,
    pub(crate) meeting: &'static str,
    pub(crate) who: &'static str,
    pub(crate) remind: &'static str,
    pub(crate) help: &'static str,
    pub(crate) sos: &'static str,
    pub(crate) details: &'static str,
}

/// The name of a date's month.
pub(super) fn month(date: Date, names: &[&'static str; 12]) -> &'static str {
    usize::try_from(date.month() - 1)
        .ok()
        .and_then(|index| names.get(index))
        .copied()
        .unwrap_or_default()
}
