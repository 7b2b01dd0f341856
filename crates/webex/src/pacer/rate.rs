//! How fast one owner may call, learnt from nothing but successes and 429s.
//!
//! The limit is thought of as a bucket that is refilled evenly (messaging §1.4 says "about 300 per
//! minute", and that the rest is not published). Whenever a 429 comes, the bucket is empty; so
//! between two of them the calls let through, divided by the time, are the limit, unless the bucket
//! overflowed in between. How much it holds shows in the largest burst that it took, and
//! [`Interval::fit`] allows for what went over the brim.
//!
//! Until the first 429 nothing holds calls back. Then, over and over: *hold* a pace a little below
//! the estimate, and *probe*: raise the pace until the next 429 gives a new estimate. When none
//! comes although by the estimate the bucket must be empty, the limit has risen, and the pace
//! *climbs* until it does come.

use super::interval::{Interval, Recent, refilled};

/// Of the estimate, what is used while a pace is held.
const MARGIN: f64 = 0.97;
/// The least of it, if calls reach Webex so unevenly that a small bucket refuses some all the same.
const LEAST_MARGIN: f64 = 0.82;
/// Calls that an estimate is held for, for each call that it rests on.
const TRUST: f64 = 3.0;
/// The fewest calls that an estimate is held for.
const SHORTEST_HOLD: f64 = 8.0;
/// Calls that a good estimate is held for. Each probe ends in a 429, and of those there are to be
/// less than one in a hundred;
const HOLD: f64 = 135.0;
/// so there are the fewer probes, the more calls were once refused in one stop.
const HOLD_PER_REFUSAL: f64 = 4.0;
/// Calls held for each call that the pause after a 429 costs: the pauses cost one part in so many.
const HOLD_PER_LOSS: f64 = 40.0;
/// The longest hold.
const LONGEST_HOLD: f64 = 20_000.0;
/// The first steps of a probe, as parts of the estimate: small ones, since a small bucket shows the
/// limit exactly where they end.
const STEPS: [f64; 4] = [1.0, 1.03, 1.06, 1.12];
/// Calls in each step.
const STEP: u32 = 3;
/// What a probe goes on with, at the least and at the most. A large bucket empties in a while.
const ONWARD: (f64, f64) = (1.25, 2.0);
/// Calls under way up to which a probe or a climb may be quick: they will all be refused.
const FEW: f64 = 1.5;
/// By how much the pace grows from step to step of a climb, with few calls under way and with many.
const CLIMB: (f64, f64) = (1.25, 1.03);
/// The shortest step of a climb, in seconds.
const CLIMB_SECONDS: f64 = 0.5;
/// Calls beyond the last drop of the bucket after which the limit must have risen.
const OVERDUE: f64 = 2.0;
/// Calls that an estimate must rest on to say so.
const WELL_KNOWN: usize = 60;
/// Of the time between two 429s, what must have been idle for the second to say little of the limit.
const IDLE: f64 = 0.5;
/// What must have been idle at the least, in seconds: timers are late by a moment.
const LEAST_IDLE: f64 = 0.5;
/// Calls below which the time between two 429s is mostly the pause after the first.
const A_MOMENT: usize = 20;
/// A bucket under this many calls cannot make up for anything.
const SMALL: f64 = 4.0;
/// The first pace after the first 429 is one call in as many seconds as Webex asks to wait, but no
/// faster and no slower than this.
const FIRST_GAP: (f64, f64) = (0.1, 1.0);
/// By how much a burst must exceed the rate, lest a long time at a pace looks like a burst.
const DOUBT: f64 = 1.06;
/// A moment says little: an estimate falls by no more than this factor for it.
const STEEPEST: f64 = 3.0;
/// 429s in a row that others are blamed for where others use the same limit.
const BLAME: u32 = 2;
/// After so many falling estimates in a row the bucket is thought to be small.
const FALLS: u32 = 4;
/// The slowest pace, in calls per second: far below what Webex is said to allow, and fast enough to find
/// out soon that more is allowed again. What is learnt at it says nothing of a smaller part.
const SLOWEST: f64 = 0.1;

