//! One core for a rehearsal.

/// Keeps this thread, and all that it starts from now on, on one core, where the system lets it. A rehearsal
/// hands each statement to the thread of its database and waits; between cores, that takes six times as long.
#[cfg(target_os = "linux")]
pub fn stay_on_one_core() {
    use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
    let Ok(allowed) = sched_getaffinity(None) else {
        return;
    };
    let Some(core) = (0..CpuSet::MAX_CPU).find(|core| allowed.is_set(*core)) else {
        return;
    };
    let mut one = CpuSet::new();
    one.set(core);
    // It is slower without, and nothing else.
    let _ = sched_setaffinity(None, &one);
}

/// Elsewhere the system decides.
#[cfg(not(target_os = "linux"))]
pub fn stay_on_one_core() {}
