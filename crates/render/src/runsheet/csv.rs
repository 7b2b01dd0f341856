//! The sheet as CSV.

use csv::{Terminator, WriterBuilder};

use super::RunSheet;
use super::column::Column;

impl RunSheet {
    /// The meetings as CSV (RFC 4180): a line of names, one line per meeting, CRLF, UTF-8 without
    /// a mark.
    ///
    /// A cell that a spreadsheet would calculate (it begins with `=`, `+`, `-`, `@`, a tabulator
    /// or a carriage return) gets an apostrophe in front, passwords included: a spreadsheet hides
    /// it, other readers strip it.
    #[must_use]
    pub fn to_csv(&self) -> String {
        let columns = Column::of(self.audience);
        let mut writer = WriterBuilder::new()
            .terminator(Terminator::CRLF)
            .from_writer(Vec::new());
        let heads = columns.iter().map(|column| column.head().to_owned());
        let rows = self.rows.iter().map(|row| {
            let cells = columns
                .iter()
                .map(|column| column.cell(row, &self.timezone));
            cells.map(|cell| inert(&cell)).collect::<Vec<_>>()
        });
        for record in std::iter::once(heads.collect()).chain(rows) {
            let written = writer.write_record(&record);
            written.expect("all records have the same columns, and memory takes them");
        }
        let bytes = writer.into_inner().expect("memory takes what is left");
        String::from_utf8(bytes).expect("text went in")
    }
}

/// A cell that no spreadsheet calculates.
fn inert(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}
