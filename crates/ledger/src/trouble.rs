//! What the databases' own error codes mean for us.

use sqlx::postgres::PgDatabaseError;

/// What is wrong with a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
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
pub(crate) fn trouble(error: &sqlx::Error) -> Option<Trouble> {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::PoolTimedOut => Some(Trouble::OutOfReach),
        sqlx::Error::Database(said) => match said.try_downcast_ref::<PgDatabaseError>() {
            Some(said) => of_postgres(said.code()),
            None => of_sqlite(said.code()?.parse().ok()?),
        },
        _ => None,
    }
}

/// The low byte is the kind, the rest says which of its kind: <https://sqlite.org/rescode.html>.
fn of_sqlite(code: i64) -> Option<Trouble> {
    match code & 0xff {
        5 | 6 => Some(Trouble::Busy),
        8 => Some(Trouble::ReadOnly),
        11 => Some(Trouble::Corrupt),
        13 => Some(Trouble::Full),
        26 => Some(Trouble::NotADatabase),
        _ => None,
    }
}

/// The first two letters are the class: <https://www.postgresql.org/docs/current/errcodes-appendix.html>.
fn of_postgres(code: &str) -> Option<Trouble> {
    Some(match code {
        // A standby, or a database that was switched to reading.
        "25006" => Trouble::Standby,
        // The disk; too many connections is the server's trouble, not the disk's.
        "53100" => Trouble::Full,
        "53300" | "57P01" | "57P02" | "57P03" | "57P05" | "25P03" => Trouble::OutOfReach,
        // A lock or a statement that took too long, a deadlock.
        "55P03" | "40001" | "40P01" | "57014" => Trouble::Busy,
        "3D000" => Trouble::NoDatabase,
        "42501" | "3F000" => Trouble::NotAllowed,
        "XX001" | "XX002" => Trouble::Corrupt,
        _ if code.starts_with("08") => Trouble::OutOfReach,
        _ if code.starts_with("28") => Trouble::NotLetIn,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_servers_words_are_told_apart() {
        for (code, expected) in [
            ("53100", Some(Trouble::Full)),
            ("25006", Some(Trouble::Standby)),
            ("57P01", Some(Trouble::OutOfReach)),
            ("08006", Some(Trouble::OutOfReach)),
            ("53300", Some(Trouble::OutOfReach)),
            ("28P01", Some(Trouble::NotLetIn)),
            ("28000", Some(Trouble::NotLetIn)),
            ("3D000", Some(Trouble::NoDatabase)),
            ("42501", Some(Trouble::NotAllowed)),
            ("55P03", Some(Trouble::Busy)),
            ("40P01", Some(Trouble::Busy)),
            ("XX001", Some(Trouble::Corrupt)),
            // A row that is there already is nobody's trouble but its own.
            ("23505", None),
        ] {
            assert_eq!(of_postgres(code), expected, "{code}");
        }
    }
}
