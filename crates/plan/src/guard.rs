//! Guard rails with numbers: how much may go before a second flag must say so (promise 5).

use std::collections::BTreeMap;

use crate::Wishes;
use crate::known::Known;
use crate::plan::GuardRail;
use crate::read::words::nouns;
use crate::step::Step;

/// More than this share of a kind …
const SHARE_PERCENT: usize = 30;
/// … and at least so many.
const AT_LEAST: usize = 5;

/// The guard rails that these steps hit, and the steps: all of them, because a plan that is
/// refused should still show what it would do.
pub(crate) fn check(
    known: &Known,
    wishes: &Wishes,
    steps: Vec<Step>,
) -> (Vec<GuardRail>, Vec<Step>) {
    if wishes.remove_many {
        return (Vec::new(), steps);
    }
    let mut going: BTreeMap<&str, usize> = BTreeMap::new();
    // What was made anew is no loss.
    let removes = |step: &&Step| step.action.removes() && step.address.kind() != "replaced-meeting";
    for step in steps.iter().filter(removes) {
        *going.entry(step.address.kind()).or_default() += 1;
    }
    let rails = going
        .into_iter()
        .filter_map(|(kind, removals)| {
            let of = known
                .resources
                .keys()
                .filter(|address| address.kind() == kind)
                .count();
            let much = removals * 100 > of * SHARE_PERCENT && removals >= AT_LEAST;
            much.then(|| GuardRail {
                kind: kind.to_owned(),
                removals,
                of,
                sentence: format!(
                    "{removals} of {of} {} would go. That looks like an accident; if it is not, \
                     add --remove-many.",
                    nouns(kind).1
                ),
            })
        })
        .collect();
    (rails, steps)
}
