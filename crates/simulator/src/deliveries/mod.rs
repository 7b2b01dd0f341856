//! Deliveries to webhooks: one queue per webhook, sent apart from the call that caused them.
//!
//! Which webhook gets what is decided in the world, with the call, and so is what a fault does to
//! it; here it is only sent. A queue has a task while there is something in it, and none otherwise,
//! so that a virtual clock is never held up by a simulator that has nothing to deliver. What is
//! under way when the simulator is gone ends quietly.

mod log;
mod note;
mod send;

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::faults::{Asked, Kind};
use crate::journal::What;
use crate::keeping::Changing;
use crate::simulator::{Inner, Simulator, State};
use crate::switches::WebhookOrder;
use crate::world::webhooks::{Notice, notices};
pub(crate) use log::Log;
pub(crate) use note::Note;
pub use send::Registration;
use send::{Outcome, Receivers};

/// What is to be delivered, and where to.
#[derive(Debug)]
pub(crate) struct Deliveries {
    pub(crate) receivers: Mutex<Receivers>,
    /// By webhook; there while a task is at work on it.
    queues: Mutex<BTreeMap<Uuid, VecDeque<Due>>>,
}

/// One request to be made.
#[derive(Debug, Clone)]
struct Due {
    /// The number of its note.
    note: usize,
    webhook: Uuid,
    target: String,
    body: Bytes,
    signature: Option<String>,
    /// How long it is held back, and with it what is behind it in its queue.
    wait: SignedDuration,
}

/// What faults do to a delivery.
#[derive(Debug, Default)]
struct Struck {
    lost: bool,
    wait: SignedDuration,
    /// Out of the queue, for so long.
    overtaken: Option<SignedDuration>,
    /// A second time, so much later.
    again: Option<SignedDuration>,
    names: Vec<String>,
}

impl Deliveries {
    pub(crate) fn new(network: bool) -> Self {
        Self {
            receivers: Mutex::new(Receivers::new(network)),
            queues: Mutex::new(BTreeMap::new()),
        }
    }

    fn queues(&self) -> MutexGuard<'_, BTreeMap<Uuid, VecDeque<Due>>> {
        self.queues.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds to a queue; whether it needs a task now.
    fn push(&self, due: Due) -> bool {
        let mut queues = self.queues();
        let idle = !queues.contains_key(&due.webhook);
        queues.entry(due.webhook).or_default().push_back(due);
        idle
    }

    /// The next of a queue. An empty queue goes, and its task with it.
    fn pop(&self, webhook: Uuid) -> Option<Due> {
        let mut queues = self.queues();
        let due = queues.get_mut(&webhook).and_then(VecDeque::pop_front);
        if due.is_none() {
            queues.remove(&webhook);
        }
        due
    }
}

impl Simulator {
    /// Sends out, by tasks of their own, what the call that just ended has caused.
    pub(crate) fn announce(&self, state: &mut State) {
        for event in std::mem::take(&mut state.world.events) {
            for notice in notices(&state.world, &event) {
                self.accept(state, notice);
            }
        }
    }

    fn accept(&self, state: &mut State, notice: Notice) {
        let clock = self.inner.settings.clock.now();
        let struck = strike(state, &notice, clock);
        let at = state.time(clock);
        let body = notice.body.to_string();
        let mut due = Due {
            note: 0,
            webhook: notice.webhook,
            target: notice.target_url.clone(),
            signature: notice
                .secret
                .as_deref()
                .map(|secret| send::signature(secret, body.as_bytes())),
            body: Bytes::from(body),
            wait: struck.wait,
        };
        let mut noted = |outcome| {
            let note = Note::new(&notice, at, struck.names.clone(), outcome);
            state.deliveries.push(note)
        };
        if struck.lost {
            noted(Some(Outcome::Lost));
            return;
        }
        due.note = noted(None);
        let again = struck.again.map(|wait| Due {
            note: noted(None),
            wait,
            ..due.clone()
        });
        match struck.overtaken {
            Some(wait) => self.deliver_apart(Due { wait, ..due }),
            None => self.enqueue(due),
        }
        match again {
            Some(again) if again.wait.is_zero() => self.enqueue(again),
            Some(again) => self.deliver_apart(again),
            None => {}
        }
    }

