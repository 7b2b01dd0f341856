//! The process that acts, as the others on its ledger know it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use showcaller_ledger::{Holder, Instance};

use super::liveness::{Liveness, liveness, own_origin};

/// This process, with the leases that it holds now. Clones are the same process.
#[derive(Debug, Clone)]
pub struct ThisProcess(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    instance: Instance,
    leases: Mutex<BTreeMap<&'static str, usize>>,
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
        }))
    }

    /// Its instance.
    #[must_use]
    pub fn instance(&self) -> &Instance {
        &self.0.instance
    }

    /// Whether the holder of a lease certainly does not act any more: its process has died, or it is
    /// this process, of which no run [is holding](Self::is_holding) the lease.
    pub(super) fn is_survivor_of(&self, holder: &Holder) -> bool {
        let ours = self.0.instance.origin.as_ref();
        holder.instance == Some(self.0.instance.id)
            || liveness(holder.origin.as_ref(), ours) == Liveness::Dead
    }

    /// Whether a run of this process holds a lease of that name, or is about to take it.
    pub(super) fn is_holding(&self, lease: &'static str) -> bool {
        self.leases().contains_key(lease)
    }

    /// Notes that a run of it takes and holds a lease, until the note is dropped. Only the first one
    /// may take the lease over from a run of this process: no other is at work then.
    pub(super) fn holds(&self, lease: &'static str) -> HeldHere {
        let mut leases = self.leases();
        let runs = leases.entry(lease).or_default();
        *runs += 1;
        HeldHere {
            process: self.clone(),
            lease,
            is_first: *runs == 1,
        }
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
    is_first: bool,
}

impl HeldHere {
    /// Whether no other run of this process held the lease, or was about to, when this one came.
    pub(super) fn is_first(&self) -> bool {
        self.is_first
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
