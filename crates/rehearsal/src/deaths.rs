//! A process that dies at a given place: at a call to Webex or at an access to its ledger.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Method, Request, Response};
use jiff::{SignedDuration, Timestamp};
use showcaller_clock::{BoxFuture, Busy, Clock, ProcessClock, VirtualClock};
use showcaller_webex::{Transport, TransportError};
use tokio::sync::{Notify, oneshot};

/// On which side of a call a process dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CrashPoint {
    /// Nothing was sent.
    Before,
    /// Webex acted, and the answer is not there yet.
    After,
    /// The answer is there, and the ledger does not have it.
    Answered,
}

impl CrashPoint {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Before, Self::After, Self::Answered];
}

/// Where a process dies, counted from the moment at which that was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// It lives.
    Nowhere,
    /// At this access to its ledger: what it writes is written, and it never hears so.
    Ledger(usize),
    /// At this call to Webex.
    Call(usize, CrashPoint),
}

/// The life of one process.
#[derive(Debug)]
pub struct Deaths {
    clock: ProcessClock,
    place: Mutex<Place>,
    ledger: AtomicUsize,
    calls: AtomicUsize,
    dead: AtomicBool,
    death: Notify,
    /// What it died at, in words.
    at: Mutex<String>,
    /// Messages that are being sent.
    sending: AtomicUsize,
}

impl Deaths {
    /// A process that is alive, on this clock.
    #[must_use]
    pub fn of(clock: &ProcessClock) -> Arc<Self> {
        Arc::new(Self {
            clock: clock.clone(),
            place: Mutex::new(Place::Nowhere),
            ledger: AtomicUsize::new(0),
            calls: AtomicUsize::new(0),
            dead: AtomicBool::new(false),
            death: Notify::new(),
            at: Mutex::default(),
            sending: AtomicUsize::new(0),
        })
    }

    /// From now on the process dies at this place.
    pub fn wait_at(&self, place: Place) {
        self.ledger.store(0, Ordering::SeqCst);
        self.calls.store(0, Ordering::SeqCst);
        *self.place.lock().unwrap_or_else(PoisonError::into_inner) = place;
    }

    /// How many accesses to its ledger and calls to Webex there were since a place was said.
    #[must_use]
    pub fn passed(&self) -> (usize, usize) {
        let of = |counter: &AtomicUsize| counter.load(Ordering::SeqCst);
        (of(&self.ledger), of(&self.calls))
    }

    /// Returns when it dies.
    pub async fn death(&self) {
        self.death.notified().await;
    }

    /// What it died at, if it did.
    #[must_use]
    pub fn died_at(&self) -> Option<String> {
        let at = self.at.lock().unwrap_or_else(PoisonError::into_inner);
        self.dead.load(Ordering::SeqCst).then(|| at.clone())
    }

    /// How many messages it has handed to Webex without an answer.
    #[must_use]
    pub fn sending(&self) -> usize {
        self.sending.load(Ordering::SeqCst)
    }

    /// None of its tasks does anything any more, from this moment on.
    pub fn dies(&self, at: impl Into<String>) {
        if !self.dead.swap(true, Ordering::SeqCst) {
            *self.at.lock().unwrap_or_else(PoisonError::into_inner) = at.into();
            self.clock.kill();
            self.death.notify_one();
        }
    }

    fn place(&self) -> Place {
        *self.place.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn at_ledger(&self) {
        let number = self.ledger.fetch_add(1, Ordering::SeqCst);
        if self.place() == Place::Ledger(number) {
            self.dies(format!("access {number} to the ledger"));
        }
    }

    fn at_call(&self) -> Option<CrashPoint> {
        let number = self.calls.fetch_add(1, Ordering::SeqCst);
        match self.place() {
            Place::Call(place, point) if place == number => Some(point),
            _ => None,
        }
    }
}

/// The clock of a process, which its ledger asks before each access.
#[derive(Debug)]
pub struct MortalClock {
    inner: ProcessClock,
    deaths: Arc<Deaths>,
}

impl MortalClock {
    /// The same clock for a process that may die at its ledger.
    #[must_use]
    pub fn new(inner: ProcessClock, deaths: Arc<Deaths>) -> Self {
        Self { inner, deaths }
    }
}

#[async_trait]
impl Clock for MortalClock {
    fn now(&self) -> Timestamp {
        self.inner.now()
    }

    fn monotonic(&self) -> Duration {
        self.inner.monotonic()
    }

    fn task(&self, future: BoxFuture<()>) -> BoxFuture<()> {
        self.inner.task(future)
    }

    fn busy(&self) -> Busy {
        self.deaths.at_ledger();
        self.inner.busy()
    }

    async fn sleep_until(&self, deadline: Timestamp) {
        self.inner.sleep_until(deadline).await;
    }

    async fn sleep(&self, duration: SignedDuration) {
        self.inner.sleep(duration).await;
    }
}

/// The network of a process. What it has sent arrives, whatever becomes of the process.
pub struct Network {
    inner: Arc<dyn Transport>,
    world: VirtualClock,
    deaths: Arc<Deaths>,
}

impl Network {
    /// A way over `inner` for a process of this world.
    #[must_use]
    pub fn new(inner: Arc<dyn Transport>, world: VirtualClock, deaths: Arc<Deaths>) -> Self {
        Self {
            inner,
            world,
            deaths,
        }
    }
}

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Network")
    }
}

#[async_trait]
impl Transport for Network {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let name = format!("{} {}", request.method(), request.uri().path());
        let is_message = request.method() == Method::POST;
        let point = self.deaths.at_call();
        if point == Some(CrashPoint::Before) {
            self.deaths.dies(format!("before {name}"));
            return std::future::pending().await;
        }
        let (inner, deaths) = (Arc::clone(&self.inner), Arc::clone(&self.deaths));
        let (answer, answered) = oneshot::channel();
        if is_message {
            deaths.sending.fetch_add(1, Ordering::SeqCst);
        }
        tokio::spawn(self.world.task(Box::pin(async move {
            let came = inner.send(request).await;
            if point == Some(CrashPoint::After) {
                deaths.dies(format!("after {name}, before its answer"));
                return;
            }
            if is_message {
                deaths.sending.fetch_sub(1, Ordering::SeqCst);
            }
            // A process that has died does not wait for it.
            let _ = answer.send(came);
            if point == Some(CrashPoint::Answered) {
                deaths.dies(format!("with the answer to {name}, before the ledger"));
            }
        })));
        match answered.await {
            Ok(came) => came,
            Err(_) => std::future::pending().await,
        }
    }
}
