//! Keeps the referee's facts true to Webex's official OpenAPI documents:
//!
//! ```console
//! $ cargo run -p showcaller-referee --example documents -- FOLDER            # compares
//! $ cargo run -p showcaller-referee --example documents -- FOLDER --write    # writes the facts anew
//! ```
//!
//! FOLDER holds `messaging.json` and `meetings.json`, which are `public-spec/webex-messaging.json` and
//! `public-spec/webex-meeting.json` of <https://github.com/webex/webex-openapi-specs>, or parts of them.
//! Comparing includes the documents' own examples: all pass the referee, but for those known to be
//! broken.
#![expect(clippy::print_stderr, reason = "a program for the terminal")]

mod examples;
mod extract;
mod layout;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::Value;

const FILES: [&str; 2] = ["messaging.json", "meetings.json"];

fn main() -> ExitCode {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let write = arguments.pop_if(|last| last == "--write").is_some();
    let [folder] = arguments.as_slice() else {
        eprintln!("usage: documents FOLDER [--write]");
        return ExitCode::from(2);
    };
    match run(Path::new(folder), write) {
        Ok(done) => {
            eprintln!("{done}");
            ExitCode::SUCCESS
        }
        Err(trouble) => {
            eprintln!("error: {trouble}");
            ExitCode::FAILURE
        }
    }
}

fn run(folder: &Path, write: bool) -> Result<String, String> {
    let documents = FILES
        .iter()
        .map(|file| read(&folder.join(file)))
        .collect::<Result<Vec<Value>, String>>()?;
    let facts = layout::pretty(&extract::facts(&documents)?);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/webex.json");
    if write {
        std::fs::write(&path, facts).map_err(|error| format!("{}: {error}", path.display()))?;
        return Ok(format!("wrote {}", path.display()));
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    if let Some(line) = first_difference(&kept, &facts) {
        return Err(format!(
            "{} is not what the documents say, from line {line} on; --write mends it",
            path.display()
        ));
    }
    examples::judge(&documents)
}

fn read(path: &PathBuf) -> Result<Value, String> {
    let bytes = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    serde_json::from_slice(&bytes).map_err(|error| format!("{}: {error}", path.display()))
}

/// The number of the first line that differs.
fn first_difference(left: &str, right: &str) -> Option<usize> {
    let mut both = left.lines().zip(right.lines());
    match both.position(|(left, right)| left != right) {
        Some(index) => Some(index + 1),
        None if left == right => None,
        None => Some(left.lines().count().min(right.lines().count()) + 1),
    }
}
