//! Earlier names, so that a rename is a rename and not a removal and something new.

use crate::diagnostics::{At, Diagnostics};
use crate::grammar::{Id, Named};

/// The present name and then the earlier ones, newest first as the file lists them.
pub(super) fn names<T>(
    what: &str,
    id: &At<String>,
    previously: &Option<At<Vec<At<Id>>>>,
    siblings: &[Named<T>],
    diagnostics: &mut Diagnostics,
) -> Vec<String> {
    let mut names = vec![id.value.clone()];
    for earlier in previously.iter().flat_map(|earlier| &earlier.value) {
        let name = &earlier.value.0;
        if siblings.iter().any(|sibling| sibling.id.value == *name) {
            let message =
                format!("`{name}` is the name of a {what} now: it cannot be an earlier name too");
            diagnostics
                .error("previously", earlier.span.clone(), message)
                .hint("an earlier name is one that this file has no longer");
        } else if !names.contains(name) {
            names.push(name.clone());
        }
    }
    names
}

/// Every way of picking one name from each list, but for the first of all: that is the present
/// one. Those that differ in the last lists come first.
pub(super) fn earlier(lists: &[&[String]], separator: &str) -> Vec<String> {
    let mut keys = vec![String::new()];
    for names in lists {
        keys = keys
            .iter()
            .flat_map(|key| {
                names
                    .iter()
                    .map(move |name| match (key.is_empty(), name.is_empty()) {
                        (true, _) => name.clone(),
                        (_, true) => key.clone(),
                        _ => format!("{key}{separator}{name}"),
                    })
            })
            .collect();
    }
    keys.split_off(1)
}

#[cfg(test)]
mod tests {
    use super::earlier;

    fn list(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn every_combination_of_earlier_names_is_an_earlier_key() {
        let (pattern, team, day) = (
            list(&["breakout"]),
            list(&["team-a", "team-1"]),
            list(&["d", "c"]),
        );
        assert_eq!(
            earlier(&[&pattern, &team, &day], "/"),
            [
                "breakout/team-a/c",
                "breakout/team-1/d",
                "breakout/team-1/c"
            ]
        );
        assert!(earlier(&[&pattern], "/").is_empty());
        assert_eq!(
            earlier(&[&team, &list(&["lounge", ""])], "-"),
            ["team-a", "team-1-lounge", "team-1"]
        );
    }
}
