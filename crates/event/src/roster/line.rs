//! Cells to people.

use std::ops::Range;

use crate::diagnostics::{At, Diagnostics};
use crate::hint::Hint;
use crate::model::Email;

use super::address::{Fault, address, visible};
use super::cells::Record;
use super::columns::{Column, Columns};
use super::locale::{Zones, language, note_fixed};
use super::{DEFAULT_ROLE, RosterLine};

/// Longest name that a meeting's invitation list takes, in characters (meetings §2).
const LONGEST_NAME: usize = 128;

/// Reads lines of one roster.
pub(super) struct Reader<'a> {
    columns: &'a Columns,
    diagnostics: &'a mut Diagnostics,
    zones: Zones,
}

impl<'a> Reader<'a> {
    pub(super) fn new(columns: &'a Columns, diagnostics: &'a mut Diagnostics) -> Self {
        Self {
            columns,
            diagnostics,
            zones: Zones::new(),
        }
    }

    pub(super) fn too_many(&mut self, record: &Record, most: usize) {
        let message = format!("the roster has more than {most} people");
        self.error("people/too-many", record.span.clone(), message)
            .hint("is this the right file? If so, make several events of it");
    }

    pub(super) fn nobody(&mut self) {
        if self.diagnostics.errors() == 0 {
            self.error("people/empty", 0..0, "the roster names nobody")
                .hint("add one line for each person below the column names");
        }
    }

    /// The person on a line.
    pub(super) fn line(&mut self, record: Record) -> RosterLine {
        self.count(&record);
        let email = self.email(&record);
        let name = self.name(&record);
        let roles = self.roles(&record);
        let teams = list(self.columns.cell(Column::Team, &record));
        let language = self.checked(Column::Language, &record, "people/language", |_, text| {
            language(text)
        });
        let timezone = self.checked(
            Column::Timezone,
            &record,
            "people/timezone",
            |zones, text| zones.name(text),
        );
        if let (Some(zone), Some(cell)) = (&timezone, self.columns.cell(Column::Timezone, &record))
        {
            note_fixed(zone, &cell.span, self.diagnostics);
        }
        // What is wrong was said; the line still counts as a person with these roles and teams.
        let stand_in = || At::new(format!("line-{}", record.span.start), record.span.clone());
        let email = email.unwrap_or_else(|| {
            let stand_in = stand_in();
            stand_in.with(Email::new(&stand_in.value))
        });
        RosterLine {
            email,
            name: name.unwrap_or_else(stand_in),
            roles,
            teams,
            language,
            timezone,
            span: record.span,
        }
    }

    /// A line with fewer cells than columns is fine: spreadsheet programs cut empty ones off.
    fn count(&mut self, record: &Record) {
        let columns = self.columns.len();
        let Some(first) = record
            .cells
            .iter()
            .skip(columns)
            .find(|cell| !cell.value.is_empty())
        else {
            return;
        };
        let span = first.span.start..record.span.end;
        let cells = record.cells.len();
        let message = format!("this line has {cells} cells, but there are {columns} columns");
        self.error("people/cells", span, message)
            .label("one too many")
            .hint("put quotation marks around a cell that has the delimiter in it");
    }

    fn email(&mut self, record: &Record) -> Option<At<Email>> {
        let cell = self.columns.cell(Column::Email, record);
        let Some(cell) = cell.filter(|cell| !cell.value.is_empty()) else {
            let span = record.span.clone();
            self.error("people/email", span, "this line has no e-mail address")
                .hint("add it, or take the line out");
            return None;
        };
        match address(&cell.value) {
            Ok(email) => Some(cell.with(email)),
            Err(fault) => {
                let meant = fault.hint.as_ref().and_then(Hint::proposal).map(Email::new);
                self.fault::<()>("people/email", cell.span.clone(), fault);
                meant.map(|email| cell.with(email))
            }
        }
    }

