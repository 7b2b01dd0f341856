//! The applied configuration, read back from the ledger.

use showcaller_event::model::Cue;
use showcaller_event::{Diagnostic, Event, Input, NewMessage, check};
use showcaller_ledger::{Ledger, Source, StoredRevision};

use crate::Error;

/// The event of a revision: its files, checked again by the rules of this build.
///
/// # Errors
///
/// [`Error::Revision`] if they have mistakes by these rules, which may be stricter than those of the
/// build that applied them.
pub(super) fn event_of(stored: &StoredRevision) -> Result<Event, Error> {
    let checked = with_input(stored, check)?;
    let finding = || {
        let errors = checked.diagnostics.iter();
        let first = errors.map(ToString::to_string).next();
        unreadable(stored, first.unwrap_or_default())
    };
    checked.event.ok_or_else(finding)
}

/// The event of the last revision before this one, as its files had it; `None` if it is the first.
///
/// # Errors
///
/// The ledger cannot be read, or that revision has mistakes by the rules of this build.
pub async fn event_before(ledger: &Ledger, revision: i64) -> Result<Option<Event>, Error> {
    let stored = ledger.revision_before(revision).await?;
    stored.map(|stored| event_of(&stored)).transpose()
}

/// An operator's own message, by the files that were last applied: as
/// [`showcaller_event::message`].
///
/// # Errors
///
/// Nothing was applied yet, or the ledger cannot be read.
pub async fn message(
    ledger: &Ledger,
    new: &NewMessage<'_>,
) -> Result<Result<Cue, Vec<Diagnostic>>, Error> {
    let stored = ledger.latest_revision().await?.ok_or(Error::NotApplied)?;
    with_input(&stored, |input| showcaller_event::message(input, new))
}

fn with_input<T>(stored: &StoredRevision, work: impl FnOnce(&Input<'_>) -> T) -> Result<T, Error> {
    let mut sources = stored.revision.sources.iter();
    let file = sources
        .next()
        .ok_or_else(|| unreadable(stored, "it has no files".to_owned()))?;
    let others: Vec<&Source> = sources.collect();
    let load = |wanted: &str| {
        let mut others = others.iter();
        let source = others.find(|source| source.path == wanted);
        source
            .map(|source| source.content.clone())
            .ok_or_else(|| "it was not stored".to_owned())
    };
    Ok(work(&Input {
        name: &file.path,
        bytes: &file.content,
        load: &load,
        now: None,
    }))
}

fn unreadable(stored: &StoredRevision, finding: String) -> Error {
    Error::Revision {
        number: stored.id,
        finding,
    }
}
