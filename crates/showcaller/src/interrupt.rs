//! Somebody wants the program to end.

/// Ctrl-C, and where there are signals the one that service managers send.
pub(crate) struct Interrupts {
    #[cfg(unix)]
    signals: Option<(tokio::signal::unix::Signal, tokio::signal::unix::Signal)>,
}

impl Interrupts {
    /// Listens from now on: neither ends the program by itself any more.
    pub(crate) fn new() -> Self {
        Self {
            #[cfg(unix)]
            signals: signals(),
        }
    }

    /// The next one. Those that came since the last call count.
    pub(crate) async fn next(&mut self) {
        #[cfg(unix)]
        if let Some((interrupt, terminate)) = &mut self.signals {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
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
fn signals() -> Option<(tokio::signal::unix::Signal, tokio::signal::unix::Signal)> {
    use tokio::signal::unix::{SignalKind, signal};
    let interrupt = signal(SignalKind::interrupt()).ok()?;
    Some((interrupt, signal(SignalKind::terminate()).ok()?))
}
