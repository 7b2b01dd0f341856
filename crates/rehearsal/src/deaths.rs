//! A process that dies at a given call to Webex.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Method, Request, Response};
use showcaller_clock::{Clock as _, ProcessClock, VirtualClock};
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
    /// At this call to Webex.
    Call(usize, CrashPoint),
}

/// The life of one process.
#[derive(Debug)]
pub struct Deaths {
    clock: ProcessClock,
    place: Mutex<Place>,
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
            calls: AtomicUsize::new(0),
            dead: AtomicBool::new(false),
            death: Notify::new(),
            at: Mutex::default(),
            sending: AtomicUsize::new(0),
        })
    }

    /// From now on the process dies at this place.
    pub fn wait_at(&self, place: Place) {
        self.calls.store(0, Ordering::SeqCst);
        *self.place.lock().unwrap_or_else(PoisonError::into_inner) = place;
    }

    /// How many calls to Webex there were since a place was said.
    #[must_use]
    pub fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
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

    fn at_call(&self) -> Option<CrashPoint> {
        let number = self.calls.fetch_add(1, Ordering::SeqCst);
        match *self.place.lock().unwrap_or_else(PoisonError::into_inner) {
            Place::Call(place, point) if place == number => Some(point),
            _ => None,
        }
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
