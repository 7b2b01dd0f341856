//! `showcaller apply EVENT`

mod show_mode;
mod telling;

use std::io::IsTerminal as _;
use std::sync::Arc;

use showcaller_engine::{Assignment, Campaign, CampaignEnd, Outlook, Stop};
use showcaller_event::model::DayId;
use showcaller_plan::{SavedPlan, differences};
use uuid::Uuid;

use self::telling::Telling;
use super::cue::say_what_waits;
use super::{plan, tell};
use crate::exit::{Code, Failure, Result};
use crate::interrupt::Interrupts;
use crate::session::{EventArgs, Session, WebexArgs, WishArgs, all_kept, saved, wishes_again};
use crate::terminal::progress::Bars;
use crate::terminal::{ask, report, say};

/// Differences that are told one by one.
const MOST: usize = 20;

/// Make Webex as the event file says
///
/// EVENT may also be a plan that `showcaller plan --save` wrote: then exactly that is done, or
/// nothing if file, ledger or Webex are no longer as they were. Otherwise it shows the plan, asks,
/// and does it. It may be interrupted, killed and repeated: whatever was done
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

    /// The day that it is, as in day-3: needed beside --yes on a day with `show-mode: true`
    #[arg(long, value_name = "DAY")]
    day: Option<String>,

    /// Tell the rooms concerned what changes for them: what moved, what is new, what is cancelled
    ///
    /// It shows what each room would read, and says it once when the file is applied.
    #[arg(long)]
    tell: bool,

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

pub(crate) async fn run(args: &Args) -> Result<Code> {
    // Asked before the long look at Webex: whoever cannot answer should hear so at once.
    if !args.yes && !std::io::stdin().is_terminal() {
        return Err(Failure::usage(
            "nobody can be asked whether to apply: standard input is not a terminal",
        )
        .hint("look at the plan with `showcaller plan`, then apply it with --yes"));
    }
    let saved = saved::read(&args.event.event)?;
    let event = match &saved {
        Some(saved) => event_of(args, saved)?,
        None => args.event.clone(),
    };
    let mut session = Session::open(&event, &args.webex).await?;
    if args.tell
        && let Some(id) = telling::unsent(&session).await?
    {
        session.close().await?;
        drop(session);
        tell::send(&event, args.webex.now(), id).await?;
        session = Session::open(&event, &args.webex).await?;
    }
    let outcome = apply(args, &event, saved.as_ref(), &session).await;
    let now = args.webex.now().map(|_| session.now());
    session.close().await?;
    // A simulated world has one visitor at a time.
    drop(session);
    let (code, written) = outcome?;
    let Some(id) = written else { return Ok(code) };
    let sent = tell::send(&event, now, id).await?;
    Ok(if code == Code::Done { sent } else { code })
}

/// The event that a saved plan is about. Its flags are those that it was made with.
fn event_of(args: &Args, saved: &SavedPlan) -> Result<EventArgs> {
    let refuse = |why: &str, hint: &str| {
        let sentence = format!("a saved plan is applied as it is: {why}");
        Err(Failure::usage(sentence).hint(hint))
    };
    let anew = "leave that away, or save a new plan with it";
    if args.wishes.any() {
        let why = "what may be done (--remove, --keep, …) was said when it was saved";
        return refuse(why, anew);
    }
    if args.event.simulate && !saved.simulated {
        return refuse("this one is for the real Webex, without --simulate", anew);
    }
    if args.wait {
        let instead = "leave --wait away, or name the event file instead";
        return refuse("it is done once, and does not --wait for more", instead);
    }
    let event = saved::event_of(&args.event.event, saved);
    Ok(args.event.of_saved(event, saved.simulated))
}

/// Refuses what no longer is the plan that somebody saved.
fn unmoved(saved: &SavedPlan, session: &Session, outlook: &Outlook) -> Result<()> {
    let another = |what: &str| {
        let sentence = format!("the plan was saved for another {what}, and nothing was changed");
        Err(Failure::usage(sentence))
    };
    if saved.plan.event != session.event.key {
        return another("event");
    }
    if !saved.webex.is(&session.engine.webex_of(outlook)) {
        return another("Webex, bot or organisation");
    }
    let moved = |sentence: &str| {
        Err(Failure::guarded(format!("{sentence}: nothing was changed"))
            .hint("look at a new plan, and save that"))
    };
    if saved.digest != session.files.digest() {
        return moved("the event file or its roster has changed since the plan was saved");
    }
    if saved.runs.as_deref() != outlook.runs() {
        return moved("somebody has applied the event since the plan was saved");
    }
    let differences = differences(&saved.plan, &outlook.plan);
    if differences.is_empty() {
        return Ok(());
    }
    say::line("Since the plan was saved:");
    for difference in differences.iter().take(MOST) {
        say::line(&format!("  {}", difference.address));
        say::indented(&difference.sentence, 6);
    }
    if differences.len() > MOST {
        say::line(&format!("  … and {} more", differences.len() - MOST));
    }
    moved("Webex is no longer as it was when the plan was saved")
}

