//! What can go wrong with a ledger.

use std::path::PathBuf;

use jiff::Timestamp;

use crate::intents::{IntentId, IntentState};
use crate::open::{self, Trouble};
use crate::url::LedgerUrl;

/// What the database, the file system or a decoder said.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// What can go wrong with a ledger. [`Error::hint`] says what to do about it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The address is that of a database server.
    #[error("{0} is a database server, and this build keeps ledgers in SQLite files only")]
    NotThisBuild(LedgerUrl),
    /// The path leads to a folder.
    #[error("{path} is a folder, not a ledger")]
    IsAFolder {
        /// The path that was asked for.
        path: PathBuf,
    },
    /// The file may be read, not written.
    #[error("the ledger {path} is read-only")]
    ReadOnly {
        /// The path that was asked for.
        path: PathBuf,
    },
    /// The file is something else: no SQLite, or a SQLite file of another program.
    #[error("{path} is not a ledger: {what}")]
    NotALedger {
        /// The path that was asked for.
        path: PathBuf,
        /// What it is instead.
        what: &'static str,
    },
    /// The ledger has tables that this build does not know.
    #[error("the ledger {ledger} was written by a newer Showcaller (its format is {version})")]
    Newer {
        /// The ledger.
        ledger: LedgerUrl,
        /// The number of the first migration that is unknown here.
        version: i64,
    },
    /// The ledger's tables are not those that this build would have made.
    #[error("the ledger {ledger} has tables that this build of Showcaller cannot use")]
    OtherTables {
        /// The ledger.
        ledger: LedgerUrl,
        /// What was found.
        #[source]
        cause: Cause,
    },
    /// A file is in the way.
    #[error("{path} exists already")]
    Exists {
        /// The path that was asked for.
        path: PathBuf,
    },
    /// The file or its folder can be neither opened nor made.
    #[error("the ledger {path} cannot be opened")]
    CannotOpen {
        /// The path that was asked for.
        path: PathBuf,
        /// What the system said.
        #[source]
        cause: Cause,
    },
    /// The ledger speaks of another Webex, or of another event.
    #[error("this ledger belongs to another {what}: it was begun with {here}, not {asked}")]
    BelongsToAnother {
        /// Which part differs.
        what: &'static str,
        /// What the ledger was bound to.
        here: String,
        /// What it was to be bound to now.
        asked: String,
    },
    /// A resource cannot take an address that another one has.
    #[error("{old} cannot be renamed to {new}: the ledger has both")]
    AddressTaken {
        /// The address that was to go.
        old: String,
        /// The address that is in use.
        new: String,
    },
    /// No such intent.
    #[error("the ledger has no intent {0}")]
    UnknownIntent(IntentId),
    /// The intent cannot go from its state to that one.
    #[error("intent {id} is {from} and cannot become {to}")]
    IllegalTransition {
        /// The intent.
        id: IntentId,
        /// Its state.
        from: IntentState,
        /// The state that was asked for.
        to: IntentState,
    },
    /// The same call is under way, or it is not known what became of it.
    #[error("{verb} {address} is {state} already (intent {id})")]
    StillOpen {
        /// The address of both.
        address: String,
        /// The verb of both.
        verb: String,
        /// The intent that is open.
        id: IntentId,
        /// Its state.
        state: IntentState,
    },
    /// Somebody else holds the lease.
    #[error("{by} has been at it since {since}, and is expected to be until {until}")]
    Held {
        /// The holder, in its own words.
        by: String,
        /// Since when.
        since: Timestamp,
        /// When the lease ends unless it is renewed.
        until: Timestamp,
    },
    /// The lease is no longer ours: nothing was written.
    #[error("the lease {name} was lost{}", by.as_deref().map(|by| format!(" to {by}")).unwrap_or_default())]
    LeaseLost {
        /// The lease.
        name: String,
        /// Who took it over, unless it was given back.
        by: Option<String>,
    },
    /// Another process did not let go of the file.
    #[error("another process kept the ledger locked for too long")]
    Busy(#[source] Cause),
    /// No room for more.
    #[error("there is no room left for the ledger")]
    Full(#[source] Cause),
    /// The file became read-only, or lies in a folder that is.
    #[error("the ledger cannot be written")]
    NotWritable(#[source] Cause),
    /// The file is damaged, or holds a value that no Showcaller wrote.
    #[error("the ledger is damaged: {what}")]
    Damaged {
        /// What was being read.
        what: &'static str,
        /// What is wrong with it.
        #[source]
        cause: Cause,
    },
    /// Anything else that the database has to say.
    #[error("the ledger's database failed")]
    Database(#[source] Cause),
}

impl Error {
    /// What the user can do, where there is something.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::NotThisBuild(_) => "give a file, as in `--ledger sqlite:showcaller.ledger`",
            Self::IsAFolder { .. } => "give the path of a file in it",
            Self::ReadOnly { .. } | Self::NotWritable(_) => {
                "the file and its folder must be writable: planning, too, notes what it settled"
            }
            Self::Exists { .. } => "give another name, or say that it may be replaced",
            Self::NotALedger { .. } => "give another path; a new file is made where there is none",
            Self::Newer { .. } => "use the Showcaller that wrote it, or a later one",
            Self::OtherTables { .. } => "use the build of Showcaller that wrote it",
            Self::BelongsToAnother { .. } => {
                "use the tokens it was begun with, or another ledger (`--ledger`)"
            }
            Self::StillOpen { .. } => "it is settled by looking at Webex first",
            Self::Held { .. } => "wait for it, or stop it there and try again",
            Self::LeaseLost { .. } => "nothing more was written; look at the plan and start again",
            Self::Busy(_) => "see what else has the file open",
            Self::Full(_) => "make room on the disk and run the same command again",
            Self::Damaged { .. } => {
                "restore a copy, or begin a new ledger: what exists on Webex is found again"
            }
            Self::CannotOpen { .. }
            | Self::AddressTaken { .. }
            | Self::UnknownIntent(_)
            | Self::IllegalTransition { .. }
            | Self::Database(_) => return None,
        })
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        let trouble = open::trouble(&error);
        let cause = Box::new(error);
        match trouble {
            Some(Trouble::Busy) => Self::Busy(cause),
            Some(Trouble::Full) => Self::Full(cause),
            Some(Trouble::ReadOnly) => Self::NotWritable(cause),
            Some(Trouble::NotADatabase | Trouble::Corrupt) => Self::Damaged {
                what: "the file itself",
                cause,
            },
            None => Self::Database(cause),
        }
    }
}
