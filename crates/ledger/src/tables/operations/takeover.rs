//! What becomes of another process's messages: those of a dead one are taken over by compare-and-set, and
//! what waits is the leader's, whichever process claimed it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::row::{COLUMNS, Operation, UNFINISHED, read_all};
use crate::error::Result;
use crate::ledger::Ledger;
use crate::store::{WriteTx, count, micros};
use crate::tables::leases::Lease;
use crate::tables::origin::read_instance;
use crate::tables::processes::{self, Process};
use crate::types::{Instance, MessageKind, OperationState};

/// A process to which unfinished messages belong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimant {
    /// The process; `None` if it is known no more.
    pub process: Option<Process>,
    /// Its instance.
    pub instance: Uuid,
    /// How many of its messages are waiting.
    pub waiting: u64,
    /// How many it was sending.
    pub sending: u64,
}

/// What was taken over from a dead process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenOver {
    /// What was waiting is ours now, by key.
    pub waiting: Vec<Operation>,
    /// What was being sent may have been sent: it is in doubt now, by key.
    pub in_doubt: Vec<Operation>,
}

impl Ledger {
    /// The processes to which messages of a kind belong that are waiting or being sent, by instance.
    pub async fn claimants(&self, kind: MessageKind) -> Result<Vec<Claimant>> {
        let mut conn = self.read().await?;
        let rows: Vec<(String, String, i64)> = sqlx::query_as(AssertSqlSafe(format!(
            "SELECT claimed_by, state, COUNT(*) FROM operations
             WHERE kind = $1 AND {UNFINISHED} AND state <> 'unclear' GROUP BY claimed_by, state"
        )))
        .bind(kind.as_str())
        .fetch_all(&mut *conn)
        .await?;
        let mut by_instance: BTreeMap<Uuid, [u64; 2]> = BTreeMap::new();
        for (instance, state, rows) in rows {
            let counts = by_instance.entry(read_instance(&instance)?).or_default();
            let sending = state == OperationState::Sending.as_str();
            counts[usize::from(sending)] += count(rows)?;
        }
        let mut claimants = Vec::with_capacity(by_instance.len());
        for (instance, [waiting, sending]) in by_instance {
            claimants.push(Claimant {
                process: processes::find(&mut conn, instance).await?,
                instance,
                waiting,
                sending,
            });
        }
        Ok(claimants)
    }

    /// Takes over the messages of a kind that belonged to `dead`: those waiting belong to `by`
    /// now, those being sent are in doubt. From then on `dead` cannot claim or start anything.
    /// `None` if it gave a sign of life since it was read, and so was not dead.
    pub async fn take_over_messages(
        &self,
        kind: MessageKind,
        dead: &Claimant,
        by: &Instance,
        at: Timestamp,
    ) -> Result<Option<TakenOver>> {
        let take = (kind, dead.clone(), by.clone(), at);
        self.write(take, |tx, (kind, dead, by, at)| {
            Box::pin(async move {
                let seen = dead.process.as_ref().map(|process| process.alive_until);
                if !processes::bury(tx, dead.instance, seen, *at).await? {
                    return Ok(None);
                }
                take_over_in(tx, *kind, dead.instance, by, *at)
                    .await
                    .map(Some)
            })
        })
        .await
    }
}

impl Ledger {
    /// Lets every waiting message of these kinds belong to the holder of a lease, whichever process
    /// claimed it: no other can start it then. What another process is sending is left to it. Returns
    /// those that it did not have before, by key.
    ///
    /// # Errors
    ///
    /// [`Error::LeaseLost`](crate::Error::LeaseLost) as for [`Ledger::fenced_by`], [`Error::NotAlive`](crate::Error::NotAlive) as for [`Ledger::claim`].
    pub async fn adopt_waiting(
        &self,
        kinds: &[MessageKind],
        lease: &Lease,
        at: Timestamp,
    ) -> Result<Vec<Operation>> {
        let adopted = (kinds.to_vec(), lease.holder().id, at);
        let fenced = self.fenced_by(lease);
        fenced
            .write_messages(adopted, |tx, (kinds, leader, at)| {
                Box::pin(adopt_in(tx, kinds, *leader, *at))
            })
            .await
    }
}

async fn adopt_in(
    tx: &mut WriteTx,
    kinds: &[MessageKind],
    leader: Uuid,
    at: Timestamp,
) -> Result<Vec<Operation>> {
    processes::require_alive(tx, leader).await?;
    let mut adopted = Vec::new();
    for kind in kinds {
        let statement = format!(
            "UPDATE operations SET claimed_by = $1, changed_at = $2
             WHERE kind = $3 AND {UNFINISHED} AND state = 'waiting' AND claimed_by <> $1
             RETURNING {COLUMNS}"
        );
        let rows = sqlx::query(AssertSqlSafe(statement))
            .bind(leader.to_string())
            .bind(micros(at))
            .bind(kind.as_str())
            .fetch_all(tx.conn())
            .await?;
        adopted.extend(read_all(&rows)?);
    }
    adopted.sort_by(|one, other| one.key.cmp(&other.key));
    Ok(adopted)
}

async fn take_over_in(
    tx: &mut WriteTx,
    kind: MessageKind,
    dead: Uuid,
    by: &Instance,
    at: Timestamp,
) -> Result<TakenOver> {
    processes::require_alive(tx, by.id).await?;
    // What was being sent comes first: it may turn out just now not to have been sent, and is then
    // found among what is waiting.
    let in_doubt = moved(
        tx,
        "SET claimed_by = $1, changed_at = $2, state = 'unclear',
             reason = 'the process that was sending it died'
         WHERE state = 'sending'",
        (kind, dead, by.id, at),
    );
    let in_doubt = in_doubt.await?;
    let waiting = moved(
        tx,
        "SET claimed_by = $1, changed_at = $2 WHERE state = 'waiting'",
        (kind, dead, by.id, at),
    );
    Ok(TakenOver {
        waiting: waiting.await?,
        in_doubt,
    })
}

/// Runs a statement that moves a dead process's messages of a kind to another, and returns them.
async fn moved(
    tx: &mut WriteTx,
    statement: &str,
    (kind, dead, by, at): (MessageKind, Uuid, Uuid, Timestamp),
) -> Result<Vec<Operation>> {
    let statement = format!(
        "UPDATE operations {statement} AND kind = $3 AND claimed_by = $4 AND {UNFINISHED}
         RETURNING {COLUMNS}"
    );
    let rows = sqlx::query(AssertSqlSafe(statement))
        .bind(by.to_string())
        .bind(micros(at))
        .bind(kind.as_str())
        .bind(dead.to_string())
        .fetch_all(tx.conn())
        .await?;
    let mut moved = read_all(&rows)?;
    moved.sort_by(|one, other| one.key.cmp(&other.key));
    Ok(moved)
}
