//! Registered tasks: the world knows of each whether it is runnable or idle.

use std::cell::Cell;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use tokio::task::unconstrained;

use super::process::Caller;
use super::world::World;

thread_local! {
    /// The task that is being polled on this thread, with the address of its world.
    static POLLED: Cell<Option<(usize, u64)>> = const { Cell::new(None) };
}

/// Who asks: the task of this world that is being polled on this thread, if any.
pub(super) fn caller(world: &Arc<World>) -> Caller {
    match POLLED.get() {
        Some((address, task)) if address == address_of(world) => Caller::Task(task),
        _ => Caller::Outside,
    }
}

fn address_of(world: &Arc<World>) -> usize {
    Arc::as_ptr(world).addr()
}

/// Has the executor wake this once nothing else is ready, as `yield_now` does.
pub(super) fn wake_when_nothing_is_ready(context: &mut Context<'_>) {
    // It hands the waker to the executor when it is polled, and is not needed after that.
    let _ = pin!(tokio::task::yield_now()).poll(context);
}

/// A future as a registered task.
pub(super) struct Tracked<F> {
    // Dropped before the task ends: what it drops may still wake others.
    future: F,
    task: Registered,
}

impl<F: Future + Unpin> Tracked<F> {
    pub(super) fn new(world: &Arc<World>, process: usize, root: bool, future: F) -> Self {
        let task = Arc::new(Task {
            world: Arc::clone(world),
            process,
            number: world.register(root),
            root,
            progress: Mutex::new(Progress {
                phase: Phase::Woken,
                executor: None,
            }),
        });
        world.turn(|turns| turns.wake(&task));
        Self {
            future,
            task: Registered(task),
        }
    }
}

impl<F: Future + Unpin> Future for Tracked<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let Self { future, task } = self.get_mut();
        let task = &task.0;
        if !task.may_begin(context) || task.has_paused(context) || task.is_parked() {
            return Poll::Pending;
        }
        let waker = Waker::from(Arc::clone(task));
        let inside = Inside::of(task);
        let mut inner = Context::from_waker(&waker);
        let polled = match task.world.has_turns() {
            // A budget that is used up would have the executor say when the task goes on.
            true => pin!(unconstrained(Pin::new(future))).poll(&mut inner),
            false => Pin::new(future).poll(&mut inner),
        };
        drop(inside);
        match polled {
            Poll::Ready(_) => task.end(),
            Poll::Pending => task.pause(context),
        }
        polled
    }
}

/// Says who is polled, until it is dropped.
struct Inside(Option<(usize, u64)>);

impl Inside {
    fn of(task: &Task) -> Self {
        Self(POLLED.replace(Some((address_of(&task.world), task.number))))
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        POLLED.set(self.0);
    }
}

/// Ends the task when it is dropped: at its end, when it is aborted, after a panic.
struct Registered(Arc<Task>);

impl Drop for Registered {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// What wakes a task, and its account with the world.
pub(super) struct Task {
    world: Arc<World>,
    process: usize,
    pub(super) number: u64,
    root: bool,
    // Locked before the world, never the other way round.
    progress: Mutex<Progress>,
}

struct Progress {
    phase: Phase,
    /// Wakes the task in its executor.
    executor: Option<Waker>,
}

/// All but the last two count as runnable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Woken,
    Polled,
    WokenWhilePolled,
    /// It has nothing to do, unless it asked the executor to be woken later (`yield_now`, or
    /// Tokio's cooperative budget is used up): that wake comes once nothing else is ready.
    Pausing,
    Idle,
    Ended,
}

impl Task {
    fn progress(&self) -> MutexGuard<'_, Progress> {
        // Nothing panics half way through a change.
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it is the task's turn, where there are turns; otherwise it is polled when it is.
    fn may_begin(self: &Arc<Self>, context: &Context<'_>) -> bool {
        if !self.world.has_turns() {
            return true;
        }
        let mut progress = self.progress();
        let before = progress.executor.replace(context.waker().clone());
        let phase = progress.phase;
        if phase == Phase::Idle {
            // It was polled without having been woken.
            progress.phase = Phase::Woken;
            self.world.enter();
        }
        drop(progress);
        drop(before);
        match phase {
            // There is nothing to poll.
            Phase::Pausing => true,
            Phase::Idle => {
                self.world.turn(|turns| turns.wake(self));
                self.begins()
            }
            _ => self.begins(),
        }
    }

    fn begins(&self) -> bool {
        self.world.turn(|turns| turns.begin(self.number)) == Some(true)
    }

    /// Has the executor poll the task, if it knows it already.
    pub(super) fn wake_executor(&self) {
        let executor = self.progress().executor.clone();
        if let Some(executor) = executor {
            executor.wake();
        }
    }

    /// Begins a poll, or says that there is nothing to poll: the task pauses.
    fn has_paused(&self, context: &Context<'_>) -> bool {
        let mut progress = self.progress();
        let executor = context.waker().clone();
        let before = progress.executor.replace(executor);
        let phase = progress.phase;
        let paused = phase == Phase::Pausing;
        progress.phase = if paused { Phase::Idle } else { Phase::Polled };
        if phase == Phase::Idle {
            self.world.enter();
        }
        drop(progress);
        drop(before);
        if paused {
            self.world.leave();
        }
        paused
    }

    /// Whether the process does not run: then the task is polled when it does again.
    fn is_parked(self: &Arc<Self>) -> bool {
        let waker = Waker::from(Arc::clone(self));
        let mut state = self.world.state();
        let process = &mut state.processes[self.process];
        if process.is_running() {
            return false;
        }
        let before = process.parked.insert(self.number, waker);
        drop(state);
        drop(before);
        self.world.turn(|turns| turns.leave(self.number));
        if self.after_poll(Phase::Idle) {
            self.world.leave();
        }
        true
    }

    /// Ends a poll that has to be repeated when the task is woken.
    fn pause(self: &Arc<Self>, context: &mut Context<'_>) {
        let rests = self.after_poll(Phase::Pausing);
        let again = self.world.turn(|turns| turns.pause(self, !rests));
        if rests {
            wake_when_nothing_is_ready(context);
        } else if again == Some(true) {
            self.wake_executor();
        }
    }

    /// Whether the task, which was polled, now is in phase `then`: not if it was woken meanwhile.
    fn after_poll(&self, then: Phase) -> bool {
        let mut progress = self.progress();
        let woken = progress.phase == Phase::WokenWhilePolled;
        progress.phase = if woken { Phase::Woken } else { then };
        !woken
    }

    fn end(&self) {
        let mut progress = self.progress();
        let phase = std::mem::replace(&mut progress.phase, Phase::Ended);
        let executor = progress.executor.take();
        drop(progress);
        drop(executor);
        if phase == Phase::Ended {
            return;
        }
        self.world.unregister(self.number, self.process, self.root);
        if phase != Phase::Idle {
            self.world.leave();
        }
    }
}

impl Wake for Task {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let mut progress = self.progress();
        progress.phase = match progress.phase {
            Phase::Idle => {
                self.world.enter();
                Phase::Woken
            }
            Phase::Pausing => Phase::Woken,
            Phase::Polled => Phase::WokenWhilePolled,
            Phase::Woken | Phase::WokenWhilePolled | Phase::Ended => return,
        };
        let polled = progress.phase == Phase::WokenWhilePolled;
        drop(progress);
        // Where there are turns, one that was woken while it is polled has its place when that ends.
        let now = match polled && self.world.has_turns() {
            true => Some(false),
            false => self.world.turn(|turns| turns.wake(self)),
        };
        if now.unwrap_or(true) {
            self.wake_executor();
        }
    }
}
