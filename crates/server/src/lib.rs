//! What Showcaller listens to.
//!
//! [`public`] is the router for the internet: deliveries of webhooks, and `/healthz`. [`listen`] puts a
//! router on a port and defends it against clients that are slow, many or gone.

mod connections;
mod ingress;
mod listen;

pub use ingress::{Counters, Inbox, Ingress, public};
pub use listen::{Limits, listen};