async fn apply(
    args: &Args,
    event: &EventArgs,
    saved: Option<&SavedPlan>,
    session: &Session,
) -> Result<(Code, Option<Uuid>)> {
    session.engine.refuse_if_busy().await?;
    let show_mode = show_mode::day(session).await?;
    if let Some(day) = &show_mode {
        show_mode::refuse_unnamed(args, day)?;
    }
    let bars = Arc::new(Bars::new());
    let _watching = bars.watch(session);
    let wishes = match saved {
        Some(saved) => saved.wishes.clone(),
        None => args.wishes.wishes(&session.event)?,
    };
    let looking = bars.looking("Looking at Webex …");
    let outlook = session
        .engine
        .look_to_apply(&session.event, &wishes, &*bars)
        .await;
    drop(looking);
    let outlook = outlook?;
    // What could be kept when a plan was saved can be as long as nothing has moved.
    match saved {
        Some(saved) => unmoved(saved, session, &outlook)?,
        None => all_kept(&session.event, &outlook.plan, &wishes)?,
    }
    plan::show(&outlook.plan, args.verbose)?;
    session.point_out_notes(event);
    if let Some(rail) = plan::guarded(&outlook.plan) {
        return Err(Failure::guarded(&rail.sentence));
    }
    let telling = match args.tell {
        true => Telling::preview(session).await?,
        false => {
            Telling::point_out(session).await;
            None
        }
    };
    let whom = telling.as_ref().and_then(|it| it.whom.as_deref());
    agree(args, outlook.plan.is_empty(), whom, show_mode.as_ref())?;
    if let Some(telling) = &telling {
        telling.begin(session).await?;
    }
    let stop = Stop::default();
    let looked = session.engine.connections().requests();
    let listener = listen_for_interrupts(stop.clone(), Arc::clone(&bars));
    let assignment = Assignment {
        event: &session.event,
        sources: session.files.sources(),
        digest: session.files.digest(),
    };
    let engine = &session.engine;
    // Nothing here is worth failing for: alone, a process still finds out what is left for it.
    let presence = engine.presence().await;
    if let Err(error) = &presence {
        tracing::warn!(%error, "what other processes do with these tokens is not known");
    }
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
    if let Ok(presence) = presence {
        presence.end().await;
    }
    listener.abort();
    bars.finish();
    if let (Err(_), Some(telling)) = (&campaign, &telling) {
        telling.abandon(session).await?;
    }
    let (plan, report, end) = campaign?.total();
    let wait = if args.wait { " --wait" } else { "" };
    let again = format!("{}{wait}", wishes_again(&wishes));
    let tally = report.tally(&plan);
    let tally = match end {
        CampaignEnd::Stopped => tally.stopped(),
        _ => tally,
    };
    let run = report::Run {
        plan: &plan,
        report: &report,
        tally: &tally,
        looked: &looked,
    };
    run.show(engine, event, &again);
    say_what_waits(engine, session.now(), event).await;
    ended(args, end)?;
    let code = Code::from(tally.verdict());
    Ok((code, tells(telling, code, session).await?))
}

/// Writes down what is told. A run that was stopped has not come to its links: the next one goes on.
async fn tells(telling: Option<Telling>, code: Code, session: &Session) -> Result<Option<Uuid>> {
    match telling {
        Some(_) if code == Code::Failed => {
            say::line("Nothing was told yet: a further apply --tell does it.");
            Ok(None)
        }
        Some(telling) => telling.write(session).await,
        None => Ok(None),
    }
}

/// Asks whether to apply, and to tell. An empty plan is applied, too: the ledger learns what was found and
/// which file is in force; so in show mode it is asked about like any other.
fn agree(args: &Args, is_empty: bool, whom: Option<&str>, show_mode: Option<&DayId>) -> Result<()> {
    match (show_mode, whom) {
        (Some(day), _) if !show_mode::is_named(args, day) => show_mode::typed(day),
        _ if args.yes => Ok(()),
        (_, Some(whom)) => ask::agree(&format!("Apply this, and tell {whom}?")),
        (_, None) if is_empty => Ok(()),
        (_, None) => ask::agree("Apply this?"),
    }
}

/// Why a run that waits went no further, where that is not what its report says.
fn ended(args: &Args, end: CampaignEnd) -> Result<()> {
    match end {
        CampaignEnd::Finished => Ok(()),
        CampaignEnd::Stopped => {
            say::line("");
            say::line("Stopped, as you asked. A later apply goes on.");
            Ok(())
        }
        CampaignEnd::Changed(outlook) => {
            say::line("");
            plan::show(&outlook.plan, args.verbose)?;
            Err(Failure::guarded(
                "while it waited, something came up that nobody has agreed to, and none of the plan \
                 above was done",
            )
            .hint("look at the plan above, then apply again"))
        }
        CampaignEnd::Overtaken => Err(Failure::guarded(
            "while it waited, somebody applied another version of the event file, and to go on would \
             undo what they did",
        )
        .hint("look at a plan of that version, then apply it")),
        CampaignEnd::Trouble(error) => Err(error.into()),
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
