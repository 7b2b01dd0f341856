//! The built-in simulator as Webex, in the same process.

use std::sync::Arc;

use jiff::Timestamp;
use showcaller_clock::{SharedClock, VirtualClock};
use showcaller_engine::Connections;
use showcaller_event::Event;
use showcaller_event::model::Email;
use showcaller_rehearsal::{InProcess, connect_account};
use showcaller_simulator::{Config, Fault, Simulator};
use showcaller_webex::{Transport, Webex};

use super::world_file::{Saved, WorldFile, WorldLock};
use super::{EventArgs, place};
use crate::exit::{Failure, Result};

/// A simulated Webex that outlives the command.
pub(super) struct Simulation {
    clock: VirtualClock,
    simulator: Simulator,
    file: WorldFile,
}

impl Simulation {
    /// The world beside the event, or a new one.
    pub(super) fn open(
        event: &Event,
        args: &EventArgs,
        asked: Option<Timestamp>,
        faults: &[Fault],
    ) -> Result<Self> {
        let path = place::world(args);
        let lock = WorldLock::take(&path)?;
        let kept = Saved::read(&path)?;
        let now = asked.unwrap_or_else(|| present(event, kept.as_ref()));
        let clock = VirtualClock::starting_at(now);
        let config = Config {
            clock: Arc::new(clock.clone()),
            accounts: showcaller_rehearsal::accounts(event),
            faults: faults.to_vec(),
            ..Config::default()
        };
        let simulator = match kept {
            Some(kept) => kept.load(config),
            None => Simulator::new(config),
        };
        let simulator = simulator.map_err(|error| {
            Failure::failed(format!("the simulated world cannot be used: {error}")).hint(format!(
                "to begin anew, delete {} and the simulated ledger beside it",
                path.display()
            ))
        })?;
        let shared: SharedClock = Arc::new(clock.clone());
        let file = WorldFile::open(path, simulator.clone(), shared, lock)?;
        Ok(Self {
            clock,
            simulator,
            file,
        })
    }

    pub(super) fn clock(&self) -> SharedClock {
        Arc::new(self.clock.clone())
    }

    /// The bot and every host, with tokens that the simulator makes.
    pub(super) fn connections(&self, event: &Event) -> Result<Connections> {
        let transport: Arc<dyn Transport> = Arc::new(InProcess::to(&self.simulator));
        showcaller_rehearsal::connect(event, &self.simulator, &transport, &self.clock())
            .map_err(Failure::failed)
    }

    /// The client of one host.
    pub(super) fn host(&self, email: &Email) -> Result<Webex> {
        let transport: Arc<dyn Transport> = Arc::new(InProcess::to(&self.simulator));
        let (email, clock) = (email.as_str(), self.clock());
        let client = connect_account(email, email, &self.simulator, &transport, &clock);
        client.map_err(Failure::failed)
    }

    pub(super) fn close(&self) -> Result<()> {
        self.file.close()
    }
}

/// What time it was in the world beside the event when it was last visited, if it ever was.
pub(super) fn kept_time(args: &EventArgs) -> Result<Option<Timestamp>> {
    let kept = Saved::read(&place::world(args))?;
    Ok(kept.map(|kept| kept.now))
}

/// What time it is in the world beside the event.
pub(super) fn time(event: &Event, args: &EventArgs) -> Result<Timestamp> {
    let kept = Saved::read(&place::world(args))?;
    Ok(present(event, kept.as_ref()))
}

/// Time never runs backwards for a world that has seen some.
fn present(event: &Event, kept: Option<&Saved>) -> Timestamp {
    let start = showcaller_rehearsal::setup_time(event);
    kept.map_or(start, |kept| kept.now.max(start))
}
