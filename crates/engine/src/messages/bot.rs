//! The bot as its messages need it.

use showcaller_ledger::{Error as LedgerError, Ledger};
use showcaller_webex::{Error as WebexError, Person, PersonId, Webex};

/// The bot's client, the ledger, and who the bot is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bot<'a> {
    pub(crate) webex: &'a Webex,
    pub(crate) ledger: &'a Ledger,
    pub(crate) me: &'a Person,
}

impl Bot<'_> {
    /// Whether an id, however it is spelt, is the bot's.
    pub(crate) fn is_me(self, person: &PersonId) -> bool {
        is(person, self.me)
    }
}

/// Whether an id, however it is spelt, is this person's.
pub(crate) fn is(id: &PersonId, person: &Person) -> bool {
    *id == person.id || (id.uuid().is_some() && id.uuid() == person.id.uuid())
}

/// Why something could not be looked up.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unavailable {
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error(transparent)]
    Webex(#[from] WebexError),
}
