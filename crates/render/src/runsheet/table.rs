//! The sheet for a terminal.

use std::fmt::Write;

use comfy_table::{ColumnConstraint, ContentArrangement, Table, Width, presets};

use super::column::Column;
use super::row::{Row, State};
use super::{Audience, RunSheet};
use crate::harmless::plain;

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
/// `10:00–11:30`, or with the mark of the next day.
const TIME: u16 = 11;
const TIME_OVER_NIGHT: u16 = 16;
/// Names beside a meeting before the rest is only counted.
const FEW: usize = 3;

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
        let overnight = |row: &Row| row.start.date() != row.end.date();
        let time = if self.rows.iter().any(overnight) {
            TIME_OVER_NIGHT
        } else {
            TIME
        };
        for (place, rows) in self.days().enumerate() {
            heading(page, rows);
            let mut table = bare();
            if place == 0 {
                table.set_header(["Time", "Meeting", "Rooms", "Co-hosts"]);
            }
            for row in rows {
                table.add_row([
                    row.times(),
                    titled(row),
                    some(&row.rooms, "rooms"),
                    some(&row.cohosts, "people"),
                ]);
            }
            table.set_content_arrangement(ContentArrangement::Dynamic);
            table.set_width(width);
            table.set_constraints(columns(width, time));
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
    let all = Column::of(audience).iter().copied();
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

/// The title has the better half of what the time leaves; rooms and co-hosts share the rest.
fn columns(width: u16, time: u16) -> [ColumnConstraint; 4] {
    let left = width - time - GAP;
    let title = left * 2 / 5;
    let rooms = (left - title) / 2;
    let cohosts = left - title - rooms;
    [time + GAP, title, rooms, cohosts].map(|width| ColumnConstraint::Absolute(Width::Fixed(width)))
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

/// All of a few; of many the first ones and how many there are.
fn some(names: &[String], what: &str) -> String {
    if names.len() <= FEW {
        return names.join(", ");
    }
    format!("{} {what}: {}, …", names.len(), names[..FEW - 1].join(", "))
}

/// Titles of events and days are as long as people like; the table below them has its width.
fn wrapped_heads(page: &str, width: u16) -> String {
    use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};
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
