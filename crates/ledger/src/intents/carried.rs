//! What a restore must not forget of the calls that were made.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::rows::IntentRow;
use super::{Intent, IntentState};
use crate::error::Error;
use crate::stored::micros;
use crate::tables::{Cell, INTENTS, Row};
use crate::writing::Writing;

/// Every intent whose effect may not be visible yet: open, or done at `since` or later.
pub(crate) async fn unsettled_in(tx: &mut Writing, since: Timestamp) -> Result<Vec<Intent>, Error> {
    let rows: Vec<IntentRow> = sqlx::query_as(
        "SELECT id, run, address, verb, body, owner, creation_host, state, attempts,
                outcome, reason, tracking_id, written_at, changed_at
         FROM intents
         WHERE state IN ('sending', 'unclear') OR (state = 'done' AND changed_at >= $1)
         ORDER BY id",
    )
    .bind(micros(since))
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(Intent::try_from).collect()
}

/// A call as every copy of a ledger knows it: address, verb, when it was written.
pub(crate) type Call = (String, String, i64);

/// The calls of which it is known how they ended, if only that this is unclear.
pub(crate) async fn ended_in(tx: &mut Writing) -> Result<BTreeSet<Call>, Error> {
    let calls: Vec<Call> = sqlx::query_as(
        "SELECT address, verb, written_at FROM intents
         WHERE state IN ('done', 'failed', 'unclear')",
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(calls.into_iter().collect())
}

/// Lets every call that is under way count as sent until `now`, but for those that are known to
/// have `ended`: whoever was sending it may have gone on after the ledger was copied.
pub(crate) async fn sent_until_in(
    tx: &mut Writing,
    ended: &BTreeSet<Call>,
    now: Timestamp,
) -> Result<(), Error> {
    let calls: Vec<(i64, String, String, i64)> = sqlx::query_as(
        "SELECT id, address, verb, written_at FROM intents
         WHERE state = 'sending' AND changed_at < $1",
    )
    .bind(micros(now))
    .fetch_all(tx.conn())
    .await?;
    for (id, address, verb, written_at) in calls {
        if ended.contains(&(address, verb, written_at)) {
            continue;
        }
        sqlx::query("UPDATE intents SET changed_at = $1 WHERE id = $2")
            .bind(micros(now))
            .bind(id)
            .execute(tx.conn())
            .await?;
    }
    Ok(())
}

/// Writes intents that another ledger knew as unclear, under numbers of their own, unless they are
/// known here: then whatever is open at their addresses is as fresh as they are. Returns how many
/// were written.
pub(crate) async fn reopen_all_in(
    tx: &mut Writing,
    intents: &[Intent],
    now: Timestamp,
) -> Result<u64, Error> {
    let known = known_in(tx).await?;
    let here = open_in(tx).await?;
    let mut open = here.clone();
    let mut new = Vec::new();
    for intent in intents {
        let changed_at = micros(sent_until(intent, now));
        let (address, verb) = (intent.address.clone(), intent.verb.clone());
        let call = (address.clone(), verb.clone(), micros(intent.at));
        match open.entry((address, verb)) {
            Entry::Occupied(mut open) => {
                let later = changed_at.max(*open.get());
                open.insert(later);
            }
            Entry::Vacant(free) if !known.contains(&call) => {
                free.insert(changed_at);
                new.push(intent);
            }
            Entry::Vacant(_) => {}
        }
    }
    for (slot, changed_at) in &open {
        if here.get(slot).is_some_and(|here| here < changed_at) {
            freshen(tx, slot, *changed_at).await?;
        }
    }
    let mut rows = Vec::with_capacity(new.len());
    for intent in new {
        let slot = (intent.address.clone(), intent.verb.clone());
        let changed_at = open.get(&slot).copied().unwrap_or_default();
        rows.push(unclear(tx.next("intents").await?, intent, changed_at));
    }
    INTENTS.fill(tx.conn(), &rows).await?;
    Ok(rows.len() as u64)
}

/// Until when somebody may have been sending it: perhaps until a moment ago.
fn sent_until(intent: &Intent, now: Timestamp) -> Timestamp {
    match intent.state {
        IntentState::Sending => intent.changed_at.max(now),
        _ => intent.changed_at,
    }
}

async fn known_in(tx: &mut Writing) -> Result<BTreeSet<Call>, Error> {
    let calls: Vec<Call> =
        sqlx::query_as("SELECT address, verb, written_at FROM intents WHERE state <> 'waiting'")
            .fetch_all(tx.conn())
            .await?;
    Ok(calls.into_iter().collect())
}

/// An address and a verb: of each, one intent at most is open.
type Slot = (String, String);

/// When what is open came into its state.
async fn open_in(tx: &mut Writing) -> Result<BTreeMap<Slot, i64>, Error> {
    let open: Vec<(String, String, i64)> = sqlx::query_as(
        "SELECT address, verb, changed_at FROM intents WHERE state IN ('sending', 'unclear')",
    )
    .fetch_all(tx.conn())
    .await?;
    let open = open.into_iter();
    Ok(open
        .map(|(address, verb, changed_at)| ((address, verb), changed_at))
        .collect())
}

async fn freshen(tx: &mut Writing, (address, verb): &Slot, changed_at: i64) -> Result<(), Error> {
    sqlx::query(
        "UPDATE intents SET changed_at = $1
         WHERE address = $2 AND verb = $3 AND state IN ('sending', 'unclear')",
    )
    .bind(changed_at)
    .bind(address)
    .bind(verb)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The intent as one that was sent once, in the order of the table's columns.
fn unclear(id: i64, intent: &Intent, changed_at: i64) -> Row {
    let text = |text: &str| Cell::Text(Some(text.to_owned()));
    vec![
        Cell::Number(Some(id)),
        text(&intent.run),
        text(&intent.address),
        text(&intent.verb),
        text(&intent.body.to_string()),
        text(&intent.owner),
        Cell::Text(intent.creation_host.clone()),
        text(IntentState::Unclear.as_str()),
        Cell::Number(Some(1)),
        Cell::Text(None),
        text("the ledger was restored from a backup that does not know it"),
        Cell::Text(None),
        Cell::Number(Some(micros(intent.at))),
        Cell::Number(Some(changed_at)),
    ]
}
