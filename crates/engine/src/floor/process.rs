//! The process that acts, as the others on its ledger know it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use showcaller_clock::Clock;
use showcaller_ledger::{Holder, Instance, Process};
use uuid::Uuid;

use super::confirmation::Moment;
use super::liveness::{Liveness, liveness, own_origin};
use super::permit::LeasePermit;

/// For how long a process that says nothing more counts as alive.
pub const TTL: SignedDuration = SignedDuration::from_secs(30);

/// This process, with the leases that it holds now. Clones are the same process.
#[derive(Debug, Clone)]
pub struct ThisProcess(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    instance: Instance,
    leases: Mutex<BTreeMap<&'static str, usize>>,
    heartbeats: Mutex<BTreeMap<Uuid, Seen>>,
    /// Of the leases that it holds.
    permits: Mutex<Vec<Weak<LeasePermit>>>,
}

/// A heartbeat of another process.
#[derive(Debug, Clone, Copy)]
struct Seen {
    alive_until: Timestamp,
    /// When it was seen first, on this process's monotonic clock.
    first: Duration,
}

impl ThisProcess {
    /// A new start of this process, under the name that people read (`user@machine pid N`).
    #[must_use]
    pub fn started(name: impl Into<String>) -> Self {
        Self::of(Instance::new(name, own_origin()))
    }

    /// A process of which the system tells nothing, as one of a test: it is dead once its heartbeat
    /// ran out.
    #[must_use]
    pub fn without_origin(name: impl Into<String>) -> Self {
        Self::of(Instance::new(name, None))
    }

    /// A process of this instance.
    #[must_use]
    pub fn of(instance: Instance) -> Self {
        Self(Arc::new(Inner {
            instance,
            leases: Mutex::default(),
            heartbeats: Mutex::default(),
            permits: Mutex::default(),
        }))
    }

    /// Its instance.
    #[must_use]
    pub fn instance(&self) -> &Instance {
        &self.0.instance
    }

    /// Whether the process that holds a lease has certainly died.
    pub(super) fn outlived(&self, holder: &Holder) -> bool {
        let ours = self.0.instance.origin.as_ref();
        liveness(holder.origin.as_ref(), ours) == Liveness::Dead
    }

    /// Whether a process is dead by its heartbeat or by what the system says of it. One that is known no
    /// more is. No wall clock decides it, as clocks disagree: a heartbeat has run out that was seen not to
    /// change for as long as it counts.
    pub(crate) fn counts_as_dead(&self, process: Option<&Process>, clock: &dyn Clock) -> bool {
        let Some(process) = process else { return true };
        let ours = self.0.instance.origin.as_ref();
        match liveness(process.instance.origin.as_ref(), ours) {
            _ if process.dead_since.is_some() => true,
            Liveness::Dead => true,
            Liveness::Alive | Liveness::Unknown => {
                let unchanged = self.unchanged_for(process, clock.monotonic());
                unchanged >= TTL.unsigned_abs()
            }
        }
    }

    fn unchanged_for(&self, process: &Process, now: Duration) -> Duration {
        let heartbeats = self.0.heartbeats.lock();
        let mut heartbeats = heartbeats.unwrap_or_else(PoisonError::into_inner);
        let seen = Seen {
            alive_until: process.alive_until,
            first: now,
        };
        let known = heartbeats.entry(process.instance.id).or_insert(seen);
        if known.alive_until != seen.alive_until {
            *known = seen;
        }
        now.saturating_sub(known.first)
    }

    /// Whether the holder of a lease is this process.
    pub(super) fn is(&self, holder: &Holder) -> bool {
        holder.instance == Some(self.0.instance.id)
    }

    /// Whether a run of this process holds a lease of that name, or is about to take it.
    pub(super) fn is_holding(&self, lease: &'static str) -> bool {
        self.leases().contains_key(lease)
    }

    /// Notes that a run of it takes and holds a lease, until the note is dropped.
    pub(super) fn holds(&self, lease: &'static str) -> HeldHere {
        *self.leases().entry(lease).or_default() += 1;
        HeldHere {
            process: self.clone(),
            lease,
        }
    }

