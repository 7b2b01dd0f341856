//! Single sentences. Results go to standard output, everything else to standard error.
//!
//! Texts come here as they are: what a terminal would obey in them is made visible.
//!
//! Nothing here fails: whoever stopped listening (`| head`) must not end a run half way. A result
//! that has to arrive whole goes through [`super::result`] instead.

use std::io::Write as _;

use anstyle::{AnsiColor, Style};
use showcaller_event::controls::{visible, visible_lines};

use super::page;
use super::wrap::wrapped;

const RED: Style = AnsiColor::Red.on_default().bold();
const BLUE: Style = AnsiColor::Cyan.on_default().bold();

/// A line of the result.
pub(crate) fn line(text: &str) {
    let _ = writeln!(anstream::stdout(), "{}", visible(text));
}

/// A paragraph of the result, as wide as the page.
pub(crate) fn paragraph(text: &str) {
    indented(text, 0);
}

/// The same, this many columns to the right.
pub(crate) fn indented(text: &str, indent: usize) {
    for text in wrapped(text, indent, page::width()) {
        line(&text);
    }
}

/// Something to know that is not part of the result.
pub(crate) fn note(text: &str) {
    drawing(&visible_lines(text));
}

/// The same with colours, for texts in which everything by others is visible already.
pub(super) fn drawing(text: &str) {
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

/// What is wrong with the command line, as several lines say it.
pub(crate) fn usage(lines: &str) {
    let width = page::error_width().unwrap_or(usize::MAX);
    let folded = lines.trim_end().lines().flat_map(|line| {
        let indent = line.len() - line.trim_start().len();
        wrapped(line, indent, width)
    });
    let folded = folded.collect::<Vec<_>>().join("\n");
    let lines = visible_lines(&folded);
    let said = lines.strip_prefix("error:").unwrap_or(&lines);
    drawing(&format!("{RED}error:{RED:#}{said}"));
}

/// A sentence behind its mark; on a terminal its further lines stand below the first.
fn marked(style: Style, mark: &str, sentence: &str) {
    let indent = mark.len() + 1;
    let width = page::error_width().unwrap_or(usize::MAX);
    let lines = wrapped(sentence, indent, width);
    for (place, line) in lines.iter().map(|line| visible(line)).enumerate() {
        if place == 0 {
            drawing(&format!("{style}{mark}{style:#} {}", line.trim_start()));
        } else {
            drawing(&line);
        }
    }
}
