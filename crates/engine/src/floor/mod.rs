//! What provisioning, cues and answers share: who goes next, and who may go at all.

mod attendance;
mod lanes;
mod lease;
mod leave;
mod stop;

pub use attendance::Attendance;
pub(crate) use lanes::Lanes;
pub(crate) use lease::{Held, refuse_if_busy};
pub use lease::{TTL as LEASE_TTL, has_died, last_at_work};
pub(crate) use leave::RUNS;
pub use leave::{Leave, TRUSTED as LEASE_TRUSTED};
pub use stop::Stop;
