//! Where a cue stands.

use jiff::Timestamp;
use showcaller_event::model::{Cue, CueKey, CueRecipient, CueTo};
use strum::VariantArray as _;

use super::delivery::{Delivery, DeliveryState, NO_ACCOUNT};
use super::log::By;

/// Where a cue stands.
#[derive(Debug)]
pub struct CueStatus<'a> {
    /// The cue.
    pub cue: &'a Cue,
    /// The name under which the ledger has its deliveries.
    pub key: CueKey,
    /// All of it together.
    pub state: CueState,
    /// The generation that is sent, or to be sent.
    pub generation: u32,
    /// Generations below this one were recalled: what was sent of them is to be deleted.
    pub recalled: u32,
    /// Who said go since it was last stopped, in order, each once; not whose go is lapsed.
    pub called_by: Vec<By>,
    /// Whether another person must say go before it is sent.
    pub waits_for_second: bool,
    /// Each recipient.
    pub recipients: Vec<RecipientStatus<'a>>,
    /// Every other delivery: of earlier generations, and to recipients who do not get it any more.
    pub others: Vec<&'a Delivery>,
}

impl<'a> CueStatus<'a> {
    /// Who has it.
    pub fn sent_to(&self) -> impl Iterator<Item = &'a CueRecipient> {
        let has_it =
            |state: &RecipientState| *state == RecipientState::Delivered(DeliveryState::Sent);
        let sent = self.recipients.iter().filter(move |it| has_it(&it.state));
        sent.map(|it| &it.to.recipient)
    }
}

/// Where a cue stands, all its recipients together.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, strum::IntoStaticStr, strum::VariantArray,
)]
#[strum(serialize_all = "lowercase")]
pub enum CueState {
    /// Its time has not come.
    Planned,
    /// Its time has come, and it waits for a go.
    Standby,
    /// Some of it is under way.
    Sending,
    /// All who get it have it, or may have it.
    Sent,
    /// It was held, or something that it needs is not there.
    Held,
    /// It was skipped.
    Skipped,
    /// It could not go in time, and an operator is asked.
    Late,
    /// Webex refused some of it.
    Failed,
}

/// Where a cue stands for one recipient.
#[derive(Debug)]
pub struct RecipientStatus<'a> {
    /// The recipient, and what they get.
    pub to: &'a CueTo,
    /// When it is due: by a go, or by the schedule.
    pub due: Option<Timestamp>,
    /// Where it stands.
    pub state: RecipientState,
    /// The delivery of the current generation.
    pub delivery: Option<&'a Delivery>,
    /// Whether it could not go in time.
    pub missed: bool,
    /// Whether a person said that the delivery, which is in doubt, arrived.
    pub(super) arrived: bool,
    /// When the state changes by itself.
    pub(super) until: Option<Timestamp>,
}

/// Where a cue stands for one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecipientState {
    /// Its time has not come.
    Planned,
    /// Its time has come, and it waits for a go.
    Standby,
    /// It is to be sent now. A delivery that failed or is in doubt may be sent once more.
    Due,
    /// Something that its text gives of a meeting is not there yet: the link, the password, the number.
    NoLink,
    /// The recipient is not on Webex yet.
    NotOnWebex,
    /// It was held.
    Held,
    /// It was skipped.
    Skipped,
    /// It could not go in time, and an operator is asked.
    Late,
    /// The ledger has it.
    Delivered(DeliveryState),
}

impl CueState {
    /// Every one, in the order of a cue's life.
    pub const ALL: &[Self] = Self::VARIANTS;

    /// Its name, as programs read it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// That of all recipients together: the first in this order that any of them is in. One who was left
    /// out does not change that the others have it.
    const ORDER: [Self; 8] = [
        Self::Sending,
        Self::Failed,
        Self::Late,
        Self::Held,
        Self::Standby,
        Self::Planned,
        Self::Sent,
        Self::Skipped,
    ];

    pub(super) fn of(recipients: &[RecipientStatus<'_>]) -> Self {
        let states: Vec<_> = recipients.iter().map(|it| it.state.of_cue()).collect();
        let mut order = Self::ORDER.into_iter();
        order
            .find(|state| states.contains(state))
            .unwrap_or(Self::Planned)
    }
}

impl RecipientState {
    fn of_cue(&self) -> CueState {
        match self {
            Self::Planned => CueState::Planned,
            Self::Standby => CueState::Standby,
            Self::NoLink | Self::NotOnWebex | Self::Held => CueState::Held,
            Self::Skipped => CueState::Skipped,
            Self::Late => CueState::Late,
            Self::Due | Self::Delivered(DeliveryState::Waiting | DeliveryState::Sending) => {
                CueState::Sending
            }
            Self::Delivered(DeliveryState::Sent | DeliveryState::Unclear { .. }) => CueState::Sent,
            // Left out, and so it may stay.
            Self::Delivered(DeliveryState::Failed { reason }) if reason == NO_ACCOUNT => {
                CueState::Skipped
            }
            Self::Delivered(DeliveryState::Failed { .. }) => CueState::Failed,
        }
    }
}
