//! Single sentences. Results go to standard output, everything else to standard error.
//!
//! Nothing here fails: whoever stopped listening (`| head`) must not end a run half way. A result
//! that has to arrive whole goes through [`super::result`] instead.

use std::io::Write as _;

use anstyle::{AnsiColor, Style};

use super::page;
use super::wrap::wrapped;

const RED: Style = AnsiColor::Red.on_default().bold();
const BLUE: Style = AnsiColor::Cyan.on_default().bold();

/// A line of the result.
pub(crate) fn line(text: &str) {
    let _ = writeln!(anstream::stdout(), "{text}");
}

/// A paragraph of the result, as wide as the page.
pub(crate) fn paragraph(text: &str) {
    for text in wrapped(text, 0, page::width()) {
        line(&text);
    }
}

/// Something to know that is not part of the result.
pub(crate) fn note(text: &str) {
    let _ = writeln!(anstream::stderr(), "{text}");
}

/// A sentence to know, marked as a note.
pub(crate) fn remark(sentence: &str) {
    marked(BLUE, " note:", sentence);
}

/// What went wrong, and what to do.
pub(crate) fn error(sentence: &str, hint: Option<&str>) {
    marked(RED, "error:", sentence);
    if let Some(hint) = hint {
        marked(BLUE, " hint:", hint);
    }
}

/// A sentence behind its mark; on a terminal its further lines stand below the first.
fn marked(style: Style, mark: &str, sentence: &str) {
    let indent = mark.len() + 1;
    let lines = match page::error_width() {
        Some(width) => wrapped(sentence, indent, width),
        None => vec![format!("{}{sentence}", " ".repeat(indent))],
    };
    for (place, line) in lines.iter().enumerate() {
        if place == 0 {
            note(&format!("{style}{mark}{style:#} {}", line.trim_start()));
        } else {
            note(line);
        }
    }
}
