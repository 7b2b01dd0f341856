//! Forgets what people wrote, and that they asked the same.

use std::sync::Arc;

use jiff::SignedDuration;

use super::context::Context;
use super::inbox::later;

/// For how long a question is kept that was not understood.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);
/// For how long it is known that the same was asked: longer than it matters to anything.
const COMPARED: SignedDuration = SignedDuration::from_hours(1);
/// How often it is looked for what is older.
const LOOK: SignedDuration = SignedDuration::from_hours(6);

pub(super) async fn run(context: Arc<Context>) {
    loop {
        let (ledger, now) = (&context.ledger, context.clock.now());
        let forgotten = async {
            ledger.forget_texts(later(now, -KEPT)).await?;
            ledger.forget_questions(later(now, -COMPARED)).await
        };
        if let Err(error) = forgotten.await {
            tracing::warn!(%error, "old questions are not forgotten yet");
        }
        context.clock.sleep(LOOK).await;
    }
}
