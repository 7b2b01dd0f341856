//! Messages of the outbox, of answers and of cues: what a row holds, what a failed call means, and
//! how Webex is asked whether a message in doubt was sent.

mod ask;
mod bot;
pub(crate) mod evidence;
mod outcome;
mod outgoing;

pub(crate) use ask::Ask;
pub(crate) use bot::{Bot, Unavailable, is};
pub(crate) use evidence::Evidence;
pub(crate) use outcome::outcome;
pub(crate) use outgoing::{Outgoing, To, digest};
