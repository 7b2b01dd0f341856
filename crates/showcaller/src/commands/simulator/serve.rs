//! Listens, tells how to be reached, and keeps the world.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use showcaller_clock::{OffsetClock, SharedClock, SystemClock};
use showcaller_event::Event;
use showcaller_simulator::{Config, Simulator, serve};
use tokio::net::TcpListener;

use super::Args;
use crate::exit::{Code, Failure, Result};
use crate::interrupt::Interrupts;
use crate::output_file::OutputFile;
use crate::session::checked;
use crate::session::world_file::{Saved, WorldFile, WorldLock};
use crate::terminal::{result, say};
use crate::{environment, port};

/// How long calls that are under way may take to end.
const PATIENCE: Duration = Duration::from_secs(5);

pub(super) async fn run(args: Args) -> Result<Code> {
    let event = match &args.event {
        Some(path) => Some(checked(path, None)?.0),
        None => None,
    };
    let config = args.config(event.as_ref())?;
    if let Some(path) = &args.env_file {
        OutputFile::Variables.check(path)?;
    }
    let interrupts = Interrupts::new();
    let (listener, address) = port::open("the simulator", "--listen", &args.listen).await?;
    let base = format!("http://{}/v1", port::reachable(address));
    let (simulator, file) = open(&args, config)?;
    tell(&args, &simulator, event.as_ref(), &base, address)?;
    listen(&simulator, listener, interrupts).await?;
    if let Some(file) = &file {
        file.close()?;
    }
    say::note(&ending(&simulator, file.as_ref()));
    Ok(Code::Done)
}

/// The world of the state file, or a new one.
fn open(args: &Args, config: Config) -> Result<(Simulator, Option<WorldFile>)> {
    let (lock, kept) = match &args.state {
        Some(path) => (Some(WorldLock::take(path)?), Saved::read(path)?),
        None => (None, None),
    };
    let clock = clock(args, kept.as_ref());
    let config = Config {
        clock: Arc::clone(&clock),
        ..config
    };
    let simulator = match kept {
        Some(kept) => kept.load(config),
        None => Simulator::new(config),
    };
    let simulator = simulator.map_err(Failure::usage)?;
    let kept_in = args.state.as_ref().zip(lock);
    let file = kept_in
        .map(|(path, lock)| WorldFile::open(path.clone(), simulator.clone(), clock, lock))
        .transpose()?;
    Ok((simulator, file))
}

/// Time goes on where it was, so that a world never sees it run backwards unasked.
fn clock(args: &Args, kept: Option<&Saved>) -> SharedClock {
    let machine = SystemClock;
    let later = kept.map(|kept| kept.now).filter(|now| {
        use showcaller_clock::Clock as _;
        *now > machine.now()
    });
    match args.now.or(later) {
        Some(now) => Arc::new(OffsetClock::starting_at(now)),
        None => Arc::new(machine),
    }
}

/// Prints, and writes to the file, what a client needs in its environment.
fn tell(
    args: &Args,
    simulator: &Simulator,
    event: Option<&Event>,
    base: &str,
    address: SocketAddr,
) -> Result<()> {
    let lines: String = variables(simulator, event, base)
        .into_iter()
        .map(|(name, value)| format!("export {name}={value}\n"))
        .collect();
    if let Some(path) = &args.env_file {
        OutputFile::Variables.write(path, lines.as_bytes())?;
    }
    result::text(&lines)?;
    say::note(&format!("Webex in a box listens on {base} until Ctrl-C."));
    if !address.ip().is_loopback() {
        say::note("Whoever reaches that port can be anybody in it: it asks for no password.");
    }
    Ok(())
}

/// The simulator's own choice, or the tokens of an event's hosts.
fn variables(simulator: &Simulator, event: Option<&Event>, base: &str) -> Vec<(String, String)> {
    let mut variables: Vec<(String, String)> = simulator
        .environment(base)
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    let Some(event) = event else {
        return variables;
    };
    variables.retain(|(name, _)| name != environment::HOST_TOKEN);
    let hosts = &event.webex.hosts;
    for host in hosts {
        let email = host.email.as_str();
        let name = if hosts.len() == 1 {
            environment::HOST_TOKEN.to_owned()
        } else {
            environment::host_token(email)
        };
        variables.push((name, simulator.token_for(email)));
    }
    variables
}

async fn listen(
    simulator: &Simulator,
    listener: TcpListener,
    mut interrupts: Interrupts,
) -> Result<()> {
    let (ask, asked) = tokio::sync::oneshot::channel::<()>();
    let serving = serve(simulator.clone(), listener, async move {
        // An error means that nobody will ask any more, which is as good as being asked.
        let _ = asked.await;
    });
    tokio::pin!(serving);
    let failed =
        |error: std::io::Error| Failure::failed(format!("the simulator had to end: {error}"));
    tokio::select! {
        ended = &mut serving => return ended.map_err(failed),
        () = interrupts.next() => drop(ask),
    }
    tokio::select! {
        ended = &mut serving => ended.map_err(failed),
        // A client that keeps its half of a call open does not keep the program.
        () = tokio::time::sleep(PATIENCE) => Ok(()),
        () = interrupts.next() => Ok(()),
    }
}

fn ending(simulator: &Simulator, file: Option<&WorldFile>) -> String {
    let calls = match simulator.calls() {
        1 => "1 call".to_owned(),
        calls => format!("{calls} calls"),
    };
    let kept = file.map_or_else(String::new, |file| {
        format!(" The world is kept in {}.", file.path().display())
    });
    let objections = match simulator.findings().len() {
        0 => String::new(),
        number => format!(" The referee had {number} objections."),
    };
    format!("Ended after {calls}.{objections}{kept}")
}
