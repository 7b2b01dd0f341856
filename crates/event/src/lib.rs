//! The event file and the roster, as bytes, become a checked [`Event`].
//!
//! No network, no clock, no files: the sources and the present time are arguments.

mod check;
pub mod controls;
pub mod diagnostic;
mod diagnostics;
mod expand;
mod fill;
mod filter;
mod grammar;
mod hint;
pub mod language;
pub mod markdown;
mod message;
pub mod model;
pub mod phrases;
mod places;
mod roster;
mod rules;
mod schedule;
mod starter;
mod template;
mod yaml;

pub use check::{Checked, Input, LARGEST_FILE, check};
pub use diagnostic::{Diagnostic, Replacement, Severity, Source};
pub use diagnostics::closest;
pub use fill::{Audience, Facts, Unfilled, fill};
pub use filter::Filter;
pub use grammar::{reference, schema};
pub use language::Language;
pub use message::{NewMessage, message};
pub use model::Event;
pub use schedule::{Schedule, Scheduled};
pub use starter::starter;
