//! Processes that act: this one, and others that have died.

use showcaller_engine::{ThisProcess, own_origin};
use showcaller_ledger::{Instance, Origin};

/// A start of the process in which the tests run.
pub(crate) fn alive() -> ThisProcess {
    ThisProcess::started(format!("promises@test pid {}", std::process::id()))
}

/// A process of this machine that runs no more.
pub(crate) fn dead() -> ThisProcess {
    // No system gives out so great a pid.
    let pid = u32::MAX - 1;
    let origin = own_origin().map(|ours| Origin { pid, ..ours });
    ThisProcess::of(Instance::new(format!("promises@test pid {pid}"), origin))
}
