//! Whether a process that the ledger names has died, told from what its system says of it.

use std::fs;
use std::path::Path;

use showcaller_ledger::Origin;

/// What can be told of a process without its heartbeat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Liveness {
    /// It runs.
    Alive,
    /// It does not run any more.
    Dead,
    /// Nothing can be told from here: only its heartbeat counts.
    Unknown,
}

/// What the system says of the process that asks; `None` where it says too little to tell processes
/// apart.
#[must_use]
pub fn own_origin() -> Option<Origin> {
    if !lists_our_namespace() {
        return None;
    }
    let boot_id = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    let namespace = |name: &str| {
        let link = fs::read_link(format!("/proc/self/ns/{name}")).ok()?;
        Some(link.to_string_lossy().into_owned())
    };
    // The time namespace shifts start times; kernels before 5.6 have none.
    let time = namespace("time").unwrap_or_default();
    let pid = std::process::id();
    Some(Origin {
        boot_id: boot_id.trim().to_owned(),
        namespaces: format!("{} {time}", namespace("pid")?),
        pid,
        started: started(pid)?,
    })
}

/// What can be told of `theirs` by a process with the origin `ours`.
///
/// Names do not count, nor does a boot id that differs: it may be another machine's. Only under the
/// same kernel and in the same namespaces does a pid mean the same process, and only with the same
/// start time, because pids are used again.
#[must_use]
pub fn liveness(theirs: Option<&Origin>, ours: Option<&Origin>) -> Liveness {
    judge(theirs, ours, lists_foreign_processes(), started)
}

fn judge(
    theirs: Option<&Origin>,
    ours: Option<&Origin>,
    lists_all: bool,
    started: impl Fn(u32) -> Option<u64>,
) -> Liveness {
    let (Some(theirs), Some(ours)) = (theirs, ours) else {
        return Liveness::Unknown;
    };
    if theirs.boot_id != ours.boot_id || theirs.namespaces != ours.namespaces {
        return Liveness::Unknown;
    }
    match started(theirs.pid) {
        Some(since) if since == theirs.started => Liveness::Alive,
        Some(_) => Liveness::Dead,
        // A process of another user may be hidden.
        None if lists_all => Liveness::Dead,
        None => Liveness::Unknown,
    }
}

/// When a process started, in ticks since the system booted; `None` if none of that pid is listed.
fn started(pid: u32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The second field is a name in parentheses, which may hold anything. The start time is the
    // 22nd: <https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html>.
    let (_, fields) = stat.rsplit_once(')')?;
    fields.split_whitespace().nth(19)?.parse().ok()
}

/// Whether `/proc` is that of our own pid namespace: a namespace may be entered without mounting it
/// anew, and then pids there are other processes'.
fn lists_our_namespace() -> bool {
    let pid = std::process::id().to_string();
    fs::read_link("/proc/self").is_ok_and(|link| link.as_os_str() == pid.as_str())
}

/// Whether other users' processes are listed: not where `/proc` is mounted with `hidepid`.
fn lists_foreign_processes() -> bool {
    Path::new("/proc/1/stat").exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(boot_id: &str, namespaces: &str, pid: u32, started: u64) -> Origin {
        Origin {
            boot_id: boot_id.to_owned(),
            namespaces: namespaces.to_owned(),
            pid,
            started,
        }
    }

    #[test]
    fn a_process_is_dead_only_if_its_own_kernel_and_namespace_say_so() {
        use Liveness::{Alive, Dead, Unknown};
        let ours = origin("boot", "pid:[1]", 10, 100);
        // Pid 20 runs since 200; 30 is not listed.
        let started = |pid| (pid == 20).then_some(200);
        for (theirs, lists_all, expected) in [
            (Some(origin("boot", "pid:[1]", 20, 200)), true, Alive),
            (Some(origin("boot", "pid:[1]", 20, 199)), true, Dead),
            (Some(origin("boot", "pid:[1]", 30, 200)), true, Dead),
            (Some(origin("boot", "pid:[1]", 30, 200)), false, Unknown),
            (Some(origin("boot", "pid:[1]", 20, 199)), false, Dead),
            (Some(origin("boot", "pid:[2]", 30, 200)), true, Unknown),
            (Some(origin("boot", "pid:[2]", 10, 100)), true, Unknown),
            (Some(origin("later", "pid:[1]", 30, 200)), true, Unknown),
            (None, true, Unknown),
        ] {
            let told = judge(theirs.as_ref(), Some(&ours), lists_all, started);
            assert_eq!(told, expected, "{theirs:?}, all listed: {lists_all}");
        }
        let theirs = origin("boot", "pid:[1]", 30, 200);
        assert_eq!(judge(Some(&theirs), None, true, started), Unknown);
    }

    #[test]
    fn where_the_system_tells_a_process_knows_itself_alive() {
        let Some(ours) = own_origin() else { return };
        assert_eq!(liveness(Some(&ours), Some(&ours)), Liveness::Alive);
        let earlier = Origin {
            started: ours.started.wrapping_sub(1),
            ..ours.clone()
        };
        assert_eq!(liveness(Some(&earlier), Some(&ours)), Liveness::Dead);
    }
}
