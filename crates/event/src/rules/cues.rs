//! The run of show.

use jiff::ToSpan;

use super::input::Input;
use super::report::Report;
use showcaller_secret::Secret;

use crate::fill::{Audience, Facts, Unfilled, fill};
use crate::language::Language;
use crate::markdown::LONGEST;
use crate::model::{
    Anchor, Cue, CueRecipient, CueTo, MeetingFacts, MeetingKey, Part, RoomKey, Say, Text,
};

/// Every cue as each of its recipients would get it, in each language.
pub(super) fn text<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    for cue in &input.event.cues {
        for to in &cue.to {
            let message = |text: &Text, language, facts: &Facts<'_>| {
                cue.message(&to.recipient, text, language, facts)
            };
            for (message, hint) in bad_texts(input, &to.say, &message) {
                let (cue, whom) = (&cue.key, whom(&to.recipient));
                let message = format!("cue `{}` {whom} {message}", cue.cue);
                report.error(
                    input.places.cue(&cue.cue, |it| it.say.clone()),
                    message,
                    hint,
                );
            }
        }
    }
}

fn whom(recipient: &CueRecipient) -> String {
    match recipient {
        CueRecipient::Room(room) => format!("in room `{room}`"),
        CueRecipient::Person(person) => format!("to {person}"),
    }
}

/// What is wrong with a message for a room, in each language of it.
pub(super) fn bad_messages(
    input: &Input<'_>,
    room: &RoomKey,
    say: &Say,
) -> Vec<(String, &'static str)> {
    bad_texts(input, say, &|text, language, facts| {
        fill(text, language, facts, Audience::Room(room))
    })
}

/// How a text becomes a message.
type Fill<'a> = dyn Fn(&Text, Language, &Facts<'_>) -> Result<String, Unfilled> + 'a;

fn bad_texts(input: &Input<'_>, say: &Say, fill: &Fill<'_>) -> Vec<(String, &'static str)> {
    let otherwise = bad_text(input, &say.otherwise, input.event.bot.language, fill);
    let others = say.by_language.iter().filter_map(|(language, text)| {
        let (message, hint) = bad_text(input, text, *language, fill)?;
        Some((format!("in `{language}` {message}"), hint))
    });
    otherwise.into_iter().chain(others).collect()
}

/// What is wrong with a message. It is filled in as it will be when it is sent, with the file's
/// schedule. What only Webex knows is counted as nothing, so that a message that is too long here is
/// so for certain.
fn bad_text(
    input: &Input<'_>,
    text: &Text,
    language: Language,
    fill: &Fill<'_>,
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
    match fill(text, language, &facts) {
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
            "name only meetings of those who get it, and keep filters short",
        )),
    }
}

pub(super) fn unheard<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    for cue in input.event.cues.iter().filter(|cue| cue.to.is_empty()) {
        report.note(
            input.places.cue(&cue.key.cue, |it| it.to.clone()),
            format!("cue `{}` reaches nobody", cue.key),
            "name rooms under `to:`, as in `to: [team rooms]`, or people under `to-people:`",
        );
    }
}

/// A card without a button says nothing that a message would not.
pub(super) fn card<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    let has_links = |cue: &Cue| cue.to.iter().any(|to| to.leads_into().next().is_some());
    for cue in input.event.cues.iter().filter(|cue| cue.card) {
        if !cue.to.is_empty() && !has_links(cue) {
            report.note(
                input.places.cue(&cue.key.cue, |it| it.card.clone()),
                format!("the card of cue `{}` has no button", cue.key.cue),
                "name a meeting's `join` in what it says, or take `card:` out",
            );
        }
    }
}

/// A link is of use until its meeting is over.
pub(super) fn after_meeting<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    for cue in &input.event.cues {
        let is_over = |to: &CueTo| {
            let due = cue.due(to, &input.schedule)?.timestamp();
            let end = |meeting: &MeetingKey| Some(input.schedule.get(meeting)?.end.timestamp());
            let mut over = to
                .leads_into()
                .filter(|it| end(it).is_some_and(|end| end <= due));
            over.next().cloned()
        };
        if let Some(meeting) = cue.to.iter().find_map(is_over) {
            report.note(
                input.places.cue(&cue.key.cue, |it| it.say.clone()),
                format!(
                    "cue `{}` gives the link of `{meeting}`, which is over by then",
                    cue.key
                ),
                "let it go before that ends, or name another meeting",
            );
        }
    }
}

/// Who is called to a meeting looks for the link of that one.
pub(super) fn elsewhere<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    for cue in &input.event.cues {
        if let Some((meeting, other)) = cue.to.iter().find_map(CueTo::leads_elsewhere) {
            report.note(
                input.places.cue(&cue.key.cue, |it| it.say.clone()),
                format!(
                    "cue `{}` goes by the start of `{meeting}`, but gives the link of `{other}`",
                    cue.key
                ),
                format!("is the link of `{meeting}` meant?"),
            );
        }
    }
}

pub(super) fn next_day<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    for cue in &input.event.cues {
        let day = cue.key.day.as_ref();
        let Some(day) = day.and_then(|day| input.event.day(day)) else {
            continue;
        };
        // A cue `at:` a time is on another date only if the file says so.
        let around = |to: &&CueTo| !matches!(to.anchor, Some(Anchor::At(_)));
        let to = cue.to.iter().filter(around);
        let due = to.filter_map(|to| cue.due(to, &input.schedule));
        let dates = due.map(|due| due.date());
        for date in dates.filter(|date| *date != day.date) {
            report.note(
                input.places.cue(&cue.key.cue, |it| it.time.clone()),
                format!(
                    "cue `{}` belongs to `{}` ({}), but goes on {date}",
                    cue.key.cue, day.id, day.date,
                ),
                "is that meant?",
            );
        }
    }
}

/// On a day that runs past midnight, `00:30` is the wrong end of the night more often than not.
pub(super) fn midnight<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    for cue in &input.event.cues {
        let day = cue.key.day.as_ref();
        let Some(day) = day.and_then(|day| input.event.day(day)) else {
            continue;
        };
        let Some(Anchor::At(at)) = cue.to.first().and_then(|to| to.anchor.as_ref()) else {
            continue;
        };
        let Some((first, last)) = input.first_and_last(&day.id) else {
            continue;
        };
        let last = day.ends.as_ref().map_or(last, |ends| ends.max(last));
        let Ok(next) = at.checked_add(1.day()) else {
            continue;
        };
        let nearer_to_the_end = first.duration_since(at) > next.duration_since(last);
        if last.date() > day.date && at.date() == day.date && at < first && nearer_to_the_end {
            let clock = at.strftime("%H:%M");
            report.note(
                input.places.cue(&cue.key.cue, |it| it.time.clone()),
                format!(
                    "cue `{}` goes at {clock}, hours before `{}` begins, and that ends after midnight",
                    cue.key, day.id,
                ),
                format!("is `{clock} +1` meant?"),
            );
        }
    }
}
