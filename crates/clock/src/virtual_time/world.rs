//! A simulated world: its time, what runs in it, and the step from one wait to the next.
//!
//! Wakers are called and dropped only while the world is not locked: either may come back to it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::process::{Caller, Process, WaitKey};
use super::task::Task;
use super::turns::Turns;

#[derive(Debug)]
pub(super) struct World {
    pub(super) start: Timestamp,
    state: Mutex<State>,
}

#[derive(Debug)]
pub(super) struct State {
    /// Since the start.
    pub(super) elapsed: Duration,
    pub(super) processes: Vec<Process>,
    /// How often time has been given to a wait.
    pub(super) steps: u64,
    /// Waits made outside of every task that are to be polled again once the world is idle.
    pub(super) drivers: BTreeMap<u64, Waker>,
    /// Registered tasks that are woken or being polled.
    runnable: usize,
    /// Guards that are held.
    busy: usize,
    /// Tasks for which the world moves by itself.
    roots: usize,
    tasks: u64,
    waits: u64,
    /// Where tasks take turns.
    pub(super) turns: Option<Turns>,
}

impl World {
    /// A world with one process, number 0.
    pub(super) fn new(start: Timestamp) -> Self {
        Self {
            start,
            state: Mutex::new(State {
                elapsed: Duration::ZERO,
                processes: vec![Process::default()],
                steps: 0,
                drivers: BTreeMap::new(),
                runnable: 0,
                busy: 0,
                roots: 0,
                tasks: 0,
                waits: 0,
                turns: None,
            }),
        }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        // Nothing in here panics half way through a change.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the wall clock of a process reads.
    pub(super) fn now(&self, process: usize) -> Timestamp {
        let state = self.state();
        // Past the end of the calendar it stays there.
        let now = self.start.checked_add(state.elapsed);
        let now = now.and_then(|now| now.checked_add(state.processes[process].wall_offset));
        now.unwrap_or(Timestamp::MAX)
    }

    /// How long after the start `instant` is.
    pub(super) fn since_start(&self, instant: Timestamp) -> Duration {
        let passed = instant.duration_since(self.start);
        Duration::try_from(passed).unwrap_or(Duration::ZERO)
    }

    /// A new task, which is runnable; returns its number.
    pub(super) fn register(&self, root: bool) -> u64 {
        let mut state = self.state();
        state.runnable += 1;
        state.roots += usize::from(root);
        state.tasks += 1;
        state.tasks
    }

    /// A task has ended.
    pub(super) fn unregister(&self, number: u64, process: usize, root: bool) {
        let mut state = self.state();
        state.roots -= usize::from(root);
        let parked = state.processes[process].parked.remove(&number);
        if let Some(turns) = &mut state.turns {
            turns.leave(number);
        }
        drop(state);
        drop(parked);
        self.grant();
    }

    /// Whether tasks take turns.
    pub(super) fn has_turns(&self) -> bool {
        self.state().turns.is_some()
    }

    /// Has `change` done to the turns, if there are any, and gives a turn that became free to the next task.
    pub(super) fn turn<T>(&self, change: impl FnOnce(&mut Turns) -> T) -> Option<T> {
        let done = self.state().turns.as_mut().map(change);
        if done.is_some() {
            self.grant();
        }
        done
    }

    fn grant(&self) {
        let next: Option<Arc<Task>> = self.state().turns.as_mut().and_then(Turns::grant);
        if let Some(task) = next {
            task.wake_executor();
        }
    }

    /// A task is runnable.
    pub(super) fn enter(&self) {
        self.state().runnable += 1;
    }

    /// A task is no longer runnable.
    pub(super) fn leave(&self) {
        self.state().runnable -= 1;
        self.settle();
    }

    /// Outside work has begun, of a task or of what is none.
    pub(super) fn hold(&self, task: Option<u64>) {
        let mut state = self.state();
        state.busy += 1;
        if let (Some(turns), Some(task)) = (&mut state.turns, task) {
            turns.hold(task);
        }
    }

    pub(super) fn release(&self, task: Option<u64>) {
        if let Some(task) = task {
            self.turn(|turns| turns.release(task));
        }
        self.state().busy -= 1;
        self.settle();
    }

    /// To be called whenever the world may have become idle.
    pub(super) fn settle(&self) {
        while self.step(false) {}
        let drivers = {
            let mut state = self.state();
            if !state.is_idle() {
                return;
            }
            std::mem::take(&mut state.drivers)
        };
        for driver in drivers.into_values() {
            driver.wake();
        }
    }

    /// If the world is idle, takes the one wait that is first and wakes it; moves the time there
    /// if that is `wanted`, or a root is under way.
    pub(super) fn step(&self, wanted: bool) -> bool {
        let waker = {
            let mut state = self.state();
            let Some(waker) = state.take_first(wanted) else {
                return false;
            };
            // No other task may step before the one that is woken counts as runnable.
            state.busy += 1;
            waker
        };
        waker.wake();
        self.state().busy -= 1;
        true
    }
}

impl State {
    pub(super) fn is_idle(&self) -> bool {
        self.runnable == 0 && self.busy == 0
    }

    pub(super) fn monotonic(&self, process: usize) -> Duration {
        self.processes[process].monotonic(self.elapsed)
    }

    pub(super) fn add_process(&mut self, wall_offset: SignedDuration) -> usize {
        self.processes.push(Process::ahead_by(wall_offset));
        self.processes.len() - 1
    }

    pub(super) fn add_wait(
        &mut self,
        process: usize,
        due: Duration,
        caller: Caller,
        waker: Waker,
    ) -> WaitKey {
        self.waits += 1;
        let order = self.waits;
        let key = WaitKey { due, caller, order };
        self.processes[process].waits.insert(key, waker);
        key
    }

    fn take_first(&mut self, wanted: bool) -> Option<Waker> {
        if !self.is_idle() {
            return None;
        }
        let waiting = self.processes.iter().enumerate();
        let waiting = waiting.filter_map(|(number, process)| {
            let (due, caller) = process.earliest()?;
            // Tasks before what is outside, then the processes in their order.
            Some((due, caller == Caller::Outside, number))
        });
        let (due, _, process) = waiting.min()?;
        if due > self.elapsed && !wanted && self.roots == 0 {
            return None;
        }
        // A wait may be late, if the time was moved by hand.
        self.elapsed = self.elapsed.max(due);
        self.steps += 1;
        let (_, waker) = self.processes[process].waits.pop_first()?;
        Some(waker)
    }
}
