//! What a command works on: the event file, the ledger, and Webex or its stand-in.

pub(crate) mod files;
mod simulated;
mod webex;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use showcaller_clock::{SharedClock, SystemClock};
use showcaller_engine::Engine;
use showcaller_event::Event;
use showcaller_event::model::Address;
use showcaller_ledger::{Ledger, LedgerUrl};
use showcaller_plan::{LookWish, Recreate, Wishes};

use self::files::EventFiles;
use self::simulated::Simulation;
use crate::environment;
use crate::exit::{Code, Failure};
use crate::terminal::findings;

/// Which event, and on which Webex.
#[derive(Debug, clap::Args)]
pub(crate) struct EventArgs {
    /// The event file, as in event.yaml
    pub(crate) event: PathBuf,

    /// Use the built-in simulator instead of Webex, with a world and a ledger of its own in
    /// .showcaller/ beside the event
    #[arg(long)]
    pub(crate) simulate: bool,

    /// The simulator's time, as in 2027-09-20T09:00:00Z [default: 14 days before the event]
    #[arg(long, requires = "simulate", value_name = "TIME")]
    now: Option<Timestamp>,

    /// Where to remember what was made, as in sqlite:event.ledger
    #[arg(long, env = environment::LEDGER, value_name = "URL")]
    ledger: Option<LedgerUrl>,

    /// How many calls of one account may be under way at once
    #[arg(long, default_value_t = Engine::IN_FLIGHT, value_name = "N")]
    in_flight: usize,
}

/// What may be done beyond adding and changing.
#[derive(Debug, clap::Args)]
pub(crate) struct WishArgs {
    /// Take away what the event file no longer names
    #[arg(long)]
    remove: bool,

    /// Even if that is more than 30 % of a kind
    #[arg(long, requires = "remove")]
    remove_many: bool,

    /// Make this anew where Webex cannot change it in place, as in meeting/opening/day-1;
    /// `all` for everything that needs it. A meeting made anew has a new link
    #[arg(long, value_name = "ADDRESS")]
    recreate: Vec<String>,

    /// Look at everything, also at every pinned tab and every invitation list
    #[arg(long)]
    full: bool,
}

impl WishArgs {
    pub(crate) fn wishes(&self) -> Result<Wishes, Failure> {
        let recreate = match self.recreate.as_slice() {
            [] => Recreate::Nothing,
            some if some.iter().any(|one| one == "all") => Recreate::All,
            some => {
                if let Some(odd) = some
                    .iter()
                    .find(|one| **one != "team" && !one.contains('/'))
                {
                    return Err(Failure::new(Code::Usage, format!("`{odd}` is no address"))
                        .hint("take one from the plan, as in meeting/opening/day-1 or room/jury"));
                }
                Recreate::These(some.iter().map(Address::new).collect::<BTreeSet<_>>())
            }
        };
        Ok(Wishes {
            remove: self.remove,
            remove_many: self.remove_many,
            recreate,
            look: if self.full {
                LookWish::Full
            } else {
                LookWish::Share
            },
        })
    }
}

/// Everything a command needs to work on one event.
pub(crate) struct Session {
    pub(crate) event: Event,
    pub(crate) files: EventFiles,
    pub(crate) engine: Engine,
    ledger: Ledger,
    simulation: Option<Simulation>,
}

impl Session {
    /// Reads the event file, which must be free of mistakes, and connects.
    pub(crate) async fn open(args: &EventArgs) -> Result<Self, Failure> {
        let now = args.now.unwrap_or_else(Timestamp::now);
        let (event, files) = checked(&args.event, Some(now))?;
        let ledger = ledger(args).await?;
        let (connections, clock, simulation): (_, SharedClock, _) = if args.simulate {
            let simulation = Simulation::open(&event, &folder(&args.event)?, args)?;
            let clock = simulation.clock();
            (simulation.connections(&event)?, clock, Some(simulation))
        } else {
            let clock: SharedClock = Arc::new(SystemClock);
            (webex::connections(&event, &clock)?, clock, None)
        };
        let engine = Engine::new(connections, ledger.clone(), clock).with_in_flight(args.in_flight);
        Ok(Self {
            event,
            files,
            engine,
            ledger,
            simulation,
        })
    }

    /// Writes back what must outlive the command.
    pub(crate) async fn close(&self) -> Result<(), Failure> {
        if let Some(simulation) = &self.simulation {
            simulation.save().await?;
        }
        self.ledger.clone().close().await;
        Ok(())
    }
}

/// The checked event; mistakes are shown, and end the command.
pub(crate) fn checked(path: &Path, now: Option<Timestamp>) -> Result<(Event, EventFiles), Failure> {
    let read = files::read(path, now)?;
    match read.checked.event {
        Some(event) => Ok((event, read.files)),
        None => {
            findings::show(&read.checked.diagnostics);
            Err(Failure::new(
                Code::Usage,
                format!("{} has mistakes", read.name),
            ))
        }
    }
}

/// The ledger that the arguments name, or the one beside the event.
pub(crate) async fn ledger(args: &EventArgs) -> Result<Ledger, Failure> {
    let url = match &args.ledger {
        Some(url) => url.clone(),
        None => {
            let kind = if args.simulate {
                "simulated.ledger"
            } else {
                "ledger"
            };
            LedgerUrl::file(folder(&args.event)?.join(format!("{}.{kind}", stem(&args.event))))
        }
    };
    Ok(Ledger::open(&url).await?)
}

/// The folder `.showcaller` beside the event file, which keeps itself out of version control.
fn folder(event: &Path) -> Result<PathBuf, Failure> {
    let folder = event.parent().unwrap_or(Path::new("")).join(".showcaller");
    let ignore = folder.join(".gitignore");
    let made = std::fs::create_dir_all(&folder).and_then(|()| {
        if ignore.exists() {
            return Ok(());
        }
        std::fs::write(
            &ignore,
            "# Ledgers hold meeting passwords: nothing here belongs in git.\n*\n",
        )
    });
    made.map_err(|error| {
        Failure::new(
            Code::Failed,
            format!("{} cannot be written: {error}", folder.display()),
        )
        .hint("the ledger lives beside the event file; --ledger puts it elsewhere")
    })?;
    Ok(folder)
}

fn stem(event: &Path) -> String {
    event.file_stem().map_or_else(
        || "event".to_owned(),
        |stem| stem.to_string_lossy().into_owned(),
    )
}
