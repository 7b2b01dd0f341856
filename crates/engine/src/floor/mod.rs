//! What provisioning, cues and answers share: who goes next, and who may go at all.

mod lanes;
mod lease;
mod stop;

pub(crate) use lanes::Lanes;
pub(crate) use lease::{Held, last_at_work};
pub use stop::Stop;
