//! The official documents, if they are at hand.

use std::path::PathBuf;

use serde_json::Value;

use crate::document::{self, Document};
use crate::{OPENAPI_VARIABLE, Referee};

/// Folder of the official documents; says that the test is skipped if none is
/// named.
pub(super) fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os(OPENAPI_VARIABLE).filter(|folder| !folder.is_empty());
    if folder.is_none() {
        skipped();
    }
    folder.map(PathBuf::from)
}

#[allow(clippy::print_stderr)]
fn skipped() {
    eprintln!("SKIPPED: {OPENAPI_VARIABLE} is unset");
}

/// The referee as it is used.
pub(super) fn referee() -> Option<Referee> {
    Some(Referee::load(&folder()?).expect("the official documents are readable"))
}

/// The documents as the referee reads them.
pub(super) fn documents() -> Option<Vec<Document>> {
    let folder = folder()?;
    let read = |file| document::read(&folder.join(file)).expect("a readable document");
    Some(["messaging.json", "meetings.json"].map(read).into())
}

/// The documents as they are written, with their examples.
pub(super) fn raw() -> Option<Vec<Value>> {
    let folder = folder()?;
    let read = |file| {
        let bytes = std::fs::read(folder.join(file)).expect("a readable document");
        serde_json::from_slice(&bytes).expect("a JSON document")
    };
    Some(["messaging.json", "meetings.json"].map(read).into())
}
