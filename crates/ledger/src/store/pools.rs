//! The connections to a ledger, by what they are for.

use std::ops::{Deref, DerefMut};
use std::str::FromStr as _;
use std::sync::Arc;

use sqlx::any::AnyConnectOptions;
use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyConnection, AnyPool, ConnectOptions as _};
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::dialect::Dialect;
use super::group_commit::Writer;
use super::in_place::InPlace;
use crate::error::Error;

/// The ways to a ledger. For one in memory all lead over the same single connection.
#[derive(Clone)]
pub(crate) struct Pools {
    pub(crate) dialect: Dialect,
    pub(crate) writer: Writer,
    /// Where messages are written beside other writers; `None` where there is one writer anyway.
    pub(crate) messages: Option<AnyPool>,
    pub(crate) reader: Pool,
    /// For what reads for long.
    pub(crate) long_reads: Pool,
    /// The file, where it is kept in one.
    pub(crate) file: Option<InPlace>,
}

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

/// How an address is connected to.
pub(crate) fn connect_options(address: &str) -> Result<AnyConnectOptions, Error> {
    // Statements are logged without their values, but even so at a cost per statement.
    Ok(AnyConnectOptions::from_str(address)?.disable_statement_logging())
}
