//! Chance that a seed decides: SplitMix64 (<https://prng.di.unimi.it/splitmix64.c>).

/// A source of numbers. The same seed gives the same ones.
#[derive(Debug, Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    /// A source of its own for each use, so that one more throw here changes nothing there.
    pub(crate) fn of(seed: u64, salt: u64) -> Self {
        let mut dice = Self(seed ^ salt.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        dice.next();
        dice
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`, which is at least 1.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound.max(1)
    }

    /// One of these; `None` of none.
    pub(crate) fn one_of<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        let place = self.place(of.len());
        of.get(place)
    }

    /// The place of one of so many; nought of none.
    pub(crate) fn place(&mut self, of: usize) -> usize {
        usize::try_from(self.below(of as u64)).unwrap_or(0)
    }

    /// A number from one to the other, both among them.
    pub(crate) fn between(&mut self, least: i64, most: i64) -> i64 {
        least.saturating_add_unsigned(self.below(most.abs_diff(least) + 1))
    }

    /// Whether it happens that happens once in so many times.
    pub(crate) fn one_in(&mut self, many: u64) -> bool {
        self.below(many) == 0
    }
}
