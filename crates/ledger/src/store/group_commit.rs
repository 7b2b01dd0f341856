//! Group commit: the writer actor of a process.
//!
//! A commit costs a synchronised write to the disk, whatever is in it. So each write goes to the
//! queue of one task, which takes all that has queued up while the commit before was under way, runs
//! it in one transaction, commits once, and only then answers the callers.

use std::any::type_name;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use showcaller_clock::Busy;
use sqlx::any::AnyConnectOptions;
use tokio::sync::{mpsc, oneshot};

use super::dialect::Dialect;
use super::in_place::InPlace;
use super::lent::Pool;
use super::transaction::{Conn, WriteTx};
use crate::error::Error;
use crate::types::Fence;

/// More than are ever in flight; a bound on what is lost to everybody when a commit fails.
const LARGEST_BATCH: usize = 64;

/// How long a server may take over a batch before it counts as gone. SQLite has a limit of its own
/// for waiting, and nothing else to wait for.
const TIMEOUT: Duration = Duration::from_secs(90);

/// How often a job is run again that a server undid for another transaction.
const DEADLOCKS: usize = 3;

/// A boxed future that borrows from what it was made of.
pub(crate) type Boxed<'a, T> = std::pin::Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What an operation is given.
pub(crate) trait Data: Send + Sync + 'static {}
impl<D: Send + Sync + 'static> Data for D {}

/// What it returns.
pub(crate) trait Outcome: Send + 'static {}
impl<T: Send + 'static> Outcome for T {}

/// What an operation does in the transaction. It may be run a second time after a rollback, so it
/// changes nothing but the transaction.
pub(crate) type Run<D, T> = for<'c> fn(&'c mut WriteTx, &'c D) -> Boxed<'c, Result<T, Error>>;

/// The way to the writer. The writer ends when the last of these is gone.
#[derive(Clone)]
pub(crate) struct Writer {
    queue: mpsc::UnboundedSender<Message>,
    changes: Arc<AtomicU64>,
}

/// Where the writer's connection comes from.
pub(crate) enum Source {
    /// A connection of its own, made again when it breaks.
    Own {
        dialect: Dialect,
        options: AnyConnectOptions,
        /// The file that it leads to.
        file: Option<InPlace>,
    },
    /// The only connection to a database in memory, which readers use in between.
    Shared(Pool),
}

/// What a write is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    /// Something that readers go by.
    Facts,
    /// That a process is alive, holds its lease still, or how far it has come.
    SignOfLife,
}

enum Message {
    Do(Box<dyn Job>),
    Close(oneshot::Sender<()>),
}

impl Writer {
    /// Starts the writer on the current runtime.
    pub(crate) fn start(source: Source) -> Self {
        let (queue, messages) = mpsc::unbounded_channel();
        let changes = Arc::<AtomicU64>::default();
        let actor = WriterActor {
            source,
            held: None,
            changes: Arc::clone(&changes),
        };
        tokio::spawn(actor.serve(messages));
        Self { queue, changes }
    }

    /// Rises with each commit that changed more than signs of life.
    pub(crate) fn changes(&self) -> u64 {
        self.changes.load(Ordering::SeqCst)
    }

    /// Has an operation done, alone or together with others. Once this returns `Ok`, it is on the
    /// disk. If the caller gives up meanwhile, it happens wholly or not at all.
    pub(crate) async fn write<D: Data, T: Outcome>(
        &self,
        busy: Option<Busy>,
        fence: Option<Fence>,
        what: Change,
        data: D,
        run: Run<D, T>,
    ) -> Result<T, Error> {
        let (reply, answer) = oneshot::channel();
        let job = QueuedWrite {
            what,
            fence,
            data,
            run,
            outcome: None,
            reply,
            _busy: busy,
        };
        self.queue
            .send(Message::Do(Box::new(job)))
            .map_err(|_| closed())?;
        answer.await.map_err(|_| closed())?
    }

    /// Ends the writer after what was asked of it before.
    pub(crate) async fn close(&self) {
        let (reply, answer) = oneshot::channel();
        if self.queue.send(Message::Close(reply)).is_ok() {
            let _ = answer.await;
        }
    }
}

fn closed() -> Error {
    Error::Database("it was closed".into())
}

