//! What may be there although the world is as it should be.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use showcaller_ledger::{OperationKind, Tombstone};

use super::all;
use crate::stage::Stage;

/// What was looked for in vain, or forgotten because Webex denied it: all that may be there unknown.
pub(super) struct GivenUp {
    /// Whose places, and where: in the team, in rooms or on the lists of meetings.
    people: BTreeSet<(Place, String)>,
    /// What rooms and meetings are called that were forgotten for good and are there.
    titles: BTreeSet<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Team,
    Room,
    List,
}

impl GivenUp {
    pub(super) async fn of(stage: &Stage) -> Self {
        let ledger = &stage.ledger;
        let ever = jiff::Timestamp::UNIX_EPOCH;
        let intents = ledger
            .operations_not_found(OperationKind::Provision, ever)
            .await
            .expect("a ledger");
        let forgotten = ledger.tombstones().await.expect("a ledger");
        let asked = intents
            .iter()
            .flat_map(|intent| asked(&intent.verb, &intent.body.decode(1).expect("JSON")));
        let denied = forgotten.iter().filter_map(denied);
        let world = stage.simulator.world();
        let there = ["meetings", "rooms"].into_iter();
        let there = there.flat_map(|kind| all(&world, kind).map(move |thing| (kind, thing)));
        let for_good = there.filter(|(kind, thing)| {
            let mut tombstones = forgotten.iter();
            tombstones.any(|tombstone| {
                let theirs = tombstone.why.ends_with("not ours to look for");
                let denied = *kind == "meetings" && tombstone.why == DENIED;
                thing["id"] == tombstone.remote_id.as_str() && (theirs || denied)
            })
        });
        let titles = for_good.filter_map(|(_, thing)| thing["title"].as_str());
        Self {
            people: asked.chain(denied).collect(),
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
        let places = [
            ("the team: people is ", Place::Team),
            (": people is ", Place::Room),
            (": invited is ", Place::List),
        ];
        let Some((place, lists)) = places.into_iter().find_map(|(part, place)| {
            let (_, lists) = difference.split_once(part)?;
            Some((place, lists.split_once(", not ")?))
        }) else {
            return false;
        };
        let people = |list: &str| serde_json::from_str::<BTreeMap<String, bool>>(list).ok();
        let (Some(seen), Some(wanted)) = (people(lists.0), people(lists.1)) else {
            return false;
        };
        let is_more = wanted.iter().all(|(who, how)| seen.get(who) == Some(how));
        let mut more = seen.into_keys().filter(|who| !wanted.contains_key(who));
        is_more && more.all(|who| self.people.contains(&(place, who)))
    }
}

/// Why something is forgotten that Webex does not show.
const DENIED: &str = "no longer on Webex";

/// Whom an intent was to add, and where.
fn asked(verb: &str, body: &Value) -> Vec<(Place, String)> {
    let place = match verb {
        "add-team-member" => Place::Team,
        "add-member" => Place::Room,
        _ => Place::List,
    };
    emails(body).into_iter().map(|who| (place, who)).collect()
}

fn emails(body: &Value) -> Vec<String> {
    match body {
        Value::Object(members) => {
            let own = members.get("email").and_then(Value::as_str);
            let within = members.values().flat_map(emails);
            own.map(str::to_owned).into_iter().chain(within).collect()
        }
        Value::Array(items) => items.iter().flat_map(emails).collect(),
        _ => Vec::new(),
    }
}

/// Whose place Webex denied.
fn denied(tombstone: &Tombstone) -> Option<(Place, String)> {
    let place = match &*tombstone.kind {
        "team-membership" => Place::Team,
        "membership" => Place::Room,
        "invitee" => Place::List,
        _ => return None,
    };
    let (_, who) = tombstone.address.rsplit_once('/')?;
    (tombstone.why == DENIED).then(|| (place, who.to_owned()))
}
