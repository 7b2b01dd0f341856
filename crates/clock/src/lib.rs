//! The one source of time for everything that waits.
//!
//! Whatever needs the time, or has to wait for it, is handed a [`Clock`]. In production that is
//! the [`SystemClock`]; a rehearsal and the tests use a [`VirtualClock`], a discrete-event
//! simulation on which four days pass in seconds. Tokio's own paused time is no substitute: it
//! jumps as soon as the runtime is idle, and a runtime that waits for a database thread or a socket
//! looks idle.

mod clock;
mod system;
mod virtual_time;

pub use clock::{BoxFuture, Busy, Clock, SharedClock};
pub use system::{OffsetClock, SystemClock};
pub use virtual_time::{ProcessClock, VirtualClock};
