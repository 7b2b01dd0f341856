//! Answering: from what happens on Webex to the messages that answer it, each once.
//!
//! ```text
//! webhook ─▶ inbox ─▶ read ─▶ decide ─▶ outbox ─▶ Webex
//!             └────────── the ledger ──────┘
//! ```
//!
//! An event is a row of the ledger's inbox before Webex gets its 2xx. Its decision, and a row of the
//! outbox for every message of the answer, are one transaction: of several processes one decides. What a
//! process had in hand when it died is read from the ledger by another, or by its successor.

mod actions;
mod check_in;
mod context;
mod decide;
mod forget;
mod inbox;
mod job;
mod load;
mod members;
mod mention;
mod operators;
mod outbox;
mod proposals;
mod read;
mod remind;
mod restored;
mod sweep;
mod tend;
mod turns;
mod work;

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use showcaller_ledger::{Error as LedgerError, InboxEntry};
use showcaller_webex::Lane;
use tokio::sync::{mpsc, oneshot};

pub use self::context::Answered;
use self::context::Context;
pub use self::inbox::Inbox;
use self::work::Work;
use crate::answers_since;
use crate::floor::{Background, Presence, Stop};
use crate::hooks::Identity;
use crate::{Engine, Error};

/// Jobs that were read from the ledger and are not begun yet.
const RECOVERED: usize = 64;

/// The bot's answers, ready to be given: events are taken in already, and nothing is done about them.
#[derive(Debug)]
pub struct Prepared {
    context: Context,
    inbox: Inbox,
    events: mpsc::Receiver<InboxEntry>,
    at: Timestamp,
}

/// The bot's answers, given as long as this is held.
#[derive(Debug)]
pub struct Answers {
    context: Arc<Context>,
    inbox: Inbox,
    /// Resolves once nothing is under way any more.
    worked: oneshot::Receiver<()>,
    work: Background,
    sweeping: Background,
    beside: Vec<Background>,
}

impl Prepared {
    /// The way in for what happens on Webex. What comes in before the beginning waits.
    #[must_use]
    pub fn inbox(&self) -> Inbox {
        self.inbox.clone()
    }

    /// Begins to answer.
    ///
    /// # Errors
    ///
    /// The ledger fails.
    pub async fn begin(mut self) -> Result<Answers, LedgerError> {
        self.context.first_start = answers_since::settled(&self.context.ledger, self.at).await?;
        let context = Arc::new(self.context);
        let clock = context.clock.clone();
        let (recovered, jobs) = mpsc::channel(RECOVERED);
        let (ended, worked) = oneshot::channel();
        let work = Work::new(Arc::clone(&context), self.events, jobs);
        let work = Background::spawn(&clock, async move {
            work.run().await;
            // The receiver is gone if this is not stopped but dropped.
            let _ = ended.send(());
        });
        let beside = [
            Background::spawn(&clock, tend::run(Arc::clone(&context), recovered.clone())),
            Background::spawn(&clock, remind::run(Arc::clone(&context), recovered)),
            Background::spawn(&clock, forget::run(Arc::clone(&context))),
        ];
        let sweep = sweep::run(Arc::clone(&context), self.inbox.clone());
        let sweeping = Background::spawn(&clock, sweep);
        Ok(Answers {
            context,
            inbox: self.inbox,
            worked,
            work,
            sweeping,
            beside: beside.into(),
        })
    }
}

impl Answers {
    /// Makes answers ready, for a process that counts as present.
    ///
    /// # Errors
    ///
    /// Nothing was applied yet, the ledger fails, or Webex does not say who the bot is.
    pub async fn prepare(engine: &Engine, presence: &Presence) -> Result<Prepared, Error> {
        let guarded = engine.guarded(&presence.permit());
        let webex = guarded.connections.bot.on_lane(Lane::Answer);
        let me = webex.me().await;
        let me = me.map_err(|error| Error::look("who the bot is", error))?;
        let (ledger, clock) = (engine.ledger.clone(), engine.clock.clone());
        let at = webex.now();
        let in_force = engine.in_force().await?;
        let identity = Identity::of(&ledger, &in_force.latest().event.key).await?;
        let (to_work, events) = mpsc::channel(inbox::ROOM);
        let inbox = Inbox::new(ledger.clone(), clock.clone(), me.clone(), to_work);
        let context = Context {
            webex,
            ledger,
            clock,
            process: engine.process.clone(),
            identity,
            me,
            in_force,
            first_start: at,
            stop: Stop::default(),
            answered: Mutex::default(),
            restored_said: AtomicBool::new(false),
        };
        Ok(Prepared {
            context,
            inbox,
            events,
            at,
        })
    }

    /// Makes answers ready and begins, where nothing else is to be waited for.
    ///
    /// # Errors
    ///
    /// As [`Answers::prepare`].
    pub async fn begin(engine: &Engine, presence: &Presence) -> Result<Self, Error> {
        Ok(Self::prepare(engine, presence).await?.begin().await?)
    }

    /// The way in for what happens on Webex.
    #[must_use]
    pub fn inbox(&self) -> Inbox {
        self.inbox.clone()
    }

    /// What this process has answered so far.
    #[must_use]
    pub fn answered(&self) -> Answered {
        self.context.answered()
    }

    /// Whether a part of answering has ended that should not have: nothing more, or not everything, is
    /// answered, and the process had better be started anew.
    #[must_use]
    pub fn ended(&self) -> bool {
        let mut tasks = self.beside.iter().chain([&self.work, &self.sweeping]);
        tasks.any(Background::has_ended)
    }

    /// Finishes the messages that are being sent, and leaves everything else to the next process.
    pub async fn stop(self) {
        self.context.stop.ask();
        let _ = self.worked.await;
        self.work.end().await;
        // It gives its lease back.
        self.sweeping.join().await;
    }
}
