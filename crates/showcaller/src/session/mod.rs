//! What the commands work on: the event file, the ledger, and Webex or its stand-in.

mod calling;
pub(crate) mod files;
pub(crate) mod kept;
mod live;
mod past;
mod place;
pub(crate) mod saved;
mod simulated;
mod webex;
pub(crate) mod world_file;
pub(crate) mod zones;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use showcaller_clock::{OffsetClock, SharedClock, SystemClock};
use showcaller_engine::{Connections, Engine};
use showcaller_event::Event;
use showcaller_event::model::{Address, Email};
use showcaller_ledger::Ledger;
use showcaller_plan::{Choice, LookWish, NotKept, Plan, Recreate, Wishes};
use showcaller_simulator::Fault;

use self::files::EventFiles;
use self::simulated::Simulation;
use crate::environment;
use crate::exit::{Failure, Result};
use crate::terminal::wrap::wrapped;
use crate::terminal::{findings, page, say};

pub(crate) use self::calling::Calling;
pub(crate) use self::live::Live;
pub(crate) use self::past::Past;

/// Which event, and where its ledger is.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct EventArgs {
    /// The event file, as in event.yaml
    pub(crate) event: PathBuf,

    /// Use the built-in simulator instead of Webex
    ///
    /// Its world, and a ledger of its own, are kept in .showcaller/ beside the event.
    #[arg(long)]
    pub(crate) simulate: bool,

    /// Where to remember what was made, as in sqlite:event.ledger
    ///
    /// Without it, that is a file in .showcaller/ beside the event. For several operators it is a
    /// PostgreSQL database, as in postgres://db.example.com/event.
    // Read later: a mistake is told without repeating what may hold a password.
    #[arg(long, env = environment::LEDGER, value_name = "URL", hide_env_values = true)]
    ledger: Option<String>,
}

impl EventArgs {
    /// The same ledger for the event that a saved plan is about.
    pub(crate) fn of_saved(&self, event: PathBuf, simulate: bool) -> Self {
        Self {
            event,
            simulate,
            ledger: self.ledger.clone(),
        }
    }
}

impl EventArgs {
    /// What a further command must say to find the same ledger. What the environment says need not
    /// be said again, and an address with a password is not.
    pub(crate) fn ledger_again(&self) -> String {
        let said = self.ledger.as_ref();
        let said = said.filter(|url| environment::get(environment::LEDGER).as_ref() != Some(url));
        match said {
            None => String::new(),
            Some(url) if url.starts_with("sqlite:") => format!(" --ledger {url}"),
            Some(_) => " --ledger …".to_owned(),
        }
    }

    /// What a further command must say to mean the same event and world.
    pub(crate) fn again(&self) -> String {
        let simulate = if self.simulate { " --simulate" } else { "" };
        format!("{simulate}{}", self.ledger_again())
    }
}

/// How Webex, or its stand-in, is talked to.
#[derive(Debug, clap::Args)]
pub(crate) struct WebexArgs {
    /// The time in a simulated Webex, as in 2027-09-20T09:00:00Z
    ///
    /// With --simulate it is 14 days before the event's first day unless this says otherwise. With
    /// a simulator of its own (`showcaller simulator --now`), give both the same time.
    #[arg(long, value_name = "TIME", value_parser = instant)]
    now: Option<Timestamp>,

    /// Let something go wrong in a simulated Webex, as in `503 on * 10%`; may be repeated
    ///
    /// docs/simulator.md says what there is.
    #[arg(long = "fault", value_name = "SCRIPT", requires = "simulate")]
    faults: Vec<Fault>,

    /// How many calls of one account are under way at once
    ///
    /// Without it, that is found out: 8 at first, and up to 32 where Webex takes them well.
    #[arg(long, value_name = "N", value_parser = in_flight)]
    in_flight: Option<usize>,
}

impl WebexArgs {
    /// The time in a simulated Webex, where it was given.
    pub(crate) fn now(&self) -> Option<Timestamp> {
        self.now
    }
}

/// What may be done beyond adding and changing.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "What may be done")]
pub(crate) struct WishArgs {
    /// Take away what the event file no longer names
    #[arg(long)]
    remove: bool,

    /// Even if that is more than 30 % of a kind
    #[arg(long, requires = "remove")]
    remove_many: bool,

    /// Make this anew where Webex cannot change it in place
    ///
    /// As in meeting/opening/day-1; `all` is everything that needs it. A meeting that is made anew
    /// has a new link.
    #[arg(long, value_name = "ADDRESS")]
    recreate: Vec<String>,

    /// Leave this as somebody changed it on Webex
    ///
    /// As in meeting/opening/day-1; `all` is everything that was changed there by hand. Remembered
    /// by apply, until the file or Webex changes it again, or until --repair.
    #[arg(long, value_name = "ADDRESS")]
    keep: Vec<String>,

    /// Make this as the file asks again, after --keep
    ///
    /// `all` is everything that is kept.
    #[arg(long, value_name = "ADDRESS")]
    repair: Vec<String>,

    /// Look at everything, also at every pinned tab and every invitation list
    #[arg(long)]
    full: bool,
}

