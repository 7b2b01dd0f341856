//! Somebody wants the program to end.

#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Ctrl-C, and where there are signals the one that service managers send and the one that says that the
/// terminal is gone.
pub(crate) struct Interrupts {
    #[cfg(unix)]
    signals: Option<(Signal, Signal)>,
    #[cfg(unix)]
    hangup: Option<Signal>,
}

impl Interrupts {
    /// Listens from now on: none of them ends the program by itself any more.
    pub(crate) fn new() -> Self {
        Self {
            #[cfg(unix)]
            signals: signals(),
            #[cfg(unix)]
            hangup: hangup(),
        }
    }

    /// The next one. Those that came since the last call count; of a terminal that goes, which the shell
    /// and the system may both tell, only the first.
    pub(crate) async fn next(&mut self) {
        #[cfg(unix)]
        if let Some((interrupt, terminate)) = &mut self.signals {
            let hung_up = async {
                match &mut self.hangup {
                    Some(hangup) => hangup.recv().await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
                _ = hung_up => self.hangup = None,
            }
            return;
        }
        if tokio::signal::ctrl_c().await.is_err() {
            // Nothing can be listened for; then nothing ends early.
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(unix)]
fn signals() -> Option<(Signal, Signal)> {
    let interrupt = signal(SignalKind::interrupt()).ok()?;
    Some((interrupt, signal(SignalKind::terminate()).ok()?))
}

/// A program that was started to outlive its terminal, as by `nohup`, goes on.
#[cfg(unix)]
fn hangup() -> Option<Signal> {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    match ignored.unwrap_or_default() & 1 {
        0 => signal(SignalKind::hangup()).ok(),
        _ => None,
    }
}
