//! The official documents, if they are at hand.

use std::io::Write;
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

/// Writes past the test harness, which shows the `eprintln!` of failed tests only.
fn skipped() {
    let test = std::thread::current();
    let test = test.name().unwrap_or("a test");
    writeln!(
        std::io::stderr(),
        "SKIPPED: {OPENAPI_VARIABLE} is unset: {test}"
    )
    .expect("standard error is open");
}

/// The referee as it is used.
pub(super) fn referee() -> Option<Referee> {
    Some(Referee::load(&folder()?).expect("the official documents are readable"))
}

#[test]
fn the_environment_names_the_folder_or_there_is_no_referee() {
    let from_env = Referee::from_env().expect("the official documents are readable");
    assert_eq!(from_env.is_some(), folder().is_some());
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
