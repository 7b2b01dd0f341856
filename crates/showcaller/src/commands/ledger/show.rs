//! `showcaller ledger show EVENT`

use clap::ValueEnum;
use serde::Serialize;

use super::{history::History, overview::Overview};
use crate::exit::{Code, Failure, Result};
use crate::session::{EventArgs, kept};
use crate::terminal::{page, result};

/// Show what the ledger knows: things, open calls, runs, leases, quota
///
/// Never a password, a host key or the body of a message.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    event: EventArgs,

    /// One entry's history instead, as in room/team-1
    #[arg(long, value_name = "ADDRESS")]
    address: Option<String>,

    /// How to write it
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// How it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For programs
    Json,
}

pub(crate) async fn run(args: &Args) -> Result<Code> {
    let now = kept::clock(&args.event)?.now();
    let ledger = kept::existing(&args.event).await?;
    let written = match &args.address {
        None => Overview::read(&ledger, now)
            .await
            .map_err(Failure::from)
            .and_then(|overview| write(args, &overview, |width| overview.text(width))),
        Some(address) => History::read(&ledger, address)
            .await
            .and_then(|history| write(args, &history, |width| history.text(width))),
    };
    ledger.close().await;
    written.map(|()| Code::Done)
}

fn write(args: &Args, shown: &impl Serialize, text: impl FnOnce(usize) -> String) -> Result<()> {
    match args.format {
        Format::Text => result::text(&text(page::width())),
        Format::Json => {
            let json = serde_json::to_string_pretty(shown).map_err(Failure::failed)?;
            result::json(&json)
        }
    }
}
