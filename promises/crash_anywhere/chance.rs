//! Seeded choices: the same seed chooses the same, on every machine.

/// The seed of everything here: `SHOWCALLER_SEED`, or always the same.
pub(crate) fn seed() -> u64 {
    given_seed().unwrap_or(1)
}

/// `SHOWCALLER_SEED`, if it is set.
pub(crate) fn given_seed() -> Option<u64> {
    let given = std::env::var("SHOWCALLER_SEED").ok()?;
    Some(given.trim().parse().expect("SHOWCALLER_SEED is a number"))
}

/// A run of numbers out of one seed (SplitMix64, <https://prng.di.unimi.it/splitmix64.c>).
#[derive(Debug, Clone)]
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn of(seed: u64) -> Self {
        Self(seed)
    }

    /// The seed of the `number`-th of those that belong to this seed.
    pub(crate) fn seed_of(seed: u64, number: u64) -> u64 {
        // Short enough to be copied by hand.
        Self(seed.wrapping_mul(1_000_003).wrapping_add(number)).next() >> 24
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// One of `0..sides`; nought if there is nothing to choose from.
    pub(crate) fn below(&mut self, sides: usize) -> usize {
        let sides = u64::try_from(sides).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.next() % sides).unwrap_or(0)
    }

    /// Puts a list into another order.
    pub(crate) fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            list.swap(last, self.below(last + 1));
        }
    }
}
