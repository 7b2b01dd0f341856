//! `showcaller ledger backup | restore | show`

mod backup;
mod history;
mod overview;
mod restore;
mod show;
mod text;

use clap::Subcommand;

use crate::exit::{Code, Result};

/// Look after the ledger: back it up, restore it, see what it knows
///
/// Needs no token and asks no Webex. Each may be called while an apply is running; a restore is
/// then refused.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Backup(backup::Args),
    Restore(restore::Args),
    Show(show::Args),
}

pub(crate) async fn run(args: &Args) -> Result<Code> {
    match &args.what {
        What::Backup(args) => backup::run(args).await,
        What::Restore(args) => restore::run(args).await,
        What::Show(args) => show::run(args).await,
    }
}
