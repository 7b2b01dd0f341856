//! What Showcaller listens to.
//!
//! [`public`] is the router for the internet: deliveries of webhooks, and `/healthz`. [`control()`] is the
//! one for the machine itself: `/readyz` and `/metrics`. [`listen()`] puts a router on a port and defends it against clients that are slow, many or gone.

mod connections;
mod control;
mod ingress;
mod ledger_inbox;
mod listen;
mod metrics;

pub use control::{Control, control};
pub use ingress::{Counters, Inbox, Ingress, public};
pub use ledger_inbox::LedgerInbox;
pub use listen::{Limits, listen};
