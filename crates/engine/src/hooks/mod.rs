//! Webhooks: registered with Webex, watched and healed.

mod identity;

pub use identity::Identity;

/// Below the public address: deliveries for an event are sent to this path and the event's key.
pub const HOOKS_PATH: &str = "/hooks/";
/// Below the public address: says as JSON which [`Identity`] answers there.
pub const HEALTH_PATH: &str = "/healthz";
