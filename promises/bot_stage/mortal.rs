//! A process that also dies at an access to its ledger, and not only at a call to Webex.

use std::ops::Deref;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use showcaller_clock::{BoxFuture, Busy, Clock, ProcessClock};
use showcaller_rehearsal::{CrashPoint, Deaths, Place as CallPlace};

use super::locked;

/// Where a process dies, counted from the moment at which that was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// It lives.
    Nowhere,
    /// At this access to its ledger: what it writes is written, and it never hears so.
    Ledger(usize),
    /// At this call to Webex.
    Call(usize, CrashPoint),
}

/// The life of one process.
#[derive(Debug)]
pub(crate) struct Mortal {
    deaths: Arc<Deaths>,
    /// At which access to its ledger it dies.
    access: Mutex<Option<usize>>,
    accesses: AtomicUsize,
}

impl Mortal {
    /// A process that is alive, on this clock.
    pub(super) fn of(clock: &ProcessClock) -> Arc<Self> {
        Arc::new(Self {
            deaths: Deaths::of(clock),
            access: Mutex::default(),
            accesses: AtomicUsize::new(0),
        })
    }

    /// From now on the process dies at this place.
    pub(crate) fn wait_at(&self, place: Place) {
        let (access, call) = match place {
            Place::Nowhere => (None, CallPlace::Nowhere),
            Place::Ledger(access) => (Some(access), CallPlace::Nowhere),
            Place::Call(call, point) => (None, CallPlace::Call(call, point)),
        };
        self.accesses.store(0, Ordering::SeqCst);
        *locked(&self.access) = access;
        self.deaths.wait_at(call);
    }

    /// How many accesses to its ledger and calls to Webex there were since a place was said.
    pub(crate) fn passed(&self) -> (usize, usize) {
        (self.accesses.load(Ordering::SeqCst), self.deaths.calls())
    }

    fn at_ledger(&self) {
        let number = self.accesses.fetch_add(1, Ordering::SeqCst);
        if *locked(&self.access) == Some(number) {
            self.dies(format!("access {number} to the ledger"));
        }
    }

    /// Its death, as the network and the balancer know it.
    pub(super) fn deaths(&self) -> &Arc<Deaths> {
        &self.deaths
    }
}

impl Deref for Mortal {
    type Target = Deaths;

    fn deref(&self) -> &Deaths {
        &self.deaths
    }
}

/// The clock of a process, which its ledger asks before each access.
#[derive(Debug)]
pub(super) struct MortalClock {
    pub(super) inner: ProcessClock,
    pub(super) process: Arc<Mortal>,
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
        self.process.at_ledger();
        self.inner.busy()
    }

    async fn sleep_until(&self, deadline: Timestamp) {
        self.inner.sleep_until(deadline).await;
    }

    async fn sleep(&self, duration: SignedDuration) {
        self.inner.sleep(duration).await;
    }
}
