//! What provisioning, cues and answers share: which process may act, which request may go, and how
//! the pace is divided.

mod background;
mod clock_watch;
mod confirmation;
mod in_flight;
mod lease;
mod liveness;
mod pace;
mod permit;
mod presence;
mod process;
mod stop;
mod webex_clock;

pub(crate) use background::Background;
pub(crate) use clock_watch::{AGREE, ClockWatch};
pub use confirmation::TRUSTED as LEASE_TRUSTED;
pub(crate) use in_flight::InFlight;
pub(crate) use lease::{Held, LeaseSpec, refuse_if_busy};
pub use lease::{TTL as LEASE_TTL, last_at_work};
pub use liveness::{Liveness, liveness, own_origin};
pub use presence::Presence;
pub use process::{TTL as PRESENCE_TTL, ThisProcess};
pub use stop::Stop;
pub(crate) use webex_clock::WebexClock;
