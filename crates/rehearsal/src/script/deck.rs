//! Choices that keep their shares.

use crate::dice::Dice;

/// Cards that are dealt without replacement and shuffled again when none is left: each occurs as often
/// as it should, even in a short script.
pub(super) struct Deck<T: 'static> {
    cards: &'static [(T, usize)],
    left: Vec<T>,
}

impl<T: Copy> Deck<T> {
    /// So many of each.
    pub(super) fn new(cards: &'static [(T, usize)]) -> Self {
        Self {
            cards,
            left: Vec::new(),
        }
    }

    pub(super) fn deal(&mut self, dice: &mut Dice) -> T {
        if self.left.is_empty() {
            let many = |(card, many): &(T, usize)| std::iter::repeat_n(*card, *many);
            self.left = self.cards.iter().flat_map(many).collect();
        }
        let place = dice.place(self.left.len());
        self.left.swap_remove(place)
    }
}
