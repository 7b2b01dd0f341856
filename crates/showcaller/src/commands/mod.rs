//! One file per command.

mod apply;
mod check;
mod plan;

use clap::{Parser, Subcommand};

use crate::exit::{Code, Failure};

/// One event file becomes a whole Webex event.
#[derive(Debug, Parser)]
#[command(
    name = "showcaller",
    version,
    about,
    max_term_width = 80,
    disable_help_subcommand = true
)]
pub(crate) struct Cli {
    /// Tell more on standard error; twice for every call to Webex
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    log: u8,

    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(check::Args),
    Plan(plan::Args),
    Apply(apply::Args),
}

impl Cli {
    pub(crate) fn verbosity(&self) -> u8 {
        self.log
    }
}

/// Reads the command line; on a mistake it says so and ends the program with exit code 2.
pub(crate) fn parse() -> Cli {
    Cli::parse()
}

pub(crate) async fn run(cli: Cli) -> Result<Code, Failure> {
    match cli.command {
        Command::Check(args) => check::run(&args),
        Command::Plan(args) => plan::run(&args).await,
        Command::Apply(args) => apply::run(&args).await,
    }
}
