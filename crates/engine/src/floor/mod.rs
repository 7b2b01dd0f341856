//! What provisioning, cues and answers share: who goes next, and who may go at all.

mod lanes;
mod lease;
mod leave;
mod stop;

pub(crate) use lanes::Lanes;
pub use lease::has_died;
pub(crate) use lease::{Held, last_at_work, refuse_if_busy};
pub use leave::Leave;
pub use stop::Stop;
