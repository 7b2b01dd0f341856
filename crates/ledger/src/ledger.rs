//! The handle of a ledger: how its tables are read and written.

use std::fmt;
use std::ops::{Deref, DerefMut};

use showcaller_clock::{Busy, SharedClock};
use sqlx::AnyConnection;

use crate::error::Error;
use crate::store::{self, Change, Data, Dialect, Lent, Outcome, Pool, Pools, Run, write_shared};
use crate::types::Fence;
use crate::url::LedgerUrl;

/// An open ledger. Cheap to clone; clones share the connections.
#[derive(Clone)]
pub struct Ledger {
    url: LedgerUrl,
    pools: Pools,
    fence: Option<Fence>,
    clock: Option<SharedClock>,
}

/// A connection to read through.
pub(crate) struct Reading {
    conn: Lent,
    _busy: Option<Busy>,
}

impl Deref for Reading {
    type Target = AnyConnection;

    fn deref(&self) -> &AnyConnection {
        &self.conn
    }
}

impl DerefMut for Reading {
    fn deref_mut(&mut self) -> &mut AnyConnection {
        &mut self.conn
    }
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
        let pools = store::open(url).await?;
        tracing::debug!(ledger = %url, "ledger opened");
        Ok(Self {
            url: url.clone(),
            pools,
            fence: None,
            clock: None,
        })
    }

    /// Where this ledger is kept.
    #[must_use]
    pub fn url(&self) -> &LedgerUrl {
        &self.url
    }

    /// The same ledger, whose reads and writes count as work on this clock: a virtual one does not
    /// move while one of them is under way. The clock is never asked for the time.
    #[must_use]
    pub fn on_clock(mut self, clock: SharedClock) -> Self {
        self.clock = Some(clock);
        self
    }

    /// The same ledger, whose writes are under this fence.
    pub(crate) fn with_fence(&self, fence: Fence) -> Self {
        Self {
            fence: Some(fence),
            ..self.clone()
        }
    }

    /// Sees that what was written is where the next process looks for it: the path still leads to the
    /// file that is open, it can be opened, and it is whole. To be asked before a result is said. Each
    /// write asks for the first of these by itself; a server keeps its own.
    ///
    /// # Errors
    ///
    /// [`Error::NotInPlace`] or [`Error::Damaged`] say what became of the file.
    pub async fn verify(&self) -> Result<(), Error> {
        match &self.pools.file {
            Some(file) => store::verify(file).await,
            None => Ok(()),
        }
    }

    /// Closes all connections of this handle and of its clones, and folds the write-ahead log
    /// into the file. A ledger that is just dropped loses nothing either.
    pub async fn close(self) {
        self.pools.writer.close().await;
        self.pools.long_reads.close().await;
        if let Some(messages) = &self.pools.messages {
            messages.close().await;
        }
        self.pools.reader.close().await;
    }

    /// Whether the file must not be written, and this is a copy of it in memory.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        self.url.path().is_some() && self.pools.file.is_none()
    }

    /// A ledger over a database in memory that is one already; of which, its address says.
    pub(crate) fn in_memory(pools: Pools, url: LedgerUrl) -> Self {
        Self {
            url,
            pools,
            fence: None,
            clock: None,
        }
    }

    /// A connection that reads and may be kept for long.
    pub(crate) async fn long_read(&self) -> Result<Reading, Error> {
        self.read_through(&self.pools.long_reads).await
    }

    /// A connection to read through.
    pub(crate) async fn read(&self) -> Result<Reading, Error> {
        self.read_through(&self.pools.reader).await
    }

    async fn read_through(&self, pool: &Pool) -> Result<Reading, Error> {
        let busy = self.busy();
        Ok(Reading {
            conn: pool.acquire().await?,
            _busy: busy,
        })
    }

    fn busy(&self) -> Option<Busy> {
        self.clock.as_ref().map(|clock| clock.busy())
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
    pub(crate) fn dialect(&self) -> Dialect {
        self.pools.dialect
    }

    /// Has something written in its turn, under this handle's fence if it has one; see
    /// [`crate::store`].
    pub(crate) async fn write<D: Data, T: Outcome>(
        &self,
        data: D,
        run: Run<D, T>,
    ) -> Result<T, Error> {
        self.write_under(self.fence.clone(), Change::Facts, data, run)
            .await
    }

    /// The same for what changes nothing but how long a process or its lease is believed in.
    pub(crate) async fn write_sign_of_life<D: Data, T: Outcome>(
        &self,
        data: D,
        run: Run<D, T>,
    ) -> Result<T, Error> {
        self.write_under(self.fence.clone(), Change::SignOfLife, data, run)
            .await
    }

    /// Rises whenever something is written that readers go by. `None` where other processes may write: then
    /// they have to look. To be asked before what is read.
    #[must_use]
    pub fn changes(&self) -> Option<u64> {
        let is_alone = self.url.is_memory();
        is_alone.then(|| self.pools.writer.changes())
    }

    /// The same, whatever lease this handle is fenced by.
    pub(crate) async fn write_unfenced<D: Data, T: Outcome>(
        &self,
        data: D,
        run: Run<D, T>,
    ) -> Result<T, Error> {
        self.write_under(None, Change::Facts, data, run).await
    }

    async fn write_under<D: Data, T: Outcome>(
        &self,
        fence: Option<Fence>,
        what: Change,
        data: D,
        run: Run<D, T>,
    ) -> Result<T, Error> {
        if let Some(path) = self.url.path().filter(|_| self.is_read_only()) {
            let path = path.to_owned();
            return Err(Error::ReadOnly { path });
        }
        let busy = self.busy();
        self.pools.writer.write(busy, fence, what, data, run).await
    }

    /// Has messages written without a turn, so that processes do not wait for each other. `run`
    /// gives out no numbers of the counters. So that no two transactions wait for each other, all lock
    /// in one order: the lease that fences them, entries of the inbox in the order of their keys, the
    /// process, messages in the order of their keys.
    pub(crate) async fn write_messages<D: Data, T: Outcome>(
        &self,
        data: D,
        run: Run<D, T>,
    ) -> Result<T, Error> {
        self.write_messages_under(self.fence.clone(), data, run)
            .await
    }

    /// The same, whatever lease this handle is fenced by.
    pub(crate) async fn write_messages_unfenced<D: Data, T: Outcome>(
        &self,
        data: D,
        run: Run<D, T>,
    ) -> Result<T, Error> {
        self.write_messages_under(None, data, run).await
    }

    async fn write_messages_under<D: Data, T: Outcome>(
        &self,
        fence: Option<Fence>,
        data: D,
        run: Run<D, T>,
    ) -> Result<T, Error> {
        match &self.pools.messages {
            Some(pool) => write_shared(pool.clone(), self.busy(), fence, data, run).await,
            None => self.write_under(fence, Change::Facts, data, run).await,
        }
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
