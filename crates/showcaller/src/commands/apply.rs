//! `showcaller apply EVENT`

use std::io::IsTerminal as _;
use std::sync::Arc;

use showcaller_engine::{Assignment, Report, Stop, Undone};
use showcaller_plan::Plan;

use super::plan;
use crate::environment;
use crate::exit::{Code, Failure};
use crate::interrupt::Interrupts;
use crate::session::{EventArgs, Session, WebexArgs, WishArgs};
use crate::terminal::progress::Bars;
use crate::terminal::{ask, report, say};

/// Make Webex as the event file says
///
/// Shows the plan, asks, and does it. It may be interrupted, killed and repeated: whatever was done
/// is found again, and nothing is made twice.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    event: EventArgs,

    #[command(flatten)]
    webex: WebexArgs,

    /// Do it without asking
    #[arg(long, short)]
    yes: bool,

    /// Show every name in the plan
    #[arg(long)]
    verbose: bool,

    #[command(flatten)]
    wishes: WishArgs,
}

pub(crate) async fn run(args: &Args) -> Result<Code, Failure> {
    // Asked before the long look at Webex: whoever cannot answer should hear so at once.
    if !args.yes && !std::io::stdin().is_terminal() {
        return Err(Failure::new(
            Code::Usage,
            "nobody can be asked whether to apply: standard input is not a terminal",
        )
        .hint("look at the plan with `showcaller plan`, then apply it with --yes"));
    }
    let session = Session::open(&args.event, &args.webex).await?;
    let outcome = apply(args, &session).await;
    session.close().await?;
    outcome
}

async fn apply(args: &Args, session: &Session) -> Result<Code, Failure> {
    let bars = Arc::new(Bars::new());
    let wishes = args.wishes.wishes(&session.event)?;
    let looking = bars.looking("Looking at Webex …");
    let outlook = session
        .engine
        .look_settled(&session.event, &wishes, &*bars)
        .await;
    drop(looking);
    let outlook = outlook?;
    plan::show(&outlook.plan, args.verbose)?;
    if let Some(rail) = plan::guarded(&outlook.plan) {
        return Err(Failure::new(Code::Guarded, &rail.sentence));
    }
    // An empty plan is applied, too: the ledger learns what was found and which file is in force.
    if !outlook.plan.is_empty() && !args.yes && !ask::yes("Apply this?")? {
        say::line("Nothing was changed.");
        return Ok(Code::Done);
    }
    let stop = Stop::default();
    let listener = listen_for_interrupts(stop.clone(), Arc::clone(&bars));
    let assignment = Assignment {
        event: &session.event,
        sources: session.files.sources(),
        digest: session.files.digest(),
        holder: environment::holder(),
    };
    let plan = outlook.plan.clone();
    let report = session
        .engine
        .apply(&assignment, outlook, &*bars, &stop)
        .await;
    listener.abort();
    bars.finish();
    let report = report?;
    report::show(&plan, &report, &session.engine, &args.event);
    Ok(ending(&plan, &report))
}

/// What the shell is told: 0 only if everything is as the file asks, as far as Webex can.
fn ending(plan: &Plan, report: &Report) -> Code {
    let blocked = plan
        .cannot
        .iter()
        .any(|cannot| !cannot.reason.is_for_good());
    let quota = plan
        .held
        .iter()
        .any(|held| held.reason == showcaller_plan::HeldReason::Quota);
    if report.trouble.is_some() {
        return Code::Failed;
    }
    if !report.failed.is_empty() || !report.unclear.is_empty() {
        return Code::Webex;
    }
    let stopped = report.undone.iter().any(|(_, why)| *why == Undone::Stopped);
    match (stopped, blocked || quota || !report.undone.is_empty()) {
        (true, _) => Code::Failed,
        (false, true) => Code::Webex,
        (false, false) => Code::Done,
    }
}

/// The first Ctrl-C asks for a tidy end; the second ends the program as Ctrl-C always does, and
/// the next run finds out what became of the calls in flight.
fn listen_for_interrupts(stop: Stop, bars: Arc<Bars>) -> tokio::task::JoinHandle<()> {
    let mut interrupts = Interrupts::new();
    tokio::spawn(async move {
        interrupts.next().await;
        stop.ask();
        bars.say("Finishing what is under way … (Ctrl-C again ends at once; that is safe, too)");
        interrupts.next().await;
        std::process::exit(130);
    })
}
