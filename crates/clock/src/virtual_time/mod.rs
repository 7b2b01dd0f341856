//! Time as a discrete-event simulation.

mod process;
mod process_clock;
mod sleep;
mod task;
mod turns;
mod world;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};

use crate::clock::{BoxFuture, Busy, Clock};
pub use process_clock::ProcessClock;
use sleep::Sleep;
use turns::Turns;
use world::World;

/// The true time of a simulated world. Clones share one world.
///
/// Time moves only while every registered task ([`Clock::task`], [`run`](Self::run)) is idle and
/// no [`Busy`] is held, from one wait to the next: the earliest one, and of several at one instant
/// those of registered tasks first, by the process and then the task in the order in which they
/// were made, then in the order of the waits. After each, it stands until everything is idle again.
///
/// And it moves only for something that wants it to: a future under [`run`](Self::run), or a wait
/// outside of every registered task, which first lets everything run that is ready. So a plain
/// test, which is itself no registered task, needs nothing but to wait; while it does something
/// else, time stands. It never goes back.
#[derive(Debug, Clone)]
pub struct VirtualClock {
    own: ProcessClock,
}

impl VirtualClock {
    /// The clock of a new world, which reads `start`.
    #[must_use]
    pub fn starting_at(start: Timestamp) -> Self {
        let world = Arc::new(World::new(start));
        Self {
            own: ProcessClock { world, number: 0 },
        }
    }

    /// The same for a world whose tasks take turns: one runs at a time, in the order in which they became
    /// runnable, and one that waits for outside work ([`Clock::busy`]) keeps its turn. On one thread, the same
    /// seed then gives the same trace, whatever outside work takes.
    #[must_use]
    pub fn in_turns(self) -> Self {
        self.own.world.state().turns = Some(Turns::default());
        self
    }

    /// Moves the time forward to `instant`; an earlier instant changes nothing. What waits for a
    /// time until then comes due now, one after the other.
    pub fn advance_to(&self, instant: Timestamp) {
        let world = &self.own.world;
        let to = world.since_start(instant);
        let mut state = world.state();
        state.elapsed = state.elapsed.max(to);
        drop(state);
        world.settle();
    }

    /// The clocks of another process in this world: its wall clock is ahead of the world's time by
    /// `wall_offset`, which may be negative.
    #[must_use]
    pub fn process(&self, wall_offset: SignedDuration) -> ProcessClock {
        let world = Arc::clone(&self.own.world);
        let number = world.state().add_process(wall_offset);
        ProcessClock { world, number }
    }

    /// Runs `future` as a registered task, for which the world moves by itself: whenever the
    /// future waits, be it for this clock, for another task or for a channel, time goes on to the
    /// next wait in the world. What it waits for outside needs a [`Clock::busy`].
    pub async fn run<T>(&self, future: impl Future<Output = T>) -> T {
        self.own.run(future).await
    }
}

#[async_trait]
impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        self.own.now()
    }

    fn monotonic(&self) -> Duration {
        self.own.monotonic()
    }

    fn task(&self, future: BoxFuture<()>) -> BoxFuture<()> {
        self.own.task(future)
    }

    fn busy(&self) -> Busy {
        self.own.busy()
    }

    async fn sleep_until(&self, deadline: Timestamp) {
        // The true time is never set, so this needs no second look.
        let world = &self.own.world;
        Sleep::new(world, self.own.number, world.since_start(deadline)).await;
    }

    async fn sleep(&self, duration: SignedDuration) {
        self.own.sleep(duration).await;
    }
}
