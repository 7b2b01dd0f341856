//! How the bot behaves.

use std::ops::RangeInclusive;

use jiff::SignedDuration;

use super::frame::Frame;
use super::limits::{Kind, Limit};
use super::select::{Each, Owner, RoomIndex};
use super::texts::{Reader, Told};
use crate::diagnostics::{At, Diagnostics};
use crate::grammar::{Duration, RoomBase, RoomSelector};
use crate::model::{Bot, Organisers, RoomKey};
use crate::places::Places;

/// How long a duration of the bot may be, in minutes.
const BOUNDS: RangeInclusive<i64> = 1..=24 * 60;

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
    let mut minutes = |written: &Option<_>, usual| duration(written.as_ref(), usual, diagnostics);
    let late = file.late_answers.as_ref().map(|late| &late.value);
    let late = late.cloned().unwrap_or_default();
    let bot = Bot {
        language: frame.language(),
        apologise_after: minutes(&late.apologise_after, usual.apologise_after),
        skip_after: minutes(&late.skip_after, usual.skip_after),
        remind: minutes(&file.remind, usual.remind),
        ..usual
    };
    let place = late.skip_after.as_ref().or(late.apologise_after.as_ref());
    if let (Some(place), false) = (place, late.broken)
        && bot.apologise_after >= bot.skip_after
    {
        let message = "`skip-after` has to be longer than `apologise-after`";
        diagnostics
            .error("late-answers", place.span.clone(), message)
            .hint(format!(
                "`skip-after` is {} min and `apologise-after` {} min; without a line they are `2 h` and `2 min`",
                bot.skip_after.as_mins(),
                bot.apologise_after.as_mins()
            ));
    }
    let welcome = file.welcome.as_ref().map(|welcome| {
        places.welcome = Some(welcome.span.clone());
        let kind = ("welcome/nowhere", "welcome", &welcome.span);
        let mut most = Limit::new(Kind::Messages);
        told.say_in_fitting_rooms(frame, welcome, kind, &mut most, diagnostics)
    });
    Bot {
        organisers: organisers(frame, told, index, places, diagnostics),
        welcome: welcome.into_iter().flatten().collect(),
        ..bot
    }
}

/// A duration as it is written, with a finding if it is out of bounds.
fn duration(
    written: Option<&At<Duration>>,
    usual: SignedDuration,
    diagnostics: &mut Diagnostics,
) -> SignedDuration {
    let Some(written) = written else {
        return usual;
    };
    if !BOUNDS.contains(&written.value.0) {
        let message = "here belongs a duration from 1 min to 24 h";
        diagnostics
            .error("duration", written.span.clone(), message)
            .hint("write it as `5 min` or `1 h 30 min`");
    }
    SignedDuration::from_mins(written.value.0)
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
    let people = people.into_iter().map(|place| &frame.people.list[place]);
    let room = entry.room.as_ref();
    Organisers {
        people: people.map(|person| person.email.clone()).collect(),
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
    let hint = match rooms.as_slice() {
        [] => "name a room of the file".to_owned(),
        rooms => {
            let rooms: Vec<_> = rooms.iter().copied().map(Reader::Room).collect();
            format!("name one of {}", told.names(frame, &rooms))
        }
    };
    let message = format!(
        "organisers are called in one room; these are {}",
        rooms.len()
    );
    diagnostics
        .error("organisers/room", selector.span.clone(), message)
        .hint(hint);
    None
}