    fn name(&mut self, record: &Record) -> Option<At<String>> {
        let columns = [Column::FirstName, Column::Name, Column::LastName];
        let cells: Vec<_> = columns
            .into_iter()
            .filter_map(|column| self.columns.cell(column, record))
            .filter(|cell| !cell.value.is_empty())
            .collect();
        let (Some(first), Some(last)) = (cells.first(), cells.last()) else {
            let span = record.span.clone();
            self.error("people/name", span, "this line has no name")
                .hint("add it: meetings and run sheets show it");
            return None;
        };
        // One space where the cell has a line break or several spaces.
        let words: Vec<&str> = cells
            .iter()
            .flat_map(|cell| cell.value.split_whitespace())
            .collect();
        let name = words.join(" ");
        let span = first.span.start.min(last.span.start)..first.span.end.max(last.span.end);
        let long = name.chars().count();
        if long > LONGEST_NAME {
            let message = format!("this name has {long} characters; Webex takes {LONGEST_NAME}");
            self.error("people/name", span.clone(), message)
                .hint("shorten it");
        } else if name.chars().any(char::is_control) {
            let message = "there is a control character in this name";
            self.error("people/name", span.clone(), message)
                .hint("type the name anew");
        }
        Some(At::new(name, span))
    }

    fn roles(&mut self, record: &Record) -> Vec<At<String>> {
        let mut roles = Vec::new();
        for role in list(self.columns.cell(Column::Role, record)) {
            let id = role.value.to_lowercase().replace([' ', '_'], "-");
            if is_id(&id) {
                roles.push(role.with(id));
            } else {
                let message = format!("`{}` cannot be a role", visible(&role.value));
                self.error("people/role", role.span.clone(), message)
                    .hint("a role begins with a letter and has letters, digits and `-` only");
            }
        }
        if roles.is_empty() {
            let place = record.span.start..record.span.start;
            let span = self
                .columns
                .cell(Column::Role, record)
                .map_or(place, |cell| cell.span.clone());
            roles.push(At::new(DEFAULT_ROLE.to_owned(), span));
        }
        roles
    }

    fn checked(
        &mut self,
        column: Column,
        record: &Record,
        code: &'static str,
        check: impl Fn(&mut Zones, &str) -> Result<String, Fault>,
    ) -> Option<String> {
        let cell = self
            .columns
            .cell(column, record)
            .filter(|cell| !cell.value.is_empty())?;
        match check(&mut self.zones, &cell.value) {
            Ok(value) => Some(value),
            Err(fault) => self.fault(code, cell.span.clone(), fault),
        }
    }

    fn fault<T>(&mut self, code: &'static str, span: Range<usize>, fault: Fault) -> Option<T> {
        self.error(code, span, fault.message).hint_if(fault.hint);
        None
    }

    fn error(
        &mut self,
        code: &'static str,
        span: Range<usize>,
        message: impl Into<String>,
    ) -> crate::diagnostics::Finding<'_> {
        self.diagnostics.error(code, span, message)
    }
}

/// Several things in one cell: `team-1 / team-2`. Each once.
fn list(cell: Option<&At<String>>) -> Vec<At<String>> {
    let mut items: Vec<At<String>> = Vec::new();
    let Some(cell) = cell else {
        return items;
    };
    // Quotation marks inside of a cell make its text shorter than its place; then the whole cell
    // is the place of each item.
    let exact = cell.span.len() == cell.value.len();
    let mut at = 0;
    for piece in cell.value.split([',', ';', '/', '+', '|', '\n']) {
        let item = piece.trim();
        let start = cell.span.start + at + (piece.len() - piece.trim_start().len());
        at += piece.len() + 1;
        if !item.is_empty() && !items.iter().any(|known| known.value == item) {
            let span = if exact {
                start..start + item.len()
            } else {
                cell.span.clone()
            };
            items.push(At::new(item.to_owned(), span));
        }
    }
    items
}

/// What may be an id in the event file.
fn is_id(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}
