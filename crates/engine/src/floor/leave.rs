//! Leave to send: nobody calls Webex under a lease that somebody else has taken over.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use jiff::{SignedDuration, Timestamp};
use showcaller_clock::SharedClock;
use showcaller_ledger::{Error as LedgerError, Lease, Ledger};
use showcaller_webex::{Transport, TransportError};

/// How long the ledger's last word that the lease is still ours is believed. Longer than the pause
/// between two renewals, so that the ledger is asked once more only when those fail to come.
pub const TRUSTED: SignedDuration = SignedDuration::from_secs(12);

/// Under which name the ledger keeps the number of the last run, and what became of it. Whoever looked
/// before it changed has seen too little.
pub(crate) const RUNS: &str = "runs";

/// Stands between the clients of one engine and Webex. While the engine acts, each request first
/// needs a lease that the ledger confirmed a moment ago: a process that was suspended or cut off
/// finds out before it sends anything, also where it only repeats a call (after a 429, say), for
/// which no operation is written anew.
///
/// Cheap to clone; clones are one.
#[derive(Clone, Default)]
pub struct Leave(Arc<Mutex<Option<Arc<Confirmed>>>>);

impl Leave {
    /// `inner`, asked for leave before each request.
    #[must_use]
    pub fn guard(&self, inner: Arc<dyn Transport>) -> Arc<dyn Transport> {
        Arc::new(Guarded {
            inner,
            leave: self.clone(),
        })
    }

    /// From now on the requests need this lease; `None` if they need none.
    pub(crate) fn needs(&self, lease: Option<Arc<Confirmed>>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = lease;
    }

    fn needed(&self) -> Option<Arc<Confirmed>> {
        let needed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        needed.clone()
    }
}

impl fmt::Debug for Leave {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Leave")
            .field(&self.needed().is_some())
            .finish()
    }
}

/// A lease, and when the ledger last said that it is ours.
pub(crate) struct Confirmed {
    ledger: Ledger,
    lease: Lease,
    clock: SharedClock,
    at: Mutex<Timestamp>,
}

impl Confirmed {
    /// A lease that was acquired at `at`.
    pub(crate) fn new(ledger: Ledger, lease: Lease, clock: SharedClock, at: Timestamp) -> Self {
        Self {
            ledger,
            lease,
            clock,
            at: Mutex::new(at),
        }
    }

    pub(crate) fn lease(&self) -> &Lease {
        &self.lease
    }

    pub(crate) fn into_lease(self) -> Lease {
        self.lease
    }

    /// Extends the lease.
    ///
    /// After a silence, somebody may have looked meanwhile who counts on nothing more coming from us:
    /// that look is made outdated before anything does.
    ///
    /// # Errors
    ///
    /// [`LedgerError::LeaseLost`] if somebody took it over.
    pub(crate) async fn renew(&self) -> Result<(), LedgerError> {
        let now = self.clock.now();
        self.ledger.renew(&self.lease, now).await?;
        if !self.is_trusted(now) {
            let fenced = self.ledger.fenced_by(&self.lease);
            let runs = fenced.meta(RUNS).await?.unwrap_or_default();
            let number = runs.split(' ').next().unwrap_or_default();
            fenced
                .set_meta(RUNS, &format!("{number} awake at {now}"))
                .await?;
        }
        let mut at = self.at.lock().unwrap_or_else(PoisonError::into_inner);
        // Not the later of the two: a clock that was set back would be believed for as long.
        *at = now;
        Ok(())
    }

    fn is_trusted(&self, now: Timestamp) -> bool {
        let at = *self.at.lock().unwrap_or_else(PoisonError::into_inner);
        // Either way: whether a clock was set back or the ledger was silent cannot be told.
        now.duration_since(at).abs() <= TRUSTED
    }

    /// Returns once the ledger's word is fresh. A word that took so long to come, or to be heard,
    /// that it is old by now says nothing any more.
    async fn may_send(&self) -> Result<(), LedgerError> {
        while !self.is_trusted(self.clock.now()) {
            self.renew().await?;
        }
        Ok(())
    }
}

struct Guarded {
    inner: Arc<dyn Transport>,
    leave: Leave,
}

#[async_trait]
impl Transport for Guarded {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        if let Some(lease) = self.leave.needed() {
            let leave = lease.may_send().await;
            leave.map_err(|error| TransportError::NotSent(error.to_string()))?;
        }
        self.inner.send(request).await
    }
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;
    use showcaller_clock::Clock;
    use showcaller_ledger::Holder;

    use super::*;
    use crate::floor::LEASE_TTL;

    /// A clock that people set.
    #[derive(Debug)]
    struct WallClock(Mutex<Timestamp>);

    impl WallClock {
        fn moves(&self, by: SignedDuration) {
            let mut now = self.0.lock().expect("no panic");
            *now += by;
        }
    }

    #[async_trait]
    impl Clock for WallClock {
        fn now(&self) -> Timestamp {
            *self.0.lock().expect("no panic")
        }

        async fn sleep_until(&self, _: Timestamp) {}
    }

    #[tokio::test]
    async fn a_clock_that_was_set_back_does_not_make_an_old_word_of_the_ledger_good() {
        let url = "sqlite::memory:".parse().expect("an address");
        let ledger = Ledger::open(&url).await.expect("a ledger");
        let start: Timestamp = "2027-10-06T08:00:00Z".parse().expect("a timestamp");
        let clock = Arc::new(WallClock(Mutex::new(start)));
        let ours = ledger.acquire("apply", "ann", start, LEASE_TTL).await;
        let ours = ours.expect("it is free");
        let ours = Confirmed::new(ledger.clone(), ours, clock.clone(), start);
        clock.moves(SignedDuration::from_hours(-1));
        ours.may_send().await.expect("it is still ours");
        clock.moves(SignedDuration::from_secs(5));
        assert!(ours.is_trusted(clock.now()));
        clock.moves(SignedDuration::from_secs(10));
        assert!(!ours.is_trusted(clock.now()));

        ours.may_send().await.expect("it is still ours");
        let until = clock.now().checked_add(LEASE_TTL).expect("a timestamp");
        let since = start;
        let by = "ann".to_owned();
        let dead = Holder { by, since, until };
        let theirs = ledger.take_over("apply", &dead, "ben", clock.now(), LEASE_TTL);
        theirs.await.expect("taken over");
        clock.moves(SignedDuration::from_hours(-1));
        let refused = ours.may_send().await;
        assert!(matches!(refused, Err(LedgerError::LeaseLost { .. })));
    }
}
