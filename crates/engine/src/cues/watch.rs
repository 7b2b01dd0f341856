//! The show for those that look at it often.

use std::sync::Arc;

use jiff::Timestamp;
use showcaller_ledger::Ledger;
use showcaller_show::Board;
use tokio::sync::Mutex;

use crate::Error;
use crate::show::Show;
use crate::stamped::Stamped;

/// The show for those that look at it often: of the ledger, only what is newer is read.
#[derive(Debug)]
pub struct ShowWatch {
    ledger: Ledger,
    show: Mutex<Option<(Stamped, Show)>>,
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
        if let Some((_, show)) = kept.as_ref().filter(|it| it.1.is_latest(&self.ledger)) {
            return Ok(show.board(now, true, |board| look(show, board)));
        }
        let (before, show) = kept.take().unzip();
        let stamped = match before {
            Some(before) => before.refreshed(&self.ledger).await?,
            None => Stamped::read(&self.ledger).await?,
        };
        let stamped = stamped.ok_or(Error::NotApplied)?;
        let in_force = Arc::clone(&stamped.in_force);
        let show = match show {
            Some(mut show) => {
                show.refresh(&self.ledger, in_force, None).await?;
                show
            }
            None => Show::read(&self.ledger, in_force).await?,
        };
        let (_, show) = kept.insert((stamped, show));
        Ok(show.board(now, true, |board| look(show, board)))
    }
}
