//! Forgets what people wrote.

use std::sync::Arc;

use jiff::SignedDuration;

use super::context::Context;
use super::inbox::later;

/// For how long a question is kept that was not understood.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How often it is looked for what is older.
const LOOK: SignedDuration = SignedDuration::from_hours(6);

pub(super) async fn run(context: Arc<Context>) {
    loop {
        let before = later(context.clock.now(), -KEPT);
        if let Err(error) = context.ledger.forget_texts(before).await {
            tracing::warn!(%error, "old questions are not forgotten yet");
        }
        context.clock.sleep(LOOK).await;
    }
}
