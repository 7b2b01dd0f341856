//! Everything that people see.

pub(crate) mod ask;
mod excerpt;
pub(crate) mod findings;
pub(crate) mod log;
mod margin;
pub(crate) mod page;
pub(crate) mod progress;
pub(crate) mod report;
pub(crate) mod result;
pub(crate) mod say;
pub(crate) mod status;
pub(crate) mod warnings;
pub(crate) mod when;
pub(crate) mod wrap;
