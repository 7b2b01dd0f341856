//! Only one process acts on an event at a time.

use jiff::{SignedDuration, Timestamp};
use showcaller_ledger::{Error as LedgerError, Lease, Ledger};

use crate::Error;

/// How long a holder that does not renew keeps others out.
const TTL: SignedDuration = SignedDuration::from_secs(60);
/// How often a holder renews.
const RENEWAL: SignedDuration = SignedDuration::from_secs(15);

/// The right to act, renewed while it is used.
#[derive(Debug)]
pub(crate) struct Held {
    lease: Lease,
    renewed: Timestamp,
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
        now: Timestamp,
    ) -> Result<Self, Error> {
        let lease = match ledger.acquire(name, holder, now, TTL).await {
            Err(LedgerError::Held { by, until, .. }) if is_dead(&by, holder) => {
                ledger.acquire(name, holder, until.max(now), TTL).await
            }
            other => other,
        };
        match lease {
            Ok(lease) => Ok(Self {
                lease,
                renewed: now,
            }),
            Err(LedgerError::Held { by, since, .. }) => Err(Error::Busy { by, since }),
            Err(error) => Err(error.into()),
        }
    }

    /// A ledger that refuses to write once somebody else has taken over.
    pub(crate) fn fenced(&self, ledger: &Ledger) -> Ledger {
        ledger.fenced_by(&self.lease)
    }

    /// Renews when it is time to.
    pub(crate) async fn keep(&mut self, ledger: &Ledger, now: Timestamp) -> Result<(), Error> {
        if now.duration_since(self.renewed) >= RENEWAL {
            ledger.renew(&self.lease, now).await?;
            self.renewed = now;
        }
        Ok(())
    }

    /// Gives it back.
    pub(crate) async fn release(self, ledger: &Ledger) -> Result<(), Error> {
        Ok(ledger.release(self.lease).await?)
    }
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
