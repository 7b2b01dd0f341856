//! Where a ledger is kept.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use url::Url;

/// Where a ledger is kept: `sqlite:PATH`, `sqlite::memory:` or `postgres://…`.
///
/// A relative path is relative to the working directory. Shown with `Display` or `Debug`, the
/// password of a server's address is left out.
#[derive(Clone, PartialEq, Eq)]
pub struct LedgerUrl(Place);

#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Place {
    Memory,
    File(PathBuf),
    Server(Url),
}

/// Why a text is no [`LedgerUrl`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UrlError {
    /// A path without `sqlite:` before it.
    #[error("`{0}` does not say what kind of ledger it is: write `sqlite:{0}`")]
    BarePath(String),
    /// `sqlite:` and nothing after it.
    #[error("`sqlite:` lacks the path of the file, as in `sqlite:showcaller.ledger`")]
    NoPath,
    /// `sqlite:FILE?option=…`.
    #[error("a SQLite ledger takes no options: leave out `?` and what follows it")]
    Options,
    /// An address that cannot be taken apart.
    #[error("this is no address of a PostgreSQL database: {0}")]
    Malformed(url::ParseError),
    /// An option that means nothing to us; what it was set to may be a password and is not repeated.
    #[error(
        "a ledger's address has no option `{0}`; it has sslmode, sslrootcert, host, options, …"
    )]
    UnknownOption(String),
    /// Some other kind of database. The rest of the text may hold a password and is not repeated.
    #[error("a ledger cannot be kept in `{0}:`: it is `sqlite:PATH` or `postgres://…`")]
    UnknownKind(String),
}

impl LedgerUrl {
    /// A ledger in a SQLite file.
    #[must_use]
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self(Place::File(path.into()))
    }

    /// Whether it is gone when it is closed, and no other process reaches it.
    pub(crate) fn is_memory(&self) -> bool {
        matches!(self.0, Place::Memory)
    }

    /// A ledger that is gone when it is closed.
    #[must_use]
    pub fn memory() -> Self {
        Self(Place::Memory)
    }

    /// The file, where the ledger is kept in one.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match &self.0 {
            Place::File(path) => Some(path),
            Place::Memory | Place::Server(_) => None,
        }
    }

    pub(crate) fn place(&self) -> &Place {
        &self.0
    }
}

impl FromStr for LedgerUrl {
    type Err = UrlError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let Some((kind, rest)) = text.split_once(':') else {
            return Err(UrlError::BarePath(text.to_owned()));
        };
        match kind {
            "sqlite" => sqlite(rest),
            "postgres" | "postgresql" => server(text),
            // A kind is a plain word; what has a slash or a dot in it is a path with a colon.
            _ if kind.chars().all(|c| c.is_ascii_alphanumeric() || c == '+') => {
                Err(UrlError::UnknownKind(kind.to_owned()))
            }
            // A server's address that lacks its kind: what follows the colon may be a password.
            _ if rest.contains('@') => Err(UrlError::UnknownKind(kind.to_owned())),
            _ => Err(UrlError::BarePath(text.to_owned())),
        }
    }
}

/// What sqlx reads behind the `?`, named after libpq's. It passes over others with a warning that
/// repeats what they are set to.
const OPTIONS: [&str; 18] = [
    "sslmode",
    "ssl-mode",
    "sslrootcert",
    "ssl-root-cert",
    "ssl-ca",
    "sslcert",
    "ssl-cert",
    "sslkey",
    "ssl-key",
    "statement-cache-capacity",
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "application_name",
    "options",
];

fn server(text: &str) -> Result<LedgerUrl, UrlError> {
    let url = Url::parse(text).map_err(UrlError::Malformed)?;
    let mut elsewhere = false;
    for (option, _) in url.query_pairs() {
        if !OPTIONS.contains(&&*option) && !option.starts_with("options[") {
            return Err(UrlError::UnknownOption(option.into_owned()));
        }
        elsewhere |= matches!(&*option, "host" | "hostaddr");
    }
    if !url.has_host() && !elsewhere {
        return Err(UrlError::Malformed(url::ParseError::EmptyHost));
    }
    Ok(LedgerUrl(Place::Server(url)))
}

