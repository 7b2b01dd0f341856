//! What went through between two 429s, and what that says about the limit.

use std::collections::VecDeque;

/// Calls remembered at most; a longer interval keeps its end.
const MOST: usize = 20_000;

/// What a bucket is taken to hold just after it refused a call: a little under one call, since a
/// steady pace finds it empty as early as it can.
const REFUSING: f64 = 0.9;

/// The slowest and the fastest limit that is thought of, in calls per second.
const RATES: (f64, f64) = (1e-4, 1e4);

/// The time since a 429: when the calls went out that were let through. Times are in seconds.
#[derive(Debug, Default)]
pub(super) struct Interval {
    start: Option<Start>,
    passed: VecDeque<f64>,
    /// Since when the limit is thought to be higher than it was.
    risen: Option<f64>,
}

#[derive(Debug, Clone, Copy)]
struct Start {
    /// When the last call went out that the stop refused.
    sent: f64,
    /// When the first refusal was known: calls sent before belong to the same stop.
    known: f64,
}

impl Interval {
    /// The one that a 429 begins, whose call went out at `sent`.
    pub(super) fn after(sent: f64, known: f64) -> Self {
        Self {
            start: Some(Start { sent, known }),
            ..Self::default()
        }
    }

    /// Whether a call that went out at `sent` and is refused belongs to the stop that began this
    /// interval. Then it began only now.
    pub(super) fn still_stopped(&mut self, sent: f64) -> bool {
        let Some(start) = self.start.as_mut().filter(|start| sent <= start.known) else {
            return false;
        };
        start.sent = start.sent.max(sent);
        let from = start.sent;
        self.passed.retain(|passed| *passed >= from);
        true
    }

    /// A call that went out at `sent` was let through. One from before the stop says nothing.
    pub(super) fn passed(&mut self, sent: f64) {
        if self.start.is_some_and(|start| sent < start.sent) {
            return;
        }
        if self.passed.len() == MOST {
            self.passed.pop_front();
            if let Some(start) = &mut self.start {
                // What is left begins at a time when the bucket was not empty, but the longer the
                // interval, the less that matters.
                start.sent = self.passed[0];
            }
        }
        let place = self.passed.partition_point(|earlier| *earlier <= sent);
        self.passed.insert(place, sent);
    }

    /// From here on, the limit is thought to be higher.
    pub(super) fn mark_risen(&mut self, now: f64) {
        self.risen.get_or_insert(now);
    }

    /// Calls let through.
    pub(super) fn calls(&self) -> usize {
        self.passed.len()
    }

    /// Calls per second up to a refusal at `until`: the limit, if nothing went over the brim. Since the
    /// first call, if none was ever refused.
    pub(super) fn average(&self, until: f64) -> f64 {
        let first = || self.passed.front().copied().unwrap_or(until);
        let from = self.start.map_or_else(first, |start| start.sent);
        per_second(self.passed.len(), from, until)
    }

    /// As [`average`](Self::average), since the limit seemed to have risen.
    pub(super) fn average_since_risen(&self, until: f64) -> f64 {
        let Some(from) = self.risen else {
            return self.average(until);
        };
        let before = self.passed.partition_point(|passed| *passed < from);
        per_second(self.passed.len() - before, from, until)
    }

    /// Calls per second up to a refusal at `until`, the pause at the beginning left out.
    pub(super) fn pace(&self, until: f64) -> f64 {
        match self.passed.front() {
            Some(first) => per_second(self.passed.len(), *first, until),
            None => self.average(until),
        }
    }

    /// The highest limit that explains why a bucket of this size refused a call at `until`: it is
    /// the average, and above it by what must have gone over the brim.
    pub(super) fn fit(&self, bucket: f64, until: f64) -> f64 {
        let Some(start) = self.start else {
            return self.average(until);
        };
        let is_refused = |rate: f64| {
            let mut level = REFUSING;
            let mut last = start.sent;
            for passed in &self.passed {
                level = refilled(level, bucket, rate * (passed - last)) - 1.0;
                last = *passed;
            }
            refilled(level, bucket, rate * (until - last)) < 1.0
        };
        let (mut low, mut high) = RATES;
        // Halved 40 times, the range is narrower than any measurement.
        for _ in 0..40 {
            let middle = (low * high).sqrt();
            if is_refused(middle) {
                low = middle;
            } else {
                high = middle;
            }
        }
        low
    }
}

/// The calls let through of late, whatever happened in between.
#[derive(Debug, Default)]
pub(super) struct Recent(VecDeque<f64>);

impl Recent {
    /// How many are remembered.
    const MOST: usize = 1_000;

    /// A call that went out at `sent` was let through.
    pub(super) fn passed(&mut self, sent: f64) {
        if self.0.len() == Self::MOST {
            self.0.pop_front();
        }
        let place = self.0.partition_point(|earlier| *earlier <= sent);
        self.0.insert(place, sent);
    }

    /// How many there were per second.
    pub(super) fn average(&self, until: f64) -> f64 {
        let from = self.0.front().copied().unwrap_or(until);
        per_second(self.0.len(), from, until)
    }

    /// The most of them in any time before `until`, beyond what `rate` refills in it.
    pub(super) fn burst(&self, rate: f64, until: f64) -> f64 {
        let mut largest = 0.0_f64;
        let mut burst = 0.0_f64;
        let mut last = f64::INFINITY;
        for passed in self.0.iter().take_while(|passed| **passed <= until) {
            burst = (burst - rate * (passed - last).max(0.0)).max(0.0) + 1.0;
            largest = largest.max(burst);
            last = *passed;
        }
        largest
    }
}

/// What a bucket of this size holds once so much was poured in.
pub(super) fn refilled(level: f64, bucket: f64, poured: f64) -> f64 {
    (level + poured.max(0.0)).min(bucket)
}

fn per_second(calls: usize, from: f64, until: f64) -> f64 {
    let calls = calls as f64 + (1.0 - REFUSING);
    calls / (until - from).max(1e-3)
}
