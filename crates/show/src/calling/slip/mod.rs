//! Slips: moves of a part of a day, as the show log has them, and what they make of the event.

mod applied;
mod facts;
mod holds;
mod propose;
#[cfg(test)]
mod tests;
mod value;

pub use applied::{Applied, Slipped, Slips};
pub use facts::{
    CohostClash, CueMove, EndPassed, Facts, HostClash, MeetingMove, Past, RunsInto, TooShort,
};
pub use holds::held_by;
pub use propose::{Ground, Proposal, Refusal, Stays, WhyStays, Wish, propose, propose_undo};
pub use value::{CueSlip, MeetingSlip, Slip, Times, minutes_by};
