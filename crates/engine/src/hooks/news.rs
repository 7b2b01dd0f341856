//! What is said about webhooks.

use jiff::Timestamp;
use showcaller_event::model::Email;
use thiserror::Error;

use super::identity::Identity;

/// How it stands with the webhooks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HookState {
    /// They were not looked at yet.
    Pending,
    /// They are registered, and Webex delivers.
    Registered,
    /// Another replica looks after them.
    Elsewhere {
        /// Its process.
        process: String,
    },
    /// Webex has shut some of them off after too many failed deliveries.
    ShutOff {
        /// They are not switched on again before.
        until: Timestamp,
    },
    /// They could not be looked at, or not be changed.
    Trouble {
        /// Why.
        reason: String,
    },
}

impl HookState {
    /// Whether deliveries are to be expected.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        matches!(self, Self::Registered | Self::Elsewhere { .. })
    }

    /// Whether the bot is known to be this ledger's, so that what is asked may be answered.
    #[must_use]
    pub fn is_ours(&self) -> bool {
        self.is_ready() || matches!(self, Self::ShutOff { .. })
    }
}

/// What was done about webhooks, or was noticed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HookNews {
    /// So many were made.
    Made(usize),
    /// Those that this or another replica had left behind are used.
    Adopted,
    /// So many were given another address or another secret.
    Changed(usize),
    /// So many that were superfluous were deleted.
    Deleted(usize),
    /// Those of another event or ledger were deleted.
    Replaced {
        /// Whose they were.
        by: Taken,
        /// Whether its process is alive, and gets no deliveries any more.
        alive: bool,
    },
    /// Another process serves the same bot meanwhile.
    Shared(Taken),
    /// Webex has shut some off.
    ShutOff {
        /// They are not switched on again before.
        until: Timestamp,
    },
    /// Those that Webex had shut off are switched on again.
    Healed {
        /// Whether this event answers at its public address, as seen from here.
        reachable: bool,
    },
    /// Webex has shut those of a host off.
    HostShutOff {
        /// The host.
        host: Email,
        /// They are not switched on again before.
        until: Timestamp,
    },
    /// Those of a host cannot be looked after; said once, until they can.
    HostTrouble {
        /// The host.
        host: Email,
        /// Why.
        reason: String,
    },
    /// Whether this event answers at its public address, where it did not, or did, before.
    Reachable(bool),
}

/// The bot's webhooks belong to another process that is alive.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the bot serves event {} from another ledger, on {host}", identity.event)]
pub struct Taken {
    /// Which event from which ledger.
    pub identity: Identity,
    /// The machine.
    pub host: String,
    /// When its webhooks were made.
    pub created: Option<Timestamp>,
}
