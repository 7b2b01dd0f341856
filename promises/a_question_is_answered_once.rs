//! A question is answered once: in its room or in private, in its thread, however often it is delivered,
//! and whenever a process dies. Where nobody can know whether an answer was sent it is sent once more,
//! and never a third time.

mod away;
mod crashes;
mod kills;
mod straight;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::bot_stage::text;

/// A participant of team 1.
const NOOR: &str = "noor.haddad@example.com";
/// An organiser.
const CLAIRE: &str = "claire.fontaine@example.com";

/// How often each text was said in each room.
fn counted(said: &[Value]) -> BTreeMap<(String, String), usize> {
    let mut counts = BTreeMap::new();
    for said in said {
        let key = (text(&said["roomId"]), text(&said["markdown"]));
        *counts.entry(key).or_default() += 1;
    }
    counts
}

/// The same, short enough to be read.
fn told(counts: &BTreeMap<(String, String), usize>) -> String {
    let begin = |text: &str| text.chars().take(48).collect::<String>();
    let lines = counts.iter();
    let lines = lines.map(|((_, text), times)| format!("\n  {times} x {:?}", begin(text)));
    lines.collect()
}
