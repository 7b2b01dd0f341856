//! `showcaller check EVENT`

use std::path::PathBuf;

use crate::exit::{Code, Failure};
use crate::session::files;
use crate::terminal::{findings, say};

/// Find every mistake in an event file and its roster
///
/// Everything at once, each with file, line and a hint. Asks nobody: neither Webex nor the ledger.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The event file, as in event.yaml
    event: PathBuf,
}

pub(crate) fn run(args: &Args) -> Result<Code, Failure> {
    let read = files::read(&args.event, Some(jiff::Timestamp::now()))?;
    findings::show(&read.checked.diagnostics);
    let Some(event) = &read.checked.event else {
        return Ok(Code::Usage);
    };
    say::line(&format!(
        "{} is fine: {} people, {} rooms, {} meetings, {} cues.",
        read.name,
        event.people.len(),
        event.rooms.len(),
        event.meetings.len(),
        event.cues.len(),
    ));
    Ok(Code::Done)
}
