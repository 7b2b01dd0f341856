//! People whom Webex shows under another address than the file.

use super::{Draft, Scene};

/// So many are named one by one.
const NAMED: usize = 3;

/// They are matched all the same; that Webex shows them otherwise is said once for all of them. Only two
/// lines of the roster for one account cannot both be right.
pub(super) fn compare(scene: &Scene<'_>, draft: &mut Draft) {
    let (twice, aliases): (Vec<_>, Vec<_>) = scene
        .observed
        .aliases
        .iter()
        .partition(|(_, theirs)| scene.event.person(theirs).is_some());
    for (ours, theirs) in twice {
        let sentence = format!(
            "Webex knows {ours} as {theirs}, who is on the roster, too: keep one of the two lines."
        );
        draft.note(None, sentence);
    }
    let pairs = aliases.iter().take(NAMED);
    let mut pairs: Vec<String> = pairs
        .map(|(ours, theirs)| format!("{ours} as {theirs}"))
        .collect();
    if let more @ 1.. = aliases.len().saturating_sub(NAMED) {
        pairs.push(format!("{more} more under other addresses"));
    }
    let sentence = match pairs.split_last() {
        Some((last, [])) => format!("Webex knows {last}."),
        Some((last, others)) => format!("Webex knows {} and {last}.", others.join(", ")),
        None => return,
    };
    draft.note(None, sentence);
}
