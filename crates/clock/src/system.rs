//! Clocks that run at the machine's pace.

use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};

use crate::clock::{Clock, sleep_until_wall};

/// The machine's own clock.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemClock;

#[async_trait]
impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    async fn sleep_until(&self, deadline: Timestamp) {
        sleep_until_wall(self, deadline).await;
    }

    async fn sleep(&self, duration: SignedDuration) {
        if let Ok(duration) = Duration::try_from(duration) {
            tokio::time::sleep(duration).await;
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
        sleep_until_wall(self, deadline).await;
    }

    async fn sleep(&self, duration: SignedDuration) {
        SystemClock.sleep(duration).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_lies_in_the_past_is_not_waited_for() {
        SystemClock.sleep_until(Timestamp::UNIX_EPOCH).await;
        SystemClock.sleep(SignedDuration::from_hours(-1)).await;
    }

    #[test]
    fn an_offset_clock_starts_where_it_is_told() {
        let start: Timestamp = "2027-10-01T08:00:00Z".parse().expect("a timestamp");
        let read = OffsetClock::starting_at(start).now();
        assert!(read >= start && read < start + SignedDuration::from_mins(10));
    }
}
