//! How fast one owner may call (messaging §1.4).

use jiff::{SignedDuration, Timestamp};

use crate::config::Rate;
use crate::refusal::Refusal;

/// A bucket of calls, kept as the instant at which it would be full again.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Bucket {
    full_at: Option<Timestamp>,
}

impl Bucket {
    /// Takes one call out, or refuses it with 429 and the seconds until there is one again. A
    /// refused call costs nothing.
    pub(super) fn take(&mut self, rate: Rate, now: Timestamp) -> Result<(), Refusal> {
        let one = SignedDuration::from_secs(60) / saturated(rate.per_minute);
        let all = one * saturated(rate.burst);
        let full_at = self.full_at.map_or(now, |full_at| full_at.max(now)) + one;
        let short = full_at.duration_since(now) - all;
        if short > SignedDuration::ZERO {
            let seconds = short.as_secs() + i64::from(short.subsec_nanos() > 0);
            let mut refusal = Refusal::new(
                429,
                "Too many requests have been sent in a given amount of time.",
            );
            refusal.retry_after_seconds = Some(u64::try_from(seconds).unwrap_or(1));
            return Err(refusal);
        }
        self.full_at = Some(full_at);
        Ok(())
    }
}

fn saturated(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_allowed_and_then_the_rate_and_the_wait_that_is_told_is_enough() {
        let rate = Rate {
            per_minute: 60,
            burst: 3,
        };
        let start: Timestamp = "2027-10-01T08:00:00Z".parse().unwrap();
        let mut bucket = Bucket::default();
        for _ in 0..3 {
            bucket.take(rate, start).unwrap();
        }
        let refusal = bucket.take(rate, start).unwrap_err();
        assert_eq!(
            (refusal.status, refusal.retry_after_seconds),
            (429, Some(1))
        );
        let later = start + SignedDuration::from_secs(1);
        bucket.take(rate, later).unwrap();
        assert!(bucket.take(rate, later).is_err());
        let rested = later + SignedDuration::from_secs(600);
        let taken = (0..10)
            .filter(|_| bucket.take(rate, rested).is_ok())
            .count();
        assert_eq!(taken, 3);
    }
}
