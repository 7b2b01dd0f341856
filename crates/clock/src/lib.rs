//! The one source of time for everything that waits.
//!
//! Whoever needs the time, or has to wait for it, is handed a [`Clock`]. In production that is
//! the [`SystemClock`]; a rehearsal and the tests use a [`VirtualClock`], on which four days pass
//! in seconds. Tokio's own paused time is no substitute: it jumps as soon as the runtime is idle,
//! and a runtime that waits for a database thread or a socket looks idle.

use std::fmt::Debug;
use std::pin::Pin;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};

/// A future on the heap that may move between threads.
pub type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// Work that is under way outside of every registered task: while one of these is held, a virtual
/// clock stands still. On the machine's clock it means nothing.
#[derive(Debug, Default)]
#[must_use = "the clock may move on as soon as this is dropped"]
pub struct Busy(Option<Box<dyn Held>>);

/// What a [`Busy`] releases when it is dropped.
trait Held: Debug + Send + Sync {}

/// Tells the time and waits for it.
#[async_trait]
pub trait Clock: Debug + Send + Sync {
    /// The present instant: the wall clock, which may be set.
    fn now(&self) -> Timestamp;

    /// The time since an arbitrary moment: never set, and it stands while the machine sleeps.
    fn monotonic(&self) -> Duration {
        static START: LazyLock<Instant> = LazyLock::new(Instant::now);
        START.elapsed()
    }

    /// The same future as a task that this clock knows: a virtual clock moves only while every
    /// such task waits for it. To be spawned.
    fn task(&self, future: BoxFuture<()>) -> BoxFuture<()> {
        future
    }

    /// To be held while something is waited for that is neither this clock nor a task of it: a
    /// database, a socket, a thread.
    fn busy(&self) -> Busy {
        Busy::default()
    }

    /// Returns once [`Clock::now`] is `deadline` or later; at once if it already is.
    async fn sleep_until(&self, deadline: Timestamp);

    /// Waits for `duration`, in whole nanoseconds; a negative one does not wait.
    async fn sleep(&self, duration: SignedDuration) {
        // A time past the end of the calendar cannot be waited for; its end is as good.
        let deadline = self.now().checked_add(duration).unwrap_or(Timestamp::MAX);
        self.sleep_until(deadline).await;
    }
}

/// A clock that many may hold.
pub type SharedClock = Arc<dyn Clock>;

/// The machine's own clock.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemClock;

#[async_trait]
impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    async fn sleep_until(&self, deadline: Timestamp) {
        // The wall clock may be set while we wait (NTP, a laptop that slept), so look again.
        loop {
            let left = deadline.duration_since(self.now());
            let Ok(left) = std::time::Duration::try_from(left) else {
                return;
            };
            if left.is_zero() {
                return;
            }
            tokio::time::sleep(left.min(std::time::Duration::from_secs(60))).await;
        }
    }
}

/// A clock that runs at the machine's pace from an instant of one's choice.
#[derive(Debug, Clone)]
pub struct OffsetClock {
    offset: SignedDuration,
}

impl OffsetClock {
    /// A clock that reads `start` now.
    #[must_use]
    pub fn starting_at(start: Timestamp) -> Self {
        Self {
            offset: start.duration_since(Timestamp::now()),
        }
    }
}

#[async_trait]
impl Clock for OffsetClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
            .checked_add(self.offset)
            .unwrap_or(Timestamp::MAX)
    }

    async fn sleep_until(&self, deadline: Timestamp) {
        let real = deadline.checked_sub(self.offset).unwrap_or(Timestamp::MAX);
        SystemClock.sleep_until(real).await;
    }
}

/// A clock that stands still until somebody waits for a later time, and then jumps there.
///
/// It never goes back. Clones share one hand: a simulator and its client that hold clones agree
/// about the time.
#[derive(Debug, Clone)]
pub struct VirtualClock {
    now: Arc<Mutex<Timestamp>>,
}

impl VirtualClock {
    /// A clock that reads `start`.
    #[must_use]
    pub fn starting_at(start: Timestamp) -> Self {
        Self {
            now: Arc::new(Mutex::new(start)),
        }
    }

    /// Moves the hand forward to `instant`; an earlier instant changes nothing.
    pub fn advance_to(&self, instant: Timestamp) {
        let mut now = self.hand();
        *now = (*now).max(instant);
    }

    fn hand(&self) -> std::sync::MutexGuard<'_, Timestamp> {
        // The guarded value is one plain number: a panic elsewhere cannot leave it half written.
        self.now
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[async_trait]
impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        *self.hand()
    }

    async fn sleep_until(&self, deadline: Timestamp) {
        // Let what is ready run first, so that a sleeper does not outrun its neighbours' work.
        tokio::task::yield_now().await;
        self.advance_to(deadline);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a timestamp")
    }

    #[tokio::test]
    async fn a_virtual_clock_jumps_to_what_is_waited_for_and_never_back() {
        let clock = VirtualClock::starting_at(at("2027-10-01T08:00:00Z"));
        let twin = clock.clone();
        clock.sleep(SignedDuration::from_hours(96)).await;
        assert_eq!(twin.now(), at("2027-10-05T08:00:00Z"));
        twin.sleep_until(at("2027-10-01T08:00:00Z")).await;
        assert_eq!(clock.now(), at("2027-10-05T08:00:00Z"));
    }

    #[tokio::test]
    async fn a_deadline_in_the_past_does_not_wait() {
        SystemClock.sleep_until(Timestamp::UNIX_EPOCH).await;
        SystemClock.sleep(SignedDuration::from_hours(-1)).await;
    }

    #[test]
    fn an_offset_clock_starts_where_it_is_told() {
        let start = at("2027-10-01T08:00:00Z");
        let clock = OffsetClock::starting_at(start);
        let read = clock.now();
        assert!(read >= start && read < at("2027-10-01T08:10:00Z"));
    }
}
