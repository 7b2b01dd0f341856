//! The handle, and its two doors: one to read through, one to write through.

use std::fmt;

use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyPool};

use crate::error::Error;
use crate::leases::{Fence, Lease};
use crate::open::{self, Doors};
use crate::url::LedgerUrl;
use crate::writer::Run;
use crate::writing::Kind;

/// An open ledger. Cheap to clone; clones share the connections.
#[derive(Clone)]
pub struct Ledger {
    url: LedgerUrl,
    doors: Doors,
    fence: Option<Fence>,
}

impl Ledger {
    /// Opens the ledger, and makes it where there is none. Its writer lives on the runtime on which
    /// this is called.
    ///
    /// A new file gets mode 0600 before anything is written to it, a new folder 0700. The tables
    /// are brought up to date. A database on a server must exist, and may be empty.
    ///
    /// # Errors
    ///
    /// The path leads to a folder or to another program's file, the file is read-only; the server
    /// does not answer, does not let us in, or the database is another program's; or the ledger was
    /// written by a newer Showcaller.
    pub async fn open(url: &LedgerUrl) -> Result<Self, Error> {
        let doors = open::open(url).await?;
        tracing::debug!(ledger = %url, "ledger opened");
        Ok(Self {
            url: url.clone(),
            doors,
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
        self.doors.writer.close().await;
        self.doors.aside.close().await;
        self.doors.reader.close().await;
    }

    /// A ledger over a database in memory that is one already.
    pub(crate) fn in_memory(doors: Doors) -> Self {
        Self {
            url: LedgerUrl::memory(),
            doors,
            fence: None,
        }
    }

    /// A connection that reads and may be kept for long.
    pub(crate) async fn aside(&self) -> Result<PoolConnection<Any>, Error> {
        Ok(self.doors.aside.acquire().await?)
    }

    pub(crate) fn reader(&self) -> &AnyPool {
        &self.doors.reader
    }

    /// For tests: makes a ledger in a file as full as a disk would make it.
    #[doc(hidden)]
    pub async fn allow_no_more_pages(&self) -> Result<(), Error> {
        // Less than there are means as many as there are.
        self.say("PRAGMA max_page_count = 1").await
    }

    /// For tests: makes room again.
    #[doc(hidden)]
    pub async fn allow_more_pages(&self) -> Result<(), Error> {
        self.say("PRAGMA max_page_count = 4294967294").await
    }

    async fn say(&self, statement: &'static str) -> Result<(), Error> {
        self.write_unfenced(statement, |tx, statement| {
            Box::pin(async move {
                sqlx::query(*statement).fetch_all(tx.conn()).await?;
                Ok(())
            })
        })
        .await
    }

    /// What kind of database it is kept in.
    pub(crate) fn kind(&self) -> Kind {
        self.doors.kind
    }

    /// Has something written, under this handle's fence if it has one; see [`crate::writer`].
    pub(crate) async fn write<D, T>(&self, data: D, run: Run<D, T>) -> Result<T, Error>
    where
        D: Send + Sync + 'static,
        T: Send + 'static,
    {
        let fence = self.fence.clone();
        self.doors.writer.write(fence, data, run).await
    }

    /// The same, whoever holds the lease.
    pub(crate) async fn write_unfenced<D, T>(&self, data: D, run: Run<D, T>) -> Result<T, Error>
    where
        D: Send + Sync + 'static,
        T: Send + 'static,
    {
        self.doors.writer.write(None, data, run).await
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
