//! Web pages pinned in rooms.

use std::collections::BTreeSet;

use super::frame::Frame;
use super::rooms::defaults;
use super::select::RoomIndex;
use super::texts::{Reader, Told};
use crate::diagnostics::{At, Diagnostics};
use crate::model::{Room, Tab};
use crate::places::Places;
use crate::template::Times;

/// The tabs of each room, in the file's order. Where they lead is set up from the file, so the
/// file's schedule counts: a meeting that slips pins nothing anew.
pub(super) fn tabs(
    frame: &Frame<'_>,
    told: &Told<'_>,
    index: &RoomIndex,
    places: &mut Places,
    diagnostics: &mut Diagnostics,
) -> Vec<Vec<Tab>> {
    let mut tabs = vec![Vec::new(); told.rooms.len()];
    for entry in frame
        .file
        .rooms
        .iter()
        .flat_map(|rooms| &rooms.value.entries)
    {
        let own = entry.entry.tabs.as_ref();
        let Some(section) = own.or_else(|| defaults(frame)?.tabs.as_ref()) else {
            continue;
        };
        let rooms = index.of_pattern(&entry.id.value);
        let readers: BTreeSet<_> = rooms.iter().copied().map(Reader::Room).collect();
        for tab in &section.value.entries {
            let url = At::new(tab.entry.clone(), tab.span.clone());
            let Some(written) = frame.written(&url, diagnostics) else {
                continue;
            };
            for (reader, url) in told.fill(
                frame,
                &written,
                &readers,
                (frame.language(), None, Times::Settled),
                diagnostics,
            ) {
                let Reader::Room(room) = reader else {
                    continue;
                };
                tabs[room].push(Tab {
                    name: tab.id.value.clone(),
                    url,
                });
            }
            for room in rooms {
                if let Some(place) = places.rooms.get_mut(&told.rooms[*room].key) {
                    place.tabs.push((tab.id.value.clone(), tab.id.span.clone()));
                }
            }
        }
    }
    tabs
}

/// Puts the tabs into their rooms.
pub(super) fn pin(mut rooms: Vec<Room>, tabs: Vec<Vec<Tab>>) -> Vec<Room> {
    for (room, tabs) in rooms.iter_mut().zip(tabs) {
        room.tabs = tabs;
    }
    rooms
}
