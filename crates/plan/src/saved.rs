//! A plan that is kept to be reviewed and applied later.
//!
//! It holds no secret: a hidden value leaves no trace when it is written. Whoever applies it looks
//! again, makes the plan anew with the same wishes, and applies *that* one, if it is the very same.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use showcaller_event::model::Address;
use thiserror::Error;

use crate::Wishes;
use crate::drift::Mover;
use crate::plan::Plan;

/// What every version of the format begins with.
const FAMILY: &str = "showcaller-saved-plan/";
/// Rises when a key changes its meaning or goes.
const VERSION: u32 = 1;
/// The plan that `plan --format json` writes for programs.
const FOR_PROGRAMS: &str = "showcaller-plan/";

/// A plan, and all that tells whether the world is still the one that it was made for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedPlan {
    /// Where the event file is, seen from the folder of the saved plan.
    pub event_file: String,
    /// A digest of the event file and its roster.
    pub digest: String,
    /// Whether it is about the simulator beside the event.
    pub simulated: bool,
    /// The Webex that was looked at.
    pub webex: SavedWebex,
    /// How many runs there were, as the ledger counts them.
    pub runs: Option<String>,
    /// The wishes that it was made with.
    pub wishes: Wishes,
    /// The plan itself.
    pub plan: Plan,
}

/// The Webex that a plan is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedWebex {
    /// The address of the API.
    pub base_url: String,
    /// The person id of the bot.
    pub bot_id: String,
    /// The organisation that the bot sees itself in; empty where Webex did not say.
    pub org_id: String,
}

impl SavedWebex {
    /// Whether this is the same. An organisation that was not named is no other one.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        let unsaid = self.org_id.is_empty() || other.org_id.is_empty();
        self.base_url == other.base_url
            && self.bot_id == other.bot_id
            && (unsaid || self.org_id == other.org_id)
    }
}

/// Why a file is no saved plan that can be used.
#[derive(Debug, Error)]
pub enum SavedError {
    /// It was written by a newer version.
    #[error("it was saved by a newer Showcaller (format {found}, this one knows {VERSION})")]
    Newer {
        /// The number of its format.
        found: String,
    },
    /// Some of it is missing, or was changed.
    #[error("it is damaged, or somebody has edited it")]
    Damaged,
    /// It is a plan, but not a saved one.
    #[error("it is a plan for programs to read, not one that was saved to be applied")]
    ForPrograms,
}

#[derive(Serialize, Deserialize)]
struct Envelope {
    format: String,
    /// A digest of the rest: it finds damage, it does not protect.
    seal: String,
    #[serde(flatten)]
    saved: SavedPlan,
}

impl SavedPlan {
    /// The plan as a file: indented JSON with a line break at its end.
    #[must_use]
    pub fn write(&self) -> String {
        let envelope = Envelope {
            format: format!("{FAMILY}{VERSION}"),
            seal: self.seal(),
            saved: self.clone(),
        };
        let written = serde_json::to_string_pretty(&envelope);
        let mut written = written.expect("a plan has text for keys and nothing that can fail");
        written.push('\n');
        written
    }

    /// Reads a saved plan; `None` if the file is something else altogether.
    ///
    /// # Errors
    ///
    /// It is a plan, but cannot be used.
    pub fn read(bytes: &[u8]) -> Result<Option<Self>, SavedError> {
        let text = String::from_utf8_lossy(bytes);
        let begin = text.trim_start_matches('\u{feff}').trim_start();
        if !begin.starts_with('{') {
            return Ok(None);
        }
        let Ok(json) = serde_json::from_str::<Json>(begin) else {
            // Half a file still tells what it was.
            return match begin.contains(FAMILY) {
                true => Err(SavedError::Damaged),
                false => Ok(None),
            };
        };
        let format = json["format"].as_str().unwrap_or_default();
        if format.starts_with(FOR_PROGRAMS) {
            return Err(SavedError::ForPrograms);
        }
        let Some(version) = format.strip_prefix(FAMILY) else {
            return Ok(None);
        };
        match version.parse::<u32>() {
            Ok(VERSION) => {}
            Ok(found) if found > VERSION => {
                let found = found.to_string();
                return Err(SavedError::Newer { found });
            }
            _ => return Err(SavedError::Damaged),
        }
        let envelope: Envelope = serde_json::from_value(json).map_err(|_| SavedError::Damaged)?;
        match envelope.saved.seal() == envelope.seal {
            true => Ok(Some(envelope.saved)),
            false => Err(SavedError::Damaged),
        }
    }

    /// FNV-1a in its 128-bit form over the plan as it is written.
    fn seal(&self) -> String {
        let written = serde_json::to_vec(self);
        let written = written.expect("a plan has text for keys and nothing that can fail");
        format!("{:032x}", crate::names::fnv(written.into_iter()))
    }
}