/// What is learnt, and what is done about it. Times are in seconds since any one instant.
#[derive(Debug)]
pub(super) struct Rate {
    /// Calls per second that this process may make, once something is known.
    estimate: Option<f64>,
    /// Calls let through on which the estimate rests.
    proof: usize,
    /// Whether others use the same limit.
    shared: bool,
    /// 429s in a row that were thought to be due to others.
    blamed: u32,
    /// The largest burst that was let through.
    bucket: f64,
    /// What the bucket holds, by the estimate, at `level_at`; below nothing if it was overrated.
    level: f64,
    level_at: f64,
    margin: f64,
    stage: Stage,
    /// The highest pace at which a whole step was let through since the last 429.
    proved: f64,
    /// When the next call may go, for the sake of the pace.
    next: f64,
    /// When the last call went.
    last_sent: f64,
    /// For how long no call waited that might have gone, since the last 429.
    idle: f64,
    /// When it may, for the sake of `Retry-After`.
    pause: f64,
    interval: Interval,
    recent: Recent,
    /// When the first call went out that was refused.
    free_until: f64,
    /// Estimates in a row that were lower than the one before.
    falls: u32,
    /// Calls refused in the present stop, and in the worst one.
    refused: u32,
    most_refused: u32,
    /// Stops since the last call was let through.
    stops: u32,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Stage {
    /// Nothing is known, and nothing is held back.
    Free,
    /// At this pace for so many more calls.
    Hold { pace: f64, left: u32 },
    /// A step of a probe, for so many more calls.
    Probe { pace: f64, step: usize, left: u32 },
    /// The limit is above all that was tried. This step ends after so many more calls and not before
    /// `until`.
    Climb { pace: f64, left: u32, until: f64 },
}

impl Default for Rate {
    fn default() -> Self {
        Self {
            estimate: None,
            proof: 0,
            shared: false,
            blamed: 0,
            bucket: 1.0,
            level: 0.0,
            level_at: 0.0,
            margin: MARGIN,
            stage: Stage::Free,
            proved: 0.0,
            next: f64::NEG_INFINITY,
            last_sent: f64::NEG_INFINITY,
            idle: 0.0,
            pause: f64::NEG_INFINITY,
            interval: Interval::default(),
            recent: Recent::default(),
            free_until: 0.0,
            falls: 0,
            refused: 0,
            most_refused: 0,
            stops: 0,
        }
    }
}

impl Rate {
    /// When the next call may go; a past time if at once.
    pub(super) fn ready_at(&self) -> f64 {
        self.next.max(self.pause)
    }

    /// What was learnt: calls per second that this process may make.
    pub(super) fn estimate(&self) -> Option<f64> {
        self.estimate
    }

    /// Whether the estimate is below the slowest pace, so that calls say nothing of it.
    pub(super) fn is_too_small_to_tell(&self) -> bool {
        self.estimate.is_some_and(|estimate| estimate <= SLOWEST)
    }

    /// Calls per second by which calls are spaced; `None` while nothing is known.
    pub(super) fn pace(&self) -> Option<f64> {
        match self.stage {
            Stage::Free => None,
            Stage::Hold { pace, .. } | Stage::Probe { pace, .. } | Stage::Climb { pace, .. } => {
                Some(pace)
            }
        }
    }

    /// Believes an estimate that somebody else made, until calls say otherwise.
    pub(super) fn believe(&mut self, estimate: f64) {
        // Not clamped as the pace is: a part that grows later is a part of the same whole.
        let estimate = estimate.max(f64::MIN_POSITIVE);
        self.estimate = Some(estimate);
        self.stage = Stage::Hold {
            pace: self.margin * estimate.max(SLOWEST),
            left: self.hold(estimate, 0.0),
        };
        self.proved = 0.0;
    }

    /// This process's part of the limit is another now: `factor` times what it was.
    pub(super) fn scale(&mut self, factor: f64) {
        if let Some(estimate) = self.estimate {
            self.bucket = (self.bucket * factor).max(1.0);
            self.level *= factor;
            // Whether the others have left so much is soon to be seen.
            self.proof = self.proof.min(SHORTEST_HOLD as usize);
            self.believe(estimate * factor);
            // The gap after the last call is no longer than that of the pace now.
            if let Some(pace) = self.pace() {
                self.next = self.next.min(self.last_sent + 1.0 / pace);
            }
        }
    }

    /// Whether others use the same limit.
    pub(super) fn set_shared(&mut self, shared: bool) {
        self.shared = shared;
    }

    /// A call goes out; answers take `latency` seconds.
    pub(super) fn sent(&mut self, now: f64, latency: f64) {
        let Some(pace) = self.pace() else { return };
        let gap = 1.0 / pace;
        if !self.pause.is_finite() {
            // A pace that was only heard of: idle time counts from its first call on.
            self.pause = now;
        }
        self.idle += (now - self.ready_at()).max(0.0);
        // Timers are late by a moment; a bucket of some size forgives making up for it.
        let late = if self.bucket < SMALL { 0.02 } else { 1.0 } * gap;
        self.next = self.next.max(now - late) + gap;
        self.last_sent = now;
        let rate = self.estimate.unwrap_or(pace);
        self.level = refilled(self.level, self.bucket, rate * (now - self.level_at)) - 1.0;
        self.level_at = now;
        self.stage = self.after_one_more(now, latency);
    }

