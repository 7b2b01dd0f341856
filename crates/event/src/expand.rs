//! From what the file says to what must exist: patterns are filled in, names are looked up.
//!
//! Expansion goes on after a mistake, with a value that raises no further findings, so that one
//! check shows as much as possible. What it returns is an event only if nothing was found.

mod answers;
mod bot;
mod concerns;
mod cues;
mod frame;
mod limits;
mod meetings;
mod people;
mod previously;
mod rooms;
mod say;
mod select;
mod tabs;
mod texts;
mod times;
mod webex;

use std::collections::BTreeSet;

use crate::diagnostic::Source;
use crate::diagnostics::Diagnostics;
use crate::grammar::EventFile;
use crate::model::{Event, EventKey, Index};
use crate::places::Places;
use crate::roster::Roster;

use frame::Frame;

/// The event as far as it can be made out, and where each thing is written.
pub(crate) struct Expansion {
    pub(crate) event: Event,
    pub(crate) places: Places,
}

/// Fills every pattern in. `roles` are those that the file names.
pub(crate) fn expand(
    file: &EventFile,
    source: &Source,
    roster: &Roster,
    roles: BTreeSet<String>,
    diagnostics: &mut Diagnostics,
) -> Expansion {
    let mut places = Places::new(source.clone(), roster.source.clone());
    places.roles.named = roles;
    let frame = Frame::new(file, source, roster, &mut places, diagnostics);
    let rooms = rooms::rooms(&frame, &mut places, diagnostics);
    let index = select::RoomIndex::new(&rooms);
    let (meetings, broken) = meetings::meetings(&frame, &rooms, &index, &mut places, diagnostics);
    let told = texts::Told::new(&frame, &rooms, &meetings, broken);
    let tabs = tabs::tabs(&frame, &told, &index, &mut places, diagnostics);
    let cues = cues::cues(&frame, &told, &index, &mut places, diagnostics);
    let answers = answers::answers(&frame, &told, &mut places, diagnostics);
    let bot = bot::bot(&frame, &told, &index, &mut places, diagnostics);
    drop(told);
    let rooms = tabs::pin(rooms, tabs);
    let webex = webex::webex(&frame, &rooms, &mut places, diagnostics);
    let (days, teams, groups, people) = frame.into_model();
    let text = |text: &Option<crate::diagnostics::At<String>>| {
        text.as_ref()
            .map(|text| text.value.clone())
            .unwrap_or_default()
    };
    let event = Event {
        key: EventKey::new(file.event.as_ref().map_or("", |key| key.value.0.as_str())),
        title: text(&file.title),
        timezone: text(&file.timezone),
        webex,
        people,
        days,
        teams,
        groups,
        rooms,
        meetings,
        cues,
        answers,
        bot,
        index: Index::default(),
    };
    Expansion { event, places }
}
