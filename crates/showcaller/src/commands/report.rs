//! `showcaller report EVENT`

use std::path::{Path, PathBuf};
use std::sync::Arc;

use showcaller_event::model::EventKey;
use showcaller_render::report::{Facts, Rehearsal};

use super::written::WriteArgs;
use crate::disk;
use crate::exit::{Code, Failure};
use crate::session::{EventArgs, Past};

/// Say what really happened, beside what was planned
///
/// Needs the event file and the ledger only: no token, no Webex. Meetings as they started and
/// ended, cues and how late they were, what people asked and how soon they were answered, what was
/// changed during the event. Words of questions that were not understood are shown without names,
/// to be added to the file; after 30 days they are forgotten.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    event: EventArgs,

    /// Compare with a rehearsal, as `rehearse EVENT --output FILE.json` wrote it
    #[arg(long, value_name = "FILE")]
    rehearsal: Option<PathBuf>,

    #[command(flatten)]
    output: WriteArgs,
}

pub(crate) async fn run(args: &Args) -> Result<Code, Failure> {
    let format = args.output.format()?;
    let past = Past::read(&args.event).await?;
    let facts = facts(args, &past).await;
    past.close().await;
    let facts = facts?;
    args.output.write(format, &facts.document(), &facts)?;
    Ok(Code::Done)
}

async fn facts(args: &Args, past: &Past) -> Result<Facts, Failure> {
    let now = past.now(&args.event)?;
    let rehearsal = args.rehearsal.as_deref();
    let rehearsal = rehearsal.map(|path| read(path, &past.in_force.event.key));
    let rehearsal = rehearsal.transpose()?;
    let in_force = Arc::new(past.in_force.clone());
    let facts = showcaller_engine::report(past.ledger(), in_force, now).await?;
    Ok(Facts { rehearsal, ..facts })
}

fn read(path: &Path, event: &EventKey) -> Result<Rehearsal, Failure> {
    let failed = |why: String| Failure::new(Code::Usage, format!("{}: {why}", path.display()));
    let json = std::fs::read(path).map_err(|error| failed(disk::reason(&error)))?;
    Rehearsal::read(&json, event.as_str()).map_err(|error| {
        failed(error.to_string()).hint("`rehearse EVENT --output FILE.json` writes one")
    })
}
