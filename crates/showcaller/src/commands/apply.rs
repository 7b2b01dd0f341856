//! `showcaller apply EVENT`

use std::io::IsTerminal as _;
use std::sync::Arc;

use showcaller_engine::{Assignment, Campaign, CampaignEnd, Report, Stop, Undone};
use showcaller_plan::{HeldReason, Plan};

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

    /// Wait for what waiting cures, and go on
    ///
    /// For the next day of a host that has used up its meetings, for a pause that Webex asks for,
    /// and for calls whose outcome is not known yet. Ctrl-C ends the waiting; a later apply goes on.
    #[arg(long)]
    wait: bool,

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
    let engine = &session.engine;
    let campaign = if args.wait {
        engine
            .apply_patiently(&assignment, &wishes, outlook, &*bars, &stop)
            .await
    } else {
        let plan = outlook.plan.clone();
        let report = engine.apply(&assignment, outlook, &*bars, &stop).await;
        report.map(|report| Campaign {
            rounds: vec![(plan, report)],
            end: CampaignEnd::Finished,
        })
    };
    listener.abort();
    bars.finish();
    let (plan, report, end) = campaign?.total();
    report::show(&plan, &report, engine, &args.event);
    ended(args, end)?;
    Ok(ending(&plan, &report))
}

/// Why a run that waits went no further, where that is not what its report says.
fn ended(args: &Args, end: CampaignEnd) -> Result<(), Failure> {
    match end {
        CampaignEnd::Finished => Ok(()),
        CampaignEnd::Stopped => {
            say::line("");
            say::line("The waiting was ended. What is left is done by a later apply.");
            Ok(())
        }
        CampaignEnd::Changed(outlook) => {
            say::line("");
            plan::show(&outlook.plan, args.verbose)?;
            Err(Failure::new(
                Code::Guarded,
                "while it waited, something came up that nobody has agreed to, and none of the plan \
                 above was done",
            )
            .hint("look at the plan above, then apply again"))
        }
        CampaignEnd::Trouble(error) => Err(error.into()),
    }
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
        .any(|held| held.reason == HeldReason::Quota);
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
