//! What the ledger learns from a look, before the first call.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use showcaller_event::Event;
use showcaller_event::model::Address;
use showcaller_ledger::{Ledger, Record};
use showcaller_plan::{Adoption, KnownResource};

use super::execute::{self, State};
use super::memory::{StoredFacts, entry};
use super::observe::Outlook;
use crate::Error;

/// Takes what was found into the ledger, and lets go of what is gone.
pub(super) async fn take_in(
    event: &Event,
    outlook: &Outlook,
    ledger: &Ledger,
    now: Timestamp,
) -> Result<(), Error> {
    for adoption in &outlook.plan.adoptions {
        if let Some(old) = &adoption.renamed_from {
            rename(ledger, outlook, old, &adoption.address).await?;
        }
    }
    let records = records(event, outlook, now);
    if !records.is_empty() {
        ledger.record_all(&records).await?;
    }
    // At once, because writes that come together share their commits.
    let gone = outlook.plan.vanished.iter();
    let gone = gone.map(|address| ledger.forget(address.as_str(), "no longer on Webex", now));
    futures::future::try_join_all(gone).await?;
    Ok(())
}

/// Renames an entry, and what lies in it.
async fn rename(
    ledger: &Ledger,
    outlook: &Outlook,
    old: &Address,
    new: &Address,
) -> Result<(), Error> {
    ledger.rename(old.as_str(), new.as_str()).await?;
    // At once, because writes that come together share their commits.
    let children = renamed_children(outlook, old, new);
    let renames = children.iter();
    let renames = renames.map(|(from, to)| ledger.rename(from.as_str(), to.as_str()));
    futures::future::try_join_all(renames).await?;
    Ok(())
}

fn renamed_children(outlook: &Outlook, old: &Address, new: &Address) -> Vec<(Address, Address)> {
    let key = |address: &Address| {
        address
            .as_str()
            .split_once('/')
            .map(|(_, key)| key.to_owned())
            .unwrap_or_default()
    };
    let (old_key, new_key) = (key(old), key(new));
    let kinds: &[&str] = match old.kind() {
        "room" => &["membership", "tab"],
        "meeting" => &["invitee"],
        _ => &[],
    };
    let children = kinds.iter().flat_map(|kind| {
        let prefix = format!("{kind}/{old_key}/");
        let (start, new_key) = (prefix.clone(), new_key.clone());
        let known = &outlook.memory.known.resources;
        known
            .range(Address::new(&*prefix)..)
            .take_while(move |(address, _)| address.as_str().starts_with(&start))
            .filter_map(move |(address, _)| {
                let tail = &address.as_str()[prefix.len()..];
                // What lies deeper belongs to something whose name goes on from here.
                let inside = !tail.contains('/');
                inside.then(|| {
                    let today = format!("{kind}/{new_key}/{tail}");
                    (address.clone(), Address::new(today))
                })
            })
    });
    children.collect()
}

/// The earlier name of everything that gets another one, by today's.
pub(super) fn renamed(outlook: &Outlook) -> BTreeMap<Address, Address> {
    let mut renamed = BTreeMap::new();
    for adoption in &outlook.plan.adoptions {
        if let Some(old) = &adoption.renamed_from {
            let children = renamed_children(outlook, old, &adoption.address);
            renamed.extend(children.into_iter().map(|(from, to)| (to, from)));
            renamed.insert(adoption.address.clone(), old.clone());
        }
    }
    renamed
}

fn adopted_as(outlook: &Outlook, address: &Address) -> bool {
    let mut adoptions = outlook.plan.adoptions.iter();
    adoptions.any(|adoption| adoption.address == *address)
}

/// What a call that was left open made, under the name that it has once everything is renamed; nothing
/// if an adoption has recorded it already, or if it is known otherwise.
pub(super) fn todays(outlook: &Outlook, record: &Record) -> Option<Record> {
    let address = Address::new(&*record.address);
    let renamed = renamed(outlook);
    let is = |(_, old): &(&Address, &Address)| **old == address;
    let address = match renamed.iter().find(is) {
        Some((today, _)) if adopted_as(outlook, today) => return None,
        Some((today, _)) => today.clone(),
        None => address,
    };
    (!outlook.plan.vanished.contains(&address)).then(|| Record {
        address: address.to_string(),
        ..record.clone()
    })
}

/// An adopted thing as it is known from now on: what was settled about it before still is.
fn adopted(outlook: &Outlook, adoption: &Adoption) -> KnownResource {
    let before = adoption.renamed_from.as_ref().unwrap_or(&adoption.address);
    let known = outlook.memory.known.resources.get(before);
    let mut settled = known.map(|known| known.settled.clone()).unwrap_or_default();
    settled.asked.extend(adoption.asked.clone());
    settled.answered.extend(adoption.answered.clone());
    // What is another thing than before is not kept as that one was.
    let same = known.filter(|known| known.remote_id == adoption.remote_id);
    let kept = same.map(|known| known.kept.clone()).unwrap_or_default();
    KnownResource {
        remote_id: adoption.remote_id.clone(),
        owner: adoption.owner.clone(),
        made: adoption.made,
        protected: adoption.protected,
        settled,
        kept,
    }
}

