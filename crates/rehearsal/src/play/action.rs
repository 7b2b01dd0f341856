//! What the play has to do at a time.

use jiff::SignedDuration;
use showcaller_event::model::{CueKey, DayId, MeetingKey, RoomKey};

use super::operator::Order;

/// Something that is to be done at a time.
pub(super) enum Action {
    Act(usize),
    Operators,
    /// An operator says something of a cue, so long after it is due.
    Say(Order, SignedDuration),
    /// A cue gets other words, so long after it is due.
    Correct(CueKey, SignedDuration),
    /// A moderator deletes a cue in one of its rooms, so long after it is due.
    Delete(CueKey, SignedDuration),
    /// The files are applied of which a former version is in force.
    Revise,
    Slip {
        meeting: MeetingKey,
        minutes: i64,
        /// Whether it is taken back at first, and called again.
        twice: bool,
    },
    /// An operator looks in a terminal at what slips of this day would do: before it, or while it is on.
    Propose(DayId, bool),
    /// A person who is not on the roster is added to a room.
    Add(RoomKey),
    /// The bot gets this standing in a room.
    Stand(RoomKey, Standing),
    /// A process dies at one of its next calls.
    Strike(usize),
    /// It is started again.
    Restart(usize),
}

/// What the bot is in a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    Moderator,
    Demoted,
    Removed,
}
