//! `showcaller check EVENT`

use std::path::PathBuf;

use crate::exit::{Code, Result};
use crate::session::{files, zones};
use crate::terminal::{findings, say};

/// Find every mistake in an event file and its roster
///
/// Everything at once, each with file, line and a hint. Asks nobody: neither Webex nor the ledger.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The event file, as in event.yaml
    event: PathBuf,
}

pub(crate) fn run(args: &Args) -> Result<Code> {
    let read = files::read(&args.event, Some(jiff::Timestamp::now()))?;
    findings::show(&read.checked.diagnostics);
    let Some(event) = &read.checked.event else {
        return Ok(Code::Usage);
    };
    if let Some(note) =
        zones::of_machine(&event.timezone).and_then(|machine| zones::disagreement(event, &machine))
    {
        say::remark(&note);
    }
    let counts = [
        counted(event.people.len(), "person", "people"),
        counted(event.rooms.len(), "room", "rooms"),
        counted(event.meetings.len(), "meeting", "meetings"),
        counted(event.cues.len(), "cue", "cues"),
    ];
    say::paragraph(&format!("{} is fine: {}.", read.name, counts.join(", ")));
    Ok(Code::Done)
}

fn counted(number: usize, one: &str, many: &str) -> String {
    let word = if number == 1 { one } else { many };
    format!("{number} {word}")
}
