//! `showcaller rehearse EVENT`

mod watched;

use std::path::{Path, PathBuf};
use std::thread;

use showcaller_event::Event;
use showcaller_event::markdown::plain;
use showcaller_rehearsal::{Files, Outcome, Replay, Settings, judge, rehearse, stay_on_one_core};
use showcaller_simulator::Fault;

use self::watched::Watched;
use super::written::WriteArgs;
use crate::disk;
use crate::exit::{Code, Failure};
use crate::session::checked;
use crate::terminal::say;

/// Play the whole event offline, and say whether it is ready
///
/// On a simulated Webex and a clock of its own: the event is set up, served and attended, from an empty
/// Webex to the last cue, by the very code that does it on the day. Everybody on the roster joins
/// and asks. Nothing is sent anywhere, and no ledger is touched. Ends with 0 if the event is ready, else
/// with 1. The same seed plays the same rehearsal.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The event file
    event: PathBuf,

    /// Another number plays another rehearsal
    #[arg(long, default_value_t = 1)]
    seed: u64,

    /// How many questions are asked, at least
    #[arg(long, value_name = "NUMBER", default_value_t = 500)]
    questions: usize,

    /// Ask what was asked then, as `record` wrote it down, instead of drawn questions
    #[arg(long, value_name = "FILE", conflicts_with = "questions")]
    replay: Option<PathBuf>,

    /// Something goes wrong, as `rough` or a script of docs/simulator.md; may be repeated
    #[arg(long, value_name = "SCRIPT")]
    faults: Vec<Fault>,

    /// How often the serving process dies in the middle of the show, and another begins
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    crashes: usize,

    /// How many processes serve the event at once
    #[arg(long, value_name = "NUMBER", default_value_t = 1,
          value_parser = clap::value_parser!(u8).range(1..=8))]
    replicas: u8,

    /// Show what happens, as it happens
    #[arg(long)]
    watch: bool,

    /// How much faster than life `--watch` shows it, as in 600x; without, as fast as it goes
    #[arg(long, value_name = "FACTOR", requires = "watch", value_parser = factor)]
    speed: Option<u32>,

    #[command(flatten)]
    output: WriteArgs,
}

fn factor(text: &str) -> Result<u32, String> {
    let number = text.trim().trim_end_matches('x').parse::<u32>().ok();
    let number = number.filter(|number| *number > 0);
    number.ok_or_else(|| "write it like 600x".to_owned())
}

pub(crate) fn run(args: &Args) -> Result<Code, Failure> {
    let format = args.output.format()?;
    let (event, files, _) = checked(&args.event, None)?;
    let replay = args.replay.as_deref();
    let replay = replay.map(|path| read(path, &event)).transpose()?;
    let files = Files {
        event,
        sources: files.sources(),
        digest: files.digest(),
    };
    let settings = Settings {
        seed: args.seed,
        questions: args.questions,
        replay,
        faults: args.faults.clone(),
        crashes: args.crashes,
        replicas: usize::from(args.replicas),
        strict: false,
        ..Settings::default()
    };
    let watched = args.watch.then(|| Watched::new(&files.event, args.speed));
    let outcome = on_a_thread_of_its_own(files, settings, watched)?;
    args.output.write(format, &outcome.document(), &outcome)?;
    if args.output.output.is_some() {
        let verdict = outcome.verdict();
        say::paragraph(&verdict.sentence);
        for reason in &verdict.reasons {
            say::indented(&plain(reason), 2);
        }
    }
    Ok(if outcome.ready {
        Code::Done
    } else {
        Code::Failed
    })
}

fn read(path: &Path, event: &Event) -> Result<Replay, Failure> {
    let failed = |why: String| Failure::usage(format!("{}: {why}", path.display()));
    let json = std::fs::read(path).map_err(|error| failed(disk::reason(&error)))?;
    Replay::read(&json, event).map_err(|error| failed(error.to_string()))
}

/// One thread, on one core: so the same seed gives the same rehearsal, and fast.
fn on_a_thread_of_its_own(
    files: Files,
    settings: Settings,
    watched: Option<Watched>,
) -> Result<Outcome, Failure> {
    let playing = thread::spawn(move || {
        stay_on_one_core();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(Failure::failed)?;
        runtime.block_on(play(&files, &settings, watched))
    });
    match playing.join() {
        Ok(outcome) => outcome,
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

async fn play(
    files: &Files,
    settings: &Settings,
    mut watched: Option<Watched>,
) -> Result<Outcome, Failure> {
    let mut audience = |at, happening: showcaller_rehearsal::Happening<'_>| {
        if let Some(watched) = &mut watched {
            watched.show(at, &happening);
        }
    };
    let done = rehearse(files, settings, &mut audience).await;
    let done = done.map_err(Failure::failed)?;
    let event: &Event = &files.event;
    let (record, world) = (&done.record, &done.world);
    Ok(judge(event, record, world, &done.faults, settings.seed))
}
