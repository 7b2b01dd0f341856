//! The show for those that look at it often.

use std::sync::Arc;

use jiff::Timestamp;
use showcaller_ledger::Ledger;
use showcaller_show::Board;
use tokio::sync::Mutex;

use crate::Error;
use crate::in_force::{InForce, Stamp};
use crate::show::Show;

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
        if let Some(show) = kept.as_ref().filter(|show| show.is_latest(&self.ledger)) {
            return Ok(show.board(now, true, |board| look(show, board)));
        }
        let stamp = Stamp::read(&self.ledger).await?;
        let known = kept.take();
        let in_force = match known.as_ref().map(|show| &show.in_force) {
            Some(in_force) if in_force.stamp.as_ref() == Some(&stamp) => Arc::clone(in_force),
            before => {
                let before = before.map(|it| &**it);
                let in_force = InForce::read_after(&self.ledger, before).await?;
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
