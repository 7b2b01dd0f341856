//! The clock of what is provisioned.

use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use showcaller_clock::{BoxFuture, Busy, Clock, SharedClock};
use showcaller_webex::Webex;
use tokio::sync::Mutex;

use super::clock_watch::ClockWatch;

/// How long a wait goes on without looking whether the clock was set.
const LOOK_AGAIN: SignedDuration = SignedDuration::from_secs(60);

/// A clock whose wall clock is Webex's where ours is wrong: what is written down by it means the same to
/// a later process, whatever the machine's clock was set to in between.
#[derive(Debug)]
pub(crate) struct WebexClock {
    webex: Webex,
    machine: SharedClock,
    watch: Mutex<ClockWatch>,
}

impl WebexClock {
    pub(crate) fn new(webex: Webex, machine: SharedClock) -> Self {
        Self {
            watch: Mutex::new(ClockWatch::trusting(&*machine)),
            webex,
            machine,
        }
    }
}

#[async_trait]
impl Clock for WebexClock {
    fn now(&self) -> Timestamp {
        self.webex.now()
    }

    fn monotonic(&self) -> Duration {
        self.machine.monotonic()
    }

    fn task(&self, future: BoxFuture<()>) -> BoxFuture<()> {
        self.machine.task(future)
    }

    fn busy(&self) -> Busy {
        self.machine.busy()
    }

    /// A machine's clock that is set meanwhile, or a machine that slept, is noticed within a minute.
    async fn sleep_until(&self, deadline: Timestamp) {
        loop {
            let mut watch = self.watch.lock().await;
            watch.check(&*self.machine, &self.webex).await;
            drop(watch);
            let left = deadline.duration_since(self.now());
            if left <= SignedDuration::ZERO {
                return;
            }
            self.machine.sleep(left.min(LOOK_AGAIN)).await;
        }
    }

    async fn sleep(&self, duration: SignedDuration) {
        self.machine.sleep(duration).await;
    }
}
