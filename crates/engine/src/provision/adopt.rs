//! What the ledger learns from a look, before the first call.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use showcaller_event::Event;
use showcaller_event::model::{Address, Email};
use showcaller_ledger::{Ledger, Record};
use showcaller_plan::{Adoption, Kept, KnownResource, parent_of};

use super::earlier::moved;
use super::execute::{State, protection};
use super::memory::{GONE, NOT_SHOWN};
use super::observe::Outlook;
use crate::Error;
use crate::records::{StoredFacts, entry};

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
    let late = may_be_late(outlook);
    let gone = gone.map(|address| {
        let why = if late.contains(address) {
            NOT_SHOWN
        } else {
            GONE
        };
        ledger.forget(address.as_str(), why, now)
    });
    futures::future::try_join_all(gone).await?;
    Ok(())
}

/// What may only be late, and is ours if it shows again. What somebody archived, what the file protected
/// and what Showcaller only found is theirs.
fn may_be_late(outlook: &Outlook) -> BTreeSet<&Address> {
    let rooms = outlook.observed.rooms.iter();
    let archived = rooms.filter(|room| room.read_only);
    let archived: BTreeSet<&str> = archived.map(|room| room.id.as_str()).collect();
    let renamed = renamed(outlook);
    let vanished = outlook.plan.vanished.iter();
    let late = vanished.filter(|address| {
        let before = renamed.get(address).unwrap_or(address);
        let known = outlook.memory.known.resources.get(before);
        known.is_some_and(|known| {
            known.made && !known.protected && !archived.contains(known.remote_id.as_str())
        })
    });
    late.collect()
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
    let children = children_of(&outlook.memory.known.resources, old).into_iter();
    let renamed = |child: Address| {
        let today = moved(&child, old, new);
        (child, today)
    };
    children.map(renamed).collect()
}

/// What is recorded as lying in a room or a meeting.
pub(super) fn children_of(
    resources: &BTreeMap<Address, KnownResource>,
    parent: &Address,
) -> Vec<Address> {
    let kinds: &[&str] = match parent.kind() {
        "room" => &["membership", "tab"],
        "meeting" => &["invitee"],
        _ => &[],
    };
    let key = parent.as_str().split_once('/').map_or("", |(_, key)| key);
    let children = kinds.iter().flat_map(|kind| {
        let prefix = format!("{kind}/{key}/");
        let from = resources.range(Address::new(&*prefix)..);
        from.map(|(address, _)| address)
            .take_while(move |address| address.as_str().starts_with(&prefix))
            // What lies deeper may belong to something whose name goes on from here.
            .filter(|address| parent_of(address).as_ref() == Some(parent))
    });
    children.cloned().collect()
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

/// Entries that are new, and those of which the look has told something new.
fn records(event: &Event, outlook: &Outlook, now: Timestamp) -> Vec<Record> {
    let state = state(event, outlook);
    let plan = &outlook.plan;
    let renamed = renamed(outlook);
    let old = |today| renamed.get(today).unwrap_or(today);
    let told: BTreeSet<&Address> = plan
        .adoptions
        .iter()
        .map(|adoption| &adoption.address)
        .chain(plan.keeps.keys())
        .chain(&plan.repairs)
        .collect();
    let known = &outlook.memory.known.resources;
    let entries = state.resources.iter().filter(|(address, resource)| {
        let before = old(address);
        told.contains(address)
            || outlook.memory.learnt.contains(before)
            || known.get(before) != Some(resource)
            || state.facts.get(address) != outlook.memory.facts.get(before)
    });
    entries
        .map(|(address, resource)| entry(address, resource, state.facts.get(address).cloned(), now))
        .collect()
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
pub(super) fn state(event: &Event, outlook: &Outlook) -> State {
    let known = &outlook.memory.known;
    let mut resources = known.resources.clone();
    let renamed = renamed(outlook);
    for (today, old) in &renamed {
        if let Some(resource) = resources.remove(old) {
            resources.insert(today.clone(), resource);
        }
    }
    for address in &outlook.plan.vanished {
        resources.remove(address);
    }
    let mut made_anew = Vec::new();
    for adoption in &outlook.plan.adoptions {
        let before = resources.insert(adoption.address.clone(), adopted(outlook, adoption));
        let another = before.is_some_and(|before| before.remote_id != adoption.remote_id);
        if another && adoption.address.kind() == "meeting" {
            made_anew.push(adoption);
        }
    }
    for adoption in made_anew {
        unread(outlook, adoption, &mut resources);
    }
    keep(outlook, &mut resources);
    for (address, resource) in &mut resources {
        // Where its entry is gone from the file, the word that protected it went with it.
        resource.protected = protection(event, address).unwrap_or(resource.protected);
    }
    let seen = seen_facts(outlook);
    let facts = resources
        .iter()
        .filter_map(|(address, resource)| {
            let before = renamed.get(address).unwrap_or(address);
            let facts = seen.get(resource.remote_id.as_str());
            let facts = facts.or_else(|| outlook.memory.facts.get(before))?;
            Some((address.clone(), facts.clone()))
        })
        .collect();
    State {
        resources,
        facts,
        intended: known.intended.keys().cloned().collect(),
        forgotten: outlook.plan.vanished.iter().cloned().collect(),
    }
}

/// Who is on the list of a meeting that was made anew by a run that nobody heard of is yet to be read:
/// what is recorded is the list of the old one.
fn unread(
    outlook: &Outlook,
    adoption: &Adoption,
    resources: &mut BTreeMap<Address, KnownResource>,
) {
    let adoptions = &outlook.plan.adoptions;
    for child in children_of(resources, &adoption.address) {
        let read = adoptions.iter().any(|adoption| adoption.address == child);
        let email = child.as_str().rsplit_once('/').map(|(_, email)| email);
        if let (false, Some(email), Some(resource)) = (read, email, resources.get_mut(&child)) {
            resource.remote_id = KnownResource::unread_id(&adoption.remote_id, &Email::new(email));
            resource.owner = adoption.owner.clone();
            resource.kept = Kept::default();
        }
    }
}
