//! Gives as many as can be one each of what fits them.

use std::mem;

/// For each in the list which of so many it gets, by Kuhn's augmenting paths: as many get one as can, and who
/// stands first in the list rather than those behind. `fits` has for each what fits it, the best first.
pub(super) fn matched(fits: &[&[usize]], many: usize) -> Vec<Option<usize>> {
    let mut taken_by = vec![None; many];
    for asker in 0..fits.len() {
        give(asker, fits, &mut taken_by, &mut vec![false; many]);
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
    fits: &[&[usize]],
    taken_by: &mut [Option<usize>],
    tried: &mut [bool],
) -> bool {
    let free = fits[asker].iter().find(|place| taken_by[**place].is_none());
    let place = free.copied().or_else(|| {
        let mut others = fits[asker].iter().copied();
        others.find(|place| {
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

    #[test]
    fn as_many_get_one_as_can_and_the_first_before_the_others() {
        for (fits, many, expected) in [
            (&[&[0, 1][..], &[0]][..], 2, [Some(1), Some(0)]),
            (&[&[0], &[0]], 1, [Some(0), None]),
            (&[&[], &[0]], 1, [None, Some(0)]),
            // What is free is taken before another gives way.
            (&[&[0, 1], &[0, 1]], 2, [Some(0), Some(1)]),
        ] {
            assert_eq!(matched(fits, many), expected, "{fits:?}");
        }
        let chain: [&[usize]; 4] = [&[0, 1], &[1, 2], &[2, 0], &[0, 1, 2, 3]];
        assert!(matched(&chain, 4).iter().all(Option::is_some));
        let ring: [&[usize]; 4] = [&[0, 1], &[1, 2], &[2, 0], &[0, 1, 2]];
        assert_eq!(matched(&ring, 3)[3], None);
    }
}
