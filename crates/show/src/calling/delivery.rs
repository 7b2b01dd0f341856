//! One message of a cue, as the ledger's outbox has it.

use jiff::Timestamp;
use showcaller_event::model::{CueKey, CueRecipient};

/// The reason with which a message to a person without a Webex account has failed: Webex would write them a
/// mail. A retry sends it all the same.
pub const NO_ACCOUNT: &str = "no Webex account yet";

/// One message of a cue to one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The cue, by the name that it had when it was sent.
    pub cue: CueKey,
    /// To whom.
    pub recipient: CueRecipient,
    /// Zero, and one more for each recall and each time that it was called anew.
    pub generation: u32,
    /// How many times it was begun to be sent.
    pub attempt: u32,
    /// What became of it.
    pub state: DeliveryState,
    /// Since when.
    pub since: Timestamp,
    /// Whether the process that claimed it leads since then: it claimed it in time, and sends it.
    pub in_hand: bool,
}

/// What became of a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeliveryState {
    /// It was claimed, and certainly not sent.
    Waiting,
    /// It is being sent.
    Sending,
    /// It is in the room.
    Sent,
    /// Webex refused it.
    Failed {
        /// Why.
        reason: String,
    },
    /// It may be in the room.
    Unclear {
        /// Why that is not known.
        reason: String,
    },
}

impl Delivery {
    /// Whether the message is in the room, or may be.
    pub(super) fn may_be_sent(&self) -> bool {
        match self.state {
            DeliveryState::Sending | DeliveryState::Sent | DeliveryState::Unclear { .. } => true,
            DeliveryState::Waiting | DeliveryState::Failed { .. } => false,
        }
    }
}
