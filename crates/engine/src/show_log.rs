//! The show log in the ledger.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use showcaller_ledger::{
    Body, Error as LedgerError, Ledger, Logging, NewShowEntry, ShowEntry, Undecodable,
};
use showcaller_show::{By, Entry, Logged};

use crate::Error;

/// The version of [`Content`].
const VERSION: i64 = 1;

/// What a row of the show log holds.
#[derive(Serialize, Deserialize)]
struct Content {
    by: By,
    entry: Entry,
}

/// An entry that is to be written. Its key makes it the same entry however often it is written.
#[derive(Debug, Clone)]
pub struct NewEntry {
    /// The idempotency key.
    pub key: String,
    /// Whose word it is.
    pub by: By,
    /// What.
    pub entry: Entry,
}

impl NewEntry {
    /// What one person says at once: the first with the key `{key}/0`, and so on.
    #[must_use]
    pub fn numbered(key: &str, by: &By, entries: &[Entry]) -> Vec<Self> {
        let entries = entries.iter().enumerate();
        let entries = entries.map(|(place, entry)| Self {
            key: format!("{key}/{place}"),
            by: by.clone(),
            entry: entry.clone(),
        });
        entries.collect()
    }
}

/// Why the show log cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The ledger fails.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// What is to be written is no JSON.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}

impl From<JournalError> for Error {
    fn from(error: JournalError) -> Self {
        match error {
            JournalError::Ledger(error) => error.into(),
            JournalError::Json(error) => Self::ShowLog {
                number: 0,
                reason: error.to_string(),
            },
        }
    }
}

/// Writes entries, all or none. With `after`, only if nothing was written after that number.
///
/// # Errors
///
/// The ledger fails.
pub async fn log(
    ledger: &Ledger,
    entries: &[NewEntry],
    after: Option<i64>,
    at: Timestamp,
) -> Result<Logging, JournalError> {
    let rows = entries.iter().map(|new| {
        let content = Content {
            by: new.by.clone(),
            entry: new.entry.clone(),
        };
        Ok(NewShowEntry {
            key: new.key.clone(),
            body: Body::new(VERSION, &content)?,
        })
    });
    let rows = rows.collect::<Result<Vec<_>, serde_json::Error>>()?;
    Ok(ledger.log_show(&rows, after, at).await?)
}

/// What became of entries that were decided upon when the log ended with a given number.
#[derive(Debug)]
pub(crate) enum Appended {
    /// They are in the log, under these numbers.
    Written(Vec<i64>),
    /// Others wrote these since, which stand against them, and nothing was written.
    Conflict(Vec<Logged>),
}

/// Writes entries, all or none, unless an entry after that number stands against them. Those that were
/// written before, by their keys, are not written again.
///
/// # Errors
///
/// The ledger fails, or another build wrote an entry.
pub(crate) async fn append(
    ledger: &Ledger,
    entries: &[NewEntry],
    mut after: i64,
    at: Timestamp,
    conflicts: impl Fn(&Entry) -> bool,
) -> Result<Appended, Error> {
    loop {
        match log(ledger, entries, Some(after), at).await? {
            Logging::Written(numbers) => return Ok(Appended::Written(numbers)),
            Logging::Outdated { .. } => {
                let since = read(ledger, after).await?;
                after = since.last().map_or(after, |newest| newest.number);
                let against: Vec<Logged> = since
                    .into_iter()
                    .filter(|it| conflicts(&it.entry))
                    .collect();
                if !against.is_empty() {
                    return Ok(Appended::Conflict(against));
                }
            }
        }
    }
}

/// The entries after this number. Another build may have written one: then what was decided is unknown,
/// which is not to be taken for nothing.
///
/// # Errors
///
/// The ledger cannot be read, or another build wrote an entry.
pub(crate) async fn read(ledger: &Ledger, after: i64) -> Result<Vec<Logged>, Error> {
    let log = read_with_receipts(ledger, after).await?.into_iter();
    Ok(log.map(|(logged, _)| logged).collect())
}

/// The same; with each, whether it was received, so that its time stays.
pub(crate) async fn read_with_receipts(
    ledger: &Ledger,
    after: i64,
) -> Result<Vec<(Logged, bool)>, Error> {
    let rows = ledger.show_log(after).await?.into_iter();
    let log = rows.map(|row| match logged(&row) {
        Ok(logged) => Ok((logged, row.received)),
        Err(reason) => Err(Error::ShowLog {
            number: row.number,
            reason: reason.to_string(),
        }),
    });
    log.collect()
}

pub(crate) fn logged(row: &ShowEntry) -> Result<Logged, Undecodable> {
    let content: Content = row.body.decode(VERSION)?;
    Ok(Logged {
        number: row.number,
        key: row.key.clone(),
        at: row.at,
        by: content.by,
        entry: content.entry,
    })
}
