//! Sections of aligned lines.

use console::measure_text_width;

use crate::terminal::wrap::wrapped;

/// A page that is being written.
pub(super) struct Text {
    width: usize,
    lines: Vec<String>,
}

impl Text {
    pub(super) fn new(width: usize) -> Self {
        Self {
            width,
            lines: Vec::new(),
        }
    }

    pub(super) fn line(&mut self, text: &str) {
        self.lines.extend(wrapped(text, 0, self.width));
    }

    pub(super) fn head(&mut self, text: &str) {
        self.lines.push(String::new());
        self.lines.push(text.to_owned());
    }

    pub(super) fn entry(&mut self, text: &str) {
        self.lines.extend(wrapped(text, 2, self.width));
    }

    /// What belongs to the entry before.
    pub(super) fn below(&mut self, text: &str) {
        self.lines.extend(wrapped(text, 6, self.width));
    }

    /// A section with columns as wide as they must be; nothing where there are no rows.
    pub(super) fn table(&mut self, head: &str, rows: Vec<Vec<String>>) {
        if rows.is_empty() {
            return;
        }
        self.head(head);
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        let widths: Vec<usize> = (0..columns)
            .map(|column| {
                let cells = rows.iter().filter_map(|row| row.get(column));
                cells
                    .map(|cell| measure_text_width(cell))
                    .max()
                    .unwrap_or(0)
            })
            .collect();
        for row in rows {
            let mut line = String::new();
            for (cell, width) in row.iter().zip(&widths) {
                let room = width.saturating_sub(measure_text_width(cell));
                line.push_str(&format!("  {cell}{}", " ".repeat(room)));
            }
            self.lines.push(line.trim_end().to_owned());
        }
    }

    pub(super) fn done(self) -> String {
        self.lines.join("\n")
    }
}
