//! The process that acts, as the others on its ledger know it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use showcaller_ledger::{Holder, Instance, Process};

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

    /// Whether the process that holds a lease has certainly died.
    pub(super) fn outlived(&self, holder: &Holder) -> bool {
        let ours = self.0.instance.origin.as_ref();
        liveness(holder.origin.as_ref(), ours) == Liveness::Dead
    }

    /// Whether a process is dead by its heartbeat or by what the system says of it. One that is known no
    /// more is.
    pub(crate) fn counts_as_dead(&self, process: Option<&Process>, now: Timestamp) -> bool {
        let Some(process) = process else { return true };
        let ours = self.0.instance.origin.as_ref();
        match liveness(process.instance.origin.as_ref(), ours) {
            _ if process.dead_since.is_some() => true,
            Liveness::Dead => true,
            Liveness::Alive | Liveness::Unknown => process.alive_until <= now,
        }
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
