//! How a plan reads: lines for a terminal, Markdown for a pull request, JSON for programs.
//!
//! [`text`] is what organisers see first. It is calm, grouped and legible without colour: every
//! symbol has a word beside it, and a [`Tone`] merely says which colour would help. [`markdown`]
//! says the same in headings and tables, and [`json`] gives everything.
//!
//! Titles and names come from the event file and from Webex. Nothing in them reaches a terminal
//! or a page as a command: control characters are dropped, Markdown is escaped.

mod drift;
mod groups;
mod json;
mod markdown;
mod meetings;
mod outcome;
mod paper;
mod people;
mod rooms;
mod summary;
mod text;
mod titles;
pub(crate) mod words;
mod zone;

#[cfg(test)]
pub(crate) mod tests;

pub use json::json;
pub use markdown::markdown;
pub use outcome::calls_by_owner;
pub use paper::{Line, Page, Span, Tone};
pub use summary::summary;
pub use text::text;
pub use words::{long_duration, some, thousands};

/// How much of a plan to show, and how wide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextStyle {
    /// Columns, counted in characters. Fewer than [`TextStyle::NARROWEST`] count as that many.
    pub width: usize,
    /// Every name, where otherwise long lists are shortened and people are only counted.
    pub verbose: bool,
}

impl TextStyle {
    /// Below this a plan does not read well, so that narrower wishes are not followed.
    pub const NARROWEST: usize = 40;
}

impl Default for TextStyle {
    fn default() -> Self {
        Self {
            width: 80,
            verbose: false,
        }
    }
}
