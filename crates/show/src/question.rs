//! What is asked, by whom and where.

use showcaller_event::Language;
use showcaller_event::model::{Email, RoomKey};

/// What a question asks for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, strum::AsRefStr, strum::Display)]
#[strum(serialize_all = "lowercase")]
pub enum Intent {
    /// What is on: today, unless a day or all of them are named.
    Agenda,
    /// What is running.
    Now,
    /// What begins next.
    Next,
    /// Where the asker has to be: now, else next.
    Where,
    /// One named meeting.
    Meeting,
    /// Who is in the asker's team, and who coaches it.
    Who,
    /// Everything that opens a meeting, host key included; for organisers.
    Details,
    /// To be told before the next meeting.
    Remind,
    /// What the bot can do.
    Help,
    /// A human, because something is broken.
    Sos,
    /// A greeting.
    Hello,
    /// Thanks.
    Thanks,
    /// Nothing that the bot knows.
    None,
    /// An answer of the event file, by its name there.
    #[strum(transparent)]
    Custom(String),
}

impl Intent {
    /// Those that are built in, in the order in which they are listed.
    pub const BUILT_IN: [Self; 13] = [
        Self::Agenda,
        Self::Now,
        Self::Next,
        Self::Where,
        Self::Meeting,
        Self::Who,
        Self::Details,
        Self::Remind,
        Self::Help,
        Self::Sos,
        Self::Hello,
        Self::Thanks,
        Self::None,
    ];

    /// Its name: `agenda`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.as_ref()
    }
}

/// A question, from whose text the mention of the bot was cut out.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// What was written.
    pub text: &'a str,
    /// Where it was asked, and so who reads the answer.
    pub place: Place<'a>,
    /// Who asks; `None` for a stranger to the ledger and the roster.
    pub asker: Option<&'a Email>,
    /// The language of the answer, where the asker's is not known and the words do not tell; without
    /// it, that of the event.
    pub fallback: Option<Language>,
}

/// Where something is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place<'a> {
    /// In a room of the event: everybody in it reads the answer.
    Room(&'a RoomKey),
    /// In private.
    Private,
}

#[cfg(test)]
mod tests {
    use showcaller_event::language::reserved;

    use super::*;

    #[test]
    fn no_answer_of_the_file_can_be_called_like_an_intent() {
        for intent in Intent::BUILT_IN {
            assert!(reserved(intent.as_str()).is_some(), "{intent}");
        }
    }
}
