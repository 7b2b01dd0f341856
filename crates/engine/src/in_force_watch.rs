//! What is in force, kept up to date.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::SignedDuration;
use showcaller_clock::SharedClock;
use showcaller_ledger::Ledger;

use crate::Error;
use crate::floor::Background;
use crate::in_force::InForce;
use crate::stamped::Stamped;

/// How often the ledger is asked whether there is something newer.
const LOOK: SignedDuration = SignedDuration::from_secs(4);

/// What is in force, for those that work for long. Clones see the same; it is kept up to date as long
/// as one of them lives.
#[derive(Debug, Clone)]
pub struct InForceWatch {
    latest: Arc<Latest>,
    _looking: Arc<Background>,
}

#[derive(Debug)]
struct Latest {
    ledger: Ledger,
    in_force: Mutex<Stamped>,
    /// What the ledger's changes were at the last look, where it counts them.
    seen: tokio::sync::Mutex<Option<u64>>,
}

impl InForceWatch {
    /// Reads what is in force, and goes on to.
    ///
    /// # Errors
    ///
    /// The ledger cannot be read, or nothing was applied yet.
    pub async fn begin(ledger: Ledger, clock: SharedClock) -> Result<Self, Error> {
        let seen = tokio::sync::Mutex::new(ledger.changes());
        let first = Stamped::read(&ledger).await?.ok_or(Error::NotApplied)?;
        let latest = Arc::new(Latest {
            ledger,
            in_force: Mutex::new(first),
            seen,
        });
        let (looks, looked_at) = (Arc::clone(&clock), Arc::clone(&latest));
        let looking = Background::spawn(&clock, async move {
            loop {
                looks.sleep(LOOK).await;
                looked_at.refresh().await;
            }
        });
        Ok(Self {
            latest,
            _looking: Arc::new(looking),
        })
    }

    /// What is in force, as of a moment ago.
    #[must_use]
    pub fn latest(&self) -> Arc<InForce> {
        self.latest.get()
    }

    /// What is in force now; as of the last look if the ledger cannot be read.
    pub async fn refreshed(&self) -> Arc<InForce> {
        self.latest.refresh().await;
        self.latest.get()
    }

    /// What is in force now, for those that must not act on anything older.
    pub(crate) async fn now(&self) -> Result<Arc<InForce>, Error> {
        self.latest.look().await?;
        Ok(self.latest.get())
    }
}

impl Latest {
    fn get(&self) -> Arc<InForce> {
        Arc::clone(&self.stamped().in_force)
    }

    fn stamped(&self) -> MutexGuard<'_, Stamped> {
        self.in_force.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads anew if the ledger has something newer. What cannot be read leaves things as they are.
    async fn refresh(&self) {
        if let Err(error) = self.look().await {
            tracing::warn!(%error, "what is in force cannot be read");
        }
    }

    /// One look at a time, so that no older one replaces what a newer one has read.
    async fn look(&self) -> Result<(), Error> {
        let mut seen = self.seen.lock().await;
        let changes = self.ledger.changes();
        if changes.is_some() && *seen == changes {
            return Ok(());
        }
        let before = self.stamped().clone();
        // Nothing takes a revision back.
        if let Some(read) = before.refreshed(&self.ledger).await? {
            if !Arc::ptr_eq(&before.in_force, &read.in_force) {
                let revision = read.in_force.revision.as_ref().map(|it| it.id);
                tracing::info!(revision, "in force");
            }
            *self.stamped() = read;
        }
        *seen = changes;
        Ok(())
    }
}
