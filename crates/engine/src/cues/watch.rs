//! The show for those that look at it often, and who runs it.

use std::sync::Arc;

use jiff::Timestamp;
use showcaller_ledger::{Error as LedgerError, Holder, Ledger};
use showcaller_show::Board;
use tokio::sync::Mutex;

use super::LEASE;
use super::show::Show;
use crate::Error;
use crate::floor::{Liveness, liveness, own_origin};
use crate::in_force::{InForce, Stamp};

/// The show for those that look at it often: of the ledger, only what is newer is read.
#[derive(Debug)]
pub struct ShowWatch {
    ledger: Ledger,
    show: Mutex<Option<Show>>,
}

impl ShowWatch {
    /// Nothing is read before the first look.
    #[must_use]
    pub fn new(ledger: Ledger) -> Self {
        Self {
            ledger,
            show: Mutex::default(),
        }
    }

    /// Shows what the ledger has now, and the state of every cue at this moment.
    ///
    /// # Errors
    ///
    /// Nothing was applied yet, or the ledger cannot be read.
    pub async fn look<R>(
        &self,
        now: Timestamp,
        look: impl FnOnce(&Show, &Board<'_>) -> R,
    ) -> Result<R, Error> {
        let mut kept = self.show.lock().await;
        let stamp = Stamp::read(&self.ledger).await?;
        let known = kept.take();
        let in_force = match known.as_ref().map(|show| &show.in_force) {
            Some(in_force) if in_force.stamp.as_ref() == Some(&stamp) => Arc::clone(in_force),
            _ => {
                let in_force = InForce::read(&self.ledger).await?;
                Arc::new(in_force.ok_or(Error::NotApplied)?)
            }
        };
        let show = match known {
            Some(mut show) => {
                show.refresh(&self.ledger, in_force, None).await?;
                show
            }
            None => Show::read(&self.ledger, in_force).await?,
        };
        let show = kept.insert(show);
        Ok(show.board(now, true, |board| look(show, board)))
    }
}

/// The process that runs the show: the one that holds the lease and gives signs of life.
///
/// # Errors
///
/// The ledger cannot be read.
pub async fn runner(ledger: &Ledger, now: Timestamp) -> Result<Option<Holder>, LedgerError> {
    let holder = ledger.holder(LEASE).await?;
    Ok(holder.filter(|holder| {
        let liveness = liveness(holder.origin.as_ref(), own_origin().as_ref());
        liveness != Liveness::Dead && now < holder.until
    }))
}
