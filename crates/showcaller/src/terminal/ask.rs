//! One question.

use std::io::{BufRead as _, Write as _};

use showcaller_event::controls::visible_lines;

use super::say;
use crate::exit::{Code, Failure, Result};

/// Asks, and goes on only after a clear yes.
///
/// # Errors
///
/// [`declined`] after any other answer.
pub(crate) fn agree(question: &str) -> Result<()> {
    let answer = text(&format!("{question} [y/N]"))?;
    match answer.trim().to_lowercase().as_str() {
        "y" | "yes" => Ok(()),
        _ => Err(declined()),
    }
}

/// A person has looked at it and not agreed: a guard rail like any other.
pub(crate) fn declined() -> Failure {
    say::line("Nothing was done.");
    Failure::already_said(Code::Guarded)
}

/// Asks for a line.
pub(crate) fn text(question: &str) -> Result<String> {
    let mut out = anstream::stderr();
    let _ = write!(out, "\n{} ", visible_lines(question)).and_then(|()| out.flush());
    let mut answer = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut answer)
        .map_err(|error| Failure::failed(format!("no answer could be read: {error}")))?;
    Ok(answer)
}
