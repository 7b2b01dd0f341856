//! Webhooks: registered with Webex, watched and healed.
//!
//! One replica holds the lease `hooks`; it makes the webhooks of the event, and looks at them every few
//! minutes. They stay when it ends: what they deliver meanwhile fails, and a sweep finds it later.

mod account;
mod decide;
mod hosts;
mod identity;
mod keep;
mod news;
mod probe;
mod shut_off;
mod taken_over;

pub use identity::{HOOKS_PATH, Identity, keys};
pub use keep::{HookSettings, Hooks};
pub use news::{HookNews, HookState, Taken};
pub(crate) use taken_over::taken_over;
