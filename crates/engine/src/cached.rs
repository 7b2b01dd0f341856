//! What is read from a ledger, and read again only where the ledger may have something newer.

use showcaller_ledger::Ledger;

/// A value and the state of the ledger of which it is.
#[derive(Debug, Default)]
pub(crate) struct Cached<T> {
    of: Option<u64>,
    value: T,
}

impl<T> Cached<T> {
    /// The value; `read` is done only if the ledger does not know that nothing was written since.
    pub(crate) async fn read<E>(
        &mut self,
        ledger: &Ledger,
        read: impl Future<Output = Result<T, E>>,
    ) -> Result<&T, E> {
        // Before reading: what is written meanwhile is read the next time.
        let changes = ledger.changes();
        if changes.is_none() || changes != self.of {
            self.value = read.await?;
            self.of = changes;
        }
        Ok(&self.value)
    }
}
