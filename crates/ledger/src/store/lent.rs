//! Connections that are lent, from a pool or the only one.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyConnection, AnyPool};
use tokio::sync::{Mutex, OwnedMutexGuard};

/// Connections that are lent.
#[derive(Clone)]
pub(crate) enum Pool {
    Several(AnyPool),
    /// The only one to a database in memory. A pool would try it out each time that it is given back.
    Only(Arc<Mutex<AnyConnection>>),
}

/// A connection, until it is dropped.
pub(crate) enum Lent {
    OfSeveral(Box<PoolConnection<Any>>),
    Only(OwnedMutexGuard<AnyConnection>),
}

impl Pool {
    pub(crate) async fn acquire(&self) -> Result<Lent, sqlx::Error> {
        Ok(match self {
            Self::Several(pool) => Lent::OfSeveral(Box::new(pool.acquire().await?)),
            Self::Only(only) => Lent::Only(Arc::clone(only).lock_owned().await),
        })
    }

    pub(crate) async fn close(&self) {
        // The only one ends with the last handle.
        if let Self::Several(pool) = self {
            pool.close().await;
        }
    }
}

impl Deref for Lent {
    type Target = AnyConnection;

    fn deref(&self) -> &AnyConnection {
        match self {
            Self::OfSeveral(conn) => conn,
            Self::Only(conn) => conn,
        }
    }
}

impl DerefMut for Lent {
    fn deref_mut(&mut self) -> &mut AnyConnection {
        match self {
            Self::OfSeveral(conn) => conn,
            Self::Only(conn) => conn,
        }
    }
}
