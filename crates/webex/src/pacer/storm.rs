//! 429s and nothing else, one after the other.

/// Seconds in which nobody was refused, after which the next refusal begins another storm.
const LULL: f64 = 60.0;

/// How long nothing but 429s has come. Times are in seconds since any one instant.
#[derive(Debug, Default)]
pub(super) struct Storm {
    /// When the first refused call went out; `None` if there is no storm.
    since: Option<f64>,
    /// When the last refusal came.
    last: f64,
    /// Until when Webex wants to see no more calls.
    until: f64,
}

impl Storm {
    /// At `now` it is known that a call which went out at `sent` was refused, and that `wait`
    /// seconds are asked for.
    pub(super) fn goes_on(&mut self, sent: f64, now: f64, wait: f64) {
        if self.since.is_none() || sent > self.until + LULL {
            self.since = Some(sent);
        }
        self.last = now;
        self.until = self.until.max(now + wait);
    }

    /// Webex has taken a call.
    pub(super) fn is_over(&mut self) {
        self.since = None;
    }

    /// How long the last pause still is, if the storm has lasted for more than `longest` seconds.
    pub(super) fn hopeless_for(&self, now: f64, longest: f64) -> Option<f64> {
        let lasted = self.last - self.since?;
        (lasted > longest && self.until > now).then_some(self.until - now)
    }
}
