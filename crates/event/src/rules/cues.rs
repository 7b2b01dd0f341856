//! The run of show.

use super::input::Input;
use super::report::Report;
use showcaller_secret::Secret;

use crate::fill::{Audience, Facts, fill};
use crate::language::Language;
use crate::markdown::LONGEST;
use crate::model::{MeetingFacts, Part, RoomKey, Say, Text};

pub(super) fn text<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    for cue in &input.event.cues {
        for room in &cue.rooms {
            for (message, hint) in bad_messages(input, &room.room, &room.say) {
                let message = format!("cue `{}` in room `{}` {message}", cue.id, room.room);
                report.error(input.places.cue_say(&cue.id), message, hint);
            }
        }
    }
}

/// What is wrong with a message for a room, in each language of it.
pub(super) fn bad_messages(
    input: &Input<'_>,
    room: &RoomKey,
    say: &Say,
) -> Vec<(String, &'static str)> {
    let otherwise = bad_message(input, room, &say.otherwise, input.event.bot.language);
    let others = say.by_language.iter().filter_map(|(language, text)| {
        let (message, hint) = bad_message(input, room, text, *language)?;
        Some((format!("in `{language}` {message}"), hint))
    });
    otherwise.into_iter().chain(others).collect()
}

/// What is wrong with a message for a room. It is filled in as it will be when it is sent, with the
/// file's schedule. What only Webex knows is counted as nothing, so that a message that is too long
/// here is so for certain.
fn bad_message(
    input: &Input<'_>,
    room: &RoomKey,
    text: &Text,
    language: Language,
) -> Option<(String, &'static str)> {
    let empty = |part: &Part| matches!(part, Part::Words(words) if words.trim().is_empty());
    if text.parts().iter().all(empty) {
        return Some(("says nothing".to_owned(), "write its words under `say:`"));
    }
    let nothing = MeetingFacts {
        link: Some(Secret::new("")),
        number: Some(String::new()),
        password: Some(Secret::new("")),
        ..MeetingFacts::default()
    };
    let facts = Facts {
        event: input.event,
        schedule: &input.schedule,
        webex: &|_| Some(nothing.clone()),
    };
    match fill(text, language, &facts, Audience::Room(room)) {
        Ok(filled) if filled.len() <= LONGEST => None,
        Ok(filled) => {
            let length = filled.len();
            let message = format!("has {length} bytes when it is filled in; Webex takes {LONGEST}");
            Some((
                message,
                "shorten it, or put the long part on a page and link it",
            ))
        }
        Err(why) => Some((
            format!("cannot be filled in: {why}"),
            "name meetings of this room only, and keep filters short",
        )),
    }
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
        let dates = cue.rooms.iter().filter_map(|room| {
            let due = room.anchor.due(&input.schedule)?;
            Some(due.date())
        });
        for date in dates.filter(|date| *date != day.date) {
            report.note(
                input.places.cue_time(&cue.id),
                format!(
                    "cue `{}` belongs to `{}` ({}), but goes on {date}",
                    cue.id, day.id, day.date,
                ),
                "is that meant?",
            );
        }
    }
}