    fn enqueue(&self, due: Due) {
        let webhook = due.webhook;
        if self.inner.deliveries.push(due) {
            self.spawn(work(Arc::downgrade(&self.inner), webhook));
        }
    }

    /// Delivers past the queue.
    fn deliver_apart(&self, due: Due) {
        self.spawn(deliver(Arc::downgrade(&self.inner), due));
    }

    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        tokio::spawn(self.inner.settings.clock.task(Box::pin(task)));
    }

    /// Notes how a delivery ended, and shuts off a webhook that failed too often.
    fn settle(&self, due: &Due, outcome: Outcome) {
        let mut guard = self.state();
        let state = &mut *guard;
        let at = state.time(self.inner.settings.clock.now());
        let failed = outcome.is_failure();
        tracing::debug!(target = due.target, ?outcome, "a delivery ended");
        state
            .deliveries
            .end(due.note, |note| note.ended(at, outcome));
        if !failed || !state.world.delivery_failed(due.webhook, at) {
            return;
        }
        let by = Changing {
            at,
            person: Uuid::nil(),
            client: "",
        };
        let webhook = due.webhook;
        if let Err(error) = self.write_down(state, &by, &What::ShutOff { webhook }) {
            tracing::error!(%error, "that a webhook is shut off could not be written down");
        }
        tracing::info!(%webhook, "100 deliveries failed within 5 minutes: the webhook is shut off");
        state.world.shut_off(webhook, at);
    }
}

/// Lets faults happen to a delivery. That it comes before what it is about can be read happens now.
fn strike(state: &mut State, notice: &Notice, clock: Timestamp) -> Struck {
    let owner = &state.world.person(notice.owner).email;
    let asked = Asked {
        method: None,
        path: &format!("/{}/{}", notice.resource, notice.event),
        owner: Some(owner),
    };
    let met = state.faults.strike(&asked, clock);
    let mut struck = Struck {
        names: met.names,
        ..Struck::default()
    };
    for kind in met.kinds {
        match kind {
            Kind::DeliveryLost => struck.lost = true,
            Kind::DeliveryDelayed(over) => struck.wait += over,
            Kind::DeliveryReordered(over) => struck.overtaken = Some(over),
            Kind::DeliveryDuplicated(over) => struck.again = Some(over),
            Kind::DeliveryEarly(lasting) => {
                if let Some(id) = notice.body["data"]["id"].as_str() {
                    state.faults.hide(id, lasting, true, clock);
                }
            }
            _ => {}
        }
    }
    struck
}

/// Empties a queue.
async fn work(inner: Weak<Inner>, webhook: Uuid) {
    while let Some(simulator) = alive(&inner) {
        let Some(due) = simulator.inner.deliveries.pop(webhook) else {
            return;
        };
        let one_by_one = simulator.state().switches.webhook_order == WebhookOrder::InOrder;
        if one_by_one || !due.wait.is_zero() {
            drop(simulator);
            deliver(inner.clone(), due).await;
        } else {
            simulator.deliver_apart(due);
        }
    }
}

/// Makes one delivery.
async fn deliver(inner: Weak<Inner>, due: Due) {
    let Some(clock) = alive(&inner).map(|simulator| simulator.clock()) else {
        return;
    };
    if due.wait > SignedDuration::ZERO {
        clock.sleep(due.wait).await;
    }
    // Nothing of the simulator is held while a receiver takes its time.
    let Some((way, time_out)) = alive(&inner).map(|simulator| simulator.way(&due)) else {
        return;
    };
    let outcome = way.send(&due, &clock, time_out).await;
    if let Some(simulator) = alive(&inner) {
        simulator.settle(&due, outcome);
    }
}

fn alive(inner: &Weak<Inner>) -> Option<Simulator> {
    inner.upgrade().map(|inner| Simulator { inner })
}
