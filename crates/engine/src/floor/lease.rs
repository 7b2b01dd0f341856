//! Leases: only one process acts on an event at a time.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use showcaller_clock::SharedClock;
use showcaller_ledger::{Error as LedgerError, Holder, Lease, Ledger};
use showcaller_webex::SendPermit;

use super::background::Background;
use super::confirmation::{Moment, TRUSTED};
use super::permit::{Expiring, LeasePermit};
use super::process::{HeldHere, ThisProcess};
use crate::Error;

/// How long a holder that does not renew keeps others out.
pub const TTL: SignedDuration = SignedDuration::from_secs(60);
/// When a holder renews that no heartbeat of its process has renewed.
const RENEWAL: Duration = Duration::from_secs(11);

/// Which lease is meant.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LeaseSpec {
    /// Its name in the ledger.
    pub(crate) name: &'static str,
    /// A fact that a reader compares before acting on what it read. A holder that was silent
    /// changes it before it sends anything.
    pub(crate) outdates: Option<&'static str>,
}

/// The right to act, renewed as long as it is held.
pub(crate) struct Held {
    permit: Arc<LeasePermit>,
    renewal: Background,
    /// Noted before the lease is taken and until after it is given back.
    here: HeldHere,
}

impl Held {
    /// Takes the lease, or says who has it.
    ///
    /// The lease of a process that certainly has died is taken over at once, so that a run that was
    /// killed can be repeated at once. So is any, if the caller is `alone`.
    pub(crate) async fn take(
        ledger: &Ledger,
        spec: LeaseSpec,
        process: &ThisProcess,
        clock: &SharedClock,
        alone: bool,
    ) -> Result<Self, Error> {
        let (name, instance) = (spec.name, process.instance());
        let here = process.holds(name);
        let asked = Moment::now(&**clock);
        let lease = match ledger.acquire(name, instance, asked.wall, TTL).await {
            Err(LedgerError::Held(holder))
                if process.outlived(&holder)
                    || (here.is_only() && (alone || process.is(&holder))) =>
            {
                let taken = ledger.take_over(name, &holder, instance, asked.wall, TTL);
                taken.await
            }
            other => other,
        };
        let lease = lease.map_err(busy)?;
        let permit = LeasePermit::new(
            ledger.clone(),
            lease,
            Arc::clone(clock),
            asked,
            spec.outdates,
        );
        let permit = Arc::new(permit);
        process.renews_with_heartbeats(&permit);
        let renewal = Background::spawn(clock, renew(Arc::clone(&permit)));
        Ok(Self {
            permit,
            renewal,
            here,
        })
    }

    /// A ledger that refuses to write once another process has taken over.
    pub(crate) fn fenced(&self, ledger: &Ledger) -> Ledger {
        ledger.fenced_by(self.permit.lease())
    }

    /// The lease itself.
    pub(crate) fn lease(&self) -> &Lease {
        self.permit.lease()
    }

    /// Asks the ledger whether it is still ours, unless it said so a moment ago.
    pub(crate) async fn confirm(&self) -> Result<(), Error> {
        Ok(self.permit.confirm().await?)
    }

    /// What the handles of a client need that send under this lease.
    pub(crate) fn permit(&self) -> Arc<dyn SendPermit> {
        Expiring::of(&self.permit)
    }

    /// Gives it back.
    pub(crate) async fn release(self, ledger: &Ledger) -> Result<(), Error> {
        let (permit, _here) = self.end().await;
        let lease = permit.lease().clone();
        // Handles send nothing more before another process may have the lease.
        drop(permit);
        Ok(ledger.release(lease).await?)
    }

    /// Lets it run out: some calls have an outcome that the ledger does not know, and how long what
    /// they made may take to appear counts from the last sign of life of this run.
    pub(crate) async fn abandon(self) {
        self.end().await;
    }

    async fn end(self) -> (Arc<LeasePermit>, HeldHere) {
        self.renewal.end().await;
        (self.permit, self.here)
    }
}

/// Refuses at once what [`Held::take`] would refuse after a long look.
pub(crate) async fn refuse_if_busy(
    ledger: &Ledger,
    name: &'static str,
    process: &ThisProcess,
    clock: &SharedClock,
) -> Result<(), Error> {
    match ledger.holder(name).await? {
        Some(holder)
            if may_hold(&holder, clock.now())
                && (process.is_holding(name)
                    || !(process.is(&holder) || process.outlived(&holder))) =>
        {
            Err(Error::Busy(Box::new(holder)))
        }
        _ => Ok(()),
    }
}

/// Whether a lease may still hold. One that ends later than any clock in order would have it was written
/// before a clock was set, and says nothing until Webex's time is known.
fn may_hold(holder: &Holder, now: jiff::Timestamp) -> bool {
    let left = holder.until.duration_since(now);
    left > SignedDuration::ZERO && left <= TTL * 2
}

fn busy(error: LedgerError) -> Error {
    match error {
        LedgerError::Held(holder) => Error::Busy(holder),
        other => other.into(),
    }
}

