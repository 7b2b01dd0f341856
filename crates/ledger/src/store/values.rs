//! How values become TEXT and BIGINT, and values again.

use std::fmt;

use jiff::Timestamp;
use serde_json::Value;

use crate::error::Error;

/// A time as it is stored: microseconds since 1970, UTC.
pub(crate) fn micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

/// A stored time.
pub(crate) fn instant(micros: i64) -> Result<Timestamp, Error> {
    Timestamp::from_microsecond(micros).map_err(|cause| Error::Damaged {
        what: "a time",
        cause: cause.into(),
    })
}

/// A stored JSON value.
pub(crate) fn json(text: &str) -> Result<Value, Error> {
    serde_json::from_str(text).map_err(|cause| Error::Damaged {
        what: "a JSON value",
        cause: cause.into(),
    })
}

/// A count, which a database gives as a signed number.
pub(crate) fn count(rows: i64) -> Result<u64, Error> {
    u64::try_from(rows).map_err(|cause| Error::Damaged {
        what: "a count",
        cause: cause.into(),
    })
}

/// Words of somebody else's that go into the ledger as they are: PostgreSQL takes every character
/// but one.
pub(crate) fn storable(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

/// Stands in `Debug` for a JSON value that may hold a password.
pub(crate) struct Hidden;

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}