    /// Has a lease renewed with each heartbeat of the process, as long as the permit lives.
    pub(super) fn renews_with_heartbeats(&self, permit: &Arc<LeasePermit>) {
        let mut permits = self.permits();
        permits.retain(|permit| permit.strong_count() > 0);
        permits.push(Arc::downgrade(permit));
    }

    /// The leases that a heartbeat renews, by names and tokens. One that was not confirmed in time has to look
    /// first what happened meanwhile.
    pub(super) fn leases_to_renew(&self) -> Vec<(String, i64)> {
        let permits = self.permits();
        let held = permits.iter().filter_map(Weak::upgrade);
        held.filter(|permit| permit.confirmation().is_fresh())
            .map(|permit| (permit.lease().name().to_owned(), permit.lease().token()))
            .collect()
    }

    /// A heartbeat that was begun at that moment has renewed these. One of which the ledger's word was old by
    /// then has to outdate looks first, as a renewal of its own does.
    pub(super) fn renewed(&self, leases: &[(String, i64)], asked: Moment) {
        let permits: Vec<_> = self.permits().iter().filter_map(Weak::upgrade).collect();
        for permit in permits {
            let lease = permit.lease();
            let is_renewed = leases
                .iter()
                .any(|(name, token)| (lease.name(), lease.token()) == (name, *token));
            if is_renewed && permit.confirmation().is_fresh() {
                permit.confirmation().confirm(asked);
            }
        }
    }

    fn permits(&self) -> MutexGuard<'_, Vec<Weak<LeasePermit>>> {
        let permits = self.0.permits.lock();
        permits.unwrap_or_else(PoisonError::into_inner)
    }

    fn leases(&self) -> MutexGuard<'_, BTreeMap<&'static str, usize>> {
        // Counts by name: a panic elsewhere leaves them whole.
        let leases = self.0.leases.lock();
        leases.unwrap_or_else(PoisonError::into_inner)
    }
}

/// A lease that a part of this process holds.
#[derive(Debug)]
pub(super) struct HeldHere {
    process: ThisProcess,
    lease: &'static str,
}

impl HeldHere {
    /// Whether no other run of this process holds the lease now, or is about to take it. A run notes that
    /// it does before it takes the lease, so that the answer holds for the lease as it was read before.
    pub(super) fn is_only(&self) -> bool {
        self.process.leases().get(self.lease) == Some(&1)
    }
}

impl Drop for HeldHere {
    fn drop(&mut self) {
        let mut leases = self.process.leases();
        if let Some(runs) = leases.get_mut(self.lease) {
            *runs -= 1;
            if *runs == 0 {
                leases.remove(self.lease);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use showcaller_clock::VirtualClock;

    use super::*;

    #[tokio::test]
    async fn a_process_is_dead_once_its_heartbeat_was_seen_not_to_change_whatever_the_wall_clocks_say()
     {
        let world = VirtualClock::starting_at("2027-10-06T08:00:00Z".parse().expect("a timestamp"));
        for ahead in [-86_400, -20, 0, 20, 86_400] {
            let clock = world.process(SignedDuration::from_secs(ahead));
            let us = ThisProcess::without_origin("one");
            let mut other = Process {
                instance: Instance::new("two", None),
                alive_until: world.now() + SignedDuration::from_secs(30),
                dead_since: None,
            };
            for _ in 0..6 {
                // It lives, and its heart beats every ten seconds.
                assert!(!us.counts_as_dead(Some(&other), &clock), "{ahead}");
                world.sleep(SignedDuration::from_secs(10)).await;
                other.alive_until += SignedDuration::from_secs(10);
            }
            let dead = async || {
                let dead = us.counts_as_dead(Some(&other), &clock);
                world.sleep(SignedDuration::from_secs(15)).await;
                dead
            };
            assert_eq!(
                [dead().await, dead().await, dead().await],
                [false, false, true]
            );
        }
        assert!(ThisProcess::without_origin("one").counts_as_dead(None, &world));
    }
}
