//! The built-in simulator as Webex, in the same process.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use showcaller_clock::{Clock as _, SharedClock, VirtualClock};
use showcaller_engine::Connections;
use showcaller_event::Event;
use showcaller_rehearsal::InProcess;
use showcaller_simulator::{Config, Simulator};
use showcaller_webex::{Transport, TransportError};
use tokio::sync::Mutex;

use super::{EventArgs, stem};
use crate::exit::{Code, Failure};

/// A simulated Webex that outlives the command.
pub(super) struct Simulation {
    clock: VirtualClock,
    simulator: Simulator,
    keeper: Arc<Keeper>,
}

/// What is kept between two commands.
#[derive(Serialize, Deserialize)]
struct Saved {
    now: Timestamp,
    world: serde_json::Value,
}

impl Simulation {
    /// The world beside the event, or a new one.
    pub(super) fn open(event: &Event, folder: &Path, args: &EventArgs) -> Result<Self, Failure> {
        let path = folder.join(format!("{}.simulated-world.json", stem(&args.event)));
        let kept = kept(&path)?;
        let start = args
            .now
            .unwrap_or_else(|| showcaller_rehearsal::setup_time(event));
        // Time never runs backwards for a world that has seen some.
        let now = kept.as_ref().map_or(start, |kept| {
            if args.now.is_some() {
                start
            } else {
                kept.now.max(start)
            }
        });
        let clock = VirtualClock::starting_at(now);
        let config = Config {
            clock: Arc::new(clock.clone()),
            accounts: showcaller_rehearsal::accounts(event),
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
                "delete {} and its ledger to begin anew",
                path.display()
            ))
        })?;
        let keeper = Arc::new(Keeper {
            path,
            simulator: simulator.clone(),
            clock: clock.clone(),
            saved: Mutex::new(simulator.revision()),
        });
        Ok(Self {
            clock,
            simulator,
            keeper,
        })
    }

    pub(super) fn clock(&self) -> SharedClock {
        Arc::new(self.clock.clone())
    }

    /// The bot and every host, with tokens that the simulator makes.
    pub(super) fn connections(&self, event: &Event) -> Result<Connections, Failure> {
        let transport: Arc<dyn Transport> = Arc::new(Kept {
            inner: InProcess::to(&self.simulator),
            keeper: Arc::clone(&self.keeper),
        });
        showcaller_rehearsal::connect(event, &self.simulator, &transport, &self.clock())
            .map_err(|error| Failure::new(Code::Failed, error))
    }

    pub(super) async fn save(&self) -> Result<(), Failure> {
        self.keeper.keep().await.map_err(|error| {
            Failure::new(
                Code::Failed,
                format!(
                    "the simulated world cannot be saved in {}: {error}",
                    self.keeper.path.display()
                ),
            )
        })
    }
}

fn kept(path: &Path) -> Result<Option<Saved>, Failure> {
    let text = match std::fs::read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            return Err(Failure::new(
                Code::Failed,
                format!("{} cannot be read: {error}", path.display()),
            ));
        }
    };
    serde_json::from_slice(&text).map(Some).map_err(|error| {
        Failure::new(
            Code::Failed,
            format!("{} is no simulated world: {error}", path.display()),
        )
        .hint("delete it, and the simulated ledger beside it, to begin anew")
    })
}

/// Keeps the world on disk: always at least as new as any answer that was given, so that a command
/// that is killed leaves no ledger that knows more than the world does.
struct Keeper {
    path: PathBuf,
    simulator: Simulator,
    clock: VirtualClock,
    saved: Mutex<u64>,
}

impl Keeper {
    async fn keep(&self) -> std::io::Result<()> {
        // Answers that wait here together are covered by one write.
        let mut saved = self.saved.lock().await;
        let Some((revision, world)) = self.simulator.save_if_changed(*saved) else {
            return Ok(());
        };
        let kept = Saved {
            now: self.clock.now(),
            world,
        };
        let new = self.path.with_extension("new");
        let mut file = std::fs::File::create(&new)?;
        file.write_all(&serde_json::to_vec(&kept)?)?;
        drop(file);
        std::fs::rename(&new, &self.path)?;
        *saved = revision;
        Ok(())
    }
}

/// Answers only after the world is on disk.
struct Kept {
    inner: InProcess,
    keeper: Arc<Keeper>,
}

#[async_trait]
impl Transport for Kept {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let reads = request.method() == http::Method::GET;
        let answer = self.inner.send(request).await?;
        if !reads {
            // Let the other calls in flight be answered first, so that one write serves them all.
            tokio::task::yield_now().await;
            self.keeper
                .keep()
                .await
                .map_err(|error| TransportError::Lost(error.to_string()))?;
        }
        Ok(answer)
    }
}
