//! An event whose cues are called: what was applied, and Webex where there is a token for it.

use std::sync::Arc;

use jiff::Timestamp;
use showcaller_clock::SharedClock;
use showcaller_engine::cues::Show;
use showcaller_engine::{Engine, InForce};
use showcaller_ledger::Ledger;
use showcaller_simulator::Fault;

use super::live::{not_applied, tell_differences};
use super::simulated::Simulation;
use super::{EventArgs, place, real_clock, webex};
use crate::environment;
use crate::exit::{Failure, Result};

/// An event whose cues are called.
pub(crate) struct Calling {
    pub(crate) in_force: Arc<InForce>,
    pub(crate) ledger: Ledger,
    pub(crate) clock: SharedClock,
    /// What messages are sent with; `None` without a token.
    pub(crate) engine: Option<Engine>,
    simulation: Option<Simulation>,
}

impl Calling {
    /// Reads what was applied, and connects if there is a token, or a simulated world.
    pub(crate) async fn open(
        args: &EventArgs,
        now: Option<Timestamp>,
        faults: &[Fault],
    ) -> Result<Self> {
        let url = place::ledger_url(args)?;
        if url.path().is_some_and(|path| !path.exists()) {
            return Err(cues_not_applied(args));
        }
        let ledger = Ledger::open(&url).await?;
        let Some(in_force) = InForce::read(&ledger).await? else {
            return Err(cues_not_applied(args));
        };
        tell_differences(args, &in_force);
        let event = &in_force.event;
        let (clock, connections, simulation) = if args.simulate {
            let simulation = Simulation::open(event, args, now, faults)?;
            let connections = simulation.connections(event)?;
            (simulation.clock(), Some(connections), Some(simulation))
        } else {
            let clock = real_clock(args, now)?;
            let token = environment::get(environment::BOT_TOKEN);
            let connections = token.map(|_| webex::connections(event, &clock));
            (clock, connections.transpose()?, None)
        };
        let engine = connections.map(|connections| {
            let process = environment::process();
            let engine = Engine::new(connections, ledger.clone(), clock.clone(), process);
            match simulation {
                Some(_) => engine.alone(),
                None => engine,
            }
        });
        Ok(Self {
            in_force: Arc::new(in_force),
            ledger,
            clock,
            engine,
            simulation,
        })
    }

    /// The show as the ledger has it.
    pub(crate) async fn show(&self) -> Result<Show> {
        Ok(Show::read(&self.ledger, Arc::clone(&self.in_force)).await?)
    }

    /// Writes back what must outlive the command.
    pub(crate) async fn close(self) -> Result<()> {
        if let Some(simulation) = &self.simulation {
            simulation.close()?;
        }
        let kept = self.ledger.verify().await;
        self.ledger.close().await;
        Ok(kept?)
    }
}

fn cues_not_applied(args: &EventArgs) -> Failure {
    let event = args.event.display();
    not_applied(
        args,
        &format!("{event} was not applied yet, so there is no cue to call"),
    )
}
