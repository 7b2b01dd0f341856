//! Everything that people see.

pub(crate) mod ask;
pub(crate) mod findings;
pub(crate) mod log;
pub(crate) mod page;
pub(crate) mod progress;
pub(crate) mod report;
pub(crate) mod say;
