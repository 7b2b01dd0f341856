//! `showcaller plan EVENT`

use std::path::PathBuf;
use std::sync::Arc;

use clap::ValueEnum;
use showcaller_engine::Outlook;
use showcaller_plan::{GuardRail, LookWish, Plan, Tally, read};

use super::cue::say_what_waits;
use crate::exit::{Code, Result};
use crate::output_file::OutputFile;
use crate::session::{EventArgs, Session, WebexArgs, WishArgs, all_kept, saved};
use crate::terminal::progress::Bars;
use crate::terminal::{page, result};

/// Show what would change on Webex, and change nothing
///
/// Reads the event file, the ledger and Webex, and shows what would be added, changed and removed;
/// how many calls and how much time that takes; what is left of the day's meeting quota; how many
/// mails would go out; and what was not looked at.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    event: EventArgs,

    #[command(flatten)]
    webex: WebexArgs,

    /// How to show it
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,

    /// Every name, where long lists are shortened otherwise
    #[arg(long)]
    verbose: bool,

    /// Save the plan to this file, to be applied later
    ///
    /// `showcaller apply FILE` does exactly that, or nothing if the world has moved. Everything is
    /// looked at, as with --full. The file holds no passwords, but names and addresses.
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,

    /// Exit with 3 if anything would change or waits, with 5 if nothing would and something is not possible
    #[arg(long)]
    exit_code: bool,

    #[command(flatten)]
    wishes: WishArgs,
}

/// How a plan is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Markdown,
    Json,
}

pub(crate) async fn run(args: &Args) -> Result<Code> {
    if let Some(path) = &args.save {
        OutputFile::Plan.check(path)?;
    }
    let session = Session::open(&args.event, &args.webex).await?;
    let outcome = look(args, &session).await;
    let shown = match (&outcome, args.format) {
        (Ok(outlook), Format::Text) => {
            let shown = show(&outlook.plan, args.verbose);
            session.point_out_notes(&args.event);
            say_what_waits(&session.engine, session.now(), &args.event).await;
            shown
        }
        _ => Ok(()),
    };
    session.close().await?;
    let plan = outcome?.plan;
    shown?;
    match args.format {
        Format::Text => {}
        Format::Markdown => result::text(&read::markdown(&plan))?,
        Format::Json => result::json(&read::json(&plan))?,
    }
    Ok(match guarded(&plan) {
        Some(_) => Code::Guarded,
        None if args.exit_code => Tally::planned(&plan).verdict().into(),
        None => Code::Done,
    })
}

async fn look(args: &Args, session: &Session) -> Result<Outlook> {
    let mut wishes = args.wishes.wishes(&session.event)?;
    let bars = Arc::new(Bars::new());
    let _watching = bars.watch(session);
    let looking = bars.looking("Looking at Webex …");
    let Some(path) = &args.save else {
        let outlook = session.engine.look(&session.event, &wishes).await;
        drop(looking);
        let outlook = outlook?;
        all_kept(&session.event, &outlook.plan, &wishes)?;
        return Ok(outlook);
    };
    // Whoever applies it looks again, and must see the same: so everything is looked at, and
    // nothing that may still appear.
    wishes.look = LookWish::Full;
    let outlook = session
        .engine
        .look_settled(&session.event, &wishes, &*bars)
        .await;
    drop(looking);
    let outlook = outlook?;
    all_kept(&session.event, &outlook.plan, &wishes)?;
    saved::write(path, &args.event, session, &wishes, &outlook)?;
    Ok(outlook)
}

/// Shows a plan on the terminal.
pub(crate) fn show(plan: &Plan, verbose: bool) -> Result<()> {
    page::show(&read::text(
        plan,
        &read::TextStyle {
            width: page::width(),
            verbose,
        },
    ))
}

/// The first guard rail that was hit.
pub(crate) fn guarded(plan: &Plan) -> Option<&GuardRail> {
    plan.guard_rails.first()
}
