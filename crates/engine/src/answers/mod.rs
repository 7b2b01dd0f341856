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
mod context;
mod decide;
mod evidence;
mod forget;
mod inbox;
mod load;
mod members;
mod mention;
mod outbox;
mod outgoing;
mod read;
mod remind;
mod restored;
mod sweep;
mod tend;
mod turns;
mod work;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use jiff::Timestamp;
use showcaller_ledger::{Error as LedgerError, Ledger};
use showcaller_webex::Lane;
use tokio::sync::{mpsc, oneshot};

use self::context::Context;
pub use self::inbox::Inbox;
use self::work::Work;
use crate::floor::{Background, Presence, Stop};
use crate::in_force_watch::InForceWatch;
use crate::{Engine, Error};

/// Jobs that were read from the ledger and are not begun yet.
const RECOVERED: usize = 64;

/// The bot's answers, given as long as this is held.
#[derive(Debug)]
pub struct Answers {
    inbox: Inbox,
    stop: Stop,
    /// Resolves once nothing is under way any more.
    worked: oneshot::Receiver<()>,
    work: Background,
    sweeping: Background,
    beside: Vec<Background>,
}

impl Answers {
    /// Begins to answer, as a process that counts as present.
    ///
    /// # Errors
    ///
    /// Nothing was applied yet, the ledger fails, or Webex does not say who the bot is.
    pub async fn begin(engine: &Engine, presence: &Presence) -> Result<Self, Error> {
        let guarded = engine.guarded(&presence.permit());
        let webex = guarded.connections.bot.on_lane(Lane::Answer);
        let me = webex.me().await.map_err(|source| Error::Look {
            what: "who the bot is",
            reason: source.refused_because(),
            source,
        })?;
        let (ledger, clock) = (engine.ledger.clone(), engine.clock.clone());
        let in_force = InForceWatch::begin(ledger.clone(), clock.clone()).await?;
        let first_start = first_start(&ledger, webex.now()).await?;
        let stop = Stop::default();
        let context = Arc::new(Context {
            webex,
            ledger: ledger.clone(),
            clock: clock.clone(),
            process: engine.process.clone(),
            me: me.clone(),
            in_force,
            first_start,
            stop: stop.clone(),
            restored_said: AtomicBool::new(false),
        });
        let (to_work, events) = mpsc::channel(inbox::ROOM);
        let (recovered, jobs) = mpsc::channel(RECOVERED);
        let (ended, worked) = oneshot::channel();
        let work = Work::new(Arc::clone(&context), events, jobs);
        let work = Background::spawn(&clock, async move {
            work.run().await;
            // The receiver is gone if this is not stopped but dropped.
            let _ = ended.send(());
        });
        let inbox = Inbox::new(ledger, clock.clone(), me, to_work);
        let beside = [
            Background::spawn(&clock, tend::run(Arc::clone(&context), recovered.clone())),
            Background::spawn(&clock, remind::run(Arc::clone(&context), recovered)),
            Background::spawn(&clock, forget::run(Arc::clone(&context))),
        ];
        let sweeping = Background::spawn(&clock, sweep::run(context, inbox.clone()));
        Ok(Self {
            inbox,
            stop,
            worked,
            work,
            sweeping,
            beside: beside.into(),
        })
    }

    /// The way in for what happens on Webex.
    #[must_use]
    pub fn inbox(&self) -> Inbox {
        self.inbox.clone()
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
        self.stop.ask();
        let _ = self.worked.await;
        self.work.end().await;
        // It gives its lease back.
        self.sweeping.join().await;
    }
}

/// When answers were first given on this ledger, by Webex's clock: what is older is not answered.
async fn first_start(ledger: &Ledger, now: Timestamp) -> Result<Timestamp, LedgerError> {
    let settled = ledger
        .settle_meta("answers-since", &now.to_string())
        .await?;
    Ok(settled.parse().unwrap_or(now))
}
