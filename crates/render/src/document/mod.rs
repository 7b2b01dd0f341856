//! The document that every report is: built once, then written for a terminal, as a page or as a workbook.
//!
//! A report says what it found as a [`Document`]; how that looks is decided here alone. Texts may come
//! from the event file: each writer shows them as text.

mod html;
mod plot;
#[cfg(test)]
mod tests;
mod text;
mod value;
mod xlsx;

use jiff::{Timestamp, Zoned};

pub use value::{Mark, Value};

pub use crate::workbook::SheetError;

/// A report.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// What it is, as in `Report`.
    pub kind: &'static str,
    /// The event's title.
    pub title: String,
    /// Of what it is the state, as in `Revision 3`.
    pub of: String,
    /// When it was made. All its times are written in this time's zone.
    pub made: Zoned,
    /// What it comes to, if it judges.
    pub verdict: Option<Verdict>,
    /// Its sections, from top to bottom.
    pub sections: Vec<Section>,
}

/// What a report comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Whether all is well.
    pub good: bool,
    /// The same in one sentence.
    pub sentence: String,
    /// Why, each in one line.
    pub reasons: Vec<String>,
}

/// A section of a report.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// Its heading.
    pub title: String,
    /// What is in it, from top to bottom.
    pub parts: Vec<Part>,
}

/// A part of a section.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// Sentences.
    Paragraph(String),
    /// Key figures, each with its label.
    Figures(Vec<(String, Value)>),
    /// A table.
    Table(Table),
    /// A plot.
    Plot(Plot),
}

/// A table.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// What it shows.
    pub caption: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows, with a cell for each column.
    pub rows: Vec<Vec<Value>>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// What stands above it.
    pub head: String,
    /// Where its cells are aligned.
    pub align: Align,
}

/// Where the cells of a column are aligned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Texts, times and states.
    Left,
    /// Numbers and durations.
    Right,
}

/// A plot.
#[derive(Debug, Clone, PartialEq)]
pub struct Plot {
    /// What it shows, with its unit, as in `Answer time, in seconds`.
    pub caption: String,
    /// The unit behind each value, as in `s`; may be empty.
    pub unit: &'static str,
    /// Its values.
    pub series: Series,
}

/// The values of a plot.
#[derive(Debug, Clone, PartialEq)]
pub enum Series {
    /// A bar for each category, none below zero.
    Bars(Vec<(String, f64)>),
    /// A point for each value, by time.
    Points(Vec<(Timestamp, f64)>),
}

impl Document {
    /// A report without sections.
    #[must_use]
    pub fn new(kind: &'static str, title: &str, of: &str, made: Zoned) -> Self {
        Self {
            kind,
            title: title.to_owned(),
            of: of.to_owned(),
            made,
            verdict: None,
            sections: Vec::new(),
        }
    }

    /// The zone of all its times, by name.
    fn zone(&self) -> &str {
        self.made.time_zone().iana_name().unwrap_or("UTC")
    }
}

impl Section {
    /// A section with its parts.
    #[must_use]
    pub fn new(title: &str, parts: Vec<Part>) -> Self {
        Self {
            title: title.to_owned(),
            parts,
        }
    }
}

impl Table {
    /// A table without rows.
    #[must_use]
    pub fn new(caption: &str, columns: &[(&str, Align)]) -> Self {
        let column = |(head, align): &(&str, Align)| Column {
            head: (*head).to_owned(),
            align: *align,
        };
        Self {
            caption: caption.to_owned(),
            columns: columns.iter().map(column).collect(),
            rows: Vec::new(),
        }
    }

    /// The same with these rows; `None` if there are none.
    pub fn filled(mut self, rows: impl IntoIterator<Item = Vec<Value>>) -> Option<Part> {
        self.rows.extend(rows);
        (!self.rows.is_empty()).then_some(Part::Table(self))
    }
}

/// Whether a file holds a report, in any format that one is written in.
#[must_use]
pub fn is_report(content: &[u8]) -> bool {
    let text = str::from_utf8(content).unwrap_or_default();
    let text = text.strip_suffix('\n').unwrap_or(text);
    html::is_one(text) || text::is_one(text) || xlsx::is_one(content)
}
