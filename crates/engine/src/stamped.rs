//! What is in force, with the state of the ledger of which it is.

use std::sync::Arc;

use showcaller_ledger::{Heads, Ledger};
use showcaller_show::slip::Slips;

use crate::records::RUNS;
use crate::{Error, InForce, show_log};

/// What is in force, and a stamp of the ledger that is cheap to read: two that are equal are of the same
/// state.
#[derive(Debug, Clone)]
pub struct Stamped {
    /// What is in force.
    pub in_force: Arc<InForce>,
    stamp: Heads,
}

impl Stamped {
    /// What is in force by this ledger; `None` before the first revision.
    ///
    /// # Errors
    ///
    /// The ledger cannot be read, or its revision has mistakes by the rules of this build.
    pub async fn read(ledger: &Ledger) -> Result<Option<Self>, Error> {
        let stamp = stamp(ledger).await?;
        Self::at(stamp, ledger, None).await
    }

    /// What is in force now; the same value as long as nothing else is, whatever the ledger has that is
    /// newer. `None` before the first revision.
    ///
    /// # Errors
    ///
    /// As [`Stamped::read`].
    pub async fn refreshed(&self, ledger: &Ledger) -> Result<Option<Self>, Error> {
        let stamp = stamp(ledger).await?;
        if self.stamp == stamp {
            return Ok(Some(self.clone()));
        }
        Self::at(stamp, ledger, Some(self)).await
    }

    async fn at(
        stamp: Heads,
        ledger: &Ledger,
        before: Option<&Self>,
    ) -> Result<Option<Self>, Error> {
        let Some(head) = stamp.revision.clone() else {
            return Ok(None);
        };
        let slips = Slips::of(&show_log::read(ledger, 0).await?);
        // Most entries of the show log tell of no slip.
        let is_same = |before: &&Self| {
            let show_log = stamp.show_log;
            let but_for_the_log = Heads {
                show_log,
                ..before.stamp.clone()
            };
            before.in_force.logged == slips && stamp == but_for_the_log
        };
        let in_force = match before.filter(is_same) {
            Some(before) => Some(Arc::clone(&before.in_force)),
            None => {
                let before = before.map(|it| &*it.in_force);
                let read = InForce::read_after(ledger, head, slips, before).await?;
                read.map(Arc::new)
            }
        };
        Ok(in_force.map(|in_force| Self { in_force, stamp }))
    }
}

/// Links come after the revision and before the end of the run, which the fact of runs tells. To be read
/// before anything else: what is recorded while the rest is read makes that outdated.
async fn stamp(ledger: &Ledger) -> Result<Heads, Error> {
    Ok(ledger.heads(RUNS).await?)
}
