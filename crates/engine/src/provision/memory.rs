//! The ledger's entries as planning wants them, and back.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use showcaller_event::model::{Address, Email};
use showcaller_ledger::{
    Holder, Ledger, Operation, OperationCounts, OperationKind, OperationState, Tombstone,
    Undecodable,
};
use showcaller_plan::{
    Action, Field, Fields, Known, KnownResource, SETTLE_WINDOW, Settled, Value, quota_counts_since,
};
use showcaller_show::slip::Slips;

use super::earlier::Earlier;
use super::settle::creation;
use crate::floor::{LEASE_TTL, last_at_work};
use crate::records::{RUNS, StoredFacts, resource};
use crate::{Error, show_log};

/// Why something is forgotten that Webex does not show any more, and that is ours if it does again.
pub(super) const NOT_SHOWN: &str = "no longer on Webex";

/// The same for what is somebody else's, should it show again.
pub(super) const GONE: &str = "no longer on Webex, and not ours to look for";

/// How long what was given up is still recognised when it shows: long enough for whatever keeps Webex's
/// lists from showing it, and not so long that another thing is taken for it.
const LATE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// How long after it was asked for somebody may be missing from a list that shows nobody.
const RECENT: SignedDuration = SignedDuration::from_hours(24);

/// Times in the ledger that are later than now, as clocks that were wrong wrote them, and when this process
/// first saw each. Nothing that they date is younger than that.
#[derive(Debug, Clone, Default)]
pub(crate) struct FirstSeen(Arc<Mutex<BTreeMap<Timestamp, Timestamp>>>);

impl FirstSeen {
    /// This time, or when it was first seen if that is earlier.
    fn at_most(&self, written: Timestamp, now: Timestamp) -> Timestamp {
        if written <= now {
            return written;
        }
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *seen.entry(written).or_insert(now)
    }
}

/// Everything that the ledger remembers, and the operations that were left open.
pub(super) struct Memory {
    pub(super) known: Known,
    pub(super) facts: BTreeMap<Address, StoredFacts>,
    /// What was moved by the show log.
    pub(super) slips: Slips,
    pub(super) open: Vec<Operation>,
    /// Creations that were looked for in vain, and what was forgotten because Webex did not show it: if
    /// Webex was late, it is still to come.
    pub(super) lost: Vec<Operation>,
    pub(super) missed: Vec<Tombstone>,
    /// What this look knows beyond the ledger, from open operations that it found done.
    pub(super) learnt: BTreeSet<Address>,
    /// Until when the holder of a lease that was not given back may have been sending.
    pub(super) alive_until: Option<Timestamp>,
    /// When everything that was recorded must have become visible, if some was just now.
    pub(super) fresh_until: Option<Timestamp>,
    /// How many runs there were, as the ledger counts them.
    pub(super) runs: Option<String>,
    /// How many operations were in which state before anything else was read: as long as these are the
    /// same, nobody has done anything since.
    pub(super) operations: OperationCounts,
}

/// Reads the ledger.
pub(super) async fn read(
    ledger: &Ledger,
    first_seen: &FirstSeen,
    now: Timestamp,
) -> Result<Memory, Error> {
    // First, so that whatever somebody does while the rest is read makes this look outdated.
    let runs = ledger.meta(RUNS).await?;
    let operations = ledger
        .operation_counts(OperationKind::Provision, None)
        .await?;
    let mut known = Known::default();
    let mut facts = BTreeMap::new();
    let mut fresh_until = None;
    for record in ledger.resources().await? {
        let (resource, stored) = resource(&record)?;
        let address = Address::new(record.address);
        if let Some(stored) = stored {
            facts.insert(address.clone(), stored);
        }
        let at = first_seen.at_most(record.at, now);
        if now.duration_since(at) < RECENT {
            known.recent.insert(address.clone());
        }
        if now.duration_since(at) < SETTLE_WINDOW {
            known.fresh.insert(address.clone());
            let shown = at.checked_add(SETTLE_WINDOW).unwrap_or(Timestamp::MAX);
            fresh_until = fresh_until.max(Some(shown));
        }
        known.resources.insert(address, resource);
    }
    passwords(ledger, &mut known).await?;
    for (address, host) in ledger.pins().await? {
        known.pins.insert(Address::new(address), Email::new(host));
    }
    for (host, created) in ledger.creations_since(quota_counts_since(now)).await? {
        known.creations.insert(Email::new(host), created);
    }
    for (host, until) in ledger.exhausted().await? {
        known.exhausted.insert(Email::new(host), until);
    }
    let mut open = ledger.open_operations(OperationKind::Provision).await?;
    for operation in &mut open {
        operation.changed_at = first_seen.at_most(operation.changed_at, now);
    }
    known.intended = open
        .iter()
        .filter(|operation| super::execute::makes(&operation.verb))
        .map(|operation| (Address::new(&*operation.address), asked_by(operation)))
        .collect();
    let since = now.checked_sub(LATE).unwrap_or(Timestamp::MIN);
    let mut lost = ledger
        .operations_not_found(OperationKind::Provision, since)
        .await?;
    lost.retain(|operation| super::execute::makes(&operation.verb));
    let asked = lost.iter();
    let asked = asked.map(|operation| (Address::new(&*operation.address), asked_by(operation)));
    known.lost = asked.collect();
    let mut missed = ledger.tombstones_since(since).await?;
    missed.retain(|tombstone| tombstone.why == NOT_SHOWN);
    let holder = ledger.holder(super::apply::LEASE.name).await?;
    let alive_until = holder.map(|holder| {
        let renewed = holder.until.checked_sub(LEASE_TTL).unwrap_or(holder.since);
        let until = first_seen.at_most(renewed, now).checked_add(LEASE_TTL);
        last_at_work(&Holder {
            until: until.unwrap_or(holder.until),
            ..holder
        })
    });
    known.unclear = unclear(&open, alive_until, now);
    Ok(Memory {
        known,
        facts,
        slips: Slips::of(&show_log::read(ledger, 0).await?),
        open,
        lost,
        missed,
        learnt: BTreeSet::new(),
        alive_until,
        fresh_until,
        runs,
        operations,
    })
}

