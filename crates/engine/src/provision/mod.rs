//! Observe → plan → apply.

mod adopt;
mod apply;
mod convert;
mod execute;
mod memory;
mod observe;
mod refusal;
mod report;
mod run;
mod sheet;

pub use apply::Assignment;
pub use observe::Outlook;
pub use report::{Ended, Failure, LinkChange, NoProgress, NotCohost, Progress, Report, Undone};
pub use sheet::{ToldMeeting, told};
