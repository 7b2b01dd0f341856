//! One process of a simulated world: what its clocks read, and what waits for them.

use std::collections::BTreeMap;
use std::task::Waker;
use std::time::Duration;

use jiff::SignedDuration;

/// Who waits. At one instant, registered tasks come in the order of their registration, and waits
/// made outside of every task come last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Caller {
    Task(u64),
    Outside,
}

/// A wait's place in the queue of its process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct WaitKey {
    /// On the process's monotonic clock.
    pub(super) due: Duration,
    pub(super) caller: Caller,
    /// Unique in the world.
    pub(super) order: u64,
}

/// A process, running or not.
#[derive(Debug, Default)]
pub(super) struct Process {
    /// What the wall clock is ahead of the world's time.
    pub(super) wall_offset: SignedDuration,
    pub(super) waits: BTreeMap<WaitKey, Waker>,
    /// Tasks that were woken while the process did not run, by number.
    pub(super) parked: BTreeMap<u64, Waker>,
    status: Status,
    /// What the monotonic clock is behind the world's time.
    slept: Duration,
}

#[derive(Debug, Default, Clone, Copy)]
enum Status {
    #[default]
    Running,
    Suspended {
        since: Duration,
    },
    Killed,
}

impl Process {
    pub(super) fn ahead_by(wall_offset: SignedDuration) -> Self {
        Self {
            wall_offset,
            ..Self::default()
        }
    }

    pub(super) fn is_running(&self) -> bool {
        matches!(self.status, Status::Running)
    }

    /// The monotonic clock, `elapsed` after the world began.
    pub(super) fn monotonic(&self, elapsed: Duration) -> Duration {
        let until = match self.status {
            Status::Suspended { since } => since,
            Status::Running | Status::Killed => elapsed,
        };
        until.saturating_sub(self.slept)
    }

    /// The first wait that can come due, and when it does in the world's time.
    pub(super) fn earliest(&self) -> Option<(Duration, Caller)> {
        let first = self.waits.first_key_value().filter(|_| self.is_running());
        first.map(|(key, _)| (key.due.saturating_add(self.slept), key.caller))
    }

    pub(super) fn suspend(&mut self, elapsed: Duration) {
        if self.is_running() {
            self.status = Status::Suspended { since: elapsed };
        }
    }

    /// Goes on; returns the tasks that have to be polled now.
    pub(super) fn resume(&mut self, elapsed: Duration) -> BTreeMap<u64, Waker> {
        let Status::Suspended { since } = self.status else {
            return BTreeMap::new();
        };
        self.slept += elapsed.saturating_sub(since);
        self.status = Status::Running;
        std::mem::take(&mut self.parked)
    }

    pub(super) fn kill(&mut self) {
        self.status = Status::Killed;
    }
}
