//! What the databases' own error codes mean for us.

use sqlx::postgres::PgDatabaseError;

/// What is wrong with a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DatabaseFault {
    /// Somebody else does not let go.
    Busy,
    /// No room.
    Full,
    /// The file or its folder cannot be written.
    ReadOnly,
    /// No database at all.
    NotADatabase,
    /// A damaged one.
    Corrupt,
    /// The server takes no writes.
    Standby,
    /// The server is not there, or hung up.
    OutOfReach,
    /// User or password are not accepted.
    NotLetIn,
    /// The server has no such database.
    NoDatabase,
    /// The user may not do this.
    NotAllowed,
}

/// Reads the kind of trouble from an error, if it says.
pub(crate) fn database_fault(error: &sqlx::Error) -> Option<DatabaseFault> {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::PoolTimedOut => Some(DatabaseFault::OutOfReach),
        sqlx::Error::Database(said) => match said.try_downcast_ref::<PgDatabaseError>() {
            Some(said) => of_postgres(said.code()),
            None => of_sqlite(said.code()?.parse().ok()?),
        },
        _ => None,
    }
}

/// Whether a server undid a transaction because it and another one waited for each other.
pub(crate) fn is_deadlock(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|said| said.code());
    code.is_some_and(|code| code == "40P01")
}

/// The low byte is the kind, the rest says which of its kind: <https://sqlite.org/rescode.html>.
fn of_sqlite(code: i64) -> Option<DatabaseFault> {
    match code & 0xff {
        5 | 6 => Some(DatabaseFault::Busy),
        8 => Some(DatabaseFault::ReadOnly),
        11 => Some(DatabaseFault::Corrupt),
        13 => Some(DatabaseFault::Full),
        26 => Some(DatabaseFault::NotADatabase),
        _ => None,
    }
}

/// The first two letters are the class: <https://www.postgresql.org/docs/current/errcodes-appendix.html>.
fn of_postgres(code: &str) -> Option<DatabaseFault> {
    Some(match code {
        // A standby, or a database that was switched to reading.
        "25006" => DatabaseFault::Standby,
        // The disk; too many connections is the server's trouble, not the disk's.
        "53100" => DatabaseFault::Full,
        "53300" | "57P01" | "57P02" | "57P03" | "57P05" | "25P03" => DatabaseFault::OutOfReach,
        // A lock or a statement that took too long, a deadlock.
        "55P03" | "40001" | "40P01" | "57014" => DatabaseFault::Busy,
        "3D000" => DatabaseFault::NoDatabase,
        "42501" | "3F000" => DatabaseFault::NotAllowed,
        "XX001" | "XX002" => DatabaseFault::Corrupt,
        _ if code.starts_with("08") => DatabaseFault::OutOfReach,
        _ if code.starts_with("28") => DatabaseFault::NotLetIn,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_servers_words_are_told_apart() {
        for (code, expected) in [
            ("53100", Some(DatabaseFault::Full)),
            ("25006", Some(DatabaseFault::Standby)),
            ("57P01", Some(DatabaseFault::OutOfReach)),
            ("08006", Some(DatabaseFault::OutOfReach)),
            ("53300", Some(DatabaseFault::OutOfReach)),
            ("28P01", Some(DatabaseFault::NotLetIn)),
            ("28000", Some(DatabaseFault::NotLetIn)),
            ("3D000", Some(DatabaseFault::NoDatabase)),
            ("42501", Some(DatabaseFault::NotAllowed)),
            ("55P03", Some(DatabaseFault::Busy)),
            ("40P01", Some(DatabaseFault::Busy)),
            ("XX001", Some(DatabaseFault::Corrupt)),
            // A row that is there already is nobody's trouble but its own.
            ("23505", None),
        ] {
            assert_eq!(of_postgres(code), expected, "{code}");
        }
    }
}
