//! `showcaller ledger restore EVENT FILE`

use std::path::PathBuf;

use showcaller_engine::{Restoration, restore};
use showcaller_ledger::{Error as LedgerError, Restored};

use crate::environment;
use crate::exit::{Code, Failure, Result};
use crate::session::{EventArgs, kept};
use crate::terminal::say;

/// Put the ledger back to what a backup knows
///
/// The ledger is backed up first, beside itself. Nothing changes on Webex: the next plan shows what
/// is there and the backup does not know. What counts against today's quota of meetings goes on
/// counting. Refused while somebody applies.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    event: EventArgs,

    /// The backup
    file: PathBuf,

    /// Even if the backup is of another event, or of another Webex
    #[arg(long)]
    force: bool,
}

pub(crate) async fn run(args: &Args) -> Result<Code> {
    // Before a new ledger is made for a backup that is not there.
    if let Err(error) = std::fs::metadata(&args.file) {
        return Err(Failure::usage(format!(
            "{} cannot be read: {}",
            args.file.display(),
            crate::disk::reason(&error)
        )));
    }
    let clock = kept::clock(&args.event)?;
    let (ledger, before) = kept::to_be_replaced(&args.event).await?;
    let restoration = Restoration {
        backup: &args.file,
        before: before.as_deref(),
        process: &environment::process(),
        whatever_it_is_bound_to: args.force,
    };
    let restored = restore(&ledger, &restoration, &clock).await;
    let kept = ledger.verify().await;
    ledger.close().await;
    let restored = restored.map_err(refusal)?;
    kept?;
    tell(args, before, restored);
    Ok(Code::Done)
}

fn tell(args: &Args, before: Option<PathBuf>, restored: Restored) {
    say::paragraph(&format!(
        "Restored from {}: the ledger knows {}.",
        args.file.display(),
        things(restored.resources)
    ));
    if let Some(before) = before {
        say::paragraph(&format!("As it was before, it is in {}", before.display()));
    }
    let mut rest = String::new();
    if restored.creations_kept > 0 {
        let meetings = match restored.creations_kept {
            1 => "1 creation of a meeting that the backup does not know still counts".to_owned(),
            some => {
                format!("{some} creations of meetings that the backup does not know still count")
            }
        };
        rest.push_str(&format!("{meetings} against today's quota. "));
    }
    if restored.operations_kept > 0 {
        rest.push_str(&format!(
            "What was done a moment ago ({}) is looked for before it is done again. ",
            things(restored.operations_kept)
        ));
    }
    rest.push_str("The next plan shows what Webex has and the backup does not know.");
    say::paragraph(&rest);
}

fn things(number: u64) -> String {
    match number {
        1 => "1 thing".to_owned(),
        some => format!("{some} things"),
    }
}

/// What to do about a refusal that this command has a flag for.
fn refusal(error: showcaller_engine::Error) -> Failure {
    match error {
        showcaller_engine::Error::Ledger(LedgerError::BelongsToAnother { what, here, asked }) => {
            Failure::guarded(format!(
                "the backup is of another {what}: the ledger was begun with {here}, the backup \
                     with {asked}"
            ))
            .hint("look whether it is the right file; --force restores it all the same")
        }
        showcaller_engine::Error::Ledger(error @ LedgerError::NotALedger { .. }) => {
            Failure::usage(error).hint("name a file that `showcaller ledger backup` has written")
        }
        error => error.into(),
    }
}
