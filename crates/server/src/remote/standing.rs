//! How the cues stand, as JSON.

use jiff::Timestamp;
use serde::Serialize;
use showcaller_event::model::{Cue, Sending};
use showcaller_show::{
    Attention, Board, CueStatus, DeliveryState, Need, RecipientState, RecipientStatus,
};

/// All of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Standing {
    pub(super) event: String,
    /// When it was so.
    pub(super) at: Timestamp,
    /// The process that sends cues.
    pub(super) runner: Option<Runner>,
    pub(super) cues: Vec<CueStanding>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Runner {
    pub(super) process: String,
    pub(super) since: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct CueStanding {
    /// As in `opening/day-2`.
    pub(super) cue: String,
    state: &'static str,
    send: Sending,
    two_people: bool,
    /// To the first recipient.
    due: Option<Timestamp>,
    recipients: Recipients,
    attention: Vec<Needed>,
}

/// How many recipients are in which state; together they are all.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
struct Recipients {
    all: usize,
    planned: usize,
    standby: usize,
    sending: usize,
    sent: usize,
    held: usize,
    skipped: usize,
    late: usize,
    failed: usize,
    unclear: usize,
}

/// What a cue needs of an operator.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Needed {
    need: &'static str,
    recipients: usize,
}

impl CueStanding {
    /// Every cue of a board.
    pub(super) fn all(board: &Board<'_>, now: Timestamp) -> Vec<Self> {
        let attention = board.attention(now);
        let cues = board.cues.iter();
        cues.map(|status| {
            let needs = attention.iter().filter(|it| it.cue == status.key);
            Self::of(status, needs)
        })
        .collect()
    }

    /// One cue of a board.
    pub(super) fn one(board: &Board<'_>, status: &CueStatus<'_>, now: Timestamp) -> Self {
        let attention = board.attention(now);
        Self::of(status, attention.iter().filter(|it| it.cue == status.key))
    }

    fn of<'n>(status: &CueStatus<'_>, needs: impl Iterator<Item = &'n Attention>) -> Self {
        let Cue {
            key,
            send,
            two_people,
            ..
        } = status.cue;
        Self {
            cue: key.to_string(),
            state: status.state.as_str(),
            send: *send,
            two_people: *two_people,
            due: status.recipients.iter().filter_map(|it| it.due).min(),
            recipients: Recipients::of(&status.recipients),
            attention: needs
                .map(|it| Needed {
                    need: need(&it.need),
                    recipients: it.recipients.len(),
                })
                .collect(),
        }
    }
}

impl Recipients {
    fn of(recipients: &[RecipientStatus<'_>]) -> Self {
        let mut counts = Self {
            all: recipients.len(),
            ..Self::default()
        };
        for it in recipients {
            let count = match &it.state {
                RecipientState::Planned => &mut counts.planned,
                RecipientState::Standby => &mut counts.standby,
                RecipientState::Due
                | RecipientState::Delivered(DeliveryState::Waiting | DeliveryState::Sending) => {
                    &mut counts.sending
                }
                RecipientState::Delivered(DeliveryState::Sent) => &mut counts.sent,
                RecipientState::NoLink | RecipientState::NotOnWebex | RecipientState::Held => {
                    &mut counts.held
                }
                RecipientState::Skipped => &mut counts.skipped,
                RecipientState::Late => &mut counts.late,
                RecipientState::Delivered(DeliveryState::Failed { .. }) => &mut counts.failed,
                RecipientState::Delivered(DeliveryState::Unclear { .. }) => &mut counts.unclear,
            };
            *count += 1;
        }
        counts
    }
}

fn need(need: &Need) -> &'static str {
    match need {
        Need::Go { .. } => "go",
        Need::Late { .. } => "late",
        Need::LeftOut { .. } => "left-out",
        Need::Link => "link",
        Need::Absent => "absent",
        Need::Retry { .. } => "retry",
        Need::Settle => "settle",
        Need::Second { .. } => "second",
    }
}
