//! Reads the event file and the roster beside it.

use std::cell::RefCell;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use showcaller_event::{Checked, Input, check};
use showcaller_ledger::Source;

use crate::disk;
use crate::exit::{Failure, Result};

/// More than any roster holds; `check` refuses smaller files already.
const LARGEST: u64 = 65 * 1024 * 1024;

/// The files that an event was read from, byte for byte.
#[derive(Debug, Default)]
pub(crate) struct EventFiles(Vec<Source>);

/// What came of reading.
pub(crate) struct Read {
    pub(crate) name: String,
    pub(crate) checked: Checked,
    pub(crate) files: EventFiles,
}

impl EventFiles {
    pub(crate) fn sources(&self) -> Vec<Source> {
        self.0.clone()
    }

    /// A digest of all files, by which a newer file is told.
    pub(crate) fn digest(&self) -> String {
        let mut hash = Sha256::new();
        for source in &self.0 {
            hash.update((source.content.len() as u64).to_be_bytes());
            hash.update(&source.content);
        }
        hash.finalize()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}

/// Reads and checks.
pub(crate) fn read(path: &Path, now: Option<Timestamp>) -> Result<Read> {
    let name = path
        .file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let bytes = bytes(path).map_err(|reason| {
        let failure = Failure::usage(format!("{} cannot be read: {reason}", path.display()));
        match path.is_dir() && path.join("event.yaml").exists() {
            true => failure.hint(format!(
                "name the file: {}",
                path.join("event.yaml").display()
            )),
            false => failure.hint("`showcaller new DIR` writes an event file to begin with"),
        }
    })?;
    let folder = path.parent().map_or_else(
        || Path::new("."),
        |p| {
            if p.as_os_str().is_empty() {
                Path::new(".")
            } else {
                p
            }
        },
    );
    let roster = RefCell::new(None);
    let load = |wanted: &str| {
        let content = beside(folder, wanted)?;
        *roster.borrow_mut() = Some(Source {
            path: wanted.to_owned(),
            content: content.clone(),
        });
        Ok(content)
    };
    let checked = check(&Input {
        name: &name,
        bytes: &bytes,
        load: &load,
        now,
    });
    let event = Source {
        path: name.clone(),
        content: bytes,
    };
    let files = EventFiles(std::iter::once(event).chain(roster.into_inner()).collect());
    Ok(Read {
        name,
        checked,
        files,
    })
}

/// A file of the event's own folder: a link that leads out of it is refused, because an event file
/// from somebody else must not make us read just anything.
fn beside(folder: &Path, wanted: &str) -> Result<Vec<u8>, String> {
    let real = |path: &Path| path.canonicalize().map_err(|error| disk::reason(&error));
    let (folder, path) = (real(folder)?, real(&folder.join(wanted))?);
    if !path.starts_with(&folder) {
        return Err("it is a link that leads out of the event's folder".to_owned());
    }
    bytes(&path)
}

fn bytes(path: &Path) -> Result<Vec<u8>, String> {
    // Asked before opening: whoever opens a pipe waits until somebody writes into it.
    let kind = std::fs::metadata(path).map_err(|error| disk::reason(&error))?;
    if kind.is_dir() {
        return Err("it is a folder".to_owned());
    }
    if !kind.is_file() {
        return Err("it is no ordinary file".to_owned());
    }
    // Not opened either: where the kernel makes up what stands in a file, reading may wait for ever.
    if kind.len() == 0 {
        return Ok(Vec::new());
    }
    let file = File::open(path).map_err(|error| disk::reason(&error))?;
    let mut bytes = Vec::new();
    file.take(LARGEST)
        .read_to_end(&mut bytes)
        .map_err(|error| disk::reason(&error))?;
    Ok(bytes)
}
