//! At which of the calls that fit a fault happens.

use jiff::{SignedDuration, Timestamp};

/// When a fault happens; everything that is said has to hold. With nothing said, it happens to
/// every call.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct When {
    /// Only to this one, counted from 1.
    pub(crate) nth: Option<u64>,
    /// Only to the first so many.
    pub(crate) first: Option<u64>,
    /// So many are spared; the others are counted from there.
    pub(crate) after: u64,
    /// To each with this chance.
    pub(crate) chance: Option<Chance>,
    /// So long from the first time that it happens.
    pub(crate) lasting: Option<SignedDuration>,
    /// Calls before this are neither met nor counted.
    pub(crate) from: Option<Moment>,
    /// Nor are those from this on.
    pub(crate) until: Option<Moment>,
}

/// So many of a million.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Chance(pub(crate) u32);

/// An instant, or so long after the simulator's start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    At(Timestamp),
    In(SignedDuration),
}

impl Moment {
    pub(super) fn instant(self, start: Timestamp) -> Timestamp {
        match self {
            Self::At(instant) => instant,
            Self::In(wait) => start.checked_add(wait).unwrap_or(Timestamp::MAX),
        }
    }
}

/// Which calls a fault has met.
#[derive(Debug, Clone, Default)]
pub(crate) struct Met {
    /// Calls that fitted.
    seen: u64,
    /// When it happened for the first time.
    since: Option<Timestamp>,
    /// How often it happened.
    pub(super) fired: u64,
}

impl When {
    /// Whether `now` is between `from` and `until`.
    pub(super) fn in_window(&self, now: Timestamp, start: Timestamp) -> bool {
        let after = self.from.is_none_or(|from| from.instant(start) <= now);
        after && self.until.is_none_or(|until| now < until.instant(start))
    }

    /// Whether anything is said about times.
    pub(super) fn has_window(&self) -> bool {
        self.from.is_some() || self.until.is_some()
    }

    /// Whether anything is said about calls.
    pub(super) fn counts(&self) -> bool {
        self.nth.is_some() || self.first.is_some() || self.after > 0 || self.chance.is_some()
    }

    /// Whether the fault happens to a call that fits and comes now.
    pub(super) fn strikes(
        &self,
        met: &mut Met,
        seed: u64,
        now: Timestamp,
        start: Timestamp,
    ) -> bool {
        if !self.in_window(now, start) {
            return false;
        }
        met.seen += 1;
        let Some(number) = met
            .seen
            .checked_sub(self.after)
            .filter(|number| *number > 0)
        else {
            return false;
        };
        let counted = self.nth.is_none_or(|nth| nth == number)
            && self.first.is_none_or(|first| number <= first);
        let drawn = self
            .chance
            .is_none_or(|chance| draw(seed, met.seen) < u64::from(chance.0));
        if !(counted && drawn) {
            return false;
        }
        if let Some(lasting) = self.lasting {
            let since = *met.since.get_or_insert(now);
            if now.duration_since(since) >= lasting {
                return false;
            }
        }
        met.fired += 1;
        true
    }
}

/// One of a million, always the same for the same seed and number (the finaliser of SplitMix64).
fn draw(seed: u64, number: u64) -> u64 {
    let mixed = seed
        .wrapping_mul(0x9e37_79b9_7f4a_7c15)
        .wrapping_add(number.wrapping_mul(0xd134_2543_de82_ef95));
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (mixed ^ (mixed >> 31)) % 1_000_000
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Which of ten calls, one per second, a fault happens to.
    fn struck(when: &When) -> Vec<u64> {
        let start = Timestamp::UNIX_EPOCH;
        let mut met = Met::default();
        let call = |number: &u64| {
            let now = start + SignedDuration::from_secs(*number as i64);
            when.strikes(&mut met, 7, now, start)
        };
        (1..=10).filter(call).collect()
    }

    #[test]
    fn a_fault_happens_when_its_script_says() {
        let all = When::default();
        assert_eq!(struck(&all).len(), 10);
        let third = When {
            nth: Some(3),
            ..When::default()
        };
        assert_eq!(struck(&third), [3]);
        let first = When {
            first: Some(2),
            after: 4,
            ..When::default()
        };
        assert_eq!(struck(&first), [5, 6]);
        let later = When {
            after: 7,
            ..When::default()
        };
        assert_eq!(struck(&later), [8, 9, 10]);
        let lasting = SignedDuration::from_secs(3);
        let a_while = When {
            after: 2,
            lasting: Some(lasting),
            ..When::default()
        };
        assert_eq!(struck(&a_while), [3, 4, 5]);
        let window = When {
            from: Some(Moment::In(SignedDuration::from_secs(4))),
            until: Some(Moment::At(
                Timestamp::UNIX_EPOCH + SignedDuration::from_secs(6),
            )),
            ..When::default()
        };
        assert_eq!(struck(&window), [4, 5]);
    }

    #[test]
    fn chance_is_a_matter_of_the_seed_and_about_as_likely_as_it_says() {
        let when = When {
            chance: Some(Chance(100_000)),
            ..When::default()
        };
        let struck = |seed| {
            let mut met = Met::default();
            let call = |_: &usize| {
                when.strikes(&mut met, seed, Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH)
            };
            (0..10_000).filter(call).collect::<Vec<usize>>()
        };
        assert_eq!(struck(1), struck(1));
        assert_ne!(struck(1), struck(2));
        for seed in 0..10 {
            assert!(
                (800..1200).contains(&struck(seed).len()),
                "{}",
                struck(seed).len()
            );
        }
    }
}
