//! Whose turn it is to lead: a process whose clock is wrong leads only where no other could.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use showcaller_ledger::{Error as LedgerError, Holder, Instance, Ledger};
use uuid::Uuid;

use super::context::Context;
use super::runner::LEASE;
use crate::Error;
use crate::floor::AGREE;

/// The fact in the ledger that says how far the leader's clock is off.
const FACT: &str = "leader's clock";

/// How far Webex's clock is ahead of the leader's.
#[derive(Serialize, Deserialize)]
struct LeaderClock {
    instance: Uuid,
    ahead_ms: i64,
}

/// What a process that does not lead is to do.
#[derive(Debug)]
pub(super) enum Turn {
    /// Take the lease if it is free.
    Takes,
    /// Take it from its holder.
    TakesOver,
    /// Leave it to its holder.
    Waits(Box<Holder>),
}

/// Whether a wall clock is so far from Webex's that others lead better.
pub(super) fn is_off(ahead: SignedDuration) -> bool {
    ahead.abs() > AGREE
}

/// Writes how far the leader's clock is off. Others read it before they leave the lease to it.
pub(super) async fn note(
    ledger: &Ledger,
    leader: &Instance,
    ahead: SignedDuration,
) -> Result<(), LedgerError> {
    let clock = LeaderClock {
        instance: leader.id,
        ahead_ms: i64::try_from(ahead.as_millis()).unwrap_or(i64::MAX),
    };
    let clock = serde_json::to_string(&clock).unwrap_or_default();
    ledger.set_meta(FACT, &clock).await
}

/// How far Webex's clock is ahead of that of the leader, who holds the lease; `None` as long as the leader
/// has not written it.
///
/// # Errors
///
/// The ledger cannot be read.
pub async fn clock_of(
    ledger: &Ledger,
    leader: &Holder,
) -> Result<Option<SignedDuration>, LedgerError> {
    let fact = ledger.meta(FACT).await?.unwrap_or_default();
    let clock: Option<LeaderClock> = serde_json::from_str(&fact).ok();
    let clock = clock.filter(|clock| leader.instance == Some(clock.instance));
    Ok(clock.map(|clock| SignedDuration::from_millis(clock.ahead_ms)))
}

/// Decides by heartbeats and by Webex's clock, as a wall clock that is off takes a lease for run out
/// that is not, or the other way round.
pub(super) async fn of(context: &Context) -> Result<Turn, Error> {
    let (ledger, process) = (&context.ledger, &context.process);
    let Some(holder) = ledger.holder(LEASE).await? else {
        return Ok(Turn::Takes);
    };
    if holder.instance == Some(process.instance().id) {
        return Ok(Turn::Takes);
    }
    let processes = ledger.processes().await?;
    let mut alive = processes.iter();
    let of_holder = alive.find(|it| Some(it.instance.id) == holder.instance);
    if process.counts_as_dead(of_holder, &*context.clock) {
        return Ok(Turn::TakesOver);
    }
    let bot = &context.connections.bot;
    if clock_of(ledger, &holder).await?.is_some_and(is_off) {
        // The last that this process heard of Webex's time may be old.
        let asked = bot.me().await.is_ok();
        if asked && !is_off(bot.offset()) {
            tracing::warn!(
                leader = holder.by,
                "the leader's clock is wrong; this process leads"
            );
            return Ok(Turn::TakesOver);
        }
    }
    Ok(match is_off(bot.offset()) {
        true => Turn::Waits(Box::new(holder)),
        false => Turn::Takes,
    })
}
