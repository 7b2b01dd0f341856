//! `showcaller ledger backup EVENT FILE`

use std::path::PathBuf;

use showcaller_ledger::{Error, Existing};

use crate::exit::{Code, Failure, Result};
use crate::output_file::OutputFile;
use crate::session::{EventArgs, kept};
use crate::terminal::say;

/// Write everything the ledger knows into one file
///
/// The file holds one moment, also while an apply is running. It is a ledger itself, whatever
/// database the original is in: `--ledger sqlite:FILE` opens it. It holds the meetings' passwords,
/// as the ledger does, and only its owner can read it.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    event: EventArgs,

    /// The file to write
    file: PathBuf,

    /// Replace an older backup of that name
    #[arg(long)]
    replace: bool,
}

pub(crate) async fn run(args: &Args) -> Result<Code> {
    OutputFile::Backup.check(&args.file)?;
    let ledger = kept::existing(&args.event).await?;
    let existing = match args.replace {
        true => Existing::Replace,
        false => Existing::Refuse,
    };
    let written = ledger.backup(&args.file, existing).await;
    ledger.close().await;
    match written {
        Ok(()) => {}
        Err(error @ Error::Exists { .. }) if !args.replace => {
            return Err(Failure::usage(error).hint("give another name, or --replace it"));
        }
        Err(Error::Exists { path }) => {
            return Err(stays(&format!("{} is in use as a ledger", path.display())));
        }
        Err(Error::NotALedger { path, .. }) => {
            let what = "exists and is no ledger, so it is not written over";
            return Err(stays(&format!("{} {what}", path.display())));
        }
        Err(Error::BelongsToAnother { asked, .. }) => {
            let what = format!("is a ledger of another event, {asked}, so it is not written over");
            return Err(stays(&format!("{} {what}", args.file.display())));
        }
        Err(error) => return Err(error.into()),
    }
    say::line(&format!("Written: {}", args.file.display()));
    say::note("It holds meeting passwords: keep it where only you can read it.");
    Ok(Code::Done)
}

fn stays(why: &str) -> Failure {
    Failure::usage(why).hint("give another name")
}
