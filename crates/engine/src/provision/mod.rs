//! Observe → plan → apply.

mod adopt;
mod apply;
mod convert;
mod earlier;
mod execute;
mod follow;
mod follow_slips;
mod found;
mod memory;
mod observe;
mod patience;
mod refusal;
mod report;
mod restore;
mod run;
mod settle;
mod slips;

pub use apply::Assignment;
pub use follow_slips::{Followed, NotFollowed};
pub(crate) use memory::FirstSeen;
pub use memory::settled_at;
pub use observe::Outlook;
pub use patience::{Campaign, CampaignEnd};
pub use report::{Ended, Failure, LinkChange, NoProgress, NotCohost, Progress, Report, Undone};
pub use restore::{Restoration, restore};
