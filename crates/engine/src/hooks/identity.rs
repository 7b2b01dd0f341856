//! Whose webhooks are whose.

use std::fmt;

use serde::{Deserialize, Serialize};
use showcaller_event::model::EventKey;
use showcaller_ledger::{Error as LedgerError, Ledger};
use showcaller_secret::Secret;
use uuid::Uuid;

/// Below the public address: deliveries for an event are sent to this path and the event's key.
pub const HOOKS_PATH: &str = "/hooks/";

const SECRET: &str = "webhooks";

/// Which event is served from which ledger. Processes that serve the same event from the same ledger
/// are replicas.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The event's key.
    pub event: String,
    /// The ledger's id.
    pub ledger: Uuid,
}

impl Identity {
    /// That of the processes that serve this event from this ledger.
    pub(crate) async fn of(ledger: &Ledger, event: &EventKey) -> Result<Self, LedgerError> {
        Ok(Self {
            event: event.to_string(),
            ledger: ledger.id().await?,
        })
    }
}

/// What the name of a webhook of ours says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct HookName {
    pub(super) identity: Identity,
    /// The machine whose process registered it.
    pub(super) host: String,
}

const PREFIX: &str = "showcaller";

impl HookName {
    /// Reads the name of a webhook; `None` for one that is not ours.
    pub(super) fn read(name: &str) -> Option<Self> {
        let mut words = name.split(' ');
        let (prefix, event, ledger) = (words.next()?, words.next()?, words.next()?);
        let (host, end) = (words.next()?, words.next());
        let ours = prefix == PREFIX && end.is_none();
        ours.then_some(Self {
            identity: Identity {
                event: event.to_owned(),
                ledger: ledger.parse().ok()?,
            },
            host: host.to_owned(),
        })
    }
}

impl fmt::Display for HookName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Identity { event, ledger } = &self.identity;
        let host = self.host.split_whitespace().collect::<String>();
        write!(f, "{PREFIX} {event} {ledger} {host}")
    }
}

/// Which event is served from this ledger, and the key with which Webex signs deliveries for it. Both
/// are settled at first use, and are the same for all replicas.
///
/// # Errors
///
/// The ledger fails.
pub async fn keys(ledger: &Ledger, event: &EventKey) -> Result<(Identity, Secret), LedgerError> {
    let secret = match ledger.secret(SECRET).await? {
        Some(secret) => secret,
        None => {
            let random = format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
            ledger.keep_secret(SECRET, &random).await?
        }
    };
    Ok((Identity::of(ledger, event).await?, secret.into()))
}
