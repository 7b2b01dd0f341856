//! Numbers from a seed: <https://prng.di.unimi.it/splitmix64.c>.

/// SplitMix64.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A source of its own for each use, so that one more number here changes nothing there.
    pub(crate) fn of(seed: u64, salt: u64) -> Self {
        Self(seed ^ salt.wrapping_mul(0x9e37_79b9_7f4a_7c15)).fork()
    }

    fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Numbers that do not depend on how many more are drawn here.
    pub(crate) fn fork(&mut self) -> Self {
        Self(self.number())
    }

    /// One of `0..bound`; nought for nothing to choose from.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        let number = self.number().checked_rem(bound as u64).unwrap_or(0);
        usize::try_from(number).unwrap_or(0)
    }

    /// A number from one to the other, both among them.
    pub(crate) fn between(&mut self, least: i64, most: i64) -> i64 {
        let span = usize::try_from(most - least + 1).unwrap_or(1);
        least + i64::try_from(self.below(span)).unwrap_or(0)
    }

    /// True once in so many times.
    pub(crate) fn one_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }

    /// One of these; `None` only if there are none.
    pub(crate) fn pick<'t, T>(&mut self, from: &'t [T]) -> Option<&'t T> {
        let place = self.below(from.len());
        from.get(place)
    }
}

/// Cards that are dealt without replacement and shuffled again when none is left: each occurs as often
/// as it should, even in a short script.
pub(crate) struct Deck<T: 'static> {
    cards: &'static [(T, usize)],
    left: Vec<T>,
}

impl<T: Copy> Deck<T> {
    /// So many of each.
    pub(crate) fn new(cards: &'static [(T, usize)]) -> Self {
        Self {
            cards,
            left: Vec::new(),
        }
    }

    pub(crate) fn deal(&mut self, dice: &mut Dice) -> T {
        if self.left.is_empty() {
            let many = |(card, many): &(T, usize)| std::iter::repeat_n(*card, *many);
            self.left = self.cards.iter().flat_map(many).collect();
        }
        let place = dice.below(self.left.len());
        self.left.swap_remove(place)
    }
}