fn sqlite(rest: &str) -> Result<LedgerUrl, UrlError> {
    if rest == ":memory:" {
        return Ok(LedgerUrl::memory());
    }
    let path = rest.strip_prefix("//").unwrap_or(rest);
    if path.is_empty() {
        return Err(UrlError::NoPath);
    }
    // Other tools read `?mode=rwc` and the like here; a file of that name would be a surprise.
    if path.contains('?') {
        return Err(UrlError::Options);
    }
    Ok(LedgerUrl::file(path))
}

impl fmt::Display for LedgerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Place::Memory => f.write_str("sqlite::memory:"),
            Place::File(path) => write!(f, "sqlite:{}", path.display()),
            Place::Server(url) => f.write_str(without_secrets(url).as_str()),
        }
    }
}

impl fmt::Debug for LedgerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LedgerUrl({self})")
    }
}

/// The address with `***` for its password; PostgreSQL takes one as a parameter, too, so every
/// parameter goes.
fn without_secrets(url: &Url) -> Url {
    let mut shown = url.clone();
    if shown.password().is_some() {
        // Fails only for addresses without a host, which are not accepted above.
        let hidden = shown.set_password(Some("***"));
        debug_assert!(hidden.is_ok(), "an address with a host may have a password");
    }
    shown.set_query(None);
    shown.set_fragment(None);
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<String, String> {
        text.parse::<LedgerUrl>()
            .map(|url| url.to_string())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn a_file_may_be_written_with_or_without_slashes() {
        assert_eq!(read("sqlite:a/b.ledger").unwrap(), "sqlite:a/b.ledger");
        assert_eq!(read("sqlite:/a/b.ledger").unwrap(), "sqlite:/a/b.ledger");
        assert_eq!(read("sqlite:///a/b.ledger").unwrap(), "sqlite:/a/b.ledger");
        assert_eq!(read("sqlite::memory:").unwrap(), "sqlite::memory:");
    }

    #[test]
    fn what_is_no_ledger_is_refused_with_a_way_out() {
        insta::assert_snapshot!(read("a/b.ledger").unwrap_err(), @"`a/b.ledger` does not say what kind of ledger it is: write `sqlite:a/b.ledger`");
        insta::assert_snapshot!(read("./a:b").unwrap_err(), @"`./a:b` does not say what kind of ledger it is: write `sqlite:./a:b`");
        insta::assert_snapshot!(read("sqlite:").unwrap_err(), @"`sqlite:` lacks the path of the file, as in `sqlite:showcaller.ledger`");
        insta::assert_snapshot!(read("sqlite:a?mode=rwc").unwrap_err(), @"a SQLite ledger takes no options: leave out `?` and what follows it");
        insta::assert_snapshot!(read("postgres:///x").unwrap_err(), @"this is no address of a PostgreSQL database: empty host");
    }

    #[test]
    fn a_server_is_named_as_libpq_names_it() {
        assert_eq!(
            read("postgres://ann@db.example.com:5433/show?sslmode=verify-full").unwrap(),
            "postgres://ann@db.example.com:5433/show"
        );
        assert_eq!(
            read("postgresql:///show?host=/var/run/postgresql").unwrap(),
            "postgresql:///show"
        );
        let error = read("postgres://db.example.com/show?pasword=planted").unwrap_err();
        insta::assert_snapshot!(error, @"a ledger's address has no option `pasword`; it has sslmode, sslrootcert, host, options, …");
    }

    #[test]
    fn a_password_is_never_shown() {
        let given = "postgres://ann:planted@db.example.com/show?password=planted#planted";
        let url: LedgerUrl = given.parse().unwrap();
        assert_eq!(url.to_string(), "postgres://ann:***@db.example.com/show");
        assert!(!format!("{url:?}").contains("planted"));

        let error = "mysql://ann:planted@db.example.com/show"
            .parse::<LedgerUrl>()
            .unwrap_err();
        assert!(!error.to_string().contains("planted"), "{error}");
        for forgotten in [
            "show_user:planted@db.example.com/show",
            "//ann:planted@db/show",
        ] {
            let error = forgotten.parse::<LedgerUrl>().unwrap_err();
            assert!(!error.to_string().contains("planted"), "{error}");
        }
        let error = "postgres://ann:planted@db example/show"
            .parse::<LedgerUrl>()
            .unwrap_err();
        assert!(!error.to_string().contains("planted"), "{error}");
    }
}