/// An operation whose types are forgotten.
trait Job: Send {
    /// Runs it and keeps what came of it.
    fn run<'c>(&'c mut self, tx: &'c mut WriteTx) -> Boxed<'c, Verdict>;
    /// Answers with what came of it, which is now on the disk.
    fn committed(self: Box<Self>);
    /// Answers that it did not happen, for a reason of its own or a common one.
    fn refused(self: Box<Self>, why: Option<Error>);
    /// Whether it failed because another transaction waited for it, and it for that one.
    fn is_deadlocked(&self) -> bool;
    /// Whether nobody waits for it any more.
    fn abandoned(&self) -> bool;
    fn what(&self) -> Change;
}

/// What an operation means for the transaction it ran in.
enum Verdict {
    Fine,
    /// It failed by itself; others may succeed.
    Failed,
    /// The database is in trouble, and so are all others.
    Database(Arc<Error>),
}

struct QueuedWrite<D, T> {
    what: Change,
    fence: Option<Fence>,
    data: D,
    run: Run<D, T>,
    outcome: Option<Result<T, Error>>,
    reply: oneshot::Sender<Result<T, Error>>,
    /// Held until the caller has its answer, also where the caller gives up before.
    _busy: Option<Busy>,
}

impl<D: Send + Sync, T: Send> Job for QueuedWrite<D, T> {
    fn run<'c>(&'c mut self, tx: &'c mut WriteTx) -> Boxed<'c, Verdict> {
        Box::pin(async move {
            let outcome = match &self.fence {
                Some(fence) => tx.check(fence).await,
                None => Ok(()),
            };
            let outcome = match outcome {
                Ok(()) => (self.run)(tx, &self.data).await,
                Err(error) => Err(error),
            };
            match outcome {
                // A deadlocked job is run again by itself, a few times.
                Err(error) if error.is_trouble() && !error.is_deadlock() => {
                    Verdict::Database(Arc::new(error))
                }
                outcome => {
                    let verdict = match outcome {
                        Ok(_) => Verdict::Fine,
                        Err(_) => Verdict::Failed,
                    };
                    self.outcome = Some(outcome);
                    verdict
                }
            }
        })
    }

    fn committed(self: Box<Self>) {
        let outcome = self.outcome.unwrap_or_else(|| Err(closed()));
        // Whoever gave up does not want to know.
        let _ = self.reply.send(outcome);
    }

    fn refused(self: Box<Self>, why: Option<Error>) {
        let own = self.outcome.and_then(Result::err);
        let why = why.or(own).unwrap_or_else(closed);
        let _ = self.reply.send(Err(why));
    }

    fn is_deadlocked(&self) -> bool {
        matches!(&self.outcome, Some(Err(error)) if error.is_deadlock())
    }

    fn abandoned(&self) -> bool {
        self.reply.is_closed()
    }

    fn what(&self) -> Change {
        self.what
    }
}

impl<D, T> fmt::Debug for QueuedWrite<D, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The data may hold a secret.
        f.write_str(type_name::<D>())
    }
}

/// The task that owns the only writing connection.
struct WriterActor {
    source: Source,
    held: Option<Conn>,
    changes: Arc<AtomicU64>,
}

/// Why a batch was rolled back.
enum RolledBack {
    /// One of its operations failed by itself.
    ByOne,
    /// The database is in trouble.
    ByAll(Arc<Error>),
}

impl WriterActor {
    async fn serve(mut self, mut messages: mpsc::UnboundedReceiver<Message>) {
        let mut taken = Vec::with_capacity(LARGEST_BATCH);
        while messages.recv_many(&mut taken, LARGEST_BATCH).await > 0 {
            let mut jobs = Vec::with_capacity(taken.len());
            let mut close = None;
            for message in taken.drain(..) {
                match message {
                    Message::Do(job) if !job.abandoned() => jobs.push(job),
                    Message::Do(_) => {}
                    Message::Close(reply) => close = Some(reply),
                }
            }
            if !jobs.is_empty() {
                self.work(jobs).await;
            }
            if let Some(reply) = close {
                self.close().await;
                let _ = reply.send(());
                return;
            }
        }
        self.close().await;
    }

    async fn close(&mut self) {
        if let Some(conn) = self.held.take() {
            conn.close().await;
        }
    }

