//! A run whose every call waits until somebody says which goes next: the same choices give the
//! same run, however many calls are in flight.

use std::fmt;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Method, Request, Response};
use jiff::Timestamp;
use showcaller_engine::{Assignment, Ended, NoProgress, Progress, Report, Stop};
use showcaller_event::Event;
use showcaller_plan::Step;
use showcaller_webex::{Transport, TransportError};
use tokio::sync::{Notify, oneshot};

use crate::processes;
use crate::stage::{Stage, every_flag};

/// After so much quiet a step that is under way without a call waits for another one's to end.
const STUCK: std::time::Duration = std::time::Duration::from_millis(250);

type Came = Result<Response<Bytes>, TransportError>;

/// A call that was sent and has not arrived.
pub(crate) struct Pending {
    request: Request<Bytes>,
    answer: oneshot::Sender<Came>,
}

impl Pending {
    /// Whether it may change something.
    pub(crate) fn writes(&self) -> bool {
        self.request.method() != Method::GET
    }

    /// What it is, in words.
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.request.method(), self.request.uri().path())
    }

    /// What was sent, to be delivered in another world.
    pub(crate) fn request(&self) -> Request<Bytes> {
        self.request.clone()
    }
}

/// Decides what happens, each time that nothing moves by itself.
pub(crate) trait Director: Sync {
    /// Which of these calls arrives next; `None` ends the play. Every step that is under way waits
    /// for one of them, so that nobody writes into the ledger now.
    fn choose(&self, pending: &[Pending]) -> Option<usize>;

    /// Webex has acted on this call, and nobody has the answer yet.
    fn acted(&self, _name: &str, _writes: bool) {}

    /// A step has ended: its outcome is in the ledger, and the next intent is not.
    fn ended(&self) {}
}

/// Where every call is held back, and the steps that are under way are counted.
#[derive(Default)]
struct Desk {
    pending: Mutex<Vec<Pending>>,
    under_way: AtomicUsize,
    moved: Notify,
}

impl Desk {
    fn pending(&self) -> MutexGuard<'_, Vec<Pending>> {
        // Pushed to and taken from in one go: a panic elsewhere leaves the list whole.
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_quiet(&self) -> bool {
        let pending = self.pending().len();
        pending > 0 && pending >= self.under_way.load(Ordering::SeqCst)
    }
}

struct Held(Arc<Desk>);

impl fmt::Debug for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Held")
    }
}

#[async_trait]
impl Transport for Held {
    async fn send(&self, request: Request<Bytes>) -> Came {
        let (answer, came) = oneshot::channel();
        self.0.pending().push(Pending { request, answer });
        self.0.moved.notify_one();
        let lost = |_| Err(TransportError::Lost("nobody answers".to_owned()));
        came.await.unwrap_or_else(lost)
    }
}

/// Tells desk and director how far the run is.
struct Watch<'a> {
    desk: &'a Desk,
    director: &'a dyn Director,
}

impl fmt::Debug for Watch<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Watch")
    }
}

impl Progress for Watch<'_> {
    fn begins(&self, _: &[Step]) {}

    fn starts(&self, _: &Step) {
        self.desk.under_way.fetch_add(1, Ordering::SeqCst);
    }

    fn ended(&self, _: &Step, how: Ended) {
        if how != Ended::NotTried {
            self.desk.under_way.fetch_sub(1, Ordering::SeqCst);
            self.director.ended();
            self.desk.moved.notify_one();
        }
    }

    fn waits(&self, _: Timestamp, _: &str) {}
}

/// Looks at once and then applies, with `director` at the desk; `None` if it ended the play.
pub(crate) async fn directed(
    stage: &mut Stage,
    event: &Event,
    in_flight: usize,
    director: &dyn Director,
) -> Option<Report> {
    let engine = stage.engine(event);
    let outlook = engine.look_settled(event, &every_flag(), &NoProgress).await;
    let outlook = outlook.expect("a look");
    let desk = Arc::new(Desk::default());
    let clean = Arc::clone(&stage.transport);
    stage.transport = Arc::new(Held(Arc::clone(&desk)));
    let engine = stage.engine_of(event, &processes::dead());
    let engine = engine.with_in_flight(in_flight);
    stage.transport = Arc::clone(&clean);
    let assignment = Assignment {
        event,
        sources: Vec::new(),
        digest: "one".to_owned(),
    };
    let watch = Watch {
        desk: &desk,
        director,
    };
    let stop = Stop::default();
    let mut stuck = false;
    let mut run = pin!(engine.apply(&assignment, outlook, &watch, &stop));
    loop {
        tokio::select! {
            biased;
            report = &mut run => return Some(report.expect("a run")),
            () = desk.moved.notified() => {}
            // A step may need a second call while its owner's other calls take up all places.
            () = tokio::time::sleep(STUCK) => stuck = true,
        }
        // One at a time: what follows from an answer happens before the next one.
        if desk.is_quiet() || stuck && !desk.pending().is_empty() {
            stuck = false;
            let chosen = director.choose(&desk.pending())?;
            let call = desk.pending().remove(chosen);
            let (name, writes) = (call.name(), call.writes());
            let came = clean.send(call.request).await;
            director.acted(&name, writes);
            let _ = call.answer.send(came);
            desk.moved.notify_one();
        }
    }
}
