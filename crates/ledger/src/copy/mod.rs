//! Whole copies of a ledger: backups, copies in memory, restores.

mod backup;
mod inbox;
mod merge;
mod messages;
mod restore;
mod rows;
mod show;
mod unsettled;

pub use restore::{Restored, Restoring};
