//! What the operators have to know of without asking.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use showcaller_event::model::{CueKey, CueRecipient};

use super::board::Board;
use super::delivery::{Delivery, DeliveryState};
use super::log::By;
use super::status::{CueStatus, RecipientState, RecipientStatus};

/// How long a delivery in doubt is looked up before a person is asked.
pub const LOOKED_UP_FOR: SignedDuration = SignedDuration::from_mins(2);

/// Something about a cue that needs an operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attention {
    /// The cue.
    pub cue: CueKey,
    /// Its generation.
    pub generation: u32,
    /// What it needs.
    pub need: Need,
    /// For whom.
    pub recipients: Vec<CueRecipient>,
    /// How often it was begun to be sent to them, all together.
    pub attempts: u32,
}

/// What a cue needs of an operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Need {
    /// It waits for a go since then.
    Go {
        /// When it was due.
        due: Timestamp,
    },
    /// It could not go at that time, and does not go without a word.
    Late {
        /// When it was due.
        due: Timestamp,
    },
    /// It was due then, could not go in time, and was left out.
    LeftOut {
        /// When it was due.
        due: Timestamp,
    },
    /// What its text gives of a meeting is not there yet.
    Link,
    /// The recipient is not on Webex yet.
    Absent,
    /// Webex refused it.
    Retry {
        /// In its words, to the first.
        reason: String,
    },
    /// Whether it arrived is not known.
    Settle,
    /// A second person must say go.
    Second {
        /// Who said it first.
        first: By,
    },
}

/// What makes it the same need: it is told once. A cue that moves to another time, comes anew, or fails for
/// others or once more, needs it again.
impl fmt::Display for Attention {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, since) = match &self.need {
            Need::Go { due } => ("go", Some(due)),
            Need::Late { due } => ("late", Some(due)),
            Need::LeftOut { due } => ("left-out", Some(due)),
            Need::Link => ("link", None),
            Need::Absent => ("absent", None),
            Need::Retry { .. } => ("retry", None),
            Need::Settle => ("settle", None),
            Need::Second { .. } => ("second", None),
        };
        write!(f, "{what}/{}/{}", self.cue, self.generation)?;
        match (since, &self.need) {
            (Some(since), _) => write!(f, "/{since}"),
            (None, Need::Second { .. }) => Ok(()),
            (None, _) => write!(f, "/{:016x}/{}", digest(&self.recipients), self.attempts),
        }
    }
}

/// FNV-1a: it stays in the log, so it is the same in every build.
fn digest(recipients: &[CueRecipient]) -> u64 {
    let mut names: Vec<String> = recipients.iter().map(|it| format!("{it}\n")).collect();
    names.sort_unstable();
    names
        .concat()
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
}

impl Board<'_> {
    /// All that needs an operator now, in the file's order.
    #[must_use]
    pub fn attention(&self, now: Timestamp) -> Vec<Attention> {
        self.cues.iter().flat_map(|cue| needs(cue, now)).collect()
    }
}

fn needs(cue: &CueStatus<'_>, now: Timestamp) -> Vec<Attention> {
    let mut needs = Vec::new();
    let mut add = |need: Option<Need>, recipients: Vec<&RecipientStatus<'_>>| {
        let deliveries = recipients.iter().filter_map(|it| it.delivery);
        let attempts = deliveries.fold(0, |sum: u32, it| sum.saturating_add(it.attempt));
        let recipients: Vec<_> = recipients
            .iter()
            .map(|it| it.to.recipient.clone())
            .collect();
        needs.extend(need.map(|need| Attention {
            cue: cue.key.clone(),
            generation: cue.generation,
            need,
            recipients,
            attempts,
        }));
    };
    let which = |wanted: &dyn Fn(&RecipientStatus<'_>) -> bool| -> Vec<_> {
        cue.recipients.iter().filter(|it| wanted(it)).collect()
    };
    let due = |of: &[&RecipientStatus<'_>]| of.iter().filter_map(|it| it.due).min();

    let standing = which(&|it| it.state == RecipientState::Standby);
    if let Some(first) = cue.called_by.first().filter(|_| cue.waits_for_second) {
        let first = first.clone();
        add(Some(Need::Second { first }), standing);
    } else {
        add(due(&standing).map(|due| Need::Go { due }), standing);
    }
    let late = which(&|it| it.state == RecipientState::Late);
    add(due(&late).map(|due| Need::Late { due }), late);
    let left_out = which(&|it| it.missed && it.state == RecipientState::Skipped);
    add(due(&left_out).map(|due| Need::LeftOut { due }), left_out);
    // Told once it is known for all of them.
    if cue.recipients.iter().any(is_under_way) {
        return needs;
    }
    let linkless = which(&|it| it.state == RecipientState::NoLink);
    add((!linkless.is_empty()).then_some(Need::Link), linkless);
    let absent = which(&|it| it.state == RecipientState::NotOnWebex);
    add((!absent.is_empty()).then_some(Need::Absent), absent);
    let failed = which(&|it| reason(it).is_some());
    let why = failed.first().and_then(|it| reason(it));
    add(why.map(|reason| Need::Retry { reason }), failed);
    let unclear = which(&|it| it.delivery.is_some_and(is_unclear));
    let looked_up = |it: &&RecipientStatus<'_>| {
        let since = it.delivery.map(|it| now.duration_since(it.since));
        since.is_some_and(|since| since < LOOKED_UP_FOR)
    };
    let settle = !unclear.is_empty() && !unclear.iter().any(looked_up);
    add(settle.then_some(Need::Settle), unclear);
    needs
}

fn is_under_way(it: &RecipientStatus<'_>) -> bool {
    matches!(
        it.state,
        RecipientState::Due | RecipientState::Delivered(DeliveryState::Sending)
    )
}

fn reason(it: &RecipientStatus<'_>) -> Option<String> {
    match &it.state {
        RecipientState::Delivered(DeliveryState::Failed { reason }) => Some(reason.clone()),
        _ => None,
    }
}

fn is_unclear(delivery: &Delivery) -> bool {
    matches!(delivery.state, DeliveryState::Unclear { .. })
}
