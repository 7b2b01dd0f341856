//! Calling the show: from the cues of the event, the schedule in force, the show log and the deliveries
//! to the state of every cue, and to what is to be sent now.
//!
//! Nothing is remembered here. The state of a cue is computed anew from the [log](Logged), which only
//! grows, and from its [deliveries](Delivery), so it is the same for every process that computes it.

mod board;
mod called;
mod delivery;
mod log;
mod meetings;
mod standing;
mod status;

pub use board::{Arrived, Board, DueNow, Missed, Setting};
pub use delivery::{Delivery, DeliveryState};
pub use log::{Attempted, By, Entry, Logged, Via};
pub use status::{CueState, CueStatus, RecipientState, RecipientStatus};
