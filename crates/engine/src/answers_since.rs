//! Since when the bot answers from this ledger: what was asked before is not answered.

use jiff::Timestamp;
use showcaller_ledger::{Error, Ledger};

const NAME: &str = "answers-since";

/// The instant, which is `now` at the first start ever.
pub(crate) async fn settled(ledger: &Ledger, now: Timestamp) -> Result<Timestamp, Error> {
    let settled = ledger.settle_meta(NAME, &now.to_string()).await?;
    Ok(settled.parse().unwrap_or(now))
}

/// From `now` on: until then another process has answered, from a ledger of its own.
pub(crate) async fn anew(ledger: &Ledger, now: Timestamp) -> Result<(), Error> {
    ledger.set_meta(NAME, &now.to_string()).await
}
