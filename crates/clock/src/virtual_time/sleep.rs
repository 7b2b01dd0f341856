//! A wait for a time on the monotonic clock of a process.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use super::process::{Caller, WaitKey};
use super::task::{caller, wake_when_nothing_is_ready};
use super::world::World;

pub(super) struct Sleep {
    world: Arc<World>,
    process: usize,
    due: Duration,
    /// Its place in the queue, from the first poll on until it is over.
    key: Option<WaitKey>,
    /// The world's steps when this last let everything else run.
    yielded_at: u64,
}

impl Sleep {
    pub(super) fn new(world: &Arc<World>, process: usize, due: Duration) -> Self {
        Self {
            world: Arc::clone(world),
            process,
            due,
            key: None,
            yielded_at: 0,
        }
    }

    fn begin(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let caller = caller(&self.world);
        let mut state = self.world.state();
        let inside = caller != Caller::Outside;
        if inside && self.due <= state.monotonic(self.process) {
            return Poll::Ready(());
        }
        let waker = context.waker().clone();
        self.key = Some(state.add_wait(self.process, self.due, caller, waker));
        self.yielded_at = state.steps;
        drop(state);
        if !inside {
            wake_when_nothing_is_ready(context);
        }
        Poll::Pending
    }

    /// Whether the wait is over; if not, `context` is woken when it is.
    fn is_over(&self, key: &WaitKey, context: &Context<'_>) -> bool {
        let mut state = self.world.state();
        let Some(waker) = state.processes[self.process].waits.get_mut(key) else {
            return true;
        };
        let before = std::mem::replace(waker, context.waker().clone());
        drop(state);
        drop(before);
        false
    }

    /// No task going idle moves the world for a wait outside of every task, so the wait does it
    /// itself: whenever the world is idle it lets all run that is ready, then takes one step.
    fn drive(&mut self, key: &WaitKey, context: &mut Context<'_>) {
        let mut state = self.world.state();
        if !state.is_idle() || !state.processes[self.process].is_running() {
            let waker = context.waker().clone();
            let before = state.drivers.insert(key.order, waker);
            drop(state);
            drop(before);
            return;
        }
        let has_yielded = self.yielded_at == state.steps;
        self.yielded_at = state.steps;
        drop(state);
        if has_yielded {
            self.world.step(true);
            self.world.settle();
        }
        wake_when_nothing_is_ready(context);
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let this = self.get_mut();
        let Some(key) = this.key else {
            return this.begin(context);
        };
        if !this.is_over(&key, context) {
            if key.caller != Caller::Outside {
                return Poll::Pending;
            }
            this.drive(&key, context);
            if !this.is_over(&key, context) {
                return Poll::Pending;
            }
        }
        this.key = None;
        Poll::Ready(())
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        if let Some(key) = self.key {
            let mut state = self.world.state();
            let wait = state.processes[self.process].waits.remove(&key);
            let driver = state.drivers.remove(&key.order);
            drop(state);
            drop((wait, driver));
        }
    }
}
