//! The two kinds of database, and what is said to each in its own words.

/// The kind of database behind a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// In a file, or in memory.
    Sqlite,
    /// On a server.
    Postgres,
}

/// Durable at every commit; a deleted secret is overwritten, not just unlinked.
const SQLITE_SESSION: &str = "PRAGMA busy_timeout = 10000;
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON;
    PRAGMA secure_delete = ON;";

/// Durable at every commit, even where the server's own setting is not; no transaction waits for
/// ever for another, and a process that was stopped in the middle of one does not block others.
const POSTGRES_SESSION: &str = "SET lock_timeout = '60s';
    SET idle_in_transaction_session_timeout = '60s';
    SET client_min_messages = 'warning';
    SELECT set_config('synchronous_commit', 'on', false)
        WHERE current_setting('synchronous_commit') = 'off'";

/// All writers but those of messages take turns, as they do on SQLite: they do not deadlock with each
/// other, and what a transaction has read stays true until it commits. The advisory lock has a number
/// of our own, one for each schema of a database; readers do not ask for it.
///
/// The level is said, whatever the server's default is: on a higher one everything would be read as
/// it was before the lock was waited for, a lease that was taken over meanwhile included.
const POSTGRES_EXCLUSIVE: &str = "BEGIN ISOLATION LEVEL READ COMMITTED;
    SELECT pg_advisory_xact_lock(1399353207, hashtext(current_schema()))";

impl Dialect {
    /// What is said on each connection first.
    pub(crate) fn session(self) -> &'static str {
        match self {
            Self::Sqlite => SQLITE_SESSION,
            Self::Postgres => POSTGRES_SESSION,
        }
    }

    /// How a transaction begins that is the only one to write from its first moment on. A plain
    /// BEGIN of SQLite takes the right to write only when it first writes, and fails if another
    /// writer came between.
    pub(crate) fn begin_exclusive(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN IMMEDIATE",
            Self::Postgres => POSTGRES_EXCLUSIVE,
        }
    }

    /// How a transaction begins that writes rows of its own beside others that do: on SQLite no
    /// different.
    pub(crate) fn begin_shared(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN IMMEDIATE",
            Self::Postgres => "BEGIN ISOLATION LEVEL READ COMMITTED",
        }
    }

    /// Added to a SELECT: the rows are neither deleted nor locked by [`Dialect::for_update`] until
    /// the transaction ends. Plain updates go on, so a lease is renewed and a heartbeat written
    /// however many writers rely on them.
    pub(crate) fn for_key_share(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => " FOR KEY SHARE",
        }
    }

    /// Added to a SELECT: waits for all transactions that rely on the rows, and keeps others from
    /// doing so until this one ends.
    pub(crate) fn for_update(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => " FOR UPDATE",
        }
    }

    /// Waits for shared writers, and keeps them out until the transaction ends. In the order in which
    /// they lock; in a mode that row locks wait for.
    pub(crate) fn keep_shared_writers_out(self) -> &'static str {
        match self {
            // The transaction is alone already.
            Self::Sqlite => "SELECT 1",
            Self::Postgres => "LOCK TABLE leases, inbox, operations IN EXCLUSIVE MODE",
        }
    }

    /// The texts of a JSON list that is the parameter of this number, as rows of `value`.
    pub(crate) fn texts(self, parameter: u8) -> String {
        match self {
            Self::Sqlite => format!("json_each(${parameter})"),
            Self::Postgres => {
                format!("json_array_elements_text(CAST(${parameter} AS json)) AS texts (value)")
            }
        }
    }

    /// Asks for the columns of a table: name and type, in their order.
    pub(crate) fn columns(self) -> &'static str {
        match self {
            Self::Sqlite => "SELECT name, type FROM pragma_table_info($1) ORDER BY cid",
            Self::Postgres => {
                "SELECT column_name::text, data_type::text FROM information_schema.columns
                 WHERE table_schema = current_schema() AND table_name = $1
                 ORDER BY ordinal_position"
            }
        }
    }
}
