//! A task that ends with what it works for.

use showcaller_clock::SharedClock;
use tokio::task::JoinHandle;

/// A task beside the work, aborted when this is dropped.
#[derive(Debug)]
pub(crate) struct Background(JoinHandle<()>);

impl Background {
    pub(crate) fn spawn(
        clock: &SharedClock,
        work: impl Future<Output = ()> + Send + 'static,
    ) -> Self {
        Self(tokio::spawn(clock.task(Box::pin(work))))
    }

    /// Whether it has ended by itself.
    pub(super) fn has_ended(&self) -> bool {
        self.0.is_finished()
    }

    /// Returns once the task has ended: what it was writing is written then, or not.
    pub(crate) async fn end(mut self) {
        self.0.abort();
        let _ = (&mut self.0).await;
    }

    /// Returns once the task has ended by itself.
    pub(crate) async fn join(mut self) {
        let _ = (&mut self.0).await;
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        self.0.abort();
    }
}
