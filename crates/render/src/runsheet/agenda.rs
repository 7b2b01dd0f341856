//! What stands on the page of one day, in the order of time.

use jiff::Zoned;
use showcaller_event::markdown::plain;
use showcaller_event::model::{Day, DayId};

use super::change::Gone;
use super::cue::CueRow;
use super::row::Row;
use super::{RunSheet, whom};

/// One day of the event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DayRow {
    pub(super) id: DayId,
    pub(super) title: String,
    pub(super) date: jiff::civil::Date,
}

impl DayRow {
    pub(super) fn of(day: &Day) -> Self {
        Self {
            id: day.id.clone(),
            title: plain(&day.title),
            date: day.date,
        }
    }

    /// `Day 1 · Wednesday 6 October 2027`
    pub(super) fn heading(&self) -> String {
        format!("{} · {}", self.title, self.date.strftime("%A %-d %B %Y"))
    }
}

/// A line of the page.
pub(super) enum Line<'a> {
    Meeting(&'a Row),
    /// Meetings of one entry of the file, at one time.
    Pattern {
        title: String,
        whom: String,
        rows: Vec<&'a Row>,
    },
    Cue(&'a CueRow),
    Gone(&'a Gone),
    /// No meeting is on.
    Break {
        start: &'a Zoned,
        end: &'a Zoned,
    },
}

/// One day with what stands on its page.
pub(super) struct Agenda<'a> {
    pub(super) day: &'a DayRow,
    /// Its meetings, by start.
    pub(super) rows: Vec<&'a Row>,
    pub(super) lines: Vec<Line<'a>>,
}

impl RunSheet {
    /// The days on which there is something.
    pub(super) fn agendas(&self) -> Vec<Agenda<'_>> {
        let agendas = self.event_days.iter().map(|day| self.agenda(day));
        agendas.filter(|agenda| !agenda.lines.is_empty()).collect()
    }

    fn agenda<'a>(&'a self, day: &'a DayRow) -> Agenda<'a> {
        let rows = self.rows.iter().filter(|row| row.day_id == day.id);
        let rows: Vec<&Row> = rows.collect();
        let mut lines: Vec<(&Zoned, Line<'_>)> = Vec::new();
        for cue in &self.cues {
            if let (Some(at), true) = (&cue.at, cue.day.as_ref() == Some(&day.id)) {
                lines.push((at, Line::Cue(cue)));
            }
        }
        lines.extend(breaks(&rows));
        for gone in self.gone.iter().filter(|gone| gone.day == day.id) {
            lines.push((&gone.start, Line::Gone(gone)));
        }
        lines.extend(self.meetings_of(&rows));
        // At one time: cues first, for they lead to what follows.
        lines.sort_by_key(|(at, _)| at.timestamp());
        let lines = lines.into_iter().map(|(_, line)| line).collect();
        Agenda { day, rows, lines }
    }

    fn meetings_of<'a>(&self, rows: &[&'a Row]) -> Vec<(&'a Zoned, Line<'a>)> {
        let mut sets: Vec<Vec<&Row>> = Vec::new();
        for row in rows {
            let same = |set: &&mut Vec<&Row>| {
                let first = set[0];
                (&first.pattern, &first.start, &first.end) == (&row.pattern, &row.start, &row.end)
            };
            match sets.iter_mut().rev().find(same) {
                Some(set) => set.push(row),
                None => sets.push(vec![row]),
            }
        }
        let line = |set: Vec<&'a Row>| match set[..] {
            [one] => (&one.start, Line::Meeting(one)),
            _ => (&set[0].start, self.pattern(set)),
        };
        sets.into_iter().map(line).collect()
    }

    fn pattern<'a>(&self, rows: Vec<&'a Row>) -> Line<'a> {
        let first = rows[0];
        let common = first.common_title();
        let is_common = |row: &&Row| row.common_title() == common;
        let title = common.clone().filter(|_| rows.iter().all(is_common));
        let keys = rows.iter().flat_map(|row| &row.in_rooms);
        let mut keys: Vec<_> = keys.cloned().collect();
        keys.sort();
        keys.dedup();
        Line::Pattern {
            title: title.unwrap_or_else(|| plain(first.pattern.as_str())),
            whom: whom::rooms(&self.rooms, &keys),
            rows,
        }
    }
}

impl Row {
    /// `Day 1 - Breakout` of `Team 1 - Day 1 - Breakout`.
    fn common_title(&self) -> Option<String> {
        let (before, after) = self.title.split_once(self.of.as_deref()?)?;
        let is_link = |letter: char| letter.is_whitespace() || "-–—·:,|/".contains(letter);
        let parts = [
            before.trim_end_matches(is_link),
            after.trim_matches(is_link),
        ];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        (!parts.is_empty()).then(|| parts.join(" · "))
    }
}

/// The times between the first and the last meeting when none is on.
fn breaks<'a>(rows: &[&'a Row]) -> Vec<(&'a Zoned, Line<'a>)> {
    let mut breaks = Vec::new();
    let mut rows = rows.iter();
    let Some(mut end) = rows.next().map(|first| &first.end) else {
        return breaks;
    };
    for row in rows {
        if row.start > *end {
            let (start, end) = (end, &row.start);
            breaks.push((start, Line::Break { start, end }));
        }
        end = end.max(&row.end);
    }
    breaks
}
