//! A process that serves an event, and may die.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::SignedDuration;
use showcaller_clock::{Clock as _, SharedClock};
use showcaller_engine::{Engine, Stop};
use showcaller_event::Event;
use showcaller_server::{Serving, ServingEvent, ServingSettings};
use showcaller_webex::Transport;
use tokio::sync::{oneshot, watch};

use crate::deaths::{Deaths, Network};
use crate::error::Error;
use crate::in_process::connect;
use crate::stage::{PUBLIC, Stage};

/// How often it is seen that every part is still at work.
const CHECKED: SignedDuration = SignedDuration::from_secs(30);

/// A process that serves.
pub(crate) struct Process {
    pub(crate) number: usize,
    pub(crate) deaths: Arc<Deaths>,
    stop: Stop,
    /// Whether it answers.
    ready: watch::Receiver<bool>,
    /// Why it ended by itself.
    broken: Arc<Mutex<Option<String>>>,
    ended: oneshot::Receiver<()>,
    task: tokio::task::JoinHandle<()>,
}

impl Process {
    /// A process begins to serve.
    pub(crate) fn start(stage: &Stage, event: &Event, number: usize) -> Result<Self, Error> {
        let clock = stage.clock.process(SignedDuration::ZERO);
        let deaths = Deaths::of(&clock);
        let own: SharedClock = Arc::new(clock);
        let network = Network::new(
            Arc::clone(&stage.transport),
            stage.clock.clone(),
            Arc::clone(&deaths),
        );
        let network: Arc<dyn Transport> = Arc::new(network);
        let connections = connect(event, &stage.simulator, &network, &own)?;
        let (ledger, process) = (stage.ledger.clone(), stage.process(number));
        let engine = Engine::new(connections, ledger, Arc::clone(&own), process);
        let stop = Stop::default();
        let (is_ready, ready) = watch::channel(false);
        let broken = Arc::<Mutex<Option<String>>>::default();
        let (done, ended) = oneshot::channel();
        let work = {
            let (stop, event, broken) = (stop.clone(), event.clone(), Arc::clone(&broken));
            let (balancer, deaths, own) = (
                stage.balancer.clone(),
                Arc::clone(&deaths),
                Arc::clone(&own),
            );
            async move {
                let settings = ServingSettings {
                    public_url: PUBLIC.parse().expect("a fixed address"),
                    host: format!("rehearsal-{number}"),
                    take_over: false,
                };
                let served = async {
                    let mut serving = Serving::begin(&engine, &own, &event, settings)
                        .await
                        .map_err(|error| error.to_string())?;
                    balancer.add(number, &deaths, serving.public());
                    let ended = serve(&mut serving, &stop, &is_ready, &own).await;
                    balancer.remove(number);
                    serving.finish().await;
                    ended
                };
                if let Err(why) = served.await {
                    *broken.lock().unwrap_or_else(PoisonError::into_inner) = Some(why);
                }
                let _ = done.send(());
            }
        };
        let task = tokio::spawn(own.task(Box::pin(work)));
        Ok(Self {
            number,
            deaths,
            stop,
            ready,
            broken,
            ended,
            task,
        })
    }

    /// Returns once it answers, or has died.
    pub(crate) async fn is_ready(&mut self, stage: &Stage) {
        for _ in 0..600 {
            let is_over = self.task.is_finished() || self.deaths.died_at().is_some();
            if is_over || *self.ready.borrow() {
                return;
            }
            stage.clock.sleep(SignedDuration::from_secs(1)).await;
        }
    }

    /// Why it ended by itself, if it did.
    pub(crate) fn broken(&self) -> Option<String> {
        let broken = self.broken.lock();
        broken.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Stops, after what it has begun.
    pub(crate) async fn stop(self) {
        self.stop.ask();
        let _ = self.ended.await;
    }

    /// Dies, unless it is dead. Nothing of it is done any more.
    pub(crate) fn kill(self, stage: &Stage) {
        self.deaths.dies("a kill");
        stage.balancer.remove(self.number);
        self.task.abort();
    }
}

/// Serves until it is to stop, or cannot go on.
async fn serve(
    serving: &mut Serving,
    stop: &Stop,
    is_ready: &watch::Sender<bool>,
    clock: &SharedClock,
) -> Result<(), String> {
    loop {
        let next = tokio::select! {
            biased;
            () = stop.wait() => return Ok(()),
            next = serving.next() => next,
            () = clock.sleep(CHECKED) => {
                serving.check().map_err(|why| why.to_string())?;
                continue;
            }
        };
        let event = next.map_err(|why| why.to_string())?;
        let followed = serving.follow(&event).await;
        followed.map_err(|why| why.to_string())?;
        if matches!(&event, ServingEvent::State(state) if state.is_ready()) {
            is_ready.send_replace(true);
        }
    }
}
