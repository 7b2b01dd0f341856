//! Whether something newer is in force.

use showcaller_ledger::{Heads, Ledger};

use crate::Error;
use crate::records::RUNS;

/// A state of the ledger, as far as it decides what is in force. Cheap to read; two that are equal
/// are of the same state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp(pub(super) Heads);

impl Stamp {
    /// Whether at most the show log is another than in the other.
    pub(super) fn is_but_for_the_log(&self, other: &Self) -> bool {
        let show_log = self.0.show_log;
        let but_for_the_log = Heads {
            show_log,
            ..other.0.clone()
        };
        self.0 == but_for_the_log
    }

    /// The present state.
    ///
    /// # Errors
    ///
    /// The ledger cannot be read.
    pub async fn read(ledger: &Ledger) -> Result<Self, Error> {
        // Links come after the revision and before the end of the run, which the fact of runs tells.
        Ok(Self(ledger.heads(RUNS).await?))
    }
}
