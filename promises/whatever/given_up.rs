//! What may be there although the world is as it should be.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::all;
use crate::stage::Stage;

/// What was looked for in vain, or forgotten because Webex denied it: all that may be there unknown.
pub(super) struct GivenUp {
    /// Whose places, in one text.
    people: String,
    /// What rooms and meetings are called that were forgotten and are there.
    titles: BTreeSet<String>,
}

impl GivenUp {
    pub(super) async fn of(stage: &Stage) -> Self {
        let ledger = &stage.ledger;
        let ever = jiff::Timestamp::UNIX_EPOCH;
        let intents = ledger.intents_not_found(ever).await.expect("a ledger");
        let forgotten = ledger.tombstones().await.expect("a ledger");
        let forgotten = || forgotten.iter();
        let asked = intents.iter().map(|intent| intent.body.to_string());
        let places = forgotten().map(|tombstone| tombstone.address.clone());
        let world = stage.simulator.world();
        let known = |thing: &&Value| {
            forgotten().any(|tombstone| thing["id"] == tombstone.remote_id.as_str())
        };
        let there = all(&world, "meetings").chain(all(&world, "rooms"));
        let titles = there
            .filter(known)
            .filter_map(|thing| thing["title"].as_str());
        Self {
            people: asked.chain(places).collect::<Vec<_>>().join(" "),
            titles: titles.map(|title| format!("«{title}»")).collect(),
        }
    }

    /// A place does not show who gave it, so that whoever was added too late to be seen counts as
    /// added by somebody else. A meeting that Webex denied is looked for on the event's days alone, and
    /// what was protected or archived is nobody's to take up again.
    pub(super) fn excuses(&self, difference: &str) -> bool {
        let several = difference.starts_with(|first| ('2'..='9').contains(&first));
        let more = several || difference.ends_with(" too many");
        if more && self.titles.iter().any(|title| difference.contains(title)) {
            return true;
        }
        let parts = ["people is ", "invited is "].iter();
        let mut lists =
            parts.filter_map(|part| difference.split_once(part)?.1.split_once(", not "));
        let people = |list: &str| serde_json::from_str::<BTreeMap<String, bool>>(list).ok();
        lists.any(|(seen, wanted)| {
            let (Some(seen), Some(wanted)) = (people(seen), people(wanted)) else {
                return false;
            };
            let is_more = wanted.iter().all(|(who, how)| seen.get(who) == Some(how));
            let mut more = seen.keys().filter(|who| !wanted.contains_key(*who));
            is_more && more.all(|who| self.people.contains(who.as_str()))
        })
    }
}
