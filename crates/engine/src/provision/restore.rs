//! Puts a ledger back to what a backup knows, while nobody applies.

use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use showcaller_clock::SharedClock;
use showcaller_ledger::{
    Error as LedgerError, Existing, Ledger, OperationKind, Restored, Restoring,
};
use showcaller_plan::{QUOTA_WINDOW, SETTLE_WINDOW};

use super::apply::LEASE;
use crate::Error;
use crate::floor::{Held, ThisProcess};
use crate::records::RUNS;

/// What is to be restored, and by whom.
#[derive(Debug)]
pub struct Restoration<'a> {
    /// The backup.
    pub backup: &'a Path,
    /// A file in which the ledger is kept as it was before; it must not exist. `None` for a ledger
    /// that knows nothing.
    pub before: Option<&'a Path>,
    /// The process that acts.
    pub process: &'a ThisProcess,
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
    let held = Held::take(ledger, LEASE, restoration.process, clock, false).await?;
    let restored = alone(&held.fenced(ledger), ledger, restoration, clock).await;
    if restored.is_err() && !nothing_is_open(ledger).await {
        // What a dead run left open counts from its last sign of life, which its lease told: given
        // back, it would tell nothing.
        held.abandon().await;
        return restored;
    }
    // After a restore the lease is free already; only its renewal is left to end.
    held.release(ledger).await?;
    restored
}

/// Whether it is known that no call is left open.
async fn nothing_is_open(ledger: &Ledger) -> bool {
    let open = ledger.open_operations(OperationKind::Provision).await;
    open.is_ok_and(|open| open.is_empty())
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
        // A plan that somebody looked at before is not to be applied any more.
        rises: Some(RUNS),
    };
    if let Some(file) = restoration.before {
        ledger.backup(file, Existing::Refuse).await?;
    }
    let restored = fenced.restore_from(restoration.backup, how).await;
    if let (Err(error), Some(file)) = (&restored, restoration.before)
        && !matches!(error, LedgerError::CommitUnclear(_))
    {
        // Nothing was changed, so that there is nothing to keep.
        let _ = std::fs::remove_file(file);
    }
    Ok(restored?)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use showcaller_clock::VirtualClock;
    use showcaller_ledger::{LedgerUrl, NewOperation};

    use super::*;

    #[tokio::test]
    async fn a_refused_restore_does_not_hide_the_last_sign_of_life_of_a_dead_run() {
        let start: Timestamp = "2027-10-01T08:00:00Z".parse().unwrap();
        let seconds = SignedDuration::from_secs;
        for left_open in [false, true] {
            let ann = ThisProcess::without_origin("ann@elsewhere pid 7");
            let ledger = Ledger::open(&LedgerUrl::memory()).await.unwrap();
            ledger
                .acquire(LEASE.name, ann.instance(), start, seconds(60))
                .await
                .unwrap();
            if left_open {
                let operation = NewOperation {
                    run: "1".into(),
                    address: "room/jury".into(),
                    verb: "create".into(),
                    body: serde_json::json!({}).into(),
                    owner: "bot".into(),
                    creation_host: None,
                    at: start,
                };
                ledger.begin(&operation).await.unwrap();
            }
            let clock: SharedClock = Arc::new(VirtualClock::starting_at(start + seconds(70)));
            let restoration = Restoration {
                backup: Path::new("no-such-backup"),
                before: None,
                process: &ThisProcess::without_origin("bob@here pid 8"),
                whatever_it_is_bound_to: false,
            };
            restore(&ledger, &restoration, &clock).await.unwrap_err();
            let holder = ledger.holder(LEASE.name).await.unwrap();
            assert_eq!(holder.is_some(), left_open, "{holder:?}");
        }
    }
}
