//! `showcaller report EVENT`

use std::sync::Arc;

use super::written::WriteArgs;
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

    #[command(flatten)]
    output: WriteArgs,
}

pub(crate) async fn run(args: &Args) -> Result<Code, Failure> {
    let format = args.output.format()?;
    let past = Past::read(&args.event).await?;
    let now = past.now(&args.event);
    let facts = match now {
        Ok(now) => {
            let in_force = Arc::new(past.in_force.clone());
            let facts = showcaller_engine::report(past.ledger(), in_force, now).await;
            facts.map_err(Failure::from)
        }
        Err(failure) => Err(failure),
    };
    past.close().await;
    let facts = facts?;
    args.output.write(format, &facts.document(), &facts)?;
    Ok(Code::Done)
}
