//! The run sheet: every meeting of the event, by day, with what it takes to get in.
//!
//! There are two variants. The organisers' has everything. The attendees' has no host key, no host
//! account and no address for room systems; it keeps link, number and password, because nobody
//! gets in without them. What is left out is left out when the sheet is made, so that no writer
//! can show it by mistake.
//!
//! A whole attendees' sheet names the meetings of every room. Whoever hands it to one room should
//! hand out [`RunSheet::for_room`], for a room hears only its own links (promise 8).

mod agenda;
mod change;
mod column;
mod csv;
mod cue;
mod glance;
mod html;
mod room;
mod row;
mod table;
mod whom;
mod xlsx;

#[cfg(test)]
mod tests;

use jiff::Zoned;
use showcaller_event::model::{CueRecipient, Day, Meeting, RoomKey};
use showcaller_event::{Event, Schedule};

pub use crate::workbook::SheetError;
pub use room::RoomRow;
pub use row::{Row, State};
pub use table::Layout;

use self::cue::CueRow;
use crate::facts::Told;

/// For whom a sheet is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Everything.
    Organiser,
    /// Without what makes somebody a host.
    Attendee,
}

/// Whether a file holds a run sheet, in any format that one is written in.
#[must_use]
pub fn is_sheet(content: &[u8]) -> bool {
    let holds = |part: &str| {
        let mut parts = content.windows(part.len());
        parts.any(|bytes| bytes == part.as_bytes())
    };
    let is_workbook = content.starts_with(b"PK")
        && holds("xl/worksheets/sheet2.xml")
        && !holds("xl/worksheets/sheet3.xml");
    let text = str::from_utf8(content).unwrap_or_default();
    is_workbook
        || text.starts_with("<!DOCTYPE html>") && text.contains("<title>Run sheet: ")
        || text.starts_with("day,date,start,end,time zone,")
        || text
            .lines()
            .take(20)
            .any(|line| line.starts_with("Times are in "))
}

/// The run sheet of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunSheet {
    title: String,
    timezone: String,
    audience: Audience,
    rows: Vec<Row>,
    rooms: Vec<RoomRow>,
    event_days: Vec<Day>,
    cues: Vec<CueRow>,
    /// What the revision before had besides.
    gone: Vec<Row>,
    revision: Option<i64>,
    made: Option<Zoned>,
}

/// Of what a sheet is the state.
#[derive(Debug)]
pub struct AsOf<'a> {
    /// The revision, by number; `None` before the first.
    pub revision: Option<i64>,
    /// When the sheet is made, in the event's zone.
    pub made: Zoned,
    /// When the cues are due.
    pub schedule: &'a Schedule,
    /// The event of the revision before.
    pub before: Option<&'a Event>,
}

impl RunSheet {
    /// The sheet of all meetings, by start; at one time in the order of the file.
    #[must_use]
    pub fn of(event: &Event, told: &Told, audience: Audience) -> Self {
        let rooms: Vec<_> = event
            .rooms
            .iter()
            .map(|it| RoomRow::of(event, it))
            .collect();
        let row = |meeting: &Meeting| Row::of(event, &rooms, told, meeting, audience);
        let mut rows: Vec<Row> = event.meetings.iter().map(row).collect();
        rows.sort_by_key(|row| row.start.timestamp());
        Self {
            title: event.title.clone(),
            timezone: event.timezone.clone(),
            audience,
            rows,
            rooms,
            event_days: event.days.clone(),
            cues: Vec::new(),
            gone: Vec::new(),
            revision: None,
            made: None,
        }
    }

    /// The page also says of what it is the state, and marks what is different in `event` from the
    /// revision before; the organisers' has the cues.
    #[must_use]
    pub fn as_of(mut self, event: &Event, state: AsOf<'_>) -> Self {
        if self.audience == Audience::Organiser {
            self.cues = cue::rows(event, state.schedule);
        }
        self.revision = state.revision;
        self.made = Some(state.made);
        let Some(before) = state.before else {
            return self;
        };
        for row in &mut self.rows {
            let meeting = event.meeting(&row.key);
            row.change = meeting.and_then(|is| change::of(is, before));
        }
        let told = Told::default();
        let row = |meeting| Row {
            change: Some(change::CANCELLED.to_owned()),
            ..Row::of(before, &self.rooms, &told, meeting, self.audience)
        };
        self.gone = change::gone(event, before).map(row).collect();
        self
    }

    /// The same sheet with this room and its meetings alone.
    #[must_use]
    pub fn for_room(mut self, room: &RoomKey) -> Self {
        self.rows.retain(|row| row.in_rooms.contains(room));
        self.rooms.retain(|row| row.key == *room);
        let to = CueRecipient::Room(room.clone());
        self.cues.retain(|cue| cue.to.contains(&to));
        self.gone.retain(|row| row.in_rooms.contains(room));
        self
    }

    /// The meetings, by start.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The rooms, by key.
    #[must_use]
    pub fn rooms(&self) -> &[RoomRow] {
        &self.rooms
    }

    /// The rows of each day, in order.
    fn days(&self) -> impl Iterator<Item = &[Row]> {
        self.rows
            .chunk_by(|one, next| one.start.date() == next.start.date())
    }
}