    fn after_one_more(&mut self, now: f64, latency: f64) -> Stage {
        match self.stage {
            Stage::Free => Stage::Free,
            Stage::Hold { pace, left } if left > 1 => Stage::Hold {
                pace,
                left: left - 1,
            },
            Stage::Hold { pace, .. } => {
                self.proved = pace;
                self.blamed = 0;
                self.margin = (self.margin + 0.01).min(MARGIN);
                let estimate = self.estimate.unwrap_or(pace);
                Stage::Probe {
                    pace: estimate * STEPS[0],
                    step: 0,
                    left: STEP,
                }
            }
            Stage::Probe { pace, step, left } if left > 1 => Stage::Probe {
                pace,
                step,
                left: left - 1,
            },
            Stage::Probe { pace, step, .. } => {
                self.proved = self.proved.max(pace);
                self.next_step(pace, step + 1, now, latency)
            }
            Stage::Climb { pace, left, until } if left > 1 || now < until => Stage::Climb {
                pace,
                left: left.saturating_sub(1),
                until,
            },
            Stage::Climb { pace, .. } => {
                self.proved = self.proved.max(pace);
                higher(pace, now, latency)
            }
        }
    }

    fn next_step(&mut self, pace: f64, step: usize, now: f64, latency: f64) -> Stage {
        let estimate = self.estimate.unwrap_or(pace);
        if let Some(factor) = STEPS.get(step) {
            let pace = estimate * factor;
            let left = STEP;
            return Stage::Probe { pace, step, left };
        }
        if self.level < -OVERDUE {
            self.interval.mark_risen(now);
            return higher(pace, now, latency);
        }
        let quick = FEW / (estimate * latency.max(0.001));
        let onward = match self.level {
            little if little < SMALL => ONWARD.0,
            _ => quick.clamp(ONWARD.0, ONWARD.1),
        };
        Stage::Probe {
            pace: estimate * onward,
            step,
            left: STEP,
        }
    }

    /// A call that went out at `sent` was let through.
    pub(super) fn passed(&mut self, sent: f64) {
        self.interval.passed(sent);
        self.recent.passed(sent);
    }

    /// At `now` it is known that a call which went out at `sent` was refused, and that `wait`
    /// seconds are asked for. Returns whether this is a new stop, and not one more call that was
    /// under way when the last one began.
    pub(super) fn refused(&mut self, sent: f64, now: f64, wait: f64) -> bool {
        let same_stop = self.interval.still_stopped(sent);
        if same_stop {
            self.refused += 1;
        } else {
            // Refused as the first one after a pause: the pause was too short, which says nothing of
            // the pace, unless others take what there is, time and again. Else a few minutes of nothing
            // but 429s would be followed by hours of walking.
            let is_first = self.interval.calls() == 0;
            let by_others = self.shared && self.stops > BLAME;
            let is_evidence = (by_others || !is_first) && !self.is_idle(sent);
            if self.stage == Stage::Free || is_evidence {
                self.learn(sent, now, wait);
            }
            self.refused = 1;
            self.stops = if is_first { self.stops + 1 } else { 1 };
            self.interval = Interval::after(sent, now);
            self.idle = 0.0;
        }
        self.pause = self.pause.max(now + wait);
        self.next = self.pause;
        self.most_refused = self.most_refused.max(self.refused);
        self.level = 0.0;
        self.level_at = sent;
        !same_stop
    }

    /// Whether for most of the time since the last 429 no call waited. What was let through then says little
    /// of the limit, however many others use it; a limit that has dropped would refuse the next calls, too.
    fn is_idle(&self, until: f64) -> bool {
        self.idle > LEAST_IDLE.max(IDLE * (until - self.pause))
    }

