//! One question.

use std::io::{BufRead as _, Write as _};

use showcaller_event::controls::visible_lines;

use crate::exit::{Code, Failure};

/// Asks, and takes only a clear yes for one.
pub(crate) fn yes(question: &str) -> Result<bool, Failure> {
    let answer = text(&format!("{question} [y/N]"))?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}

/// Asks for a line.
pub(crate) fn text(question: &str) -> Result<String, Failure> {
    let mut out = anstream::stderr();
    let _ = write!(out, "\n{} ", visible_lines(question)).and_then(|()| out.flush());
    let mut answer = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut answer)
        .map_err(|error| Failure::new(Code::Failed, format!("no answer could be read: {error}")))?;
    Ok(answer)
}
