//! The handle, and its two doors: one to read through, one to write through.

use std::fmt;

use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyPool, Transaction};

use crate::error::Error;
use crate::leases::{self, Fence, Lease};
use crate::open::{self, BEGIN_WRITE, Pools};
use crate::url::LedgerUrl;

/// An open ledger. Cheap to clone; clones share the connections.
#[derive(Clone)]
pub struct Ledger {
    url: LedgerUrl,
    pools: Pools,
    fence: Option<Fence>,
}

impl Ledger {
    /// Opens the ledger, and makes it where there is none.
    ///
    /// A new file gets mode 0600 before anything is written to it, a new folder 0700. The tables
    /// are brought up to date.
    ///
    /// # Errors
    ///
    /// The address is that of a server, the path leads to a folder or to another program's file,
    /// the file is read-only, or it was written by a newer Showcaller.
    pub async fn open(url: &LedgerUrl) -> Result<Self, Error> {
        let pools = open::open(url).await?;
        tracing::debug!(ledger = %url, "ledger opened");
        Ok(Self {
            url: url.clone(),
            pools,
            fence: None,
        })
    }

    /// Where this ledger is kept.
    #[must_use]
    pub fn url(&self) -> &LedgerUrl {
        &self.url
    }

    /// The same ledger for a holder of `lease`: once somebody else has taken the lease over, or it
    /// was released, every write through this handle (and its clones) fails with
    /// [`Error::LeaseLost`] and changes nothing. Reading goes on.
    ///
    /// A lease that merely lapsed still lets its holder write: as long as nobody took it over,
    /// nobody else acts.
    #[must_use]
    pub fn fenced_by(&self, lease: &Lease) -> Self {
        Self {
            fence: Some(lease.fence()),
            ..self.clone()
        }
    }

    /// Closes all connections of this handle and of its clones, and folds the write-ahead log
    /// into the file. A ledger that is just dropped loses nothing either.
    pub async fn close(self) {
        self.pools.aside.close().await;
        self.pools.reader.close().await;
        self.pools.writer.close().await;
    }

    /// A ledger over a database in memory that is one already.
    pub(crate) fn in_memory(pools: Pools) -> Self {
        Self {
            url: LedgerUrl::memory(),
            pools,
            fence: None,
        }
    }

    /// A connection that reads and may be kept for long.
    pub(crate) async fn aside(&self) -> Result<PoolConnection<Any>, Error> {
        Ok(self.pools.aside.acquire().await?)
    }

    pub(crate) fn reader(&self) -> &AnyPool {
        &self.pools.reader
    }

    /// A transaction that has the right to write from its first moment on, so that it never has
    /// to be repeated because of another writer.
    pub(crate) async fn write(&self) -> Result<Transaction<'static, Any>, Error> {
        let mut tx: Transaction<'static, Any> = self.pools.writer.begin_with(BEGIN_WRITE).await?;
        if let Some(fence) = &self.fence {
            leases::check(&mut tx, fence).await?;
        }
        Ok(tx)
    }
}

impl fmt::Debug for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ledger")
            .field("url", &self.url)
            .field("fence", &self.fence)
            .finish_non_exhaustive()
    }
}