    fn learn(&mut self, sent: f64, now: f64, wait: f64) {
        if self.stage == Stage::Free {
            // The slowest refill that fits the wait is where to begin.
            let pace = 1.0 / wait.clamp(FIRST_GAP.0, FIRST_GAP.1);
            self.stage = step_of_climb(pace, now + wait);
            self.free_until = sent;
            return;
        }
        let calls = self.interval.calls();
        let average = self.interval.average(sent);
        if self.estimate.is_none() {
            self.bucket = self.recent.burst(average, self.free_until).max(1.0);
        }
        let held = matches!(self.stage, Stage::Hold { .. });
        if held && calls >= A_MOMENT && !self.shared {
            // Below the limit no 429 comes, unless the bucket is larger than was thought and had
            // hidden how low the limit is.
            let rate = self.interval.pace(sent).max(self.recent.average(sent));
            let burst = self.recent.burst(DOUBT * rate, sent);
            self.bucket = self.bucket.max(burst);
        }
        let fit = self.interval.fit(self.bucket, sent);
        let known = self.proof >= WELL_KNOWN;
        let estimate = match self.stage {
            Stage::Hold { pace, .. } => self.overrated(pace, calls, average, fit),
            Stage::Climb { .. } if known => self.risen(sent, fit),
            // A small bucket refuses at the first step that is above the limit.
            _ => fit.min(self.proved.max(average) / MARGIN),
        };
        // What others took since is not known here. That more than the estimate is refused does not say
        // that the estimate is.
        let least = self.estimate.filter(|_| self.shared && !held);
        let estimate = estimate.max(least.map_or(SLOWEST, |last| self.margin * last));
        let estimate = estimate.max(SLOWEST);
        self.sink(estimate);
        self.estimate = Some(estimate);
        self.proof = calls;
        self.proved = 0.0;
        self.stage = Stage::Hold {
            pace: self.margin * estimate,
            left: self.hold(estimate, wait),
        };
    }

    /// An estimate that sinks and sinks means that we lose what we do not use at once: the bucket is
    /// smaller than was thought.
    fn sink(&mut self, estimate: f64) {
        // A fall by more is a limit that has dropped.
        let a_little = |last: f64| (0.9..0.99).contains(&(estimate / last));
        let sinks = self.estimate.is_some_and(a_little);
        self.falls = if sinks { self.falls + 1 } else { 0 };
        if self.falls == FALLS {
            self.bucket = 1.0;
        }
    }

    /// A 429 at a pace that was thought to be below the limit: the limit has dropped, or calls
    /// arrive unevenly.
    fn overrated(&mut self, pace: f64, calls: usize, average: f64, fit: f64) -> f64 {
        if self.shared && self.blamed < BLAME {
            // Others ask for more now and then, and whoever calls meanwhile is refused.
            self.blamed += 1;
            return pace / self.margin;
        }
        self.blamed = 0;
        if calls < A_MOMENT {
            // The average counts the pause, in which a small bucket overflows; the fit does not
            // know how large the bucket is just now. The truth is between them.
            return (average * fit).sqrt().clamp(pace / STEEPEST, pace);
        }
        if fit >= pace {
            self.margin = (self.margin - 0.03).max(LEAST_MARGIN);
        }
        fit.min(pace / MARGIN)
    }

    /// The limit was found to have risen in the middle of the interval. A small bucket shows exactly
    /// how far. A large one was full by then, so that the calls since say too much, and all calls
    /// since the last 429 too little.
    fn risen(&self, sent: f64, fit: f64) -> f64 {
        let since = fit.max(self.interval.average_since_risen(sent));
        if self.bucket < SMALL {
            since.min(self.proved / MARGIN)
        } else {
            (fit * since).sqrt()
        }
    }

    /// For how many calls an estimate is held, if the pause after the 429 was so long.
    fn hold(&self, estimate: f64, wait: f64) -> u32 {
        if estimate <= SLOWEST {
            // In calls, even a short hold is a long time.
            return SHORTEST_HOLD as u32;
        }
        let lost = (estimate * wait - self.bucket).max(0.0);
        let seldom = HOLD + HOLD_PER_REFUSAL * f64::from(self.most_refused);
        let longest = seldom.max(HOLD_PER_LOSS * lost).min(LONGEST_HOLD);
        (TRUST * self.proof as f64).clamp(SHORTEST_HOLD, longest) as u32
    }
}

/// The next step of a climb. With many calls under way it climbs slowly: a large bucket takes a
/// while to be empty, and then they are all refused.
fn higher(pace: f64, now: f64, latency: f64) -> Stage {
    let factor = if pace * latency < FEW {
        CLIMB.0
    } else {
        CLIMB.1
    };
    step_of_climb(pace * factor, now)
}

fn step_of_climb(pace: f64, now: f64) -> Stage {
    Stage::Climb {
        pace,
        left: STEP,
        until: now + CLIMB_SECONDS,
    }
}
