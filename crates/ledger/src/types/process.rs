//! Who a process is: an instance id that no other process ever has, and what its system says of it.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// One start of one process. Two are the same only if their ids are; names are for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    /// Made anew at each start.
    pub id: Uuid,
    /// What people read, as in `ann@laptop pid 4711`.
    pub name: String,
    /// What the system says of the process, where it says so.
    pub origin: Option<Origin>,
}

/// What tells a process from every other one that its kernel has run since it booted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The kernel's random id of this boot.
    pub boot_id: String,
    /// The namespaces in which `pid` and `started` mean something.
    pub namespaces: String,
    /// The process id.
    pub pid: u32,
    /// When the process started, in the kernel's ticks since it booted: pids are used again.
    pub started: u64,
}

/// Who holds a lease.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// What people read, as in `ann@laptop pid 4711`.
    pub by: String,
    /// The process instance; unknown for one of an earlier Showcaller.
    pub instance: Option<Uuid>,
    /// What its system says of it, where it says so.
    pub origin: Option<Origin>,
    /// The fencing token of this holding.
    pub token: i64,
    /// Since when.
    pub since: Timestamp,
    /// When it runs out unless it is renewed.
    pub until: Timestamp,
}

impl Instance {
    /// A new instance of that name.
    #[must_use]
    pub fn new(name: impl Into<String>, origin: Option<Origin>) -> Self {
        Self {
            id: Uuid::new_v4(),
            name: name.into(),
            origin,
        }
    }
}

impl fmt::Display for Instance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}
