//! Whether something newer is in force.

use jiff::Timestamp;
use showcaller_ledger::{Ledger, RevisionHead};

use super::InForce;
use crate::Error;
use crate::records::RUNS;

/// A state of the ledger, as far as it decides what is in force. Cheap to read; two that are equal
/// are of the same state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    pub(super) revision: Option<RevisionHead>,
    runs: Option<String>,
    resources: (i64, Option<Timestamp>),
    show_log: i64,
}

impl Stamp {
    /// Whether at most the show log is another than when that was read.
    pub(super) fn is_but_for_the_log(&self, read: &InForce) -> bool {
        let same = |other: &Self| {
            *self
                == Self {
                    show_log: self.show_log,
                    ..other.clone()
                }
        };
        read.stamp.as_ref().is_some_and(same)
    }

    /// The present state.
    ///
    /// # Errors
    ///
    /// The ledger cannot be read.
    pub async fn read(ledger: &Ledger) -> Result<Self, Error> {
        Ok(Self {
            revision: ledger.revisions(1).await?.pop(),
            runs: ledger.meta(RUNS).await?,
            // Links come after the revision and before the end of the run.
            resources: ledger.resources_recorded().await?,
            show_log: ledger.show_log_head().await?,
        })
    }
}