/// Reads an instant.
pub(crate) fn instant(text: &str) -> Result<Timestamp, String> {
    text.trim()
        .parse()
        .map_err(|_| "write it like 2027-09-20T09:00:00Z or 2027-09-20T11:00:00+02:00".to_owned())
}

fn in_flight(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|number| (1..=64).contains(number));
    number.ok_or_else(|| "it is a number from 1 to 64".to_owned())
}

impl WishArgs {
    /// Whether any was given.
    pub(crate) fn any(&self) -> bool {
        let named = [&self.recreate, &self.keep, &self.repair];
        self.remove || self.full || named.iter().any(|named| !named.is_empty())
    }

    pub(crate) fn wishes(&self, event: &Event) -> Result<Wishes> {
        let recreate = match self.recreate.as_slice() {
            [] => Recreate::Nothing,
            some if some.iter().any(|one| one == "all") => Recreate::All,
            some => {
                let known = addresses(event);
                if let Some(odd) = some.iter().find(|one| !known.contains(*one)) {
                    let failure = Failure::usage(format!(
                        "--recreate: the event has nothing at the address `{odd}`"
                    ));
                    return Err(failure.near(odd, known.iter().map(String::as_str)));
                }
                Recreate::These(some.iter().map(Address::new).collect::<BTreeSet<_>>())
            }
        };
        Ok(Wishes {
            remove: self.remove,
            remove_many: self.remove_many,
            recreate,
            keep: choice(&self.keep),
            repair: choice(&self.repair),
            look: if self.full {
                LookWish::Full
            } else {
                LookWish::Share
            },
        })
    }
}

/// The flags that a further command must say to be allowed the same.
pub(crate) fn wishes_again(wishes: &Wishes) -> String {
    let mut flags = String::new();
    let mut say = |flag: &str| flags.push_str(&format!(" {flag}"));
    if wishes.remove {
        say("--remove");
    }
    if wishes.remove_many {
        say("--remove-many");
    }
    match &wishes.recreate {
        Recreate::Nothing => {}
        Recreate::All => say("--recreate all"),
        Recreate::These(these) => these
            .iter()
            .for_each(|address| say(&format!("--recreate {address}"))),
    }
    for (flag, choice) in [("--keep", &wishes.keep), ("--repair", &wishes.repair)] {
        if choice.all {
            say(&format!("{flag} all"));
        }
        for address in &choice.these {
            say(&format!("{flag} {address}"));
        }
    }
    flags
}

fn choice(named: &[String]) -> Choice {
    let these = named.iter().filter(|one| *one != "all");
    Choice {
        all: named.iter().any(|one| one == "all"),
        these: these.map(Address::new).collect(),
    }
}

/// Refuses to go on where something was to be kept, or to be kept no longer, and cannot be. What is
/// not kept any more may have been repaired by a run that was interrupted: the same command goes on.
pub(crate) fn all_kept(event: &Event, plan: &Plan, wishes: &Wishes) -> Result<()> {
    let not = plan.not_kept(wishes).into_iter();
    let (not, repaired): (Vec<NotKept>, Vec<NotKept>) =
        not.partition(|not| not.flag != "--repair" || !names(event, &not.address));
    for NotKept {
        address, flag, why, ..
    } in repaired
    {
        let sentence = format!("{flag} {address}: it {why}.");
        say::note(&wrapped(&sentence, 0, page::width()).join("\n"));
    }
    let Some(not) = not.into_iter().next() else {
        return Ok(());
    };
    let NotKept { address, flag, .. } = &not;
    let failure = Failure::usage(format!("{flag} {address}: it {}", not.why));
    if !not.unknown {
        return Err(failure);
    }
    let others: Vec<&Address> = match *flag {
        "--keep" => plan
            .moved
            .iter()
            .filter(|moved| moved.field.is_some() || moved.address.kind() != "meeting")
            .map(|moved| &moved.address)
            .collect(),
        _ => plan.kept.iter().map(|kept| &kept.address).collect(),
    };
    Err(failure.near(address.as_str(), others.into_iter().map(Address::as_str)))
}

/// Hosts of earlier versions of the file who still have meetings of the event: to be looked at, and to be
/// cancelled there.
async fn hosts_who_left(event: &Event, ledger: &Ledger) -> Result<BTreeSet<Email>> {
    let pins = ledger.pins().await?.into_values();
    let owners = ledger.resources().await?.into_iter();
    let owners = owners
        .map(|record| record.owner)
        .filter(|owner| owner.contains('@'));
    let is_there = |email: &Email| event.webex.hosts.iter().any(|host| host.email == *email);
    let hosts = pins.chain(owners).map(Email::new);
    Ok(hosts.filter(|email| !is_there(email)).collect())
}

/// Everything a command needs to work on one event.
pub(crate) struct Session {
    pub(crate) event: Event,
    pub(crate) files: EventFiles,
    /// How many things `check` notes about the file.
    notes: usize,
    pub(crate) engine: Engine,
    clock: SharedClock,
    pub(crate) ledger: Ledger,
    simulation: Option<Simulation>,
}

