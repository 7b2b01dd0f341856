//! The clocks of one process in a simulated world.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};

use super::process::Caller;
use super::sleep::Sleep;
use super::task::{Tracked, caller};
use super::world::World;
use crate::clock::{BoxFuture, Busy, Clock, Held, sleep_until_wall};

/// The wall clock and the monotonic clock of one process of a [`VirtualClock`](crate::VirtualClock)'s
/// world, or of anything else whose time may be off, such as a database server.
///
/// Clones are the same process.
#[derive(Debug, Clone)]
pub struct ProcessClock {
    pub(super) world: Arc<World>,
    pub(super) number: usize,
}

impl ProcessClock {
    /// Sets the wall clock forwards or, if `by` is negative, back. The monotonic clock does not
    /// notice; waits for a wall-clock time do within 60 s.
    pub fn step_wall(&self, by: SignedDuration) {
        let mut state = self.world.state();
        let offset = &mut state.processes[self.number].wall_offset;
        *offset = offset.saturating_add(by);
    }

    /// Puts the process to sleep as a laptop does: the monotonic clock stands, no wait comes due
    /// and no registered task is polled until [`resume`](Self::resume). The wall clock runs on. What
    /// was begun outside of the tasks goes on.
    pub fn suspend(&self) {
        let mut state = self.world.state();
        let elapsed = state.elapsed;
        state.processes[self.number].suspend(elapsed);
    }

    /// Wakes the process up: what was left of each wait is left now.
    pub fn resume(&self) {
        // All that wakes up does so before time goes on.
        let _busy = self.busy();
        let mut state = self.world.state();
        let elapsed = state.elapsed;
        let parked = state.processes[self.number].resume(elapsed);
        drop(state);
        for task in parked.into_values() {
            task.wake();
        }
    }

    /// Stops the process for good: none of its waits comes due, and its registered tasks are never
    /// polled again. To be aborted they still have to be.
    pub fn kill(&self) {
        self.world.state().processes[self.number].kill();
    }

    /// Runs `future` as a registered task of this process, for which the world moves by itself.
    /// See [`VirtualClock::run`](crate::VirtualClock::run).
    pub async fn run<T>(&self, future: impl Future<Output = T>) -> T {
        Tracked::new(&self.world, self.number, true, Box::pin(future)).await
    }
}

#[async_trait]
impl Clock for ProcessClock {
    fn now(&self) -> Timestamp {
        self.world.now(self.number)
    }

    fn monotonic(&self) -> Duration {
        self.world.state().monotonic(self.number)
    }

    fn task(&self, future: BoxFuture<()>) -> BoxFuture<()> {
        Box::pin(Tracked::new(&self.world, self.number, false, future))
    }

    fn busy(&self) -> Busy {
        let task = match caller(&self.world) {
            Caller::Task(number) => Some(number),
            Caller::Outside => None,
        };
        self.world.hold(task);
        Busy::holding(Hold {
            world: Arc::clone(&self.world),
            task,
        })
    }

    async fn sleep_until(&self, deadline: Timestamp) {
        sleep_until_wall(self, deadline).await;
    }

    async fn sleep(&self, duration: SignedDuration) {
        let duration = Duration::try_from(duration).unwrap_or(Duration::ZERO);
        let due = self.monotonic().saturating_add(duration);
        Sleep::new(&self.world, self.number, due).await;
    }
}

/// What keeps a world from moving.
#[derive(Debug)]
struct Hold {
    world: Arc<World>,
    /// The task whose work it is.
    task: Option<u64>,
}

impl Held for Hold {}

impl Drop for Hold {
    fn drop(&mut self) {
        self.world.release(self.task);
    }
}
