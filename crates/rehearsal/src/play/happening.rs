//! What those who watch a rehearsal are told of.

use jiff::Timestamp;
use serde_json::Value;
use showcaller_event::model::RoomKey;

use crate::record::{Asked, Attended, Called, Crash, Slipped};
use crate::stage::Applied;

/// Something that happens in the play, for those who watch it.
#[derive(Debug)]
pub enum Happening<'a> {
    /// The event was set up.
    Applied(&'a Applied),
    /// The event is served from now on.
    Serves,
    /// A person wrote to the bot.
    Asked(&'a Asked),
    /// The bot wrote a message: as the simulator shows it, and for whom; `None` in a room
    /// in which it answers one person alone.
    Wrote(&'a Value, Option<Recipient<'a>>),
    /// A person came into a meeting or left it.
    Attended(&'a Attended),
    /// The operator spoke.
    Called(&'a Called),
    /// The operator moved the day.
    Slipped(&'a Slipped),
    /// A process died, and its successor began.
    Crashed(&'a Crash),
}

/// For whom a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recipient<'a> {
    /// Everybody in a room.
    Room(&'a RoomKey),
    /// A person, in private.
    Person(&'a str),
}

/// Is told of what happens, with the time.
pub type Audience<'a> = &'a mut (dyn FnMut(Timestamp, Happening<'_>) + Send);
