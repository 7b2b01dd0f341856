//! Processes on one ledger share what Webex allows an owner.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use showcaller_clock::SharedClock;
use showcaller_ledger::{Error as LedgerError, Ledger, Share};
use showcaller_webex::Webex;
use tokio::task::JoinHandle;

use crate::Engine;
use crate::connections::Connections;

/// For how long a process that says nothing more is counted.
const TTL: SignedDuration = SignedDuration::from_secs(30);
/// How often it says that it is there.
const BEAT: Duration = Duration::from_secs(10);
/// For how long a limit that somebody has learnt is believed by others.
const FRESH: SignedDuration = SignedDuration::from_hours(1);
/// A limit is noted again when it is another by more than this part.
const ANOTHER: f64 = 0.02;

/// A process that is counted among those which use the same tokens. As long as it is held, each
/// client has its part of what its owner may do, and what is learnt of a limit is known to all.
///
/// Nothing here is worth failing for: without the ledger's help, each process still finds out by
/// 429s what is left for it.
#[derive(Debug)]
pub struct Attendance {
    roll: Arc<Roll>,
    beat: JoinHandle<()>,
}

/// What is told and heard with each beat.
#[derive(Debug)]
struct Roll {
    process: String,
    connections: Arc<Connections>,
    ledger: Ledger,
    clock: SharedClock,
}

impl Engine {
    /// Counts this process, called `process` (`user@machine pid N`), among those that share the
    /// owners of its connections, from now on and until [`Attendance::end`].
    pub async fn attend(&self, process: &str) -> Attendance {
        let roll = Arc::new(Roll {
            process: process.to_owned(),
            connections: Arc::clone(&self.connections),
            ledger: self.ledger.clone(),
            clock: Arc::clone(&self.clock),
        });
        roll.answer().await;
        let beat = tokio::spawn(keep_on(Arc::clone(&roll)));
        Attendance { roll, beat }
    }
}

impl Attendance {
    /// Says so now, and hears who else is there, without waiting for the next beat.
    pub async fn beat(&self) {
        self.roll.answer().await;
    }

    /// Leaves its part to the others.
    pub async fn end(mut self) {
        self.beat.abort();
        // A beat that was being written is over now, one way or the other.
        let _ = (&mut self.beat).await;
        if let Err(error) = self.roll.ledger.check_out(&self.roll.process).await {
            tracing::debug!(%error, "the end of this process could not be noted");
        }
        for (_, webex) in self.roll.connections.all() {
            webex.share_with(1, None);
        }
    }
}

impl Drop for Attendance {
    fn drop(&mut self) {
        self.beat.abort();
    }
}

/// A task of its own, on the machine's clock, as the renewal of the lease is.
async fn keep_on(roll: Arc<Roll>) {
    loop {
        tokio::time::sleep(BEAT).await;
        roll.answer().await;
    }
}

impl Roll {
    async fn answer(&self) {
        if let Err(error) = self.try_to_answer().await {
            tracing::warn!(%error, "what other processes do with these tokens is not known");
        }
    }

    async fn try_to_answer(&self) -> Result<(), LedgerError> {
        let now = self.clock.now();
        let until = now.checked_add(TTL).unwrap_or(jiff::Timestamp::MAX);
        let (owners, clients): (Vec<String>, Vec<&Webex>) = self
            .connections
            .all()
            .map(|(owner, webex)| (owner.to_string(), webex))
            .unzip();
        let shares = self
            .ledger
            .check_in(&self.process, &owners, now, until)
            .await?;
        for (share, webex) in shares.iter().zip(clients) {
            let processes = usize::try_from(share.processes_alive).unwrap_or(usize::MAX);
            let whole = webex.share_with(processes, heard(share, now));
            if let Some(whole) = whole.filter(|whole| is_news(share, *whole)) {
                self.ledger.note_limit(&share.owner, whole, now).await?;
            }
        }
        Ok(())
    }
}

/// What others have learnt of a limit, if that is not long ago.
fn heard(share: &Share, now: jiff::Timestamp) -> Option<f64> {
    let age = now.duration_since(share.learned_at?);
    share.learned_per_minute.filter(|_| age <= FRESH)
}

fn is_news(share: &Share, whole: f64) -> bool {
    let close = |known: f64| (whole / known - 1.0).abs() <= ANOTHER;
    !share.learned_per_minute.is_some_and(close)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use async_trait::async_trait;
    use bytes::Bytes;
    use http::{Request, Response};
    use showcaller_clock::VirtualClock;
    use showcaller_webex::{Settings, Transport, TransportError};

    use super::*;
    use crate::Leave;

    struct NobodyThere;

    #[async_trait]
    impl Transport for NobodyThere {
        async fn send(&self, _: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
            Err(TransportError::NotSent("nobody is there".into()))
        }
    }

    fn engine(ledger: &Ledger, clock: &SharedClock) -> Engine {
        let settings = Settings::new(
            "http://webex.invalid/v1".parse().expect("an address"),
            "token".into(),
            Arc::new(NobodyThere),
            Arc::clone(clock),
        );
        let connections = Connections {
            bot: Webex::new(settings).expect("settings that work"),
            hosts: BTreeMap::new(),
            leave: Leave::default(),
        };
        Engine::new(connections, ledger.clone(), Arc::clone(clock))
    }

    async fn alive(ledger: &Ledger, clock: &SharedClock) -> Vec<u64> {
        let shares = ledger.shares(clock.now()).await.expect("a ledger");
        shares.iter().map(|share| share.processes_alive).collect()
    }

    #[tokio::test]
    async fn who_comes_hears_what_others_have_learnt_and_who_goes_leaves_its_part() {
        let url = "sqlite::memory:".parse().expect("an address");
        let ledger = Ledger::open(&url).await.expect("a ledger");
        let start = "2027-10-06T08:00:00Z".parse().expect("a timestamp");
        let hand = VirtualClock::starting_at(start);
        let clock: SharedClock = Arc::new(hand.clone());
        let (one, two) = (engine(&ledger, &clock), engine(&ledger, &clock));
        let learnt = |engine: &Engine| engine.connections().bot.learnt_per_minute();
        // What a client that shares is told is where it begins.
        one.connections().bot.share_with(2, Some(120.0));

        let first = one.attend("ann@laptop pid 1").await;
        assert_eq!(learnt(&two), None);
        let second = two.attend("ben@server pid 2").await;
        assert_eq!(learnt(&two).map(f64::round), Some(120.0));
        assert_eq!(alive(&ledger, &clock).await, [2]);

        first.end().await;
        assert_eq!(alive(&ledger, &clock).await, [1]);
        // Whoever dies is forgotten after a while, whoever says that it lives is not.
        let third = one.attend("ann@laptop pid 3").await;
        hand.advance_to(start + SignedDuration::from_secs(25));
        second.beat().await;
        hand.advance_to(start + SignedDuration::from_secs(50));
        assert_eq!(alive(&ledger, &clock).await, [1]);
        drop(third);
        second.end().await;
        ledger.close().await;
    }
}
