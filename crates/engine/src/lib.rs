//! Observe, plan, apply: where the pure crates meet Webex, the ledger and the clock.
//!
//! [`Engine::look`] reads ledger and Webex and returns an [`Outlook`] whose plan may be printed;
//! [`Engine::apply`] does it, one operation per step. Nothing is written, neither on Webex nor in the
//! ledger, before `apply`.

mod announcement;
mod answers;
mod answers_since;
mod cached;
mod calendars;
mod connections;
pub mod cues;
mod error;
mod floor;
pub mod hooks;
mod in_force;
mod in_force_watch;
mod live;
mod messages;
mod provision;
mod recording;
mod records;
mod report;
mod show;
mod show_log;
mod slipping;
mod stamped;

pub use announcement::Announcement;
pub use answers::{Answered, Answers, Inbox, Prepared};
pub use calendars::CalendarOf;
pub use connections::Connections;
pub use error::Error;
pub use floor::{
    LEASE_TRUSTED, LEASE_TTL, Liveness, PRESENCE_TTL, Presence, Stop, ThisProcess, last_at_work,
    liveness, own_origin,
};
pub use in_force::{Directory, InForce, MeetingOnWebex, event_before, message};
pub use in_force_watch::InForceWatch;
pub use live::{Live, LiveInbox};
pub use provision::{
    Assignment, Campaign, CampaignEnd, Ended, Failure, Followed, LinkChange, NoProgress, NotCohost,
    NotFollowed, Outlook, Progress, Report, Restoration, Undone, restore, settled_at,
};
pub use stamped::Stamped;

pub use recording::{Happening, Recording, What, record};
pub use report::report;
pub use slipping::{SlipBasis, SlipWritten};

use std::sync::Arc;

use showcaller_clock::SharedClock;
use showcaller_ledger::Ledger;
use showcaller_webex::SendPermit;
use tokio::sync::OnceCell;

use crate::floor::WebexClock;
use crate::provision::FirstSeen;

/// Everything that acting needs. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Engine {
    connections: Arc<Connections>,
    ledger: Ledger,
    clock: SharedClock,
    process: ThisProcess,
    in_flight: usize,
    alone: bool,
    first_seen: FirstSeen,
    in_force: Arc<OnceCell<InForceWatch>>,
}

impl Engine {
    /// Calls of one owner that may be under way at the same time, unless told otherwise. How many
    /// are is found out: Webex's limits are per owner and unpublished (messaging §1.4).
    pub const IN_FLIGHT: usize = showcaller_webex::Webex::IN_FLIGHT;

    /// An engine on these connections, this ledger and this clock, for `process`, which acts. It goes by
    /// Webex's time where the clock is wrong.
    #[must_use]
    pub fn new(
        connections: Connections,
        ledger: Ledger,
        clock: SharedClock,
        process: ThisProcess,
    ) -> Self {
        let ledger = ledger.on_clock(Arc::clone(&clock));
        Self {
            clock: Arc::new(WebexClock::new(connections.bot.clone(), clock)),
            connections: Arc::new(connections),
            ledger,
            process,
            in_flight: Self::IN_FLIGHT,
            alone: false,
            first_seen: FirstSeen::default(),
            in_force: Arc::default(),
        }
    }

    /// The same for somebody who knows how many calls of one owner Webex takes at once: so many from
    /// the first moment on, instead of finding out; at least one.
    #[must_use]
    pub fn with_known_in_flight(mut self, in_flight: usize) -> Self {
        self.in_flight = in_flight.max(1);
        for (_, webex) in self.connections.all() {
            webex.assume_in_flight(self.in_flight);
        }
        self
    }

    /// The same with another bound on calls in flight per owner, on these connections from now on;
    /// at least one. How many are good is found out.
    #[must_use]
    pub fn with_in_flight(mut self, in_flight: usize) -> Self {
        self.in_flight = in_flight.max(1);
        for (_, webex) in self.connections.all() {
            webex.limit_in_flight(self.in_flight);
        }
        self
    }

    /// The same for somebody who knows that nobody else can be acting, because the world itself is
    /// locked: whoever holds the lease has died, wherever that was.
    #[must_use]
    pub fn alone(mut self) -> Self {
        self.alone = true;
        self
    }

    /// The same engine while it acts: its requests need this permit. The handles of others on the
    /// same clients do not.
    fn guarded(&self, permit: &Arc<dyn SendPermit>) -> Self {
        Self {
            connections: Arc::new(self.connections.guarded(permit)),
            ..self.clone()
        }
    }

    /// What is in force, for all parts of this engine: it is read once for all of them.
    async fn in_force(&self) -> Result<InForceWatch, Error> {
        let begun = InForceWatch::begin(self.ledger.clone(), Arc::clone(&self.clock));
        self.in_force.get_or_try_init(|| begun).await.cloned()
    }

    /// Counts its process among those that share the owners of its connections, from now on and until
    /// [`Presence::end`].
    ///
    /// # Errors
    ///
    /// The ledger fails.
    pub async fn presence(&self) -> Result<Presence, showcaller_ledger::Error> {
        let connections = Connections::clone(&self.connections);
        let (ledger, clock) = (self.ledger.clone(), Arc::clone(&self.clock));
        Presence::begin(&self.process, connections, ledger, clock).await
    }

    /// The process that acts.
    #[must_use]
    pub fn process(&self) -> &ThisProcess {
        &self.process
    }

    /// The ledger it works on.
    #[must_use]
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// The connections it works on, for their counters.
    #[must_use]
    pub fn connections(&self) -> &Connections {
        &self.connections
    }
}
