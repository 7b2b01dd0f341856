//! Turns: one registered task at a time, in the order in which they became runnable.
//!
//! A task that waits for outside work keeps its turn. So what happens in a world depends on nothing that a
//! thread of the machine decides.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use super::task::Task;

#[derive(Default)]
pub(super) struct Turns {
    current: Option<(u64, Phase)>,
    /// Runnable, without a turn yet.
    ready: VecDeque<Arc<Task>>,
    /// How much outside work each task has under way.
    held: BTreeMap<u64, usize>,
}

/// What the task is at whose turn it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Its executor was told, or will poll it anyway.
    Granted,
    Polling,
    /// For outside work.
    Waiting,
}

impl Turns {
    /// A task is runnable. Returns whether it is to be polled now.
    pub(super) fn wake(&mut self, task: &Arc<Task>) -> bool {
        match &mut self.current {
            Some((number, phase)) if *number == task.number => {
                let waits = *phase == Phase::Waiting;
                if waits {
                    *phase = Phase::Granted;
                }
                waits
            }
            _ => {
                if !self.ready.iter().any(|it| it.number == task.number) {
                    self.ready.push_back(Arc::clone(task));
                }
                false
            }
        }
    }

    /// Gives the turn to the next task, if it is free.
    pub(super) fn grant(&mut self) -> Option<Arc<Task>> {
        if self.current.is_some() {
            return None;
        }
        let task = self.ready.pop_front()?;
        self.current = Some((task.number, Phase::Granted));
        Some(task)
    }

    /// Whether this task may be polled, which begins then.
    pub(super) fn begin(&mut self, number: u64) -> bool {
        match &mut self.current {
            Some((current, phase)) if *current == number => {
                *phase = Phase::Polling;
                true
            }
            _ => false,
        }
    }

    /// The poll of the task has ended. `woken` if it was woken meanwhile. Returns whether it is to be polled
    /// again at once.
    pub(super) fn pause(&mut self, task: &Arc<Task>, woken: bool) -> bool {
        if self.held.contains_key(&task.number) {
            let phase = if woken {
                Phase::Granted
            } else {
                Phase::Waiting
            };
            self.current = Some((task.number, phase));
            return woken;
        }
        self.current = None;
        if woken {
            self.ready.push_back(Arc::clone(task));
        }
        false
    }

    /// The task is not polled any more, or not for now.
    pub(super) fn leave(&mut self, number: u64) {
        self.ready.retain(|task| task.number != number);
        if self.is_of(number) {
            self.current = None;
        }
    }

    pub(super) fn hold(&mut self, number: u64) {
        *self.held.entry(number).or_default() += 1;
    }

    pub(super) fn release(&mut self, number: u64) {
        let Some(held) = self.held.get_mut(&number) else {
            return;
        };
        *held -= 1;
        if *held == 0 {
            self.held.remove(&number);
            if self.current == Some((number, Phase::Waiting)) {
                self.current = None;
            }
        }
    }

    fn is_of(&self, number: u64) -> bool {
        self.current.is_some_and(|(current, _)| current == number)
    }
}

impl std::fmt::Debug for Turns {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let ready: Vec<u64> = self.ready.iter().map(|task| task.number).collect();
        f.debug_struct("Turns")
            .field("current", &self.current)
            .field("ready", &ready)
            .field("held", &self.held)
            .finish()
    }
}
