//! What a restore must not forget of the steps of provisioning whose calls were made.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::error::Result;
use crate::store::{WriteTx, micros};
use crate::tables::operations::{Operation, read_all, select};
use crate::types::OperationState;

/// Every step whose effect may not be visible yet: open, or done at `since` or later.
pub(super) async fn unsettled(tx: &mut WriteTx, since: Timestamp) -> Result<Vec<Operation>> {
    let rows = sqlx::query(select(
        "WHERE kind = 'provision'
             AND (state IN ('sending', 'unclear') OR (state = 'done' AND changed_at >= $1))
         ORDER BY id",
    ))
    .bind(micros(since));
    read_all(&rows.fetch_all(tx.conn()).await?)
}

/// A call as every copy of a ledger knows it: address, verb, when it was written.
pub(super) type Call = (String, String, i64);

/// The calls of which it is known how they ended, if only that this is unclear.
pub(super) async fn ended(tx: &mut WriteTx) -> Result<BTreeSet<Call>> {
    let calls: Vec<Call> = sqlx::query_as(
        "SELECT address, verb, written_at FROM operations
         WHERE kind = 'provision' AND state IN ('done', 'failed', 'unclear')",
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(calls.into_iter().collect())
}

/// Lets every call that is under way count as sent until `now`, but for those that are known to
/// have `ended`: the process that was sending it may have gone on after the ledger was copied.
pub(super) async fn count_as_sent_until(
    tx: &mut WriteTx,
    ended: &BTreeSet<Call>,
    now: Timestamp,
) -> Result<()> {
    let calls: Vec<(i64, String, String, i64)> = sqlx::query_as(
        "SELECT id, address, verb, written_at FROM operations
         WHERE kind = 'provision' AND state = 'sending' AND changed_at < $1",
    )
    .bind(micros(now))
    .fetch_all(tx.conn())
    .await?;
    for (id, address, verb, written_at) in calls {
        if ended.contains(&(address, verb, written_at)) {
            continue;
        }
        sqlx::query("UPDATE operations SET changed_at = $1 WHERE id = $2 AND message_key IS NULL")
            .bind(micros(now))
            .bind(id)
            .execute(tx.conn())
            .await?;
    }
    Ok(())
}

/// Writes steps that another ledger knew as unclear, under numbers of their own, unless they are
/// known here: then the step that is open at their address is as fresh as they are. Returns how many
/// were written.
pub(super) async fn reopen(
    tx: &mut WriteTx,
    operations: &[Operation],
    now: Timestamp,
) -> Result<u64> {
    let known = known(tx).await?;
    let here = open_slots(tx).await?;
    let mut open = here.clone();
    let mut new = Vec::new();
    for operation in operations {
        let changed_at = micros(sent_until(operation, now));
        let (address, verb) = (operation.address.clone(), operation.verb.clone());
        let call = (address.clone(), verb.clone(), micros(operation.at));
        match open.entry((address, verb)) {
            Entry::Occupied(mut open) => {
                let later = changed_at.max(*open.get());
                open.insert(later);
            }
            Entry::Vacant(free) if !known.contains(&call) => {
                free.insert(changed_at);
                new.push(operation);
            }
            Entry::Vacant(_) => {}
        }
    }
    for (slot, changed_at) in &open {
        if here.get(slot).is_some_and(|here| here < changed_at) {
            freshen(tx, slot, *changed_at).await?;
        }
    }
    for operation in &new {
        let slot = (operation.address.clone(), operation.verb.clone());
        let changed_at = open.get(&slot).copied().unwrap_or_default();
        insert_unclear(tx, operation, changed_at).await?;
    }
    Ok(new.len() as u64)
}

/// Until when a process may have been sending it: perhaps until a moment ago.
fn sent_until(operation: &Operation, now: Timestamp) -> Timestamp {
    match operation.state {
        OperationState::Sending => operation.changed_at.max(now),
        _ => operation.changed_at,
    }
}

async fn known(tx: &mut WriteTx) -> Result<BTreeSet<Call>> {
    let calls: Vec<Call> =
        sqlx::query_as("SELECT address, verb, written_at FROM operations WHERE kind = 'provision'")
            .fetch_all(tx.conn())
            .await?;
    Ok(calls.into_iter().collect())
}

/// An address and a verb: of each, one step at most is open.
type Slot = (String, String);

/// When the open steps came into their states.
async fn open_slots(tx: &mut WriteTx) -> Result<BTreeMap<Slot, i64>> {
    let open: Vec<(String, String, i64)> = sqlx::query_as(
        "SELECT address, verb, changed_at FROM operations
         WHERE kind = 'provision' AND state IN ('sending', 'unclear')",
    )
    .fetch_all(tx.conn())
    .await?;
    let open = open.into_iter();
    Ok(open
        .map(|(address, verb, changed_at)| ((address, verb), changed_at))
        .collect())
}

async fn freshen(tx: &mut WriteTx, (address, verb): &Slot, changed_at: i64) -> Result<()> {
    sqlx::query(
        "UPDATE operations SET changed_at = $1
         WHERE kind = 'provision' AND address = $2 AND verb = $3
             AND state IN ('sending', 'unclear')",
    )
    .bind(changed_at)
    .bind(address)
    .bind(verb)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Writes a step as one that was sent once.
async fn insert_unclear(tx: &mut WriteTx, operation: &Operation, changed_at: i64) -> Result<()> {
    let id = tx.next("operations").await?;
    sqlx::query(
        "INSERT INTO operations
             (id, kind, run, address, verb, body_version, body, owner, creation_host, state,
              attempts, reason, written_at, changed_at)
         VALUES ($1, 'provision', $2, $3, $4, $5, $6, $7, $8, 'unclear', 1, $9, $10, $11)",
    )
    .bind(id)
    .bind(&operation.run)
    .bind(&operation.address)
    .bind(&operation.verb)
    .bind(operation.body.version)
    .bind(&operation.body.json)
    .bind(&operation.owner)
    .bind(operation.creation_host.as_deref())
    .bind("the ledger was restored from a backup that does not know it")
    .bind(micros(operation.at))
    .bind(changed_at)
    .execute(tx.conn())
    .await?;
    Ok(())
}