/// Renews for as long as the lease is held. A task of its own: a step that holds the ledger's only
/// writer must go on while the renewal waits for it.
async fn renew(permit: Arc<LeasePermit>) {
    let mut pause = RENEWAL;
    loop {
        let wait = SignedDuration::try_from(pause).unwrap_or(SignedDuration::MAX);
        permit.clock().sleep(wait).await;
        let age = permit.confirmation().age();
        pause = RENEWAL
            .checked_sub(age)
            .filter(|left| !left.is_zero())
            .unwrap_or(RENEWAL);
        if age < RENEWAL {
            continue;
        }
        match permit.renew().await {
            Ok(()) => {}
            // Every write of this run is refused from now on, and the run ends by that.
            Err(error @ LedgerError::LeaseLost { .. }) => {
                tracing::warn!(%error, "another process took over");
                return;
            }
            Err(error) => tracing::warn!(%error, "the lease could not be renewed"),
        }
    }
}

/// The last moment in which a holder may have sent something: later it would have had to renew.
#[must_use]
pub fn last_at_work(holder: &Holder) -> jiff::Timestamp {
    let renewed = holder.until.checked_sub(TTL).unwrap_or(holder.since);
    renewed.checked_add(TRUSTED).unwrap_or(holder.until)
}

#[cfg(test)]
mod tests {
    use showcaller_clock::{Clock as _, VirtualClock};
    use showcaller_ledger::{Instance, LedgerUrl, Origin};

    use super::super::liveness::own_origin;
    use super::*;

    const LEASE: LeaseSpec = LeaseSpec {
        name: "apply",
        outdates: None,
    };

    async fn ledger() -> Ledger {
        Ledger::open(&LedgerUrl::memory()).await.expect("a ledger")
    }

    fn world() -> VirtualClock {
        VirtualClock::starting_at("2027-10-06T08:00:00Z".parse().expect("a timestamp"))
    }

    async fn takes(
        ledger: &Ledger,
        process: &ThisProcess,
        clock: &VirtualClock,
    ) -> Result<Held, Error> {
        let clock: SharedClock = Arc::new(clock.clone());
        Held::take(ledger, LEASE, process, &clock, false).await
    }

    #[tokio::test]
    async fn equal_names_are_not_the_same_process() {
        let (ledger, clock) = (ledger().await, world());
        let [one, other] = ["x"; 2].map(|_| ThisProcess::without_origin("root@app pid 1"));
        let held = takes(&ledger, &one, &clock).await.expect("it is free");
        let refused = takes(&ledger, &other, &clock).await.map(drop);
        assert!(matches!(refused, Err(Error::Busy(_))), "{refused:?}");
        held.release(&ledger).await.expect("a ledger");
        takes(&ledger, &other, &clock).await.expect("it is free");
    }

    #[tokio::test]
    async fn two_runs_of_one_process_exclude_each_other_until_the_first_has_ended() {
        let (ledger, clock) = (ledger().await, world());
        let process = ThisProcess::started("ann@laptop pid 1");
        let first = takes(&ledger, &process, &clock).await.expect("it is free");
        let refused = takes(&ledger, &process, &clock).await.map(drop);
        assert!(matches!(refused, Err(Error::Busy(_))), "{refused:?}");
        // It ends without giving it back, as a run whose ledger failed.
        first.abandon().await;
        let second = takes(&ledger, &process, &clock).await.expect("left behind");
        // Or it is dropped in the middle.
        drop(second);
        // Not while a further run is about to take it: what is held can be that one's.
        let coming = process.holds(LEASE.name);
        let refused = takes(&ledger, &process, &clock).await.map(drop);
        assert!(matches!(refused, Err(Error::Busy(_))), "{refused:?}");
        drop(coming);
        takes(&ledger, &process, &clock).await.expect("left behind");
    }

    #[tokio::test]
    async fn the_lease_of_a_process_that_died_here_is_taken_over_at_once_and_no_other() {
        let Some(ours) = own_origin() else { return };
        let here = |pid| Origin {
            pid,
            ..ours.clone()
        };
        let elsewhere = |pid| Origin {
            boot_id: "another kernel".to_owned(),
            ..here(pid)
        };
        let no_such = u32::MAX - 1;
        for (origin, dead) in [
            (Some(here(no_such)), true),
            (Some(elsewhere(no_such)), false),
            (Some(here(ours.pid)), false),
            (None, false),
        ] {
            let (ledger, clock) = (ledger().await, world());
            let other = ThisProcess::of(Instance::new("ann@laptop pid 7", origin.clone()));
            let left = takes(&ledger, &other, &clock).await.expect("it is free");
            left.abandon().await;
            let process = ThisProcess::started("ben@laptop pid 8");
            let taken = takes(&ledger, &process, &clock).await;
            assert_eq!(taken.is_ok(), dead, "{origin:?}");
        }
    }

    #[tokio::test]
    async fn a_held_lease_is_renewed_as_time_passes_and_a_dropped_one_runs_out() {
        let (ledger, clock) = (ledger().await, world());
        let ledger = ledger.on_clock(Arc::new(clock.clone()));
        let ann = ThisProcess::without_origin("ann");
        let held = takes(&ledger, &ann, &clock).await.expect("it is free");
        clock.sleep(SignedDuration::from_hours(24)).await;
        let holder = ledger.holder("apply").await.expect("a ledger");
        let until = holder.expect("it is held").until;
        assert!(until > clock.now(), "{until}");
        drop(held);
        clock.sleep(SignedDuration::from_secs(61)).await;
        let ben = ThisProcess::without_origin("ben");
        takes(&ledger, &ben, &clock).await.expect("it ran out");
    }
}
