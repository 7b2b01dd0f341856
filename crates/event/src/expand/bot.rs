//! How the bot behaves.

use std::ops::RangeInclusive;

use jiff::SignedDuration;

use super::frame::Frame;
use super::limits::{Kind, Limit};
use super::select::{Each, Owner, RoomIndex};
use super::texts::Told;
use crate::diagnostics::{At, Diagnostics};
use crate::grammar::{Duration, LateAnswersEntry, RoomBase, RoomSelector};
use crate::model::{Bot, Organisers, RoomKey};
use crate::places::Places;

/// The longest that a duration of the bot may be, in minutes.
const DAY: i64 = 24 * 60;

/// The bot's settings.
pub(super) fn bot(
    frame: &Frame<'_>,
    told: &Told<'_>,
    index: &RoomIndex,
    places: &mut Places,
    diagnostics: &mut Diagnostics,
) -> Bot {
    let usual = Bot::default();
    let file = frame.file;
    let late = file.late_answers.as_ref().map(|late| &late.value);
    let (apologise_after, skip_after) = late_answers(frame, late, &usual, diagnostics);
    let remind = within(frame, file.remind.as_ref(), 1..=DAY, diagnostics);
    let welcome = file.welcome.as_ref().map(|welcome| {
        places.welcome = Some(welcome.span.clone());
        let kind = ("welcome/nowhere", "welcome", &welcome.span);
        let mut most = Limit::new(Kind::Messages);
        told.say_wherever_it_fits(frame, welcome, kind, &mut most, diagnostics)
    });
    Bot {
        language: frame.language(),
        organisers: organisers(frame, told, index, places, diagnostics),
        apologise_after,
        skip_after,
        remind: remind.unwrap_or(usual.remind),
        welcome: welcome.into_iter().flatten().collect(),
    }
}

fn late_answers(
    frame: &Frame<'_>,
    late: Option<&LateAnswersEntry>,
    usual: &Bot,
    diagnostics: &mut Diagnostics,
) -> (SignedDuration, SignedDuration) {
    let apologise_at = late.and_then(|late| late.apologise_after.as_ref());
    let skip_at = late.and_then(|late| late.skip_after.as_ref());
    let apologise = within(frame, apologise_at, 1..=DAY, diagnostics);
    let skip = within(frame, skip_at, 1..=DAY, diagnostics);
    // After a finding about one of them, nothing is known about the two.
    let known =
        apologise.is_some() == apologise_at.is_some() && skip.is_some() == skip_at.is_some();
    let apologise = apologise.unwrap_or(usual.apologise_after);
    let skip = skip.unwrap_or(usual.skip_after);
    if let (true, true, Some(place)) = (known, apologise >= skip, skip_at.or(apologise_at)) {
        let message = "questions would be skipped before an answer is late enough for an apology";
        diagnostics
            .error("late-answers", frame.source, place.span.clone(), message)
            .hint(format!(
                "`skip-after` ({}) has to be longer than `apologise-after` ({})",
                in_words(skip),
                in_words(apologise),
            ));
    }
    (apologise, skip)
}

/// A duration within these minutes; `None` if it is not there, or after a finding.
fn within(
    frame: &Frame<'_>,
    duration: Option<&At<Duration>>,
    minutes: RangeInclusive<i64>,
    diagnostics: &mut Diagnostics,
) -> Option<SignedDuration> {
    let duration = duration?;
    if minutes.contains(&duration.value.0) {
        return Some(SignedDuration::from_mins(duration.value.0));
    }
    let [least, most] =
        [minutes.start(), minutes.end()].map(|end| in_words(SignedDuration::from_mins(*end)));
    diagnostics
        .error(
            "duration",
            frame.source,
            duration.span.clone(),
            format!("here belongs a duration from {least} to {most}"),
        )
        .hint("write it as `5 min` or `1 h 30 min`");
    None
}

/// As the file writes it: `1 h 30 min`.
fn in_words(duration: SignedDuration) -> String {
    match (duration.as_hours(), duration.as_mins() % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

fn organisers(
    frame: &Frame<'_>,
    told: &Told<'_>,
    index: &RoomIndex,
    places: &mut Places,
    diagnostics: &mut Diagnostics,
) -> Organisers {
    let Some(section) = &frame.file.organisers else {
        return Organisers::default();
    };
    let entry = &section.value;
    places.organisers.section = Some(section.span.clone());
    places.organisers.people = entry.people.as_ref().map(|people| people.span.clone());
    places.organisers.room = entry.room.as_ref().map(|room| room.span.clone());
    let who = frame.who(entry.people.as_ref(), Each::Nothing, diagnostics);
    let people = frame.people(&who, Owner::Nobody);
    let room = entry.room.as_ref();
    Organisers {
        people: people
            .into_iter()
            .map(|place| frame.people.list[place].email.clone())
            .collect(),
        room: room.and_then(|room| one_room(frame, told, index, room, diagnostics)),
    }
}

fn one_room(
    frame: &Frame<'_>,
    told: &Told<'_>,
    index: &RoomIndex,
    selector: &At<RoomSelector>,
    diagnostics: &mut Diagnostics,
) -> Option<RoomKey> {
    let before = diagnostics.errors();
    let list = selector.with(vec![selector.clone()]);
    let which = frame.which(Some(&list), Each::Nothing, index, diagnostics);
    let rooms: Vec<_> = frame
        .rooms(&which, Owner::Nobody, index)
        .into_iter()
        .collect();
    if let [one] = rooms.as_slice() {
        return Some(told.rooms[*one].key.clone());
    }
    // A room that is declared and not there was reported where it is declared.
    let declared = rooms.is_empty() && matches!(selector.value.base, RoomBase::Named(_));
    if diagnostics.errors() > before || declared {
        return None;
    }
    let (count, hint) = match rooms.len() {
        0 => ("none".to_owned(), "name a room of the file".to_owned()),
        many => (
            many.to_string(),
            format!("name one of {}", told.names(&rooms)),
        ),
    };
    let message = format!("organisers are called in one room; these are {count}");
    diagnostics
        .error(
            "organisers/room",
            frame.source,
            selector.span.clone(),
            message,
        )
        .hint(hint);
    None
}
