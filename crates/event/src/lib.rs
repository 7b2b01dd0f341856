//! The event file and the roster, as bytes, become a checked [`Event`].
//!
//! No network, no clock, no files: the sources and the present time are arguments.

pub mod diagnostic;
mod diagnostics;
pub mod model;

pub use diagnostic::{Diagnostic, Severity, Source};
pub use model::Event;
