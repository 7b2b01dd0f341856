//! What a leader acts on.

use showcaller_event::model::CueKey;
use uuid::Uuid;

/// What a leader acts on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Everything, until it is to stop.
    All,
    /// One cue, by the name that it has in force.
    Cue(CueKey),
    /// One message that no cue has, by its id.
    Say(Uuid),
}

impl Scope {
    pub(super) fn is_all(&self) -> bool {
        *self == Self::All
    }

    pub(super) fn has_cue(&self, cue: &CueKey) -> bool {
        match self {
            Self::All => true,
            Self::Cue(key) => key == cue,
            Self::Say(_) => false,
        }
    }

    pub(super) fn has_say(&self, id: Uuid) -> bool {
        match self {
            Self::All => true,
            Self::Cue(_) => false,
            Self::Say(own) => *own == id,
        }
    }
}