impl Memory {
    /// What was asked for under an earlier name is looked up by today's, too.
    pub(super) fn rename_intended(&mut self, earlier: &Earlier) {
        let known = &self.known;
        let renamed = known.intended.iter().filter_map(|(address, asked)| {
            let today = earlier.today(known, address);
            (today != *address).then(|| (today, asked.clone()))
        });
        let renamed: Vec<(Address, Fields)> = renamed.collect();
        let unclear = known.unclear.iter();
        // The ledger has no such thing under any name, so that only the file tells how it is called.
        let unclear: Vec<(Address, Timestamp)> = unclear
            .map(|(address, at)| (earlier.named_today(address).clone(), *at))
            .collect();
        self.known.intended.extend(renamed);
        self.known.unclear.extend(unclear);
    }

    /// The remote ids of everything that has a name.
    pub(super) fn ids(&self) -> BTreeSet<&str> {
        let known = self.known.resources.values();
        known.map(|known| known.remote_id.as_str()).collect()
    }

    /// Remembers what the ledger is about to hold.
    pub(super) fn take_in(&mut self, address: Address, resource: KnownResource) {
        self.learnt.insert(address.clone());
        self.known.resources.insert(address, resource);
    }
}

/// A set password's digest would still invite guessing, so that settings are stored without it and
/// completed from where the ledger keeps secrets.
async fn passwords(ledger: &Ledger, known: &mut Known) -> Result<(), Error> {
    for (address, secret) in ledger.secrets().await? {
        let Some(resource) = known.resources.get_mut(&Address::new(address)) else {
            continue;
        };
        let Settled { asked, answered } = &mut resource.settled;
        if !asked.contains_key(&Field::Password) {
            continue;
        }
        let hidden = Value::Hidden(secret.into());
        if answered.contains_key(&Field::Password) {
            answered.insert(Field::Password, hidden.clone());
        }
        asked.insert(Field::Password, hidden);
    }
    Ok(())
}

/// The settings that an operation asked for, if it asked for any.
fn asked_by(operation: &Operation) -> Fields {
    match creation(operation) {
        Some(Action::CreateRoom { fields } | Action::CreateMeeting { fields, .. }) => fields,
        Some(Action::CreateTeam { name }) => Fields::from([(Field::Name, Value::Text(name))]),
        _ => Fields::new(),
    }
}

/// Why it is not known what an operation was to make, if it was to make something.
pub(super) fn undecodable(operation: &Operation) -> Option<Undecodable> {
    let made = super::execute::makes(&operation.verb).then_some(operation)?;
    made.body
        .decode::<Action>(super::execute::BODY_VERSION)
        .err()
}

/// Whether an operation stays in doubt because it is not known what it was to make: another build of
/// Showcaller may read it. A week later it is given up as what is late is.
pub(super) fn is_unreadable(operation: &Operation, now: Timestamp) -> bool {
    now.duration_since(operation.changed_at) < LATE && undecodable(operation).is_some()
}

/// Creations that may still appear: the settle window since their call is not over, or what was asked
/// for cannot be read.
fn unclear(
    open: &[Operation],
    alive_until: Option<Timestamp>,
    now: Timestamp,
) -> BTreeMap<Address, Timestamp> {
    open.iter()
        .filter(|operation| super::execute::makes(&operation.verb))
        .filter(|operation| {
            now < settled_at(operation.state, operation.changed_at, alive_until)
                || is_unreadable(operation, now)
        })
        .map(|operation| (Address::new(&*operation.address), operation.changed_at))
        .collect()
}

/// When what an operation made, if it made anything, must have become visible.
///
/// An operation is written before its call, and the call may then have waited for Webex to take it; so
/// of one that was left `sending`, only the last sign of life of whoever sent it bounds the time.
///
/// Takes the operation's state and when it got into it, and until when the holder of the lease may have
/// been sending, if it was not given back.
#[must_use]
pub fn settled_at(
    state: OperationState,
    changed_at: Timestamp,
    alive_until: Option<Timestamp>,
) -> Timestamp {
    let sent = match state {
        OperationState::Sending => changed_at.max(alive_until.unwrap_or(changed_at)),
        _ => changed_at,
    };
    sent.checked_add(SETTLE_WINDOW).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_wrong_clock_dated_is_as_old_as_its_first_sight() {
        let seen = FirstSeen::default();
        let at = |seconds| Timestamp::from_second(seconds).expect("a time");
        let late = at(10_000_000);
        assert_eq!(seen.at_most(at(100), at(200)), at(100), "it is past");
        assert_eq!(seen.at_most(late, at(200)), at(200));
        // A minute later it is a minute old, also for a clone.
        assert_eq!(seen.clone().at_most(late, at(260)), at(200));
    }
}
