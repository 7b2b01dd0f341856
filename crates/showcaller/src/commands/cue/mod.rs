//! `showcaller cue EVENT …`

mod call;
mod change;
mod consent;
mod follow;
mod list;
mod preview;
mod settle;
mod words;

use clap::Subcommand;
use jiff::Timestamp;
use showcaller_show::{By, Command, Via};
use showcaller_simulator::Fault;

pub(super) use self::call::Caller;
pub(super) use self::consent::{Consent, typed};
pub(super) use self::list::say_what_waits;
pub(super) use self::preview::per_minute;
use self::settle::Happened;
pub(super) use self::words::{Whom, previewed, read, said};
use crate::environment;
use crate::exit::{Code, Result};
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
pub(super) struct Speaker {
    /// Who says so, for the show's log; user and machine, unless this says otherwise
    #[arg(long = "as", value_name = "NAME", global = true)]
    spoken_by: Option<String>,

    /// The time in a simulated Webex, as in 2027-09-20T09:00:00Z
    #[arg(long, value_name = "TIME", value_parser = instant, global = true)]
    now: Option<Timestamp>,

    /// Let something go wrong in a simulated Webex, as in `503 on * 10%`; may be repeated
    #[arg(
        long = "fault",
        value_name = "SCRIPT",
        requires = "simulate",
        global = true
    )]
    faults: Vec<Fault>,
}

impl Speaker {
    /// What it speaks to.
    pub(super) async fn calling(&self, event: &EventArgs) -> Result<Calling> {
        Calling::open(event, self.now, &self.faults).await
    }

    pub(super) fn by(&self) -> By {
        By {
            name: match &self.spoken_by {
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
    /// Show a cue as every room would see it, and what it costs
    Preview(preview::PreviewArgs),
    /// Send what one room would get into another one, as a test
    Test(preview::TestArgs),
    /// Send a cue now, to all who have not got it
    Go(call::CallArgs),
    /// Send nothing more of a cue until somebody says go
    Hold(call::CallArgs),
    /// Leave a cue out
    Skip(call::CallArgs),
    /// Send a cue again where Webex refused it
    Retry(call::CallArgs),
    /// Send a cue to everybody once more
    Again(change::AgainArgs),
    /// Delete a cue everywhere; a go sends it anew
    Recall(call::CallArgs),
    /// Give a cue that was sent other words
    Correct(change::CorrectArgs),
    /// Say what became of a message of which it is not known
    Settle(settle::SettleArgs),
    /// Note that a meeting started just now
    Started(settle::MeetingArgs),
    /// Note that a meeting ended just now
    Ended(settle::MeetingArgs),
}

pub(crate) async fn run(args: &Args) -> Result<Code> {
    let calling = args.speaker.calling(&args.event).await?;
    let done = act(args, &calling).await;
    let closed = calling.close().await;
    let code = done?;
    closed?;
    Ok(code)
}

async fn act(args: &Args, calling: &Calling) -> Result<Code> {
    let caller = call::Caller {
        calling,
        event: &args.event,
        by: args.speaker.by(),
    };
    match &args.what {
        What::List(list) => list::run(list, &caller).await,
        What::Go(call) => caller.call(call, &Command::Go).await,
        What::Hold(call) => caller.call(call, &Command::Hold).await,
        What::Skip(call) => caller.call(call, &Command::Skip).await,
        What::Retry(call) => caller.call(call, &Command::Retry).await,
        What::Preview(preview) => caller.preview(preview).await,
        What::Test(test) => caller.test(test).await,
        What::Again(again) => caller.again(again).await,
        What::Recall(recall) => caller.recall(recall).await,
        What::Correct(correct) => caller.correct(correct).await,
        What::Settle(settle) => caller.settle(settle).await,
        What::Started(meeting) => caller.happened(meeting, Happened::Started).await,
        What::Ended(meeting) => caller.happened(meeting, Happened::Ended).await,
    }
}
