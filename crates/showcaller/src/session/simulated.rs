//! The built-in simulator as Webex, in the same process.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use jiff::Timestamp;
use showcaller_clock::{SharedClock, VirtualClock};
use showcaller_engine::Connections;
use showcaller_event::Event;
use showcaller_rehearsal::InProcess;
use showcaller_simulator::{Config, Fault, Simulator};
use showcaller_webex::{Transport, TransportError};

use super::world_file::{Saved, WorldFile, WorldLock};
use super::{EventArgs, place};
use crate::exit::{Code, Failure};

/// A simulated Webex that outlives the command.
pub(super) struct Simulation {
    clock: VirtualClock,
    simulator: Simulator,
    file: Arc<WorldFile>,
}

impl Simulation {
    /// The world beside the event, or a new one.
    pub(super) fn open(
        event: &Event,
        args: &EventArgs,
        asked: Option<Timestamp>,
        faults: &[Fault],
    ) -> Result<Self, Failure> {
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
            Some(kept) => Simulator::load(config, kept.world),
            None => Simulator::new(config),
        };
        let simulator = simulator.map_err(|error| {
            Failure::new(
                Code::Failed,
                format!("the simulated world cannot be used: {error}"),
            )
            .hint(format!(
                "to begin anew, delete {} and the simulated ledger beside it",
                path.display()
            ))
        })?;
        let shared: SharedClock = Arc::new(clock.clone());
        let file = Arc::new(WorldFile::new(path, simulator.clone(), shared, lock));
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
    pub(super) fn connections(&self, event: &Event) -> Result<Connections, Failure> {
        let transport: Arc<dyn Transport> = Arc::new(Kept {
            inner: InProcess::to(&self.simulator),
            file: Arc::clone(&self.file),
        });
        showcaller_rehearsal::connect(event, &self.simulator, &transport, &self.clock())
            .map_err(|error| Failure::new(Code::Failed, error))
    }

    pub(super) async fn save(&self) -> Result<(), Failure> {
        self.file.save().await
    }
}

/// What time it is in the world beside the event.
pub(super) fn time(event: &Event, args: &EventArgs) -> Result<Timestamp, Failure> {
    let kept = Saved::read(&place::world(args))?;
    Ok(present(event, kept.as_ref()))
}

/// Time never runs backwards for a world that has seen some.
fn present(event: &Event, kept: Option<&Saved>) -> Timestamp {
    let start = showcaller_rehearsal::setup_time(event);
    kept.map_or(start, |kept| kept.now.max(start))
}

/// Answers only after the world is on disk.
struct Kept {
    inner: InProcess,
    file: Arc<WorldFile>,
}

#[async_trait]
impl Transport for Kept {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let reads = request.method() == http::Method::GET;
        let answer = self.inner.send(request).await?;
        if !reads {
            // Let the other calls in flight be answered first, so that one write serves them all.
            tokio::task::yield_now().await;
            self.file
                .keep()
                .await
                .map_err(|error| TransportError::Lost(error.to_string()))?;
        }
        Ok(answer)
    }
}