/// New and refreshed entries: adoptions, links that changed, protection that the file gives or takes.
fn records(event: &Event, outlook: &Outlook, now: Timestamp) -> Vec<Record> {
    let facts = seen_facts(outlook);
    let adopted = outlook.plan.adoptions.iter().map(|adoption| {
        let facts = facts.get(adoption.remote_id.as_str()).cloned();
        entry(&adoption.address, &adopted(outlook, adoption), facts, now)
    });
    let adopted_now: BTreeSet<&Address> = outlook
        .plan
        .adoptions
        .iter()
        .map(|adoption| &adoption.address)
        .collect();
    let gone: BTreeSet<&Address> = outlook.plan.vanished.iter().collect();
    let refreshed = outlook
        .memory
        .known
        .resources
        .iter()
        .filter_map(|(address, known)| {
            if adopted_now.contains(address) || gone.contains(address) {
                return None;
            }
            let before = outlook.memory.facts.get(address);
            let fresh = facts.get(known.remote_id.as_str()).or(before);
            // Where its entry is gone from the file, the word that protected it went with it.
            let protected = execute::protection(event, address).unwrap_or(known.protected);
            let learnt = outlook.memory.learnt.values().any(|it| it == address);
            (fresh != before || protected != known.protected || learnt).then(|| {
                let resource = KnownResource {
                    protected,
                    ..known.clone()
                };
                entry(address, &resource, fresh.cloned(), now)
            })
        });
    let kept = kept(outlook, now);
    adopted.chain(refreshed).chain(kept).collect()
}

/// Entries whose difference is kept from now on, or no longer, as they are once everything has its
/// name of today.
fn kept(outlook: &Outlook, now: Timestamp) -> Vec<Record> {
    let plan = &outlook.plan;
    if plan.keeps.is_empty() && plan.repairs.is_empty() {
        return Vec::new();
    }
    let state = state(outlook);
    let addresses: BTreeSet<&Address> = plan.keeps.keys().chain(&plan.repairs).collect();
    let changed = |address: &Address| {
        let resource = state.resources.get(address)?;
        let facts = state.facts.get(address).cloned();
        Some(entry(address, resource, facts, now))
    };
    addresses.into_iter().filter_map(changed).collect()
}

/// What is kept from now on, and what is not any more.
fn keep(outlook: &Outlook, resources: &mut BTreeMap<Address, KnownResource>) {
    for address in &outlook.plan.repairs {
        if let Some(resource) = resources.get_mut(address) {
            // It counts as never asked for, so that it is asked for until it is so.
            for field in std::mem::take(&mut resource.kept).fields {
                resource.settled.asked.remove(&field);
            }
        }
    }
    for (address, keep) in &outlook.plan.keeps {
        if let Some(resource) = resources.get_mut(address) {
            let fields = keep.asked.keys().copied();
            resource.kept.fields.extend(fields);
            resource.kept.absent |= keep.absent;
            resource.settled.asked.extend(keep.asked.clone());
            resource.settled.answered.extend(keep.answered.clone());
        }
    }
}

fn seen_facts(outlook: &Outlook) -> BTreeMap<&str, StoredFacts> {
    let seen = outlook
        .observed
        .meetings
        .values()
        .filter_map(|look| look.seen())
        .flatten();
    seen.map(|meeting| (meeting.id.as_str(), StoredFacts::from(&meeting.facts)))
        .collect()
}

/// What the steps may rely on: the ledger's memory, as the adoptions have just changed it.
pub(super) fn state(outlook: &Outlook) -> State {
    let mut resources = outlook.memory.known.resources.clone();
    let facts = seen_facts(outlook);
    for address in &outlook.plan.vanished {
        resources.remove(address);
    }
    for adoption in &outlook.plan.adoptions {
        if let Some(old) = &adoption.renamed_from {
            resources.remove(old);
            for (from, to) in renamed_children(outlook, old, &adoption.address) {
                if let Some(resource) = resources.remove(&from) {
                    resources.insert(to, resource);
                }
            }
        }
        resources.insert(adoption.address.clone(), adopted(outlook, adoption));
    }
    keep(outlook, &mut resources);
    let facts = resources
        .iter()
        .filter_map(|(address, resource)| {
            let facts = facts.get(resource.remote_id.as_str());
            let facts = facts.or_else(|| outlook.memory.facts.get(address))?;
            Some((address.clone(), facts.clone()))
        })
        .collect();
    State {
        resources,
        facts,
        intended: outlook.memory.known.intended.keys().cloned().collect(),
    }
}
