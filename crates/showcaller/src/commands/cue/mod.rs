//! `showcaller cue EVENT …`

mod call;
mod consent;
mod follow;
mod list;

use clap::Subcommand;
use jiff::Timestamp;
use showcaller_show::{By, Via};

use crate::environment;
use crate::exit::{Code, Failure};
use crate::session::{Calling, EventArgs, instant};

/// Call the cues of a running event
///
/// What is decided here goes into the ledger, and the process that runs the show (`serve`) acts on it
/// within a second or two. Where none does, this command sends by itself, with the bot's token. A cue is
/// named as in the file: `opening` is today's, `opening/day-2` another day's. docs/cues.md shows a day.
#[derive(Debug, clap::Args)]
#[command(
    mut_arg("simulate", |simulate| simulate.global(true)),
    mut_arg("ledger", |ledger| ledger.global(true)),
    subcommand_help_heading = "What to do"
)]
pub(crate) struct Args {
    #[command(flatten)]
    event: EventArgs,

    #[command(flatten)]
    speaker: Speaker,

    #[command(subcommand)]
    what: What,
}

/// Whose word it is, and when.
#[derive(Debug, clap::Args)]
pub(crate) struct Speaker {
    /// Who says so, for the show's log; user and machine, unless this says otherwise
    #[arg(long = "as", value_name = "NAME", global = true)]
    name: Option<String>,

    /// The time in a simulated Webex, as in 2027-09-20T09:00:00Z
    #[arg(long, value_name = "TIME", value_parser = instant, global = true)]
    now: Option<Timestamp>,
}

impl Speaker {
    pub(crate) fn now(&self) -> Option<Timestamp> {
        self.now
    }

    pub(crate) fn by(&self) -> By {
        By {
            name: match &self.name {
                Some(name) => name.trim().to_owned(),
                None => environment::operator(),
            },
            account: None,
            via: Via::Terminal,
        }
    }
}

#[derive(Debug, Subcommand)]
enum What {
    /// Show every cue, where it stands, and who runs the show
    List(list::Args),
    /// Send a cue now, to all who have not got it
    Go(call::CallArgs),
    /// Send nothing more of a cue until somebody says go
    Hold(call::CallArgs),
    /// Leave a cue out
    Skip(call::CallArgs),
    /// Send a cue again where Webex refused it
    Retry(call::CallArgs),
}

pub(crate) async fn run(args: &Args) -> Result<Code, Failure> {
    let calling = Calling::open(&args.event, args.speaker.now).await?;
    let done = act(args, &calling).await;
    let closed = calling.close().await;
    let code = done?;
    closed?;
    Ok(code)
}

async fn act(args: &Args, calling: &Calling) -> Result<Code, Failure> {
    use showcaller_show::Command;
    let caller = call::Caller {
        calling,
        event: &args.event,
        by: args.speaker.by(),
    };
    match &args.what {
        What::List(list) => list::run(list, calling).await,
        What::Go(call) => caller.call(call, &Command::Go).await,
        What::Hold(call) => caller.call(call, &Command::Hold).await,
        What::Skip(call) => caller.call(call, &Command::Skip).await,
        What::Retry(call) => caller.call(call, &Command::Retry).await,
    }
}
