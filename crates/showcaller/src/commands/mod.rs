//! One file per command.

mod apply;
mod ask;
mod calendar;
mod check;
mod completions;
mod cue;
mod ledger;
mod new;
mod plan;
mod record;
mod rehearse;
mod report;
mod runsheet;
mod say;
mod serve;
mod simulator;
mod slip;
mod tell;
mod token;
mod whom;
mod written;

use clap::{Parser, Subcommand};

use crate::exit::{Code, Result};
use crate::terminal;

/// One event file becomes a whole Webex event.
#[derive(Debug, Parser)]
#[command(
    name = "showcaller",
    version,
    about,
    after_help = AFTER_HELP,
    max_term_width = 80,
    disable_help_subcommand = true
)]
pub(crate) struct Cli {
    /// Tell more on standard error; twice for every call to Webex
    #[arg(short, long, global = true, action = clap::ArgAction::Count, display_order = 900)]
    log: u8,

    #[command(subcommand)]
    command: Command,
}

const AFTER_HELP: &str = "\
To begin, without a Webex account:
  showcaller new my-event
  showcaller rehearse my-event/event.yaml

Exit codes: 0 done, 1 failed, 2 wrong usage or input, 3 changes are pending
(plan --exit-code) or wait, 4 refused by a guard rail or by you, 5 trouble with
Webex.";

#[derive(Debug, Subcommand)]
enum Command {
    New(new::Args),
    Check(check::Args),
    Plan(plan::Args),
    Apply(apply::Args),
    Serve(Box<serve::Args>),
    Cue(Box<cue::Args>),
    Say(Box<say::Args>),
    Ask(ask::Args),
    Slip(slip::Args),
    Token(token::Args),
    Runsheet(runsheet::Args),
    Calendar(calendar::Args),
    Rehearse(rehearse::Args),
    Report(report::Args),
    Record(record::Args),
    Ledger(ledger::Args),
    Simulator(Box<simulator::Args>),
    Completions(completions::Args),
}

impl Cli {
    pub(crate) fn verbosity(&self) -> u8 {
        self.log
    }

    /// Whether it works until it is interrupted, for an operator who reads what it says.
    pub(crate) fn runs_for_long(&self) -> bool {
        matches!(self.command, Command::Serve(_))
    }
}

/// Reads the command line; on a mistake it says so and ends the program with exit code 2.
pub(crate) fn parse() -> Cli {
    let parsed = Cli::try_parse_from(whom::joined(std::env::args_os()));
    parsed.unwrap_or_else(|error| {
        if !error.use_stderr() {
            error.exit()
        }
        terminal::say::usage(&error.to_string());
        std::process::exit(error.exit_code())
    })
}

pub(crate) async fn run(cli: Cli) -> Result<Code> {
    match cli.command {
        Command::New(args) => new::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Plan(args) => plan::run(&args).await,
        Command::Apply(args) => apply::run(&args).await,
        Command::Serve(args) => serve::run(&args).await,
        Command::Cue(args) => cue::run(&args).await,
        Command::Say(args) => say::run(&args).await,
        Command::Ask(args) => ask::run(&args).await,
        Command::Slip(args) => slip::run(&args).await,
        Command::Token(args) => token::run(&args).await,
        Command::Runsheet(args) => runsheet::run(&args).await,
        Command::Calendar(args) => calendar::run(&args).await,
        Command::Rehearse(args) => rehearse::run(&args),
        Command::Report(args) => report::run(&args).await,
        Command::Record(args) => record::run(&args).await,
        Command::Ledger(args) => ledger::run(&args).await,
        Command::Simulator(args) => simulator::run(*args).await,
        Command::Completions(args) => completions::run(&args),
    }
}
