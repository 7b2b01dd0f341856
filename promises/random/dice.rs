//! Numbers out of which choices are made.

/// Throws that run out in zeros: a shrunken event is the plainest one.
pub(super) struct Dice<'a> {
    left: std::slice::Iter<'a, u16>,
}

impl<'a> Dice<'a> {
    pub(super) fn new(numbers: &'a [u16]) -> Self {
        Self {
            left: numbers.iter(),
        }
    }

    /// One of `0..sides`; nought for nothing to choose from.
    pub(super) fn of(&mut self, sides: usize) -> usize {
        let number = usize::from(self.left.next().copied().unwrap_or(0));
        number.checked_rem(sides).unwrap_or(0)
    }

    /// True in so many cases of a hundred.
    pub(super) fn chance(&mut self, percent: usize) -> bool {
        self.of(100) >= 100 - percent
    }

    /// One of these.
    pub(super) fn pick<'t, T>(&mut self, from: &'t [T]) -> Option<&'t T> {
        let place = self.of(from.len());
        from.get(place)
    }

    /// One of these, of which there are some.
    pub(super) fn one<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.of(from.len())]
    }
}
