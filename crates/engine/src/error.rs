//! What stops a whole run. What stops one step is a [`Failure`](crate::Failure).

use showcaller_ledger::Holder;
use thiserror::Error;

/// Why nothing could be looked at, or nothing (more) could be done.
#[derive(Debug, Error)]
pub enum Error {
    /// Webex did not let us look at what every plan needs.
    #[error("{what} cannot be read with the bot's token: {reason}")]
    Look {
        /// What was to be read.
        what: &'static str,
        /// Webex's words.
        reason: String,
        /// The call that failed.
        #[source]
        source: showcaller_webex::Error,
    },
    /// The token is not valid.
    #[error("Webex does not accept the bot's token: it is wrong, or it has expired")]
    Token {
        /// The call that failed.
        #[source]
        source: showcaller_webex::Error,
    },
    /// The bot's token is a person's.
    #[error("the bot's token belongs to {email}, who is a person")]
    NotABot {
        /// Who.
        email: String,
    },
    /// Another process is applying. Others may go on at the end of its lease if no further sign of
    /// life comes.
    #[error("{} is applying this event since {}", .0.by, .0.since)]
    Busy(Box<Holder>),
    /// Somebody else has applied since the look.
    #[error("somebody else has applied this event in the meantime")]
    Outdated,
    /// The ledger failed.
    #[error(transparent)]
    Ledger(#[from] showcaller_ledger::Error),
    /// The files of a revision have mistakes.
    #[error("the event as last applied (revision {number}) cannot be read any more: {finding}")]
    Revision {
        /// The number of the revision.
        number: i64,
        /// The first of them.
        finding: String,
    },
    /// The ledger has no revision.
    #[error("the event has not been applied yet")]
    NotApplied,
    /// An entry of the show log was written by another build, or is damaged.
    #[error("entry {number} of the show log cannot be read: {reason}")]
    ShowLog {
        /// The number of the entry.
        number: i64,
        /// Why.
        reason: String,
    },
    /// The ledger holds something that this program did not write.
    #[error("the ledger's entry for {address} cannot be read")]
    Entry {
        /// Which entry.
        address: String,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
}

impl Error {
    /// Why something cannot be read with the bot's token.
    pub(crate) fn look(what: &'static str, source: showcaller_webex::Error) -> Self {
        if source.is_unauthorized() {
            return Self::Token { source };
        }
        Self::Look {
            what,
            reason: source.refused_because(),
            source,
        }
    }

    /// What the operator can do.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Look { .. } => None,
            Self::Token { .. } => Some("set WEBEX_BOT_TOKEN to the bot's current token".to_owned()),
            Self::NotABot { .. } => Some(
                "set WEBEX_BOT_TOKEN to a bot's token, and WEBEX_HOST_TOKEN to this one".to_owned(),
            ),
            Self::Busy(_) => Some(
                "wait until it has ended, then apply again; if it has died, a minute is enough"
                    .to_owned(),
            ),
            Self::Outdated => Some("look at the new plan, then apply again".to_owned()),
            Self::Ledger(error) => error.hint().map(str::to_owned),
            Self::Revision { .. } => Some("apply the event file again".to_owned()),
            Self::NotApplied => Some("apply the event file first".to_owned()),
            Self::ShowLog { .. } => {
                Some("use the newest Showcaller of all that serve this event".to_owned())
            }
            Self::Entry { .. } => Some(
                "begin a new ledger with --ledger: what exists on Webex is found again".to_owned(),
            ),
        }
    }
}
