//! The run of show.

use crate::model::{Part, Text};

use super::input::Input;
use super::report::Report;

/// What Webex takes in a message, in bytes (messaging §14).
pub(super) const LONGEST_MESSAGE: usize = 7_439;

pub(super) fn text<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    for cue in &input.event.cues {
        for room in &cue.rooms {
            if let Some((message, hint)) = bad_message(&room.text) {
                let message = format!("cue `{}` in room `{}` {message}", cue.id, room.room);
                report.error(input.places.cue_say(&cue.id), message, hint);
            }
        }
    }
}

/// What is wrong with a message. What only Webex knows is counted as nothing, so that a message
/// that is too long here is so for certain.
pub(super) fn bad_message(text: &Text) -> Option<(String, &'static str)> {
    let empty = |part: &Part| matches!(part, Part::Words(words) if words.trim().is_empty());
    if text.parts().iter().all(empty) {
        return Some(("says nothing".to_owned(), "write its words under `say:`"));
    }
    let length = least(text);
    (length > LONGEST_MESSAGE).then(|| {
        let message =
            format!("has {length} bytes when it is filled in; Webex takes {LONGEST_MESSAGE}");
        (
            message,
            "shorten it, or put the long part on a page and link it",
        )
    })
}

fn least(text: &Text) -> usize {
    let length = |part: &Part| match part {
        Part::Words(words) => words.len(),
        Part::Meeting { .. } => 0,
    };
    text.parts().iter().map(length).sum()
}

pub(super) fn unheard<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    for cue in input.event.cues.iter().filter(|cue| cue.rooms.is_empty()) {
        report.note(
            input.places.cue_to(&cue.id),
            format!("cue `{}` goes to no room", cue.id),
            "name rooms under `to:`, as in `to: [team rooms]`",
        );
    }
}

pub(super) fn next_day<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    for cue in &input.event.cues {
        let Some(day) = input.event.day(&cue.day) else {
            continue;
        };
        for room in cue.rooms.iter().filter(|room| room.at.date() != day.date) {
            report.note(
                input.places.cue_time(&cue.id),
                format!(
                    "cue `{}` belongs to `{}` ({}), but goes on {}",
                    cue.id,
                    day.id,
                    day.date,
                    room.at.date()
                ),
                "is that meant?",
            );
        }
    }
}
