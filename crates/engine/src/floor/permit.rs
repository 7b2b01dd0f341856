//! Send permits: no request leaves under a lease that another process has taken over.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use showcaller_clock::SharedClock;
use showcaller_ledger::{Error as LedgerError, Lease, Ledger};
use showcaller_webex::SendPermit;

use super::confirmation::{Confirmation, Moment};

/// A lease of which the ledger is asked, before each request of the handles that it guards, unless
/// it confirmed it a moment ago: a process that was suspended or cut off finds out before it sends
/// anything, also where it only repeats a call (after a 429, say), for which no operation is written
/// anew.
pub(crate) struct LeasePermit {
    ledger: Ledger,
    lease: Lease,
    confirmation: Confirmation,
    /// The fact that makes looks outdated; see [`LeaseSpec`](super::LeaseSpec).
    outdates: Option<&'static str>,
}

impl LeasePermit {
    /// The permit of a lease that was acquired at `at`.
    pub(super) fn new(
        ledger: Ledger,
        lease: Lease,
        clock: SharedClock,
        at: Moment,
        outdates: Option<&'static str>,
    ) -> Self {
        Self {
            ledger,
            lease,
            confirmation: Confirmation::at(clock, at),
            outdates,
        }
    }

    pub(super) fn lease(&self) -> &Lease {
        &self.lease
    }

    pub(super) fn into_lease(self) -> Lease {
        self.lease
    }

    pub(super) fn clock(&self) -> &SharedClock {
        self.confirmation.clock()
    }

    /// Extends the lease.
    ///
    /// After a silence, an operator may have looked meanwhile who counts on nothing more coming from
    /// us: that look is made outdated before anything does.
    ///
    /// # Errors
    ///
    /// [`LedgerError::LeaseLost`] if another process took it over.
    pub(super) async fn renew(&self) -> Result<(), LedgerError> {
        let asked = Moment::now(&**self.clock());
        self.ledger.renew(&self.lease, asked.wall).await?;
        if !self.confirmation.is_fresh()
            && let Some(fact) = self.outdates
        {
            self.outdate(fact, asked.wall).await?;
        }
        self.confirmation.confirm(asked);
        Ok(())
    }

    /// The fact begins with a number, which stays.
    async fn outdate(&self, fact: &str, now: Timestamp) -> Result<(), LedgerError> {
        let fenced = self.ledger.fenced_by(&self.lease);
        let content = fenced.meta(fact).await?.unwrap_or_default();
        let number = content.split(' ').next().unwrap_or_default();
        fenced
            .set_meta(fact, &format!("{number} awake at {now}"))
            .await
    }
}

#[async_trait]
impl SendPermit for LeasePermit {
    /// A word of the ledger that took so long to come, or to be heard, that it is old by now says
    /// nothing any more.
    async fn may_send(&self) -> Result<(), String> {
        while !self.confirmation.is_fresh() {
            self.renew().await.map_err(|error| error.to_string())?;
        }
        Ok(())
    }
}

impl fmt::Debug for LeasePermit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("LeasePermit").field(&self.lease).finish()
    }
}

/// The permit of a lease, for handles that may outlive it.
pub(crate) fn permit_of(lease: &Arc<LeasePermit>) -> Arc<dyn SendPermit> {
    Arc::new(Expiring(Arc::downgrade(lease)))
}

/// A handle that is kept longer than its lease sends nothing more.
#[derive(Debug)]
struct Expiring(std::sync::Weak<LeasePermit>);

#[async_trait]
impl SendPermit for Expiring {
    async fn may_send(&self) -> Result<(), String> {
        match self.0.upgrade() {
            Some(lease) => lease.may_send().await,
            None => Err("its lease was given back".to_owned()),
        }
    }
}
