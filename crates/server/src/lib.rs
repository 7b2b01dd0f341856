//! What Showcaller listens to.
//!
//! [`public`] is the router for the internet: deliveries of webhooks, and `/healthz`. [`control()`] is the
//! one for the machine itself: `/readyz`, `/metrics`, and the remote control of the cues. [`listen()`] puts
//! a router on a port and defends it against clients that are slow, many or gone. [`Serving`] is a whole process
//! that serves an event, without its ports.

mod connections;
mod control;
mod ingress;
mod listen;
mod metrics;
mod remote;
mod serving;

pub use control::{Control, control};
pub use ingress::{Counters, Inbox, Inboxes, Ingress, public};
pub use listen::{Limits, listen};
pub use remote::{Scope, new_token, token_hash};
pub use serving::{Serving, ServingEnded, ServingEvent, ServingSettings};
