//! What a command was asked for, whole: on standard output or in a file.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

use super::say;
use crate::disk;
use crate::exit::{Code, Failure};

/// A text on standard output, with a line break at its end.
pub(crate) fn text(text: &str) -> Result<(), Failure> {
    let end = if text.ends_with('\n') { "" } else { "\n" };
    bytes(format!("{text}{end}").as_bytes())
}

/// Bytes on standard output, as they are. A reader that has had enough is no failure.
pub(crate) fn bytes(bytes: &[u8]) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    arrived(out.write_all(bytes).and_then(|()| out.flush()))
}

/// What came of writing to standard output.
pub(super) fn arrived(written: std::io::Result<()>) -> Result<(), Failure> {
    match written {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(Failure::new(
            Code::Failed,
            format!(
                "standard output cannot be written: {}",
                disk::reason(&error)
            ),
        )),
        _ => Ok(()),
    }
}

/// A file for its owner's eyes, because sheets and calendars hold passwords. An older one of that
/// name is replaced in one go; what is no file (a device, a pipe) is written to.
pub(crate) fn file(path: &Path, content: &[u8]) -> Result<(), Failure> {
    let special = path
        .metadata()
        .is_ok_and(|meta| !meta.is_file() && !meta.is_dir());
    let written = if special {
        OpenOptions::new()
            .write(true)
            .open(path)
            .and_then(|mut file| file.write_all(content))
    } else {
        disk::replace(path, content)
    };
    written.map_err(|error| {
        Failure::new(
            Code::Failed,
            format!(
                "{} cannot be written: {}",
                path.display(),
                disk::reason(&error)
            ),
        )
    })?;
    say::note(&format!("Written: {}", path.display()));
    Ok(())
}
