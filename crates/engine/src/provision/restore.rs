//! Puts a ledger back to what a backup knows, while nobody applies.

use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use showcaller_clock::SharedClock;
use showcaller_ledger::{Existing, Ledger, Restored, Restoring};
use showcaller_plan::{QUOTA_WINDOW, SETTLE_WINDOW};

use super::apply::{LEASE, RUNS, number_of};
use crate::Error;
use crate::floor::{Held, Leave};

/// What is to be restored, and by whom.
#[derive(Debug)]
pub struct Restoration<'a> {
    /// The backup.
    pub backup: &'a Path,
    /// A file in which the ledger is kept as it was before; it must not exist. `None` for a ledger
    /// that knows nothing.
    pub before: Option<&'a Path>,
    /// Who acts: `user@machine pid N`.
    pub holder: &'a str,
    /// Take the backup of another event, or of another Webex.
    pub whatever_it_is_bound_to: bool,
}

/// Backs the ledger up as it is, and puts it back to what the backup knows.
///
/// Nobody applies meanwhile, and a process that applied before cannot write afterwards. What Webex
/// counted in the last day stays counted, and what was made so recently that Webex may not show it
/// yet is looked for before it is made again.
///
/// # Errors
///
/// [`Error::Busy`] while somebody applies; what the ledger says of the backup. Nothing is changed
/// then.
pub async fn restore(
    ledger: &Ledger,
    restoration: &Restoration<'_>,
    clock: &SharedClock,
) -> Result<Restored, Error> {
    let leave = Leave::default();
    let held = Held::take(ledger, LEASE, restoration.holder, clock, false, &leave).await?;
    let restored = alone(&held.fenced(ledger), ledger, restoration, clock).await;
    // After a restore the lease is free already; only its renewal is left to end.
    held.release(ledger).await?;
    restored
}

async fn alone(
    fenced: &Ledger,
    ledger: &Ledger,
    restoration: &Restoration<'_>,
    clock: &SharedClock,
) -> Result<Restored, Error> {
    let now = clock.now();
    let ago = |window: SignedDuration| now.checked_sub(window).unwrap_or(Timestamp::MIN);
    let how = Restoring {
        at: now,
        creations_since: ago(QUOTA_WINDOW),
        unsettled_since: ago(SETTLE_WINDOW),
        whatever_it_is_bound_to: restoration.whatever_it_is_bound_to,
    };
    let before = number_of(ledger.meta(RUNS).await?.as_deref());
    if let Some(file) = restoration.before {
        ledger.backup(file, Existing::Refuse).await?;
    }
    let restored = fenced.restore_from(restoration.backup, how).await?;
    // A plan that somebody looked at before is not to be applied any more.
    let last = number_of(ledger.meta(RUNS).await?.as_deref()).max(before);
    ledger
        .set_meta(RUNS, &format!("{} restored", last + 1))
        .await?;
    Ok(restored)
}
