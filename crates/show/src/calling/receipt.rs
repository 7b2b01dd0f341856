//! What became of an operator's own messages, of deletions and of corrections.

use showcaller_event::model::CueRecipient;

/// What became of one message that was to be sent, deleted or corrected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Whose it is.
    pub recipient: CueRecipient,
    /// What became of it.
    pub state: ReceiptState,
}

/// What became of one message that was to be sent, deleted or corrected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReceiptState {
    /// It is still to be done, or being done.
    Pending,
    /// It was done.
    Done,
    /// There was nothing to delete any more.
    Gone,
    /// Webex did not let the message be edited: the new words follow it.
    Followed,
    /// Webex refused it.
    Failed {
        /// Why.
        reason: String,
    },
    /// It may have been done.
    Unclear {
        /// Why that is not known.
        reason: String,
    },
    /// It cannot be done: where the message is on Webex is not known, or the recipient is not there.
    Impossible,
}