    /// All together; if one of them fails, each by itself, so that one does not fail for another.
    async fn work(&mut self, mut jobs: Vec<Box<dyn Job>>) {
        match self.attempt(&mut jobs).await {
            Ok(()) => jobs.into_iter().for_each(Job::committed),
            Err(RolledBack::ByAll(error)) => refuse(jobs, &error),
            Err(RolledBack::ByOne) if jobs.len() == 1 => {
                self.again_unless_refused(jobs).await;
            }
            Err(RolledBack::ByOne) => {
                for job in jobs {
                    Box::pin(self.work(vec![job])).await;
                }
            }
        }
    }

    /// A job that failed by itself fails for good, unless the server undid it so that a transaction
    /// that writes messages could go on.
    async fn again_unless_refused(&mut self, mut job: Vec<Box<dyn Job>>) {
        for _ in 0..DEADLOCKS {
            if !job.iter().all(|job| job.is_deadlocked()) {
                break;
            }
            match self.attempt(&mut job).await {
                Ok(()) => return job.into_iter().for_each(Job::committed),
                Err(RolledBack::ByAll(error)) => return refuse(job, &error),
                Err(RolledBack::ByOne) => {}
            }
        }
        job.into_iter().for_each(|job| job.refused(None));
    }

    /// Runs the jobs in one transaction and commits it.
    async fn attempt(&mut self, jobs: &mut [Box<dyn Job>]) -> Result<(), RolledBack> {
        if !self.source.is_server() {
            return self.transact(jobs).await;
        }
        match tokio::time::timeout(TIMEOUT, self.transact(jobs)).await {
            Ok(done) => done,
            Err(_) => Err(RolledBack::ByAll(Arc::new(Error::CommitUnclear(
                "the server did not answer in time".into(),
            )))),
        }
    }

    async fn transact(&mut self, jobs: &mut [Box<dyn Job>]) -> Result<(), RolledBack> {
        let mut tx = self.begin().await.map_err(RolledBack::all)?;
        for job in jobs.iter_mut() {
            match job.run(&mut tx).await {
                Verdict::Fine => {}
                Verdict::Failed => {
                    self.hold(tx.rollback().await);
                    return Err(RolledBack::ByOne);
                }
                Verdict::Database(error) => {
                    self.hold(tx.rollback().await);
                    return Err(RolledBack::ByAll(error));
                }
            }
        }
        match tx.commit().await {
            Ok(conn) => {
                self.hold(conn);
                if jobs.iter().any(|job| job.what() == Change::Facts) {
                    self.changes.fetch_add(1, Ordering::SeqCst);
                }
                // What was kept where no path leads is lost with this process.
                self.source.in_place().map_err(RolledBack::all)
            }
            Err((error, conn)) => {
                self.hold(conn);
                Err(RolledBack::all(error))
            }
        }
    }

    fn hold(&mut self, conn: Option<Conn>) {
        // Readers of a database in memory wait for this connection.
        if matches!(self.source, Source::Own { .. }) {
            self.held = conn;
        }
    }

    /// A transaction that has the right to write from its first moment on. A connection that broke
    /// while nobody used it is made again: nothing was asked of it yet.
    async fn begin(&mut self) -> Result<WriteTx, Error> {
        if let Some(conn) = self.held.take() {
            match WriteTx::begin_exclusive(conn).await {
                Err(error) if error.is_out_of_reach() => {}
                begun => return begun,
            }
        }
        WriteTx::begin_exclusive(self.source.connect().await?).await
    }
}

impl RolledBack {
    fn all(error: Error) -> Self {
        Self::ByAll(Arc::new(error))
    }
}

impl Source {
    fn is_server(&self) -> bool {
        matches!(
            self,
            Self::Own {
                dialect: Dialect::Postgres,
                ..
            }
        )
    }

    fn in_place(&self) -> Result<(), Error> {
        match self {
            Self::Own {
                file: Some(file), ..
            } => file.check_committed(),
            Self::Own { .. } | Self::Shared(_) => Ok(()),
        }
    }

    async fn connect(&self) -> Result<Conn, Error> {
        match self {
            Self::Shared(pool) => Ok(Conn::lent(Dialect::Sqlite, pool.acquire().await?)),
            Self::Own {
                dialect, options, ..
            } => Conn::own(*dialect, options).await,
        }
    }
}

/// The first gets the error itself, the others a copy that says the same.
fn refuse(jobs: Vec<Box<dyn Job>>, error: &Arc<Error>) {
    for job in jobs {
        job.refused(Some(Error::shared(error)));
    }
}
