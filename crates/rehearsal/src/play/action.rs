//! What the play has to do at a time.

use showcaller_event::model::{CueKey, MeetingKey};
use showcaller_show::Command;

/// Something that is to be done at a time.
pub(super) enum Action {
    Act(usize),
    Operators,
    /// The first operator says something of a cue.
    Say(CueKey, Command),
    Slip {
        meeting: MeetingKey,
        minutes: i64,
    },
    /// A process dies at one of its next calls.
    Strike(usize),
    /// It is started again.
    Restart(usize),
}
