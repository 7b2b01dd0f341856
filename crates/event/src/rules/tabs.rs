//! Pages pinned in rooms.

use std::collections::HashSet;

use crate::model::{MeetingFact, Part, Text};

use super::input::Input;
use super::report::Report;

pub(super) fn name<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    for room in &input.event.rooms {
        let mut names = HashSet::new();
        for tab in &room.tabs {
            let place = || input.places.room_tab(&room.key, &tab.name);
            if tab.name.trim().is_empty() {
                let message = format!("a tab of room `{}` has no name", room.key);
                report.error(
                    place(),
                    message,
                    "say what people click on, as in `Board: …`",
                );
            } else if !names.insert(tab.name.trim().to_lowercase()) {
                let message = format!("room `{}` has two tabs \"{}\"", room.key, tab.name.trim());
                report.error(place(), message, "give each a name of its own");
            }
        }
    }
}

/// Webex takes `https` only (messaging §4).
pub(super) fn url<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    for room in &input.event.rooms {
        for tab in &room.tabs {
            if let Some(hint) = bad_url(&tab.url) {
                report.error(
                    input.places.room_tab(&room.key, &tab.name),
                    format!(
                        "the tab \"{}\" of room `{}` leads to no web address",
                        tab.name, room.key
                    ),
                    hint,
                );
            }
        }
    }
}

fn bad_url(url: &Text) -> Option<&'static str> {
    let other =
        |part: &Part| matches!(part, Part::Meeting { fact, .. } if *fact != MeetingFact::Link);
    if url.parts().iter().any(other) {
        return Some(
            "a tab leads to a meeting by its `.link`; passwords and numbers are no addresses",
        );
    }
    match url.parts() {
        [Part::Meeting { .. }] => None,
        [Part::Words(words), ..] => bad_words(words),
        _ => Some("write where it leads, beginning with https://"),
    }
}

fn bad_words(words: &str) -> Option<&'static str> {
    let words = words.trim();
    let Some(rest) = words.strip_prefix("https://") else {
        return Some("write the whole address, beginning with https://");
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if host.is_empty() || words.contains(char::is_whitespace) {
        return Some("an address has no spaces, and a site behind https://");
    }
    None
}
