//! How fast one owner may call (messaging §1.4).

use std::collections::HashMap;

use http::Method;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::call::Call;
use crate::rate::Rate;
use crate::refusal::{Refusal, Served};
use crate::switches::RateLimitScope;

/// The limit of the moment, and how much of it everybody has used.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pace {
    rate: Option<Rate>,
    buckets: HashMap<(Uuid, Family), Bucket>,
    /// Lists of messages, by owner and room.
    reads: HashMap<(Uuid, String), Bucket>,
}

/// How fast one room can be read in the long run: three times within the longest wait that was
/// seen, 25 seconds.
const ROOM_READS_PER_MINUTE: u32 = 7;

/// What shares a limit: nothing in it where an owner has but one.
type Family = Option<String>;

impl Pace {
    pub(crate) fn new(rate: Option<Rate>) -> Self {
        Self {
            rate,
            buckets: HashMap::new(),
            reads: HashMap::new(),
        }
    }

    pub(crate) fn rate(&self) -> Option<Rate> {
        self.rate
    }

    /// Another limit from now on. What is in the buckets stays in them as far as it fits; where
    /// there was no limit, they are full.
    pub(crate) fn set(&mut self, rate: Option<Rate>, now: Timestamp) {
        match (self.rate, rate) {
            (Some(old), Some(new)) => {
                for bucket in self.buckets.values_mut() {
                    bucket.pour(old, new, now);
                }
            }
            _ => self.buckets.clear(),
        }
        self.rate = rate;
    }

    /// Lets a call of `owner` pass, or refuses it.
    pub(super) fn take(
        &mut self,
        owner: Uuid,
        call: &Call,
        scope: RateLimitScope,
        now: Timestamp,
    ) -> Served<()> {
        let Some(rate) = self.rate else {
            return Ok(());
        };
        let family = match scope {
            RateLimitScope::Owner => None,
            RateLimitScope::OwnerAndFamily => Some(call.family()),
        };
        let bucket = self.buckets.entry((owner, family)).or_default();
        bucket.take(rate, now)
    }

    /// Lets a call of `owner` pass, unless it reads the messages of one room too often (switch
    /// `room-read-burst`).
    pub(super) fn take_read(
        &mut self,
        owner: Uuid,
        call: &Call,
        burst: u32,
        now: Timestamp,
    ) -> Served<()> {
        let reads = call.method == Method::GET && call.path == "/messages";
        match call.query.get("roomId").filter(|_| reads && burst > 0) {
            None => Ok(()),
            Some(room) => {
                let rate = Rate {
                    per_minute: ROOM_READS_PER_MINUTE,
                    burst,
                };
                let bucket = self.reads.entry((owner, room.to_owned())).or_default();
                bucket.take(rate, now)
            }
        }
    }
}

/// A bucket of calls, kept as the instant at which it would be full again.
#[derive(Debug, Clone, Copy, Default)]
struct Bucket {
    full_at: Option<Timestamp>,
}

impl Bucket {
    /// Takes one call out, or refuses it with 429 and the seconds until there is one again. A
    /// refused call costs nothing.
    fn take(&mut self, rate: Rate, now: Timestamp) -> Served<()> {
        let one = one_call(rate);
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

    /// The same calls in a bucket of another size: those that do not fit are lost.
    fn pour(&mut self, old: Rate, new: Rate, now: Timestamp) {
        let missing = self.full_at.map_or(SignedDuration::ZERO, |full_at| {
            full_at.duration_since(now).max(SignedDuration::ZERO)
        });
        let missing = missing.as_secs_f64() / one_call(old).as_secs_f64();
        let left = (f64::from(old.burst) - missing).min(f64::from(new.burst));
        let missing = one_call(new).as_secs_f64() * (f64::from(new.burst) - left);
        self.full_at = SignedDuration::try_from_secs_f64(missing)
            .ok()
            .and_then(|missing| now.checked_add(missing).ok());
    }
}

/// How long it takes until there is one more call in the bucket.
fn one_call(rate: Rate) -> SignedDuration {
    SignedDuration::from_secs(60) / saturated(rate.per_minute)
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

    /// How many calls a bucket has that was emptied under one limit and rested for some seconds.
    fn left_after(old: &str, rest: i64, new: &str) -> usize {
        let (old, new): (Rate, Rate) = (old.parse().unwrap(), new.parse().unwrap());
        let start: Timestamp = "2027-10-01T08:00:00Z".parse().unwrap();
        let mut bucket = Bucket::default();
        while bucket.take(old, start).is_ok() {}
        let now = start + SignedDuration::from_secs(rest);
        bucket.pour(old, new, now);
        (0..1000)
            .take_while(|_| bucket.take(new, now).is_ok())
            .count()
    }

    #[test]
    fn another_limit_leaves_in_the_bucket_what_is_in_it_as_far_as_it_fits() {
        assert_eq!(left_after("60/min", 0, "600/min burst 300"), 0);
        assert_eq!(left_after("60/min", 20, "600/min burst 300"), 20);
        assert_eq!(left_after("60/min", 20, "60/min burst 10"), 10);
        assert_eq!(left_after("300/min burst 60", 600, "60/min burst 300"), 60);
        assert_eq!(left_after("300/min burst 60", 600, "60/min"), 60);
    }
}
