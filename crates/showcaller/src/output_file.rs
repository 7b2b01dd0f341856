//! Files that a command writes where its user says: in the place of an older one of its kind, and of
//! nothing else.

use std::fs::{File, Metadata};
use std::path::Path;

use jiff::Timestamp;
use showcaller_plan::SavedPlan;
use showcaller_render::{document, runsheet};

use crate::disk;
use crate::environment;
use crate::exit::{Failure, Result};
use crate::terminal::say;

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OutputFile {
    /// `plan --save`
    Plan,
    /// `runsheet --output`
    RunSheet,
    /// `report --output`
    Report,
    /// `record --out`
    Recording,
    /// `calendar --output`
    Calendar,
    /// `simulator --env-file`
    Variables,
    /// `simulator --record`
    Record,
    /// `ledger backup`
    Backup,
    /// Beside `simulator --state`
    Lock,
}

impl OutputFile {
    /// What it is called, and whether `content` is one.
    fn of(self, content: &[u8]) -> (&'static str, bool) {
        let text = str::from_utf8(content).unwrap_or_default();
        match self {
            // A damaged plan, or one of another version, is a plan all the same.
            Self::Plan => ("saved plan", !matches!(SavedPlan::read(content), Ok(None))),
            Self::RunSheet => ("run sheet of ours", runsheet::is_sheet(content)),
            Self::Report => {
                // The facts begin so; what people wrote comes later.
                let is_facts = text.starts_with("{\n  \"event\":") && text.contains("\"cues\":");
                let is_one = is_facts || document::is_report(content);
                ("report of ours", is_one)
            }
            Self::Recording => ("recording of ours", text.starts_with("{\n  \"recording\":")),
            Self::Calendar => {
                let is_ours = text.contains("//Showcaller//");
                (
                    "calendar of ours",
                    text.starts_with("BEGIN:VCALENDAR") && is_ours,
                )
            }
            Self::Variables => {
                let is_own = !text.is_empty() && text.lines().all(is_variable);
                ("file of a simulator's variables", is_own)
            }
            Self::Record => {
                let is_call = text.starts_with('{') && text.contains("\"method\"");
                ("record of a simulator's calls", is_call)
            }
            Self::Lock => {
                let since = text.lines().nth(1).map(str::parse::<Timestamp>);
                ("lock of a simulated world", matches!(since, Some(Ok(_))))
            }
            Self::Backup => ("ledger", content.starts_with(b"SQLite format 3\0")),
        }
    }

    /// Refuses to write over something else. What is empty or no file (a device, a
    /// pipe) may be written to.
    pub(crate) fn check(self, path: &Path) -> Result<()> {
        let holds_something = |meta: Metadata| meta.is_file() && meta.len() > 0;
        if !path.metadata().is_ok_and(holds_something) {
            return Ok(());
        }
        let content = std::fs::read(path).map_err(|error| cannot(path, &error))?;
        let (name, is_one) = self.of(&content);
        if is_one {
            return Ok(());
        }
        let path = path.display();
        let message = format!("{path} exists and is no {name}, so it is not written over");
        Err(Failure::usage(message).hint("give another name"))
    }

    /// Writes a file for its owner's eyes, because most hold passwords or tokens. An older one is
    /// replaced in one go; what is no file is written to.
    pub(crate) fn write(self, path: &Path, content: &[u8]) -> Result<()> {
        self.check(path)?;
        let is_special = |meta: Metadata| !meta.is_file() && !meta.is_dir();
        let written = match path.metadata().is_ok_and(is_special) {
            true => std::fs::write(path, content),
            false => disk::replace(path, content),
        };
        written.map_err(|error| cannot(path, &error))
    }

    /// The same, and says so.
    pub(crate) fn hand_out(self, path: &Path, content: &[u8]) -> Result<()> {
        self.write(path, content)?;
        say::note(&format!("Written: {}", path.display()));
        Ok(())
    }

    /// Opens a file to add lines to its end.
    pub(crate) fn append(self, path: &Path) -> Result<File> {
        self.check(path)?;
        disk::append(path).map_err(|error| cannot(path, &error))
    }
}

/// Whether a simulator wrote this line: real tokens end otherwise.
fn is_variable(line: &str) -> bool {
    let variable = line.strip_prefix("export ");
    variable
        .and_then(|variable| variable.split_once('='))
        .is_some_and(|(name, value)| match name {
            environment::API_URL => value.starts_with("http://"),
            _ => name.starts_with("WEBEX_") && value.ends_with("_simulated"),
        })
}

/// A file that its user named, and that the system does not let us write.
pub(crate) fn cannot(path: &Path, error: &std::io::Error) -> Failure {
    let (path, reason) = (path.display(), disk::reason(error));
    Failure::failed(format!("{path} cannot be written: {reason}"))
}
