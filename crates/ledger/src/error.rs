//! What can go wrong with a ledger.

use std::error::Error as StdError;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use crate::store::{DatabaseFault, database_fault, is_deadlock};
use crate::types::{Holder, OperationId, OperationState};
use crate::url::LedgerUrl;

/// What the database, the file system or a decoder said.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// A result with an error of this crate, where no other is named.
pub(crate) type Result<T, E = Error> = std::result::Result<T, E>;

/// What can go wrong with a ledger. [`Error::hint`] says what to do about it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
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
    /// The file is there, and nothing is in it.
    #[error("the ledger {path} is empty: what was in it is lost, or it never was one")]
    Empty {
        /// The path that was asked for.
        path: PathBuf,
    },
    /// The file is gone, and its write-ahead log is still there.
    #[error("{path} is what is left of a ledger that is gone")]
    LogAlone {
        /// The write-ahead log.
        path: PathBuf,
    },
    /// The path no longer leads to the file that is open: what was written since is not kept.
    #[error("the ledger {path} {what} while it was in use")]
    NotInPlace {
        /// The path that was asked for.
        path: PathBuf,
        /// What became of the file.
        what: &'static str,
    },
    /// The database on the server is something else.
    #[error("{ledger} is not a ledger: it is a database of another program")]
    AnotherProgram {
        /// The ledger.
        ledger: LedgerUrl,
    },
    /// The ledger has tables that this build does not know.
    #[error("the ledger {ledger} was written by a newer Showcaller (its format is {version})")]
    Newer {
        /// The ledger.
        ledger: LedgerUrl,
        /// The number of the first migration that is unknown here.
        version: i64,
    },
    /// A revision was stored in a way that this build does not know.
    #[error("revision {revision} was written by a newer Showcaller (its format is {format})")]
    NewerRevision {
        /// The number of the revision.
        revision: i64,
        /// Its format.
        format: i64,
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
    /// No such operation.
    #[error("the ledger has no operation {0}")]
    UnknownOperation(OperationId),
    /// The operation cannot go from its state to that one.
    #[error("operation {id} is {from} and cannot become {to}")]
    IllegalTransition {
        /// The operation.
        id: OperationId,
        /// Its state.
        from: OperationState,
        /// The state that was asked for.
        to: OperationState,
    },
    /// The same call is under way, or it is not known what became of it.
    #[error("{verb} {address} is {state} already (operation {id})")]
    StillOpen {
        /// The address of both.
        address: String,
        /// The verb of both.
        verb: String,
        /// The operation that is open.
        id: OperationId,
        /// Its state.
        state: OperationState,
    },
    /// Another process holds the lease.
    #[error("{} has been at it since {}, and is expected to be until {}", .0.by, .0.since, .0.until)]
    Held(Box<Holder>),
    /// The lease is no longer ours: nothing was written.
    #[error("the lease {name} was lost{}", by.as_deref().map(|by| format!(" to {by}")).unwrap_or_default())]
    LeaseLost {
        /// The lease.
        name: String,
        /// Who took it over, unless it was given back.
        by: Option<String>,
    },
    /// The process is not among those alive: its heartbeat ran out, and another took its place.
    #[error("this process gave no sign of life for so long that others count it as dead")]
    NotAlive,
    /// A limit must be a number of calls.
    #[error("{0} is no number of calls a minute")]
    NoLimit(f64),
    /// The database server is not there, or hung up. Nothing was written.
    #[error("the ledger's database does not answer")]
    OutOfReach(#[source] Cause),
    /// The database server went away while it was asked to keep something: it may have done so.
    #[error("the ledger's database went away, and may or may not have kept the last entries")]
    CommitUnclear(#[source] Cause),
    /// The database server does not accept user or password.
    #[error("the ledger's database does not let us in")]
    NotLetIn(#[source] Cause),
    /// The database server has no database of that name.
    #[error("the ledger's database does not exist")]
    NoDatabase(#[source] Cause),
    /// The database user lacks a right.
    #[error("the ledger's database does not allow this user to do that")]
    NotAllowed(#[source] Cause),
    /// The database server takes no writes.
    #[error("the ledger's database is read-only")]
    Standby(#[source] Cause),
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
            Self::IsAFolder { .. } => "give the path of a file in it",
            Self::ReadOnly { .. } | Self::NotWritable(_) => {
                "the file and its folder must be writable: planning, too, notes what it settled"
            }
            Self::Exists { .. } => "give another name, or say that it may be replaced",
            Self::NotALedger { .. } => "give another path; a new file is made where there is none",
            Self::Empty { .. } => {
                "put a backup in its place, or delete it: a new ledger finds what exists on Webex"
            }
            Self::LogAlone { .. } => {
                "put the ledger back beside it, or delete this file, too, to begin a new ledger"
            }
            Self::NotInPlace { .. } => {
                "put it back, or restore a backup, and run the same command again: what was made \
                 meanwhile is found on Webex"
            }
            Self::Newer { .. } | Self::NewerRevision { .. } => {
                "use the Showcaller that wrote it, or a later one"
            }
            Self::OtherTables { .. } => "use the build of Showcaller that wrote it",
            Self::BelongsToAnother { .. } => {
                "use the tokens it was begun with, or another ledger (`--ledger`)"
            }
            Self::StillOpen { .. } => "it is settled by looking at Webex first",
            Self::Held(_) => "wait for it, or stop it there and try again",
            Self::LeaseLost { .. } => "nothing more was written; look at the plan and start again",
            Self::NotAlive => "start it again; what it had begun was handed over",
            Self::OutOfReach(_) => {
                "see that its server runs and can be reached, then run the same command again"
            }
            Self::CommitUnclear(_) => {
                "run the same command again once it is back: it looks first at what is there"
            }
            Self::NotLetIn(_) => "see the user and the password in the ledger's address",
            Self::NoDatabase(_) => "make it first, as with `createdb`; it may be empty",
            Self::NotAllowed(_) => {
                "the user must own the database, or be granted CREATE and USAGE on its schema"
            }
            Self::Standby(_) => {
                "it may be a standby: give the address of the primary, or make it writable again"
            }
            Self::AnotherProgram { .. } => {
                "give a database of its own; it may be empty, the tables are made"
            }
            Self::Busy(_) => "see what else has it open",
            Self::Full(_) => "make room on the disk and run the same command again",
            Self::Damaged { .. } => {
                "restore a copy, or begin a new ledger: what exists on Webex is found again"
            }
            Self::CannotOpen { .. } => {
                "see that the path is right, and that you may read and write there"
            }
            Self::Database(_) => {
                "run the same command again; if that fails, see to the disk or the server it is on"
            }
            Self::AddressTaken { .. }
            | Self::NoLimit(_)
            | Self::UnknownOperation(_)
            | Self::IllegalTransition { .. } => return None,
        })
    }
}

impl Error {
    /// Whether it is the database's trouble, and not that of what was asked of it.
    pub(crate) fn is_trouble(&self) -> bool {
        self.with_cause(|| Box::from("")).is_some()
    }

    /// Whether the server is gone, or never was there.
    pub(crate) fn is_out_of_reach(&self) -> bool {
        matches!(self, Self::OutOfReach(_))
    }

    /// Whether it was undone because it and another transaction waited for each other.
    pub(crate) fn is_deadlock(&self) -> bool {
        let Self::Busy(cause) = self else {
            return false;
        };
        cause.downcast_ref().is_some_and(is_deadlock)
    }

    /// The same trouble told to one more caller.
    pub(crate) fn shared(of: &Arc<Self>) -> Self {
        of.with_cause(|| Box::new(Told(Arc::clone(of))))
            .unwrap_or_else(|| Self::Database(Box::new(Told(Arc::clone(of)))))
    }

    /// The same kind of trouble with another cause.
    fn with_cause(&self, cause: impl FnOnce() -> Cause) -> Option<Self> {
        Some(match self {
            Self::Busy(_) => Self::Busy(cause()),
            Self::Full(_) => Self::Full(cause()),
            Self::NotWritable(_) => Self::NotWritable(cause()),
            Self::OutOfReach(_) => Self::OutOfReach(cause()),
            Self::CommitUnclear(_) => Self::CommitUnclear(cause()),
            Self::NotLetIn(_) => Self::NotLetIn(cause()),
            Self::NoDatabase(_) => Self::NoDatabase(cause()),
            Self::NotAllowed(_) => Self::NotAllowed(cause()),
            Self::Standby(_) => Self::Standby(cause()),
            Self::NotInPlace { path, what } => Self::NotInPlace {
                path: path.clone(),
                what,
            },
            Self::Damaged {
                what: what @ "the file itself",
                ..
            } => Self::Damaged {
                what,
                cause: cause(),
            },
            _ => return None,
        })
    }
}

/// An error that several callers are told of.
#[derive(Debug)]
struct Told(Arc<Error>);

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.source() {
            Some(cause) => write!(f, "{cause}"),
            None => write!(f, "{}", self.0),
        }
    }
}

impl StdError for Told {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source().and_then(StdError::source)
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        let fault = database_fault(&error);
        let cause = Box::new(error);
        match fault {
            Some(DatabaseFault::Busy) => Self::Busy(cause),
            Some(DatabaseFault::Full) => Self::Full(cause),
            Some(DatabaseFault::ReadOnly) => Self::NotWritable(cause),
            Some(DatabaseFault::NotADatabase | DatabaseFault::Corrupt) => Self::Damaged {
                what: "the file itself",
                cause,
            },
            Some(DatabaseFault::OutOfReach) => Self::OutOfReach(cause),
            Some(DatabaseFault::NotLetIn) => Self::NotLetIn(cause),
            Some(DatabaseFault::NoDatabase) => Self::NoDatabase(cause),
            Some(DatabaseFault::NotAllowed) => Self::NotAllowed(cause),
            Some(DatabaseFault::Standby) => Self::Standby(cause),
            None => Self::Database(cause),
        }
    }
}
