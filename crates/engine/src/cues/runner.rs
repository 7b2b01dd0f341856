//! Who runs the show.

use jiff::Timestamp;
use showcaller_ledger::{Error as LedgerError, Holder, Ledger};

use crate::floor::{Liveness, liveness, own_origin};
pub use crate::show::LEASE;

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
