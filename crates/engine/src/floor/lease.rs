//! Only one process acts on an event at a time.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use showcaller_clock::SharedClock;
use showcaller_ledger::{Error as LedgerError, Holder, Ledger};
use tokio::task::JoinHandle;

use super::leave::{Confirmed, Leave, TRUSTED};
use crate::Error;

/// How long a holder that does not renew keeps others out.
pub const TTL: SignedDuration = SignedDuration::from_secs(60);
/// How often a holder renews.
const RENEWAL: Duration = Duration::from_secs(10);

/// The right to act, renewed as long as it is held.
pub(crate) struct Held {
    lease: Arc<Confirmed>,
    leave: Leave,
    renewal: JoinHandle<()>,
}

impl Held {
    /// Takes the lease, or says who has it. From then on `leave` is given only under it.
    ///
    /// `holder` is `user@machine pid N`. A holder on this machine whose process is gone has died:
    /// its lease is taken over at once, so that a run that was killed can be repeated at once. So
    /// is anybody's, if the caller is `alone`.
    pub(crate) async fn take(
        ledger: &Ledger,
        name: &str,
        holder: &str,
        clock: &SharedClock,
        alone: bool,
        leave: &Leave,
    ) -> Result<Self, Error> {
        let now = clock.now();
        let lease = match ledger.acquire(name, holder, now, TTL).await {
            Err(LedgerError::Held { by, since, until }) if alone || is_gone(&by, holder) => {
                let dead = Holder { by, since, until };
                ledger.take_over(name, &dead, holder, now, TTL).await
            }
            other => other,
        };
        let lease = lease.map_err(busy)?;
        let lease = Confirmed::new(ledger.clone(), lease, Arc::clone(clock), now);
        let lease = Arc::new(lease);
        leave.needs(Some(Arc::clone(&lease)));
        let renewal = tokio::spawn(renew(Arc::clone(&lease)));
        Ok(Self {
            lease,
            leave: leave.clone(),
            renewal,
        })
    }

    /// A ledger that refuses to write once somebody else has taken over.
    pub(crate) fn fenced(&self, ledger: &Ledger) -> Ledger {
        ledger.fenced_by(self.lease.lease())
    }

    /// Gives it back.
    pub(crate) async fn release(self, ledger: &Ledger) -> Result<(), Error> {
        match self.end().await {
            Some(lease) => Ok(ledger.release(lease.into_lease()).await?),
            None => Ok(()),
        }
    }

    /// Lets it run out: some calls have an outcome that the ledger does not know, and how long what
    /// they made may take to appear counts from the last sign of life of this run.
    pub(crate) async fn abandon(self) {
        self.end().await;
    }

    async fn end(self) -> Option<Confirmed> {
        self.leave.needs(None);
        self.renewal.abort();
        // Once the task has ended, nobody else holds the lease.
        let _ = self.renewal.await;
        Arc::into_inner(self.lease)
    }
}

/// Refuses at once what [`Held::take`] would refuse after a long look.
pub(crate) async fn refuse_if_busy(
    ledger: &Ledger,
    name: &str,
    holder: &str,
    clock: &SharedClock,
) -> Result<(), Error> {
    match ledger.holder(name).await? {
        Some(Holder { by, since, until }) if until > clock.now() && !is_gone(&by, holder) => {
            Err(Error::Busy { by, since, until })
        }
        _ => Ok(()),
    }
}

fn busy(error: LedgerError) -> Error {
    match error {
        LedgerError::Held { by, since, until } => Error::Busy { by, since, until },
        other => other.into(),
    }
}

/// Renews for as long as the lease is held. A task of its own: whoever holds the ledger's only
/// writer in the middle of a step must go on while we wait for it.
///
/// It follows the machine's clock, because on a virtual one no time may pass between two calls.
async fn renew(lease: Arc<Confirmed>) {
    loop {
        tokio::time::sleep(RENEWAL).await;
        match lease.renew().await {
            Ok(()) => {}
            // Every write of this run is refused from now on, and the run ends by that.
            Err(error @ LedgerError::LeaseLost { .. }) => {
                tracing::warn!(%error, "somebody else took over");
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

/// Whether nobody acts as `by` any more: its process has died, or it is an earlier run of our own,
/// which did not give its lease back.
fn is_gone(by: &str, ours: &str) -> bool {
    by == ours || has_died(by, ours)
}

/// Whether `by` names a process of our own machine that no longer runs. Both are of the form
/// `user@machine pid N`, `ours` that of the process that asks.
#[must_use]
pub fn has_died(by: &str, ours: &str) -> bool {
    let parse = |text: &str| -> Option<(String, u32)> {
        let (place, pid) = text.rsplit_once(" pid ")?;
        let machine = place.rsplit_once('@').map_or(place, |(_, machine)| machine);
        Some((machine.to_owned(), pid.parse().ok()?))
    };
    let (Some((machine, pid)), Some((here, own))) = (parse(by), parse(ours)) else {
        return false;
    };
    // Only where the kernel lists its processes as files can a dead one be told from a foreign one.
    let listed = std::path::Path::new("/proc/self").exists();
    machine == here
        && pid != own
        && listed
        && !std::path::Path::new(&format!("/proc/{pid}")).exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_dead_process_of_our_own_machine_has_died() {
        let own = std::process::id();
        let ours = format!("ann@laptop pid {own}");
        assert!(!has_died(&ours, &ours));
        assert!(!has_died(
            &format!("bob@elsewhere pid {}", u32::MAX - 1),
            &ours
        ));
        assert!(!has_died("the console", &ours));
        if std::path::Path::new("/proc/self").exists() {
            assert!(has_died(&format!("ann@laptop pid {}", u32::MAX - 1), &ours));
        }
    }
}
