//! How many calls of one family may be under way: as many as bring anything.

/// Under way at once before anything is known.
pub(super) const FIRST: usize = 8;
/// The fewest, whatever happens.
const LEAST: usize = 4;
/// Latency that is as good as none: below it, waiting is not what takes the time. In seconds.
const NOTHING: f64 = 0.05;
/// The part of a new answer in the smoothed latency.
const SMOOTHING: f64 = 0.125;
/// The least latency is forgotten this slowly, from answer to answer.
const FORGETTING: f64 = 1.001;
/// Times the least latency above which it is not widened further, and above which it is narrowed.
const CROWDED: (f64, f64) = (1.5, 2.5);

/// Begins at [`FIRST`] and widens by one per success, which doubles it with each round trip, until
/// a 429 or a growing latency says that it is wide enough; from then on it looks for more by one
/// call per round trip.
#[derive(Debug)]
pub(super) struct Width {
    wide: usize,
    most: usize,
    /// Whether nothing has said stop yet.
    widening: bool,
    /// Answers since the width last changed.
    answers: usize,
    latency: Option<Latency>,
}

#[derive(Debug)]
struct Latency {
    least: f64,
    smooth: f64,
}

impl Width {
    /// As wide as is known to be good, or [`FIRST`], and at most `most`.
    pub(super) fn new(known: usize, most: usize) -> Self {
        Self {
            wide: known.max(FIRST).min(most),
            most,
            widening: true,
            answers: 0,
            latency: None,
        }
    }

    /// How many may be under way.
    pub(super) fn wide(&self) -> usize {
        self.wide
    }

    /// Another bound; never under one.
    pub(super) fn limit(&mut self, most: usize) {
        // What was not tried for want of permission is tried now.
        self.widening |= self.wide == self.most && most > self.most;
        self.most = most;
        self.wide = self.wide.min(most);
    }

    /// A call succeeded after so many seconds.
    pub(super) fn succeeded(&mut self, latency: f64) {
        let crowd = self.crowd(latency);
        self.answers += 1;
        if crowd > CROWDED.1 {
            self.widening = false;
            self.step(self.wide.saturating_sub(1));
        } else if crowd > CROWDED.0 {
            self.widening = false;
        } else if self.widening {
            self.set(self.wide + 1);
        } else {
            self.step(self.wide + 1);
        }
    }

    /// Webex refused a call that was under way beside others.
    pub(super) fn refused(&mut self) {
        self.widening = false;
        self.set(self.wide / 2);
    }

    /// The smoothed latency, in seconds.
    pub(super) fn latency(&self) -> Option<f64> {
        self.latency.as_ref().map(|latency| latency.smooth)
    }

    /// How many times the least latency it takes now; 1 if it takes no time to speak of.
    fn crowd(&mut self, latency: f64) -> f64 {
        let known = self.latency.get_or_insert(Latency {
            least: latency,
            smooth: latency,
        });
        known.least = (known.least * FORGETTING).min(latency);
        known.smooth += SMOOTHING * (latency - known.smooth);
        if known.smooth < NOTHING {
            return 1.0;
        }
        known.smooth / known.least.max(NOTHING / 2.0)
    }

    /// One step in each round trip.
    fn step(&mut self, wide: usize) {
        if self.answers >= self.wide {
            self.set(wide);
        }
    }

    fn set(&mut self, wide: usize) {
        self.wide = wide.max(LEAST).min(self.most).max(1);
        self.answers = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The width after each of some round trips of so many seconds, all calls of each at once.
    fn rounds(width: &mut Width, trips: impl IntoIterator<Item = f64>) -> Vec<usize> {
        let mut round = |latency| {
            for _ in 0..width.wide() {
                width.succeeded(latency);
            }
            width.wide()
        };
        trips.into_iter().map(&mut round).collect()
    }

    #[test]
    fn it_doubles_with_each_round_trip_up_to_what_is_allowed() {
        let mut width = Width::new(0, 40);
        assert_eq!(width.wide(), 8);
        assert_eq!(rounds(&mut width, [0.15; 4]), [16, 32, 40, 40]);
    }

    #[test]
    fn it_is_never_wider_than_allowed_and_never_shut() {
        let mut width = Width::new(0, 1);
        assert_eq!(rounds(&mut width, [0.15; 2]), [1, 1]);
        width.refused();
        assert_eq!(width.wide(), 1);
        width.limit(64);
        assert_eq!(rounds(&mut width, [0.15]), [4]);
    }

    #[test]
    fn after_a_429_it_is_half_as_wide_and_finds_its_way_back_slowly() {
        let mut width = Width::new(32, 32);
        width.refused();
        assert_eq!(rounds(&mut width, [0.15; 3]), [17, 18, 19]);
        for _ in 0..10 {
            width.refused();
        }
        assert_eq!(width.wide(), 4);
    }

    #[test]
    fn it_stops_where_latency_grows_and_goes_back_where_it_grows_much() {
        let mut width = Width::new(0, 64);
        rounds(&mut width, [0.15; 2]);
        let crowded = rounds(&mut width, [0.27; 3]);
        assert!(crowded[2] <= 40, "{crowded:?}");
        let jammed = rounds(&mut width, [0.9; 10]);
        assert!(jammed.last() < crowded.last(), "{crowded:?} {jammed:?}");
    }

    #[test]
    fn no_latency_to_speak_of_says_nothing() {
        let mut width = Width::new(0, 64);
        let trips = [0.0001, 0.002, 0.03, 0.004];
        assert_eq!(rounds(&mut width, trips).last(), Some(&64));
    }
}
