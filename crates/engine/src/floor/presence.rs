//! Presence: a process says by a heartbeat that it is alive, and hears which others are.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use showcaller_clock::SharedClock;
use showcaller_ledger::{Error as LedgerError, Heartbeat, Ledger, Need, Share};
use showcaller_webex::{SendPermit, Webex};

use super::background::Background;
use super::confirmation::{Confirmation, Moment};
use super::pace;
use super::process::ThisProcess;
use crate::connections::Connections;

/// For how long a process that says nothing more counts as alive.
pub const TTL: SignedDuration = SignedDuration::from_secs(30);
/// How often it says that it is.
const BEAT: SignedDuration = SignedDuration::from_secs(10);
/// How often a process with calls to make looks what the others need that share its owners.
const LOOK: SignedDuration = SignedDuration::from_secs(1);
/// For how long a limit that another process has learnt is believed.
const FRESH: SignedDuration = SignedDuration::from_hours(1);
/// A limit is noted again when it is another by more than this part.
const ANOTHER: f64 = 0.02;

/// A process that counts as alive. It belongs to the process, not to a command: as long as it is
/// held, each client has its part of what its owner may do, what is learnt of a limit is known to
/// all, and messages may be claimed.
#[derive(Debug)]
pub struct Presence {
    register: Arc<Register>,
    beat: Background,
}

/// What is written and read with each heartbeat.
#[derive(Debug)]
struct Register {
    process: ThisProcess,
    connections: Connections,
    ledger: Ledger,
    confirmation: Confirmation,
}

impl Presence {
    /// Registers the process among those that work on this ledger with these connections, from now
    /// on and until [`Presence::end`].
    ///
    /// # Errors
    ///
    /// The ledger fails.
    pub async fn begin(
        process: &ThisProcess,
        connections: Connections,
        ledger: Ledger,
        clock: SharedClock,
    ) -> Result<Self, LedgerError> {
        let began = Moment::now(&*clock);
        let register = Arc::new(Register {
            process: process.clone(),
            connections,
            ledger,
            confirmation: Confirmation::at(Arc::clone(&clock), began),
        });
        register.beat().await?;
        let beat = Background::spawn(&clock, keep_beating(Arc::clone(&register)));
        Ok(Self { register, beat })
    }

    /// Writes a heartbeat now, and reads which others are there, without waiting for the next one.
    ///
    /// # Errors
    ///
    /// [`LedgerError::NotAlive`] if another process found this one dead, or the ledger fails.
    pub async fn beat(&self) -> Result<(), LedgerError> {
        self.register.beat().await
    }

    /// What handles need that send messages of this process: they send only while the ledger counts
    /// it as alive, so that no message is sent that another process has taken over.
    #[must_use]
    pub fn permit(&self) -> Arc<dyn SendPermit> {
        Arc::clone(&self.register) as Arc<dyn SendPermit>
    }

    /// Leaves its part to the others.
    pub async fn end(self) {
        self.beat.end().await;
        let instance = self.register.process.instance();
        if let Err(error) = self.register.ledger.check_out(instance).await {
            tracing::debug!(%error, "the end of this process could not be noted");
        }
        for (_, webex) in self.register.connections.all() {
            webex.take_part(1.0, None);
        }
    }
}

#[async_trait]
impl SendPermit for Register {
    async fn may_send(&self) -> Result<(), String> {
        while !self.confirmation.is_fresh() {
            self.beat().await.map_err(|error| error.to_string())?;
        }
        Ok(())
    }
}

/// A heartbeat at least every [`BEAT`], and at once when a client needs more than before.
async fn keep_beating(register: Arc<Register>) {
    let clock = Arc::clone(register.confirmation.clock());
    let mut told = register.needs();
    let mut last_beat = clock.monotonic();
    let mut crowded = false;
    loop {
        let busy = told.iter().any(|need| *need > Need::Idle);
        let pause = if busy && crowded { LOOK } else { BEAT };
        tokio::select! {
            () = clock.sleep(pause) => {}
            () = register.needs_more_than(&told) => {}
        }
        let needs = register.needs();
        let more = needs.iter().zip(&told).any(|(now, told)| now > told);
        let due = clock.monotonic().saturating_sub(last_beat) >= BEAT.unsigned_abs();
        let heard = if more || due {
            last_beat = clock.monotonic();
            told = needs;
            register.try_beat().await
        } else {
            register.look().await
        };
        match heard {
            Ok(others) => crowded = others,
            Err(LedgerError::NotAlive) => {
                tracing::warn!("this process was silent for so long that another took its place");
                return;
            }
            Err(error) => {
                tracing::warn!(%error, "what other processes do with these tokens is not known");
            }
        }
    }
}

impl Register {
    async fn beat(&self) -> Result<(), LedgerError> {
        self.try_beat().await.map(drop)
    }

    /// Says that the process is alive. Returns whether others share an owner with it.
    async fn try_beat(&self) -> Result<bool, LedgerError> {
        let asked = Moment::now(&**self.confirmation.clock());
        let names = self.connections.all().map(|(owner, _)| owner.to_string());
        let heartbeat = Heartbeat {
            instance: self.process.instance().clone(),
            owners: names.zip(self.needs()).collect(),
            at: asked.wall,
            until: asked.wall.checked_add(TTL).unwrap_or(Timestamp::MAX),
        };
        let shares = self.ledger.check_in(&heartbeat).await?;
        self.confirmation.confirm(asked);
        self.divide(&shares, asked.wall).await
    }

    /// Reads what others need, without saying anything.
    async fn look(&self) -> Result<bool, LedgerError> {
        let now = self.confirmation.clock().now();
        let shares = self.ledger.shares(now).await?;
        self.divide(&shares, now).await
    }

    /// Gives each client its part, and notes what it has learnt.
    async fn divide(&self, shares: &[Share], now: Timestamp) -> Result<bool, LedgerError> {
        let mut crowded = false;
        for (owner, webex) in self.connections.all() {
            let owner = owner.to_string();
            let Some(share) = shares.iter().find(|share| share.owner == owner) else {
                continue;
            };
            crowded |= share.processes_alive() > 1;
            let part = pace::part(need_of(webex), share);
            let whole = webex.take_part(part, heard(share, now));
            if let Some(whole) = whole.filter(|whole| is_news(share, *whole)) {
                self.ledger.note_limit(&share.owner, whole, now).await?;
            }
        }
        Ok(crowded)
    }

    /// What each client needs now, in the order of the connections.
    fn needs(&self) -> Vec<Need> {
        let clients = self.connections.all();
        clients.map(|(_, webex)| need_of(webex)).collect()
    }

    /// Returns once a client needs more than it did.
    async fn needs_more_than(&self, told: &[Need]) {
        let rising = self.connections.all().zip(told).map(|((_, webex), told)| {
            let told = *told;
            Box::pin(async move {
                let mut busiest = webex.busiest_lane();
                // The client is held by the connections, so the channel stays open.
                let _ = busiest.wait_for(|lane| pace::need(*lane) > told).await;
            })
        });
        futures::future::select_all(rising).await;
    }
}

fn need_of(webex: &Webex) -> Need {
    pace::need(*webex.busiest_lane().borrow())
}

/// What others have learnt of a limit, if that is not long ago.
fn heard(share: &Share, now: Timestamp) -> Option<f64> {
    let age = now.duration_since(share.learned_at?);
    share.learned_per_minute.filter(|_| age <= FRESH)
}

fn is_news(share: &Share, whole: f64) -> bool {
    let close = |known: f64| (whole / known - 1.0).abs() <= ANOTHER;
    !share.learned_per_minute.is_some_and(close)
}
