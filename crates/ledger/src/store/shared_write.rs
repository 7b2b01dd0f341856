//! Writes that need no turn: each a transaction of its own on a pooled connection, beside those of
//! other tasks and processes. The server puts commits that coincide into one synchronised write.

use std::time::Duration;

use showcaller_clock::Busy;
use sqlx::AnyPool;

use super::dialect::Dialect;
use super::group_commit::{Data, Outcome, Run};
use super::lent::Lent;
use super::transaction::{Conn, WriteTx};
use crate::error::Error;
use crate::types::Fence;

/// How often in a row a write may be the one that the server undoes.
const DEADLOCKS: usize = 3;

/// How long a server may take over it before it counts as gone.
const TIMEOUT: Duration = Duration::from_secs(90);

/// Has an operation done that locks rows in one order only, whatever else is written. If the caller
/// gives up meanwhile, it happens wholly or not at all.
pub(crate) async fn write_shared<D: Data, T: Outcome>(
    pool: AnyPool,
    busy: Option<Busy>,
    fence: Option<Fence>,
    data: D,
    run: Run<D, T>,
) -> Result<T, Error> {
    // A task of its own, because a pooled connection must not go back in the middle of a
    // transaction.
    let write = tokio::spawn(async move {
        // Also where the caller gives up before.
        let _busy = busy;
        let writes = undeadlocked(&pool, fence.as_ref(), &data, run);
        let done = tokio::time::timeout(TIMEOUT, writes).await;
        done.unwrap_or_else(|_| {
            Err(Error::CommitUnclear(
                "the server did not answer in time".into(),
            ))
        })
    });
    write.await.map_err(|died| Error::Database(died.into()))?
}

/// Writes once more where the server undid it so that another transaction could go on.
async fn undeadlocked<D, T>(
    pool: &AnyPool,
    fence: Option<&Fence>,
    data: &D,
    run: Run<D, T>,
) -> Result<T, Error> {
    for _ in 0..DEADLOCKS {
        match transact(pool, fence, data, run).await {
            Err(error) if error.is_deadlock() => {}
            done => return done,
        }
    }
    transact(pool, fence, data, run).await
}

async fn transact<D, T>(
    pool: &AnyPool,
    fence: Option<&Fence>,
    data: &D,
    run: Run<D, T>,
) -> Result<T, Error> {
    let conn = Conn::lent(
        Dialect::Postgres,
        Lent::OfSeveral(Box::new(pool.acquire().await?)),
    );
    let mut tx = WriteTx::begin_shared(conn).await?;
    let fenced = match fence {
        Some(fence) => tx.check(fence).await,
        None => Ok(()),
    };
    let done = match fenced {
        Ok(()) => run(&mut tx, data).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(done) => match tx.commit().await {
            Ok(_) => Ok(done),
            Err((error, _)) => Err(error),
        },
        Err(error) => {
            tx.rollback().await;
            Err(error)
        }
    }
}
