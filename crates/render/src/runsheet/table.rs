//! The sheet for a terminal.

use std::fmt::Write;

use comfy_table::{ColumnConstraint, ContentArrangement, Table, Width, presets};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::column::Column;
use super::row::{Row, State};
use super::{Audience, RunSheet};
use showcaller_event::markdown::plain;

/// How much of a sheet a terminal shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// Time, title, rooms and co-hosts, wrapped to so many columns.
    Narrow {
        /// Columns as a terminal counts them; fewer than [`Layout::NARROWEST`] count as that many.
        width: u16,
    },
    /// Every column on one line each, however long: passwords, links and, for organisers, host
    /// keys included.
    Wide,
}

impl Layout {
    /// Below this a table does not read well, so that narrower wishes are not followed.
    pub const NARROWEST: u16 = 50;
}

/// Between two columns.
const GAP: u16 = 2;
/// Names beside a meeting before they are only counted.
const FEW: usize = 4;
const HEADS: [&str; 4] = ["Time", "Meeting", "Rooms", "Co-hosts"];

impl RunSheet {
    /// The meetings as text for a terminal, by day, without colour codes.
    #[must_use]
    pub fn to_table(&self, layout: Layout) -> String {
        let mut page = String::new();
        let _ = writeln!(page, "{}", plain(&self.title));
        let _ = writeln!(page, "Times are in {}.", plain(&self.timezone));
        if self.rows.is_empty() {
            page.push_str("\nThere are no meetings.\n");
        }
        match layout {
            Layout::Narrow { width } => self.narrow(&mut page, width.max(Layout::NARROWEST)),
            Layout::Wide => self.wide(&mut page),
        }
        match layout {
            Layout::Narrow { width } => wrapped_heads(&page, width.max(Layout::NARROWEST)),
            Layout::Wide => page,
        }
    }

    fn narrow(&self, page: &mut String, width: u16) {
        let cells: Vec<Vec<[String; 4]>> = self
            .days()
            .map(|rows| rows.iter().map(cells).collect())
            .collect();
        let widths = widths(width, cells.iter().flatten());
        for (place, (rows, cells)) in self.days().zip(&cells).enumerate() {
            heading(page, rows);
            let mut table = bare();
            if place == 0 {
                table.set_header(HEADS);
            }
            table.add_rows(cells);
            table.set_content_arrangement(ContentArrangement::Dynamic);
            table.set_width(width);
            table.set_constraints(
                widths.map(|width| ColumnConstraint::Absolute(Width::Fixed(width))),
            );
            finish(page, &table);
        }
    }

    fn wide(&self, page: &mut String) {
        let columns: Vec<Column> = wide_columns(self.audience);
        for rows in self.days() {
            heading(page, rows);
            let mut table = bare();
            table.set_header(columns.iter().map(|column| column.head()));
            for row in rows {
                table.add_row(
                    columns
                        .iter()
                        .map(|column| column.cell(row, &self.timezone)),
                );
            }
            table.set_content_arrangement(ContentArrangement::Disabled);
            finish(page, &table);
        }
    }
}

/// The day and the zone stand above the table.
fn wide_columns(audience: Audience) -> Vec<Column> {
    let above = [Column::Day, Column::Date, Column::Timezone];
    let all = Column::of(audience).into_iter();
    all.filter(|column| !above.contains(column)).collect()
}

fn bare() -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table
}

fn finish(page: &mut String, table: &Table) {
    let mut table = table.clone();
    let last = table.column_count().saturating_sub(1);
    for (place, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, if place == last { 0 } else { GAP }));
    }
    for line in table.lines() {
        page.push_str(line.trim_end());
        page.push('\n');
    }
}

fn cells(row: &Row) -> [String; 4] {
    [
        row.times(),
        titled(row),
        some(&row.rooms, "rooms"),
        some(&row.cohosts, "people"),
    ]
}

/// The same columns for every day: the time as wide as it is, the others a third each of what is
/// left, and what one does not need goes to the title first, then to the rooms, then to co-hosts.
fn widths<'a>(width: u16, rows: impl Iterator<Item = &'a [String; 4]>) -> [u16; 4] {
    let mut wants = HEADS.map(UnicodeWidthStr::width);
    for row in rows {
        for (want, cell) in wants.iter_mut().zip(row) {
            *want = (*want).max(cell.width());
        }
    }
    let last = wants.len() - 1;
    for want in &mut wants[..last] {
        *want += usize::from(GAP);
    }
    let [time, others @ ..] = wants.map(|want| u16::try_from(want).unwrap_or(u16::MAX));
    let left = width.saturating_sub(time);
    let mut given = others.map(|want| want.min(left / 3));
    let mut rest = left - given.iter().sum::<u16>();
    for (given, want) in given.iter_mut().zip(others) {
        let more = (want - *given).min(rest);
        *given += more;
        rest -= more;
    }
    let [title, rooms, cohosts] = given;
    [time, title, rooms, cohosts]
}

fn heading(page: &mut String, rows: &[Row]) {
    let Some(first) = rows.first() else {
        return;
    };
    let meetings = match rows.len() {
        1 => "1 meeting".to_owned(),
        many => format!("{many} meetings"),
    };
    let date = first.start.strftime("%A %-d %B %Y");
    let _ = writeln!(page, "\n{} · {date} · {meetings}", first.day);
}

fn titled(row: &Row) -> String {
    match row.state {
        State::Scheduled => row.title.clone(),
        state => format!("{} ({state})", row.title),
    }
}

/// All of a few, or how many there are.
fn some(names: &[String], what: &str) -> String {
    if names.len() <= FEW {
        names.join(", ")
    } else {
        format!("{} {what}", names.len())
    }
}

/// Titles of events and days are as long as people like; the table below them has its width.
fn wrapped_heads(page: &str, width: u16) -> String {
    let width = usize::from(width);
    let mut wrapped = String::with_capacity(page.len());
    for line in page.lines() {
        let mut column = 0;
        if line.width() <= width {
            wrapped.push_str(line);
        } else {
            for letter in line.chars() {
                let wide = letter.width().unwrap_or(0);
                if column + wide > width {
                    wrapped.push('\n');
                    column = 0;
                }
                wrapped.push(letter);
                column += wide;
            }
        }
        wrapped.push('\n');
    }
    wrapped
}