/// Something in which a plan made now differs from the one that was saved.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Difference {
    /// What it is about.
    pub address: Address,
    /// One line, as in `now to be changed as well`.
    pub sentence: String,
}

/// In what `now` differs from `saved`; nothing if it is the very same plan. Times, costs and what
/// was not looked at do not count.
#[must_use]
pub fn differences(saved: &Plan, now: &Plan) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut compare = |before: Parts, after: Parts, words: [&str; 3]| {
        let addresses: BTreeSet<&Address> = before.keys().chain(after.keys()).collect();
        for address in addresses {
            let sentence = match (before.get(address), after.get(address)) {
                (Some(before), Some(after)) if before == after => continue,
                (Some(before), Some(after)) => format!("{}{}", words[0], inside(before, after)),
                (Some(_), None) => words[1].to_owned(),
                (None, _) => words[2].to_owned(),
            };
            found.push(Difference {
                address: address.clone(),
                sentence,
            });
        }
    };
    compare(
        steps(saved),
        steps(now),
        [
            "would be done otherwise now",
            "there is nothing to do about it any more",
            "is to be done now, and is not in the saved plan",
        ],
    );
    compare(
        adoptions(saved),
        adoptions(now),
        [
            "was found otherwise now",
            "was found on Webex then, and is not now",
            "was found on Webex now, and was not then",
        ],
    );
    compare(
        waits(saved),
        waits(now),
        [
            "waits for another reason now",
            "waited then, and does not now",
            "has to wait now, and had not then",
        ],
    );
    let by_hand: BTreeSet<&Address> = now
        .moved
        .iter()
        .filter(|moved| moved.by != Mover::File && !saved.moved.contains(moved))
        .map(|moved| &moved.address)
        .collect();
    for difference in &mut found {
        if by_hand.contains(&difference.address) {
            difference
                .sentence
                .push_str(", because somebody changed it on Webex");
        }
    }
    let kept = |plan: &Plan| {
        let kept = plan.kept.iter();
        let kept = kept.map(|kept| (kept.address.clone(), written(kept)));
        kept.collect::<Vec<_>>()
    };
    let (before, after) = (kept(saved), kept(now));
    let differ = before.iter().filter(|one| !after.contains(one));
    let differ = differ.chain(after.iter().filter(|one| !before.contains(one)));
    let differ: Vec<Difference> = differ
        .map(|(address, _)| Difference {
            address: address.clone(),
            sentence: "what is kept as it is on Webex is another now".to_owned(),
        })
        .collect();
    found.extend(differ);
    let rails = |plan: &Plan| serde_json::to_value(&plan.guard_rails).unwrap_or_default();
    if found.is_empty() && rails(saved) != rails(now) {
        found.push(Difference {
            address: Address::team(),
            sentence: "other guard rails stand against it now".to_owned(),
        });
    }
    found.sort();
    found.dedup();
    found
}

type Parts = BTreeMap<Address, Json>;

/// As they are written: what is hidden is compared by the event's digest.
fn written<T: Serialize>(thing: &T) -> Json {
    serde_json::to_value(thing).unwrap_or_default()
}

fn steps(plan: &Plan) -> Parts {
    let steps = plan.steps.iter();
    steps
        .map(|step| (step.address.clone(), written(step)))
        .collect()
}

fn adoptions(plan: &Plan) -> Parts {
    let adopted = plan.adoptions.iter();
    let gone = plan.vanished.iter();
    adopted
        .map(|adoption| (adoption.address.clone(), written(adoption)))
        .chain(gone.map(|address| (address.clone(), Json::from("gone"))))
        .collect()
}

fn waits(plan: &Plan) -> Parts {
    let held = plan.held.iter();
    let cannot = plan.cannot.iter();
    held.map(|held| (held.address.clone(), written(&held.reason)))
        .chain(cannot.map(|cannot| (cannot.address.clone(), written(&cannot.reason))))
        .collect()
}

/// Which parts of a step differ, as in ` (start, end)`.
fn inside(before: &Json, after: &Json) -> String {
    let changes = |step: &Json| -> BTreeMap<String, Json> {
        let action = step["action"].as_object();
        let body = action.and_then(|action| action.values().next());
        let changes = body.and_then(|body| body["changes"].as_array());
        let changes = changes.into_iter().flatten();
        changes
            .filter_map(|change| Some((change["field"].as_str()?.to_owned(), change.clone())))
            .collect()
    };
    let (before, after) = (changes(before), changes(after));
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let differ = names
        .into_iter()
        .filter(|name| before.get(*name) != after.get(*name));
    let differ: Vec<&str> = differ.map(String::as_str).collect();
    match differ.is_empty() {
        true => String::new(),
        false => format!(" ({})", differ.join(", ")),
    }
}
