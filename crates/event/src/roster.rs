//! The roster: who takes part, one line each, from whatever spreadsheet program wrote it.
//!
//! Reading goes in stages, each a file: bytes to text, text to cells that know where they stand,
//! heading to columns, cells to people, and last what several lines say together.

mod address;
mod cells;
mod columns;
mod decode;
mod line;
mod locale;
mod twins;

use std::ops::Range;

use crate::diagnostic::Source;
use crate::diagnostics::{At, Diagnostics};
use crate::model::Email;

pub(crate) use address::address;
pub(crate) use locale::{Zones, note_fixed};

/// More lines than any event has people: a longer file is the wrong one.
const MOST_LINES: usize = 100_000;

/// What the roster says, line by line; references to teams are not looked up yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Roster {
    pub(crate) source: Source,
    /// In the file's order, each address once. What could not be read has a stand-in.
    pub(crate) lines: Vec<RosterLine>,
}

/// One person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RosterLine {
    pub(crate) email: At<Email>,
    pub(crate) name: At<String>,
    /// At least one: who has none is a `participant`.
    pub(crate) roles: Vec<At<String>>,
    /// As written, trimmed: ids or titles.
    pub(crate) teams: Vec<At<String>>,
    /// A BCP 47 tag in its usual spelling: `pt-BR`.
    pub(crate) language: Option<String>,
    /// An IANA name in its proper spelling: `Europe/Brussels`.
    pub(crate) timezone: Option<String>,
    /// The whole line.
    pub(crate) span: Range<usize>,
}

/// The role of everybody whose line names none.
pub(crate) const DEFAULT_ROLE: &str = "participant";

/// Reads a roster. Whatever is wrong goes to `diagnostics`; lines that can be used are returned
/// all the same, so that mistakes elsewhere show as well.
pub(crate) fn read(name: &str, bytes: &[u8], diagnostics: &mut Diagnostics) -> Roster {
    let event_file = diagnostics.source.clone();
    let (source, readable) = decode::decode(name, bytes, diagnostics);
    let lines = if readable {
        people(&source.text, diagnostics)
    } else {
        Vec::new()
    };
    diagnostics.enter(&event_file);
    Roster { source, lines }
}

fn people(text: &str, diagnostics: &mut Diagnostics) -> Vec<RosterLine> {
    // One for the heading, one to see that there are too many.
    let table = cells::table(text, MOST_LINES + 2);
    if let Some(place) = table.too_wide {
        let most = cells::MOST_CELLS;
        let message = format!("this line has more than {most} cells");
        diagnostics
            .error("people/cells", place, message)
            .hint("is this the right file?");
        return Vec::new();
    }
    if let Some(open) = table.open_quote.clone() {
        let message = "a quotation mark opens here and never closes";
        diagnostics
            .error("people/quote", open, message)
            .hint("close it, or write \"\" for a quotation mark inside of a cell");
    }
    let mut records = table.records.into_iter();
    let Some(heading) = records.next() else {
        diagnostics
            .error("people/empty", 0..0, "the roster is empty")
            .hint("begin it with a line of column names: email, name, team, role");
        return Vec::new();
    };
    let Some(columns) = columns::columns(&heading, diagnostics) else {
        return Vec::new();
    };
    columns::not_coming(&columns, records.as_slice(), diagnostics);
    let mut reader = line::Reader::new(&columns, diagnostics);
    let mut lines = Vec::new();
    for (place, record) in records.enumerate() {
        if place == MOST_LINES {
            reader.too_many(&record, MOST_LINES);
            return Vec::new();
        }
        lines.push(reader.line(record));
    }
    if lines.is_empty() {
        reader.nobody();
    }
    twins::settle(lines, diagnostics)
}

#[cfg(test)]
mod tests;
