//! Send permits: no request leaves under a lease that another process has taken over.

use std::fmt;
use std::sync::{Arc, Weak};

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

    pub(super) fn clock(&self) -> &SharedClock {
        self.confirmation.clock()
    }

    pub(super) fn confirmation(&self) -> &Confirmation {
        &self.confirmation
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

    /// Renews unless the ledger confirmed the lease a moment ago. A word of the ledger that took so long
    /// to come, or to be heard, that it is old by now says nothing any more.
    pub(super) async fn confirm(&self) -> Result<(), LedgerError> {
        while !self.confirmation.is_fresh() {
            self.renew().await?;
        }
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
    async fn may_send(&self) -> Result<(), String> {
        self.confirm().await.map_err(|error| error.to_string())
    }
}

impl fmt::Debug for LeasePermit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("LeasePermit").field(&self.lease).finish()
    }
}

/// A permit for handles that may be kept longer than what it depends on: then they send nothing more.
#[derive(Debug)]
pub(super) struct Expiring<P>(Weak<P>);

impl<P: SendPermit + 'static> Expiring<P> {
    pub(super) fn of(permit: &Arc<P>) -> Arc<dyn SendPermit> {
        Arc::new(Self(Arc::downgrade(permit)))
    }
}

#[async_trait]
impl<P: SendPermit> SendPermit for Expiring<P> {
    async fn may_send(&self) -> Result<(), String> {
        match self.0.upgrade() {
            Some(permit) => permit.may_send().await,
            None => Err("the permit of this handle has ended".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use showcaller_clock::{Clock, ProcessClock, VirtualClock};
    use showcaller_ledger::{Instance, LedgerUrl};

    use super::*;
    use crate::floor::LEASE_TTL;

    fn seconds(seconds: i64) -> SignedDuration {
        SignedDuration::from_secs(seconds)
    }

    /// A ledger, and the permit of Ann's lease on her laptop's clock.
    async fn ann_acts(world: &VirtualClock) -> (Ledger, ProcessClock, LeasePermit) {
        let ledger = Ledger::open(&LedgerUrl::memory()).await.expect("a ledger");
        let laptop = world.process(SignedDuration::ZERO);
        let clock: SharedClock = Arc::new(laptop.clone());
        let at = Moment::now(&*clock);
        let ann = Instance::new("ann", None);
        let lease = ledger.acquire("apply", &ann, at.wall, LEASE_TTL).await;
        let lease = lease.expect("it is free");
        let permit = LeasePermit::new(ledger.clone(), lease, clock, at, Some("runs"));
        (ledger, laptop, permit)
    }

    async fn ben_takes_over(ledger: &Ledger, now: Timestamp) {
        let dead = ledger.holder("apply").await.expect("a ledger");
        let ben = Instance::new("ben", None);
        let dead = dead.expect("Ann holds it");
        let taken = ledger.take_over("apply", &dead, &ben, now, LEASE_TTL);
        taken.await.expect("taken over");
    }

    fn world() -> VirtualClock {
        VirtualClock::starting_at("2027-10-06T08:00:00Z".parse().expect("a timestamp"))
    }

    #[tokio::test]
    async fn a_word_of_the_ledger_is_believed_for_a_moment_only() {
        let world = world();
        let (ledger, laptop, permit) = ann_acts(&world).await;
        ben_takes_over(&ledger, laptop.now()).await;
        permit.may_send().await.expect("confirmed a moment ago");
        world.sleep(seconds(13)).await;
        permit.may_send().await.expect_err("Ben acts");
    }

    #[tokio::test]
    async fn neither_a_clock_that_was_set_nor_sleep_makes_an_old_word_good() {
        for (step, sleeps) in [(-3_600, false), (3_600, false), (-20, true), (0, true)] {
            let world = world();
            let (ledger, laptop, permit) = ann_acts(&world).await;
            ben_takes_over(&ledger, laptop.now()).await;
            if sleeps {
                laptop.suspend();
            }
            world.sleep(seconds(20)).await;
            laptop.step_wall(seconds(step));
            laptop.resume();
            let refused = permit.may_send().await;
            // A sleep of 20 s and a clock that was set back by as much look like no time at all.
            let undetectable = sleeps && step == -20;
            assert_eq!(refused.is_err(), !undetectable, "{step} s, slept: {sleeps}");
        }
    }

    #[tokio::test]
    async fn a_holder_that_was_silent_makes_looks_outdated_before_it_sends() {
        let world = world();
        let (ledger, _laptop, permit) = ann_acts(&world).await;
        ledger.set_meta("runs", "7").await.expect("a ledger");
        world.sleep(seconds(11)).await;
        permit.may_send().await.expect("it is still ours");
        permit.renew().await.expect("it is still ours");
        let runs = async || ledger.meta("runs").await.expect("a ledger");
        assert_eq!(runs().await.as_deref(), Some("7"), "renewed in time");
        world.sleep(seconds(13)).await;
        permit.may_send().await.expect("it is still ours");
        let runs = runs().await.expect("a fact");
        assert!(runs.starts_with("7 awake at 2027-"), "{runs}");
    }

    #[tokio::test]
    async fn a_handle_that_outlives_its_lease_sends_nothing() {
        let (_ledger, _laptop, permit) = ann_acts(&world()).await;
        let permit = Arc::new(permit);
        let handle = Expiring::of(&permit);
        handle.may_send().await.expect("it is held");
        drop(permit);
        handle.may_send().await.expect_err("it was given back");
    }
}
