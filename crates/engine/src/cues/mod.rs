//! Cues: from the show log and the schedule in force to messages, each once for each recipient.
//!
//! ```text
//! terminal, chat, remote control ─▶ show log ─▶ board ─▶ outbox ─▶ Webex
//!             schedule in force, clock ─────────▲  ▲── deliveries
//! ```
//!
//! One process leads, by a lease. It computes the state of every cue anew each second, claims what is due
//! in one transaction, and sends it, one message after the other for each recipient.

mod changed;
mod compose;
mod context;
mod deed;
mod follow;
mod job;
mod lead;
mod orders;
mod receipts;
mod rest;
mod runner;
mod scope;

mod tell;
mod turn;
mod watch;

use std::sync::Arc;

use jiff::SignedDuration;

use self::context::Context;
use self::lead::Lead;
pub(crate) use self::orders::{NOT_SAID, SAY_HOLDS};
pub use self::runner::{LEASE, runner};
pub use self::scope::Scope;
use self::turn::Turn;
pub use self::turn::clock_of;
pub use self::watch::ShowWatch;
use crate::floor::{Background, Held, LeaseSpec};
pub use crate::show::Show;
pub use crate::show_log::{JournalError, NewEntry, log};
use crate::{Engine, Error};

const SPEC: LeaseSpec = LeaseSpec {
    name: LEASE,
    outdates: None,
};

/// How much longer a process whose clock is wrong leaves a free lease to others.
const LEAVES: SignedDuration = SignedDuration::from_secs(20);

/// How often a process that does not lead tries to.
const STANDBY: SignedDuration = SignedDuration::from_secs(5);

/// The cue runner, at work as long as this is held: it leads, or stands by.
#[derive(Debug)]
pub struct Cues {
    context: Arc<Context>,
    work: Background,
    following: Background,
}

impl Cues {
    /// Begins to lead as soon as no other process does.
    ///
    /// # Errors
    ///
    /// Nothing was applied yet, the ledger fails, or Webex does not say who the bot is.
    pub async fn begin(engine: &Engine) -> Result<Self, Error> {
        let context = Arc::new(Context::of(engine).await?);
        let work = Background::spawn(&context.clock.clone(), run(Arc::clone(&context)));
        let following = Background::spawn(
            &context.clock.clone(),
            follow::run(
                engine.clone(),
                context.in_force.clone(),
                context.stop.clone(),
            ),
        );
        Ok(Self {
            context,
            work,
            following,
        })
    }

    /// Whether it has ended by a mistake of its own.
    #[must_use]
    pub fn ended(&self) -> bool {
        self.work.has_ended() || self.following.has_ended()
    }

    /// Finishes what is being sent, and gives the lease back.
    pub async fn stop(self) {
        self.context.stop.ask();
        self.following.join().await;
        self.work.join().await;
    }
}

async fn run(context: Arc<Context>) {
    while !context.stop.asked() {
        let is_off = turn::is_off(context.connections.bot.offset());
        if is_off && context.stop.pause(&context.clock, LEAVES).await {
            break;
        }
        match lead(&context, Scope::All).await {
            Ok(()) | Err(Error::Busy(_)) => {}
            Err(error) => tracing::warn!(%error, "cues are not led by this process"),
        }
        context.stop.pause(&context.clock, STANDBY).await;
    }
}

async fn lead(context: &Context, scope: Scope) -> Result<(), Error> {
    let (process, clock) = (&context.process, &context.clock);
    let takes_over = match turn::of(context).await? {
        Turn::Waits(holder) => return Err(Error::Busy(holder)),
        Turn::TakesOver => true,
        Turn::Takes => context.alone,
    };
    let held = Held::take(&context.ledger, SPEC, process, clock, takes_over).await?;
    let mut lead = match Lead::begin(context, &held, scope).await {
        Ok(lead) => lead,
        // Nothing was sent: another process may be able to.
        Err(error) => {
            held.release(&context.ledger).await?;
            return Err(error);
        }
    };
    let led = lead.run().await;
    lead.drain().await;
    drop(lead);
    match &led {
        Ok(()) => held.release(&context.ledger).await?,
        Err(_) => held.abandon().await,
    }
    led
}

impl Engine {
    /// Does what the show log and the clock ask for within a scope, where no other process leads. Returns
    /// once nothing of it is left that is not done, refused, or in doubt; for [`Scope::All`], never.
    ///
    /// # Errors
    ///
    /// [`Error::Busy`] if another process leads; the ledger fails, or Webex does not say who the bot is.
    pub async fn act(&self, scope: Scope) -> Result<(), Error> {
        let context = Context::of(self).await?;
        // A process that gives no sign of life can claim nothing.
        let presence = self.presence().await?;
        let led = lead(&context, scope).await;
        presence.end().await;
        led
    }

    /// The show as the ledger has it.
    ///
    /// # Errors
    ///
    /// The ledger cannot be read.
    pub async fn show(&self) -> Result<Show, Error> {
        let in_force = crate::InForce::read(&self.ledger).await?;
        Show::read(&self.ledger, Arc::new(in_force.ok_or(Error::NotApplied)?)).await
    }
}
