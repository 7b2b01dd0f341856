//! What stands on the page of one day, in the order of time.

use jiff::Zoned;
use showcaller_event::model::Day;

use super::cue::CueRow;
use super::glance::Glance;
use super::row::Row;
use super::{RunSheet, whom};

/// A line of the page.
pub(super) enum Line<'a> {
    Meeting(&'a Row),
    /// Meetings of one entry of the file, at one time.
    Pattern {
        /// What they are all called, if they differ by whose they are and by nothing else.
        title: Option<String>,
        whom: String,
        rows: Vec<&'a Row>,
    },
    Cue(&'a CueRow),
    /// No meeting is on.
    Break {
        start: &'a Zoned,
        end: &'a Zoned,
    },
}

/// One day with what stands on its page.
pub(super) struct Agenda<'a> {
    pub(super) day: &'a Day,
    pub(super) glance: Glance<'a>,
    pub(super) lines: Vec<Line<'a>>,
}

impl RunSheet {
    /// The days on which there is something.
    pub(super) fn agendas(&self) -> Vec<Agenda<'_>> {
        let agendas = self.event_days.iter().map(|day| self.agenda(day));
        agendas.filter(|agenda| !agenda.lines.is_empty()).collect()
    }

    fn agenda<'a>(&'a self, day: &'a Day) -> Agenda<'a> {
        let rows = self.rows.iter().filter(|row| row.day_id == day.id);
        let rows: Vec<&Row> = rows.collect();
        // At one time: cues first, for they lead to what follows.
        let cues = self
            .cues
            .iter()
            .filter(|cue| cue.day.as_ref() == Some(&day.id));
        let cues = cues.filter_map(|cue| Some((cue.at.as_ref()?, Line::Cue(cue))));
        let gone = self.gone.iter().filter(|row| row.day_id == day.id);
        let gone = gone.map(|row| (&row.start, Line::Meeting(row)));
        let breaks = breaks(&rows).map(|(start, end)| (start, Line::Break { start, end }));
        let mut lines: Vec<(&Zoned, Line<'_>)> = cues.chain(breaks).chain(gone).collect();
        let sets = rows.chunk_by(|one, next| {
            (&one.pattern, &one.start, &one.end) == (&next.pattern, &next.start, &next.end)
        });
        lines.extend(sets.map(|set| (&set[0].start, self.one_line(set))));
        lines.sort_by_key(|(at, _)| at.timestamp());
        let lines = lines.into_iter().map(|(_, line)| line).collect();
        let glance = Glance::of(&rows, &self.rooms);
        Agenda { day, glance, lines }
    }

    fn one_line<'a>(&self, rows: &[&'a Row]) -> Line<'a> {
        let [first, _, ..] = rows else {
            return Line::Meeting(rows[0]);
        };
        let keys = rows.iter().flat_map(|row| row.in_rooms.iter().cloned());
        let title = first.common_title();
        let is_common = rows.iter().all(|row| row.common_title() == title);
        Line::Pattern {
            whom: whom::rooms(&self.rooms, &keys.collect()),
            title: title.filter(|_| is_common),
            rows: rows.to_vec(),
        }
    }
}

impl Row {
    /// `Day 1 - Breakout` of `Team 1 - Day 1 - Breakout`.
    fn common_title(&self) -> Option<String> {
        let of = self.of.as_deref().filter(|of| !of.is_empty())?;
        let is_link = |letter: char| letter.is_whitespace() || "-–—·:,|/".contains(letter);
        let parts = self
            .title
            .splitn(2, of)
            .map(|part| part.trim_matches(is_link));
        let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
        (!parts.is_empty()).then(|| parts.join(" · "))
    }
}

/// The times between the first and the last meeting when none is on.
fn breaks<'a>(rows: &[&'a Row]) -> impl Iterator<Item = (&'a Zoned, &'a Zoned)> {
    let mut end: Option<&Zoned> = None;
    rows.iter().filter_map(move |row| {
        let before = end;
        end = Some(before.map_or(&row.end, |before| before.max(&row.end)));
        before
            .filter(|before| **before < row.start)
            .map(|before| (before, &row.start))
    })
}
