//! What the engine keeps in the ledger: an entry for each thing on Webex, and the number of runs.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use showcaller_event::model::{Address, Email};
use showcaller_ledger::Record;
use showcaller_plan::observed::MeetingFacts;
use showcaller_plan::{Kept, KnownResource, Owner, Settled};
use showcaller_secret::Secret;

use crate::Error;

/// Under which name the ledger keeps the number of the last run, and what became of it. What was
/// read before it changed is outdated.
pub(crate) const RUNS: &str = "runs";
/// What that ends with once the last run has ended.
pub(crate) const ENDED: &str = " ended";

/// What a ledger entry says beside address and remote id.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Attributes {
    #[serde(default)]
    settled: Settled,
    #[serde(default)]
    protected: bool,
    #[serde(default, skip_serializing_if = "Kept::is_nothing")]
    kept: Kept,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    facts: Option<StoredFacts>,
}

/// A meeting's facts as the ledger keeps them: in the open, because the file is its owner's alone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredFacts {
    #[serde(default, with = "showcaller_secret::exposed_if_some")]
    link: Option<Secret>,
    #[serde(default)]
    number: Option<String>,
    #[serde(default, with = "showcaller_secret::exposed_if_some")]
    password: Option<Secret>,
    #[serde(default, with = "showcaller_secret::exposed_if_some")]
    host_key: Option<Secret>,
    #[serde(default)]
    sip: Option<String>,
}

impl From<&MeetingFacts> for StoredFacts {
    fn from(facts: &MeetingFacts) -> Self {
        Self {
            link: facts.link.clone(),
            number: facts.number.clone(),
            password: facts.password.clone(),
            host_key: facts.host_key.clone(),
            sip: facts.sip.clone(),
        }
    }
}

impl From<StoredFacts> for MeetingFacts {
    fn from(facts: StoredFacts) -> Self {
        Self {
            link: facts.link,
            number: facts.number,
            password: facts.password,
            host_key: facts.host_key,
            sip: facts.sip,
        }
    }
}

/// The ledger's entry for one thing, as it is from this instant on.
pub(crate) fn entry(
    address: &Address,
    resource: &KnownResource,
    facts: Option<StoredFacts>,
    at: Timestamp,
) -> Record {
    let attributes = Attributes {
        settled: resource.settled.clone(),
        protected: resource.protected,
        kept: resource.kept.clone(),
        facts,
    };
    Record {
        address: address.to_string(),
        remote_id: resource.remote_id.clone(),
        kind: address.kind().to_owned(),
        owner: resource.owner.to_string(),
        attributes: serde_json::to_value(attributes)
            .expect("attributes have text for keys and no failing parts"),
        created_by_us: resource.made,
        at,
    }
}

/// What an entry says of its thing.
pub(crate) fn resource(record: &Record) -> Result<(KnownResource, Option<StoredFacts>), Error> {
    let attributes = attributes(record)?;
    let resource = KnownResource {
        remote_id: record.remote_id.clone(),
        owner: owner(&record.owner),
        made: record.created_by_us,
        protected: attributes.protected,
        settled: attributes.settled,
        kept: attributes.kept,
    };
    Ok((resource, attributes.facts))
}

fn attributes(record: &Record) -> Result<Attributes, Error> {
    serde_json::from_value(record.attributes.clone()).map_err(|source| Error::Entry {
        address: record.address.clone(),
        source,
    })
}

/// The owner behind the ledger's word for it.
fn owner(word: &str) -> Owner {
    match word {
        "bot" => Owner::Bot,
        host => Owner::Host(Email::new(host)),
    }
}
