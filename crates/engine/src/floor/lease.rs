//! Only one process acts on an event at a time.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use showcaller_clock::SharedClock;
use showcaller_ledger::{Error as LedgerError, Holder, Lease, Ledger};
use tokio::task::JoinHandle;

use crate::Error;

/// How long a holder that does not renew keeps others out.
const TTL: SignedDuration = SignedDuration::from_secs(60);
/// How often a holder renews.
const RENEWAL: Duration = Duration::from_secs(10);

/// The right to act, renewed as long as it is held.
#[derive(Debug)]
pub(crate) struct Held {
    lease: Arc<Lease>,
    renewal: JoinHandle<()>,
}

impl Held {
    /// Takes the lease, or says who has it.
    ///
    /// `holder` is `user@machine pid N`. A holder on this machine whose process is gone has died:
    /// its lease is taken over at once, so that a run that was killed can be repeated at once.
    pub(crate) async fn take(
        ledger: &Ledger,
        name: &str,
        holder: &str,
        clock: &SharedClock,
    ) -> Result<Self, Error> {
        let now = clock.now();
        let lease = match ledger.acquire(name, holder, now, TTL).await {
            Err(LedgerError::Held { by, until, .. }) if is_dead(&by, holder) => {
                ledger.acquire(name, holder, until.max(now), TTL).await
            }
            other => other,
        };
        match lease {
            Ok(lease) => {
                let lease = Arc::new(lease);
                let renewal =
                    tokio::spawn(renew(ledger.clone(), Arc::clone(&lease), Arc::clone(clock)));
                Ok(Self { lease, renewal })
            }
            Err(LedgerError::Held { by, since, .. }) => Err(Error::Busy { by, since }),
            Err(error) => Err(error.into()),
        }
    }

    /// A ledger that refuses to write once somebody else has taken over.
    pub(crate) fn fenced(&self, ledger: &Ledger) -> Ledger {
        ledger.fenced_by(&self.lease)
    }

    /// Gives it back.
    pub(crate) async fn release(self, ledger: &Ledger) -> Result<(), Error> {
        self.renewal.abort();
        // Once the task has ended, nobody else holds the lease.
        let _ = self.renewal.await;
        match Arc::into_inner(self.lease) {
            Some(lease) => Ok(ledger.release(lease).await?),
            None => Ok(()),
        }
    }
}

/// Renews for as long as the lease is held. A task of its own: whoever holds the ledger's only
/// writer in the middle of a step must go on while we wait for it.
///
/// It follows the machine's clock, because on a virtual one no time may pass between two calls.
async fn renew(ledger: Ledger, lease: Arc<Lease>, clock: SharedClock) {
    loop {
        tokio::time::sleep(RENEWAL).await;
        match ledger.renew(&lease, clock.now()).await {
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

/// The last moment in which a holder was surely at work: after it, nothing was sent.
pub(crate) fn last_at_work(holder: &Holder) -> jiff::Timestamp {
    let renewed = holder.until.checked_sub(TTL).unwrap_or(holder.since);
    let next = SignedDuration::try_from(RENEWAL).unwrap_or(TTL);
    renewed.checked_add(next).unwrap_or(holder.until)
}

/// Whether `by` names a process of our own machine that no longer runs.
fn is_dead(by: &str, ours: &str) -> bool {
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
    fn only_a_dead_process_of_our_own_machine_is_dead() {
        let own = std::process::id();
        let ours = format!("ann@laptop pid {own}");
        assert!(!is_dead(&ours, &ours));
        assert!(!is_dead(
            &format!("bob@elsewhere pid {}", u32::MAX - 1),
            &ours
        ));
        assert!(!is_dead("the console", &ours));
        if std::path::Path::new("/proc/self").exists() {
            assert!(is_dead(&format!("ann@laptop pid {}", u32::MAX - 1), &ours));
        }
    }
}
