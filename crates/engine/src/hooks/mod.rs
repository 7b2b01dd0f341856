//! Webhooks: registered with Webex, watched and healed.
//!
//! One replica holds the lease `hooks`; it makes the webhooks of the event, and looks at them every few
//! minutes. They stay when it ends: what they deliver meanwhile fails, and a sweep finds it later.

mod decide;
mod identity;
mod keep;
mod news;
mod probe;

pub use identity::Identity;
pub use keep::{HookSettings, Hooks};
pub use news::{HookNews, HookState, Taken};

use showcaller_event::model::EventKey;
use showcaller_ledger::{Error as LedgerError, Ledger};
use showcaller_secret::Secret;
use uuid::Uuid;

/// Below the public address: deliveries for an event are sent to this path and the event's key.
pub const HOOKS_PATH: &str = "/hooks/";

const SECRET: &str = "webhooks";

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
    let identity = Identity {
        event: event.to_string(),
        ledger: ledger.id().await?,
    };
    Ok((identity, secret.into()))
}
