//! What a call that failed means for its message.

use showcaller_ledger::MessageOutcome;
use showcaller_webex::{Error as WebexError, Fault, Outcome};

/// What a call that failed means for the message.
pub(crate) fn outcome(error: &WebexError) -> MessageOutcome {
    let reason = error.refused_because();
    if error.outcome() == Outcome::Unknown {
        tracing::warn!(%error, "it is not known whether a message was sent");
        return MessageOutcome::Unclear { reason };
    }
    if may_pass(error) {
        tracing::info!(%error, "a message was not sent, and will be");
        return MessageOutcome::NotSent { reason };
    }
    tracing::warn!(%error, "a message was refused");
    MessageOutcome::Failed {
        reason,
        tracking_id: error.tracking_id().map(str::to_owned),
    }
}

/// Whether the same call may succeed later: for want of a network or a token, or because Webex asks to
/// wait.
fn may_pass(error: &WebexError) -> bool {
    match error.fault() {
        Fault::Throttled { .. } | Fault::Unreachable(_) => true,
        _ => error.is_unauthorized(),
    }
}
