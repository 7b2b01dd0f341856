//! What a clock is.

use std::fmt::Debug;
use std::pin::Pin;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};

/// A future on the heap that may move between threads.
pub type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// A clock that many may hold.
pub type SharedClock = Arc<dyn Clock>;

/// How long a wait for a wall-clock time goes on without looking whether the clock was set.
const LOOK_AGAIN: SignedDuration = SignedDuration::from_secs(60);

/// Work that is under way outside of every registered task: while one of these is held, a virtual
/// clock stands still. On the machine's clock it means nothing.
#[derive(Debug, Default)]
#[must_use = "the clock may move on as soon as this is dropped"]
pub struct Busy {
    _held: Option<Box<dyn Held>>,
}

/// What a [`Busy`] releases when it is dropped.
pub(crate) trait Held: Debug + Send + Sync {}

impl Busy {
    pub(crate) fn holding(held: impl Held + 'static) -> Self {
        Self {
            _held: Some(Box::new(held)),
        }
    }
}

/// Tells the time and waits for it.
#[async_trait]
pub trait Clock: Debug + Send + Sync {
    /// The present instant: the wall clock, which may be set.
    fn now(&self) -> Timestamp;

    /// The time since an arbitrary moment: never set, and it stands while the machine sleeps.
    fn monotonic(&self) -> Duration {
        // On Linux an `Instant` is CLOCK_MONOTONIC, which does not count suspended time.
        static START: LazyLock<Instant> = LazyLock::new(Instant::now);
        START.elapsed()
    }

    /// The same future as a task that this clock knows: a virtual clock moves only while every
    /// such task waits. To be spawned, not polled inside of another future.
    fn task(&self, future: BoxFuture<()>) -> BoxFuture<()> {
        future
    }

    /// To be held while something is waited for that is neither this clock nor a task of it: a
    /// database, a socket, a thread. Best held by the waiting side, until it has the result.
    fn busy(&self) -> Busy {
        Busy::default()
    }

    /// Returns once [`Clock::now`] is `deadline` or later; at once if it already is. A wall clock
    /// that was set is noticed within 60 s.
    async fn sleep_until(&self, deadline: Timestamp);

    /// Waits for `duration` on the monotonic clock, in whole nanoseconds; a negative one does not
    /// wait.
    async fn sleep(&self, duration: SignedDuration) {
        // A time past the end of the calendar cannot be waited for; its end is as good.
        let deadline = self.now().checked_add(duration).unwrap_or(Timestamp::MAX);
        self.sleep_until(deadline).await;
    }
}

/// [`Clock::sleep_until`] for a wall clock that may be set while the monotonic clock is waited on.
pub(crate) async fn sleep_until_wall(clock: &impl Clock, deadline: Timestamp) {
    loop {
        let left = deadline.duration_since(clock.now());
        if left <= SignedDuration::ZERO {
            return;
        }
        clock.sleep(left.min(LOOK_AGAIN)).await;
    }
}
