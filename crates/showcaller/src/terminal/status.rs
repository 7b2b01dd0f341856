//! A line at the bottom of the terminal that says how it stands; elsewhere there is none.

use std::io::IsTerminal as _;

use indicatif::{ProgressBar, ProgressStyle};

use showcaller_event::controls::visible_lines;

use super::wrap::wrapped;
use super::{margin, page, say};

/// The line. It goes when this is dropped.
pub(crate) struct StatusLine(ProgressBar);

impl StatusLine {
    pub(crate) fn new() -> Self {
        let line = ProgressBar::with_draw_target(Some(0), margin::target());
        let style = ProgressStyle::with_template("{msg}");
        line.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
        Self(line)
    }

    /// Whether there is a terminal that shows it.
    pub(crate) fn is_shown() -> bool {
        std::io::stderr().is_terminal()
    }

    pub(crate) fn show(&self, text: String) {
        self.0.set_message(visible_lines(&text).into_owned());
    }

    /// Says something above it.
    pub(crate) fn say(&self, sentence: &str) {
        let lines = wrapped(sentence, 0, page::width());
        self.0.suspend(|| say::note(&lines.join("\n")));
    }
}

impl Drop for StatusLine {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
