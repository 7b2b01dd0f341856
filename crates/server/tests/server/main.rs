//! What the listeners do with good and with hostile clients.
#![allow(clippy::expect_used, clippy::unwrap_used)]

mod control;
mod hooks;
mod hostile;
mod inbox;
mod remote;
mod slow;
