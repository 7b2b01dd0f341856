//! The applied configuration, read back from the ledger.

use showcaller_event::{Event, Input, check};
use showcaller_ledger::{Source, StoredRevision};

use crate::Error;

/// The event of a revision: its files, checked again by the rules of this build.
///
/// # Errors
///
/// [`Error::Revision`] if they have mistakes by these rules, which may be stricter than those of the
/// build that applied them.
pub(super) fn event_of(stored: &StoredRevision) -> Result<Event, Error> {
    let unreadable = |finding: String| Error::Revision {
        number: stored.id,
        finding,
    };
    let mut sources = stored.revision.sources.iter();
    let file = sources
        .next()
        .ok_or_else(|| unreadable("it has no files".to_owned()))?;
    let others: Vec<&Source> = sources.collect();
    let load = |wanted: &str| {
        let mut others = others.iter();
        let source = others.find(|source| source.path == wanted);
        source
            .map(|source| source.content.clone())
            .ok_or_else(|| "it was not stored".to_owned())
    };
    let checked = check(&Input {
        name: &file.path,
        bytes: &file.content,
        load: &load,
        now: None,
    });
    let finding = || {
        let errors = checked.diagnostics.iter();
        let first = errors.map(ToString::to_string).next();
        unreadable(first.unwrap_or_default())
    };
    checked.event.ok_or_else(finding)
}
