//! The run of show.

use super::input::Input;
use super::report::Report;
use showcaller_secret::Secret;

use crate::fill::{Audience, Facts, fill};
use crate::language::Language;
use crate::markdown::LONGEST;
use crate::model::{CueRecipient, MeetingFacts, Part, RoomKey, Say, Text};

pub(super) fn text<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    for cue in &input.event.cues {
        for to in &cue.to {
            let CueRecipient::Room(room) = &to.recipient else {
                continue;
            };
            for (message, hint) in bad_messages(input, room, &to.say) {
                let message = format!("cue `{}` in room `{room}` {message}", cue.key.cue);
                report.error(input.places.cue_say(&cue.key.cue), message, hint);
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
    for cue in input.event.cues.iter().filter(|cue| cue.to.is_empty()) {
        report.note(
            input.places.cue_to(&cue.key.cue),
            format!("cue `{}` goes to no room", cue.key.cue),
            "name rooms under `to:`, as in `to: [team rooms]`",
        );
    }
}

pub(super) fn next_day<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    for cue in &input.event.cues {
        let day = cue.key.day.as_ref();
        let Some(day) = day.and_then(|day| input.event.day(day)) else {
            continue;
        };
        let due = cue.to.iter().filter_map(|to| cue.due(to, &input.schedule));
        let dates = due.map(|due| due.date());
        for date in dates.filter(|date| *date != day.date) {
            report.note(
                input.places.cue_time(&cue.key.cue),
                format!(
                    "cue `{}` belongs to `{}` ({}), but goes on {date}",
                    cue.key.cue, day.id, day.date,
                ),
                "is that meant?",
            );
        }
    }
}
