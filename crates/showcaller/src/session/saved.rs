//! Plans in files: written by `plan --save`, recognised and read by `apply`.

use std::path::{Component, Path, PathBuf};

use showcaller_engine::Outlook;
use showcaller_plan::{SavedPlan, Wishes};

use super::{EventArgs, Session};
use crate::exit::{Failure, Result};
use crate::output_file::OutputFile;

/// Larger than any plan; an event file is smaller still.
const LARGEST: u64 = 256 * 1024 * 1024;

/// The saved plan in this file, if that is what it holds.
pub(crate) fn read(path: &Path) -> Result<Option<SavedPlan>> {
    // What cannot be read is told by whoever reads it as an event file.
    let small = path
        .metadata()
        .is_ok_and(|meta| meta.is_file() && (1..=LARGEST).contains(&meta.len()));
    let Some(bytes) = small.then(|| std::fs::read(path).ok()).flatten() else {
        return Ok(None);
    };
    SavedPlan::read(&bytes).map_err(|error| {
        Failure::usage(format!("{} cannot be applied: {error}", path.display()))
            .hint("save the plan anew: showcaller plan EVENT --save FILE")
    })
}

/// Writes a plan.
pub(crate) fn write(
    path: &Path,
    args: &EventArgs,
    session: &Session,
    wishes: &Wishes,
    outlook: &Outlook,
) -> Result<()> {
    let saved = SavedPlan {
        event_file: seen_from(path, &args.event),
        digest: session.files.digest(),
        simulated: args.simulate,
        webex: session.engine.webex_of(outlook),
        runs: outlook.runs().map(str::to_owned),
        wishes: wishes.clone(),
        plan: outlook.plan.clone(),
    };
    OutputFile::Plan.hand_out(path, saved.write().as_bytes())
}

/// The event file that a plan in this file is about.
pub(crate) fn event_of(path: &Path, saved: &SavedPlan) -> PathBuf {
    let folder = path.parent().unwrap_or(Path::new(""));
    folder.join(&saved.event_file)
}

/// How to get to `event` from the folder of `plan`, so that both may be moved together.
fn seen_from(plan: &Path, event: &Path) -> String {
    let folder = match plan.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let relative = || {
        let folder = folder.canonicalize().ok()?;
        let event = event.canonicalize().ok()?;
        let shared = folder
            .components()
            .zip(event.components())
            .take_while(|(one, other)| one == other)
            .count();
        let up = folder
            .components()
            .skip(shared)
            .map(|_| Component::ParentDir);
        let down = event.components().skip(shared);
        Some(up.chain(down).collect::<PathBuf>())
    };
    let path = relative().unwrap_or_else(|| event.to_owned());
    path.to_string_lossy().into_owned()
}
