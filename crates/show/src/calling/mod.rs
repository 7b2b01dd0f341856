//! Calling the show: from the cues of the event, the schedule in force, the show log and the deliveries
//! to the state of every cue, and to what is to be sent now.
//!
//! Nothing is remembered here. The state of a cue is computed anew from the [log](Logged), which only
//! grows, and from its [deliveries](Delivery), so it is the same for every process that computes it.

mod attention;
mod board;
mod called;
mod chat;
mod check_in;
mod command;
mod delivery;
mod find;
mod log;
mod meetings;
mod need_times;
mod needs;
mod receipt;
pub mod slip;
mod standing;
mod status;

pub use attention::{Attention, LOOKED_UP_FOR, Need};
pub use board::{Arrived, Board, DueNow, Setting};
pub use chat::{ChatCommand, ChatMessage};
pub use check_in::{ALARM_BEFORE, Asking, check_ins, checks_in_now, next_check_in};
pub use command::{Command, Fact, Follow, Judged, Refusal};
pub use delivery::{Delivery, DeliveryState, NO_ACCOUNT};
pub use find::NotFound;
pub use log::{Attempted, By, Entry, Logged, Said, Via};
pub use meetings::actual_times;
pub use needs::{CheckInStatus, Following, MeetingAttention, MeetingNeed};
pub use receipt::{Receipt, ReceiptState};
pub use status::{CueState, CueStatus, RecipientState, RecipientStatus};
