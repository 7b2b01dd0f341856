//! Gives as many as can be one each of what fits them.

use std::mem;

/// For each in the list which of so many it gets, by Kuhn's augmenting paths: as many get one as can, and who
/// stands first in the list rather than those behind. `fits` has for each what fits it, the best first, and where
/// all that might fit ends: for its sake no other is moved further, or one that gets none would move all.
pub(super) fn matched(fits: &[(&[usize], usize)], many: usize) -> Vec<Option<usize>> {
    let mut taken_by = vec![None; many];
    for (asker, (_, behind)) in fits.iter().enumerate() {
        let mut tried: Vec<bool> = (0..many).map(|place| place >= *behind).collect();
        give(asker, fits, &mut taken_by, &mut tried);
    }
    let mut matched = vec![None; fits.len()];
    for (place, asker) in taken_by.iter().enumerate() {
        if let Some(asker) = asker {
            matched[*asker] = Some(place);
        }
    }
    matched
}

/// Gives it one that is free, or one whose owner can get another.
fn give(
    asker: usize,
    fits: &[(&[usize], usize)],
    taken_by: &mut [Option<usize>],
    tried: &mut [bool],
) -> bool {
    let fitting = fits[asker].0.iter().copied();
    let free = |place: &usize| !tried[*place] && taken_by[*place].is_none();
    let place = fitting.clone().find(free).or_else(|| {
        { fitting }.find(|place| {
            let owner = taken_by[*place].filter(|_| !mem::replace(&mut tried[*place], true));
            owner.is_some_and(|owner| give(owner, fits, taken_by, tried))
        })
    });
    if let Some(place) = place {
        taken_by[place] = Some(asker);
    }
    place.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where all may fit each of them.
    fn of(fits: &[&[usize]], many: usize) -> Vec<Option<usize>> {
        let fits: Vec<_> = fits.iter().map(|fits| (*fits, many)).collect();
        matched(&fits, many)
    }

    #[test]
    fn as_many_get_one_as_can_and_the_first_before_the_others() {
        for (fits, many, expected) in [
            (&[&[0, 1][..], &[0]][..], 2, [Some(1), Some(0)]),
            (&[&[0], &[0]], 1, [Some(0), None]),
            (&[&[], &[0]], 1, [None, Some(0)]),
            // What is free is taken before another gives way.
            (&[&[0, 1], &[0, 1]], 2, [Some(0), Some(1)]),
        ] {
            assert_eq!(of(fits, many), expected, "{fits:?}");
        }
        let chain: [&[usize]; 4] = [&[0, 1], &[1, 2], &[2, 0], &[0, 1, 2, 3]];
        assert!(of(&chain, 4).iter().all(Option::is_some));
        let ring: [&[usize]; 4] = [&[0, 1], &[1, 2], &[2, 0], &[0, 1, 2]];
        assert_eq!(of(&ring, 3)[3], None);
    }

    #[test]
    fn no_other_is_moved_behind_all_that_may_fit() {
        // The last may have what is before the third; each of the others could move by one.
        let fits: [&[usize]; 3] = [&[1, 2], &[0, 1], &[0]];
        let within = |behind| [(fits[0], 3), (fits[1], 3), (fits[2], behind)];
        assert_eq!(matched(&within(3), 3), [Some(2), Some(1), Some(0)]);
        assert_eq!(matched(&within(2), 3), [Some(1), Some(0), None]);
    }
}