impl Session {
    /// Reads the event file, which must be free of mistakes, and connects.
    pub(crate) async fn open(args: &EventArgs, webex: &WebexArgs) -> Result<Self> {
        let clock = real_clock(args, webex.now)?;
        let (event, files, notes) = checked(&args.event, Some(clock.now()))?;
        let url = place::ledger_url(args)?;
        if args.simulate || args.ledger.is_none() {
            place::make_folder(args)?;
        }
        let (mut connections, clock, simulation): (Connections, SharedClock, _) = if args.simulate {
            let simulation = Simulation::open(&event, args, webex.now, &webex.faults)?;
            let clock = simulation.clock();
            (simulation.connections(&event)?, clock, Some(simulation))
        } else {
            (webex::connections(&event, &clock)?, clock, None)
        };
        let ledger = Ledger::open(&url).await?;
        let left = hosts_who_left(&event, &ledger).await?;
        let left = match &simulation {
            Some(simulation) => {
                let clients = left.into_iter().map(|host| {
                    let client = simulation.host(&host)?;
                    Ok((host, client))
                });
                clients.collect::<Result<_>>()?
            }
            None => webex::hosts(&left, &clock)?,
        };
        connections.hosts.extend(left);
        let engine = Engine::new(
            connections,
            ledger.clone(),
            clock.clone(),
            environment::process(),
        );
        let engine = match webex.in_flight {
            Some(known) => engine.with_known_in_flight(known),
            None => engine,
        };
        // A simulated world has one visitor at a time, who keeps it locked.
        let engine = match simulation {
            Some(_) => engine.alone(),
            None => engine,
        };
        Ok(Self {
            event,
            files,
            notes,
            engine,
            clock,
            ledger,
            simulation,
        })
    }

    /// Whether Webex is the built-in simulator, whose time does not let anybody wait.
    pub(crate) fn is_simulated(&self) -> bool {
        self.simulation.is_some()
    }

    /// The present, which for a simulated event is that of its world.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Points out what `check` notes about the file, where that is anything.
    pub(crate) fn point_out_notes(&self, args: &EventArgs) {
        let notes = match self.notes {
            0 => return,
            1 => "1 note".to_owned(),
            many => format!("{many} notes"),
        };
        let event = args.event.display();
        say::remark(&format!(
            "`showcaller check {event}` has {notes} about the event file"
        ));
    }

    /// Writes back what must outlive the command.
    pub(crate) async fn close(&self) -> Result<()> {
        if let Some(simulation) = &self.simulation {
            simulation.close()?;
        }
        self.ledger.clone().close().await;
        Ok(())
    }
}

/// The machine's clock. Only somebody who plays with a simulator may say that it is later.
fn real_clock(args: &EventArgs, now: Option<Timestamp>) -> Result<SharedClock> {
    let Some(now) = now else {
        return Ok(Arc::new(SystemClock));
    };
    let stand_in = environment::get(environment::API_URL)
        .is_some_and(|url| !url.contains("webexapis.com") && !url.contains("ciscospark.com"));
    if args.simulate || stand_in {
        return Ok(Arc::new(OffsetClock::starting_at(now)));
    }
    Err(
        Failure::usage("--now is for simulators only, and this would go to the real Webex").hint(
            format!(
                "add --simulate, or set {} to the address of `showcaller simulator`",
                environment::API_URL
            ),
        ),
    )
}

/// Everything of an event that can be made anew.
fn addresses(event: &Event) -> BTreeSet<String> {
    let rooms = event.rooms.iter().flat_map(|room| {
        let tabs = room
            .tabs
            .iter()
            .map(|tab| Address::tab(&room.key, &tab.name));
        tabs.chain([Address::room(&room.key)])
    });
    let meetings = event
        .meetings
        .iter()
        .map(|meeting| Address::meeting(&meeting.key));
    let all = rooms.chain(meetings).chain([Address::team()]);
    all.map(|address| address.to_string()).collect()
}

/// Whether the event asks for something at this address.
fn names(event: &Event, address: &Address) -> bool {
    let in_rooms = event.rooms.iter().flat_map(|room| {
        let people = room.members.iter();
        people.map(|member| Address::membership(&room.key, &member.email))
    });
    let on_lists = event.meetings.iter().flat_map(|meeting| {
        let people = meeting.invitees.iter();
        people.map(|invitee| Address::invitee(&meeting.key, &invitee.email))
    });
    let team = event.people.iter();
    let team = team.map(|person| Address::team_membership(&person.email));
    let mut people = in_rooms.chain(on_lists).chain(team);
    addresses(event).contains(address.as_str()) || people.any(|one| one == *address)
}

/// The checked event, its files and the number of notes about them; mistakes are shown, and end the
/// command.
pub(crate) fn checked(path: &Path, now: Option<Timestamp>) -> Result<(Event, EventFiles, usize)> {
    let read = files::read(path, now)?;
    match read.checked.event {
        Some(event) => Ok((event, read.files, read.checked.diagnostics.len())),
        None => {
            findings::show(&read.checked.diagnostics);
            Err(Failure::usage(format!("{} has mistakes", read.name)))
        }
    }
}
