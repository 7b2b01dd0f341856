//! A friendly way to end early: what is in flight is finished, nothing new begins.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::SignedDuration;
use showcaller_clock::SharedClock;
use tokio::sync::Notify;

/// A flag that many may hold and anybody may raise.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<Flag>);

#[derive(Debug, Default)]
struct Flag {
    raised: AtomicBool,
    news: Notify,
}

impl Stop {
    /// Asks for the end.
    pub fn ask(&self) {
        self.0.raised.store(true, Ordering::SeqCst);
        self.0.news.notify_waiters();
    }

    /// Whether somebody asked.
    #[must_use]
    pub fn asked(&self) -> bool {
        self.0.raised.load(Ordering::SeqCst)
    }

    /// Sleeps for so long, or until the end is asked for: `true` if it was.
    pub(crate) async fn pause(&self, clock: &SharedClock, length: SignedDuration) -> bool {
        tokio::select! {
            biased;
            () = clock.sleep(length) => false,
            () = self.wait() => true,
        }
    }

    /// Returns once somebody asks; at once if somebody did.
    pub async fn wait(&self) {
        loop {
            // Listening before looking: nothing is missed in between.
            let news = self.0.news.notified();
            if self.asked() {
                return;
            }
            news.await;
        }
    }
}
