//! What the play has to do at a time.

use showcaller_event::model::MeetingKey;

/// Something that is to be done at a time.
pub(super) enum Action {
    Act(usize),
    Operators,
    Slip {
        meeting: MeetingKey,
        minutes: i64,
    },
    /// A process dies at one of its next calls.
    Strike(usize),
    /// It is started again.
    Restart(usize),
}
