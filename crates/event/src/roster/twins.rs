//! What several lines say together: one address twice, one name twice.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::diagnostics::Diagnostics;
use crate::model::Email;

use super::RosterLine;

/// The lines with each address once, the first one kept.
pub(super) fn settle(lines: Vec<RosterLine>, diagnostics: &mut Diagnostics) -> Vec<RosterLine> {
    let mut kept: Vec<RosterLine> = Vec::with_capacity(lines.len());
    let mut by_email: HashMap<Email, usize> = HashMap::new();
    for line in lines {
        match by_email.entry(line.email.value.clone()) {
            Entry::Vacant(free) => {
                free.insert(kept.len());
                kept.push(line);
            }
            Entry::Occupied(taken) => same_address(&kept[*taken.get()], &line, diagnostics),
        }
    }
    same_name(&kept, diagnostics);
    kept
}

fn same_address(first: &RosterLine, second: &RosterLine, diagnostics: &mut Diagnostics) {
    let email = &second.email.value;
    let (message, hint) = if alike(&first.name.value) == alike(&second.name.value) {
        let hint = if first.teams.is_empty() || second.teams.is_empty() {
            "keep one line; several roles or teams go into one cell, as in `coach / jury`"
        } else {
            "keep one line; several teams go into one cell, as in `team-1 / team-2`"
        };
        (format!("{email} is listed twice"), hint)
    } else {
        let (one, other) = (&first.name.value, &second.name.value);
        (
            format!("{email} is listed with two names, {one} and {other}"),
            "keep the right one; Webex knows people by their address",
        )
    };
    diagnostics
        .error("people/duplicate", second.email.span.clone(), message)
        .related(first.email.span.clone(), "the first time")
        .hint(hint);
}

/// Two people may have one name; more often it is one person with a private address as well.
fn same_name(lines: &[RosterLine], diagnostics: &mut Diagnostics) {
    let mut by_name: HashMap<String, &RosterLine> = HashMap::new();
    for line in lines {
        let Some(first) = by_name.insert(alike(&line.name.value), line) else {
            continue;
        };
        let name = &line.name.value;
        let (one, other) = (&first.email.value, &line.email.value);
        let message = format!("{name} is listed under two addresses, {one} and {other}");
        diagnostics
            .note("people/same-name", line.name.span.clone(), message)
            .related(first.name.span.clone(), "the other line")
            .hint("fine if they are two people; Webex treats them as two");
    }
}

fn alike(name: &str) -> String {
    name.to_lowercase()
}
