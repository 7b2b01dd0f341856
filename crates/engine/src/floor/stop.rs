//! A friendly way to end early: what is in flight is finished, nothing new begins.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

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
