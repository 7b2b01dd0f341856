//! Who does what when in a rehearsal: from an event and a seed, without clock, network or files.
//!
//! Beside what is done it says what an answer has to hold, by the event file alone: nothing here asks
//! the code that is rehearsed.

mod act;
mod attendance;
mod deck;
pub(crate) mod drill;
mod guests;
mod questions;
mod replay;
#[cfg(test)]
pub(crate) mod tests;
mod typo;
mod wording;

use showcaller_event::{Event, Schedule};

pub use act::{About, Act, Doing, Edge, Place, Script, Settings, When};
pub use replay::{Replay, ReplayError};

use self::guests::Attended;
use crate::dice::Dice;

/// The script of an event. The same event and settings give the same script.
///
/// There are at least `settings.questions` questions, and at most five more; none if the roster has no room
/// that is told of a meeting. Beside them an organiser asks for a host key on each day.
#[must_use]
pub fn script(event: &Event, settings: &Settings) -> Script {
    with(event, settings.seed, |meetings, dice| {
        let mut acts = questions::acts(event, meetings, settings.questions, dice);
        acts.extend(questions::host_keys(event, meetings, dice));
        acts
    })
}

/// The same with the questions and presses of a recording, in phrases and by people that the seed draws.
#[must_use]
pub fn replayed(event: &Event, seed: u64, replay: &Replay) -> Script {
    with(event, seed, |meetings, dice| {
        replay::acts(event, meetings, replay, dice)
    })
}

fn with(
    event: &Event,
    seed: u64,
    asked: impl FnOnce(&[Attended<'_>], &mut Dice) -> Vec<Act>,
) -> Script {
    let meetings = guests::meetings(event);
    // Streams of their own: more questions do not change who joins when.
    let (mut joining, mut asking) = (Dice::of(seed, 1), Dice::of(seed, 4));
    let overruns = attendance::overruns(&meetings, &mut joining);
    let mut acts = attendance::acts(event, &meetings, &overruns, &mut joining);
    acts.extend(asked(&meetings, &mut asking));
    let planned = Schedule::planned(event);
    acts.sort_by_cached_key(|act| (act.when.at(&planned), act.who.clone()));
    Script { acts, overruns }
}
