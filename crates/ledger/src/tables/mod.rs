//! The tables, a file each, with the statements that read and write them.

mod attendance;
pub(crate) mod binding;
mod calendar;
mod control_tokens;
pub(crate) mod creations;
mod inbox;
mod leases;
mod meeting_instances;
pub(crate) mod meta;
pub(crate) mod operations;
mod origin;
mod overview;
mod pins;
mod processes;
mod reminders;
mod resources;
mod revisions;
mod secrets;
mod show_log;

pub use attendance::{Attendance, AttendanceWord};
pub use binding::Binding;
pub use calendar::{CalendarEntry, CalendarState};
pub use control_tokens::{ControlToken, NewControlToken};
pub use inbox::{Decided, Decision, InboxCounts, InboxEntry};
pub use leases::Lease;
pub use meeting_instances::MeetingInstance;
pub use operations::{
    Attempt, Claim, Claimant, Effect, Ending, MessageOutcome, MessagesHead, NewMessage,
    NewOperation, Operation, OperationCounts, TakenOver,
};
pub use overview::{Heads, RevisionHead, Run};
pub use processes::{Heard, Heartbeat, Need, Process, Share};
pub use reminders::Reminder;
pub use resources::{Record, Tombstone};
pub use revisions::{Revision, Source, StoredRevision};
pub use show_log::{Logging, NewShowEntry, ShowEntry};
