//! When the board need not be computed again: an event of 500 rooms has 10,000 recipients of cues.

use jiff::{SignedDuration, Timestamp};

/// It is computed again after this time at the latest.
const LONGEST: SignedDuration = SignedDuration::from_secs(60);

/// From when until when the board stays as it is, if the ledger has nothing newer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rest {
    from: Timestamp,
    until: Timestamp,
}

impl Rest {
    pub(super) fn new(now: Timestamp, next_change: Option<Timestamp>) -> Self {
        let longest = now.checked_add(LONGEST).unwrap_or(now);
        Self {
            from: now,
            until: next_change.map_or(longest, |at| at.min(longest)),
        }
    }

    /// Whether it does now: not if the clock was set back.
    pub(super) fn holds(self, now: Timestamp) -> bool {
        (self.from..self.until).contains(&now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_board_stays_as_it_is_until_its_next_change_and_for_a_minute_at_most() {
        let at = |second| Timestamp::from_second(second).expect("a time");
        let rests = |rest: Rest| [99, 100, 104, 105, 159, 160].map(|now| rest.holds(at(now)));
        assert_eq!(
            rests(Rest::new(at(100), None)),
            [false, true, true, true, true, false]
        );
        assert_eq!(
            rests(Rest::new(at(100), Some(at(105)))),
            [false, true, true, false, false, false]
        );
        assert_eq!(rests(Rest::new(at(100), Some(at(99)))), [false; 6]);
    }
}
