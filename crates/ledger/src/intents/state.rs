//! The states of an intent, and which may follow which.

use std::fmt;
use std::str::FromStr;

use crate::error::Error;

/// How far an intent has come: `waiting → sending → done | failed | unclear`, and an unclear one is
/// settled by looking at Webex, which makes it done, failed, or waiting to be sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum IntentState {
    /// In the queue.
    Waiting,
    /// The call is about to be made, or was made and its outcome is not written yet.
    Sending,
    /// It had its effect.
    Done,
    /// It had none.
    Failed,
    /// It may have had its effect.
    Unclear,
}

impl IntentState {
    /// All states, in the order of an intent's life.
    pub const ALL: [Self; 5] = [
        Self::Waiting,
        Self::Sending,
        Self::Done,
        Self::Failed,
        Self::Unclear,
    ];

    /// Whether an intent in this state may go to `next`.
    #[must_use]
    pub fn may_become(self, next: Self) -> bool {
        match self {
            Self::Waiting => next == Self::Sending,
            Self::Sending => matches!(next, Self::Done | Self::Failed | Self::Unclear),
            Self::Unclear => matches!(next, Self::Done | Self::Failed | Self::Waiting),
            Self::Done | Self::Failed => false,
        }
    }

    /// Whether it must be looked into before the same call is made again.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Sending | Self::Unclear)
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sending => "sending",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Unclear => "unclear",
        }
    }
}

impl fmt::Display for IntentState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for IntentState {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::ALL
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or_else(|| Error::Damaged {
                what: "the state of an intent",
                cause: format!("there is no state `{text}`").into(),
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_state_has_more_than_two_before_it() {
        // The statement that takes an intent further has room for two.
        for to in IntentState::ALL {
            let before = IntentState::ALL
                .into_iter()
                .filter(|from| from.may_become(to));
            assert!(before.count() <= 2, "{to}");
        }
    }
}
