//! The script that is played.

use jiff::Timestamp;
use showcaller_event::{Event, Schedule};

use super::settings::Settings;
use crate::script::{self, Doing, Script};

/// A script of which at least as many questions as were wished for are asked while the event is served: people
/// have questions on evenings, too, on which nothing answers.
pub(super) fn script(
    event: &Event,
    settings: &Settings,
    schedule: &Schedule,
    spans: &[(Timestamp, Timestamp)],
) -> Script {
    let seed = settings.seed;
    if let Some(replay) = &settings.replay {
        return script::replayed(event, seed, replay);
    }
    let mut questions = settings.questions;
    loop {
        let script = script::script(event, &script::Settings { seed, questions });
        let missing = settings
            .questions
            .saturating_sub(served(&script, schedule, spans));
        // A roster without rooms has no questions at all.
        if missing == 0 || questions > 2 * settings.questions {
            return script;
        }
        questions += missing;
    }
}

/// How many questions are asked while the event is served.
fn served(script: &Script, schedule: &Schedule, spans: &[(Timestamp, Timestamp)]) -> usize {
    let asks = script.acts.iter();
    let asks = asks.filter(|act| matches!(act.what, Doing::Ask { .. }));
    let times = asks.filter_map(|act| act.when.at(schedule));
    let is_served = |at: &Timestamp| {
        spans
            .iter()
            .any(|(from, until)| (*from..*until).contains(at))
    };
    times.filter(is_served).count()
}
