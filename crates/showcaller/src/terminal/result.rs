//! What a command was asked for, whole, on standard output.

use std::fmt::Write as _;
use std::io::Write as _;

use showcaller_event::controls::{is_control, visible_lines};

use crate::disk;
use crate::exit::{Failure, Result};

/// A text on standard output, with a line break at its end. What a terminal would obey in it is made
/// visible. A reader that has had enough is no failure.
pub(crate) fn text(text: &str) -> Result<()> {
    let end = if text.ends_with('\n') { "" } else { "\n" };
    let text = format!("{}{end}", visible_lines(text));
    let mut out = std::io::stdout().lock();
    arrived(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
}

/// The same for JSON, in which a control character has an escape.
pub(crate) fn json(json: &str) -> Result<()> {
    text(&escaped(json))
}

/// JSON without the control characters that it allows in strings.
pub(super) fn escaped(json: &str) -> String {
    let hidden = |letter: char| is_control(letter) && letter != '\n';
    json.chars().fold(String::new(), |mut escaped, letter| {
        match hidden(letter) {
            // All of them take four digits. Writing to a string does not fail.
            true => drop(write!(escaped, "\\u{:04x}", u32::from(letter))),
            false => escaped.push(letter),
        }
        escaped
    })
}

/// What came of writing to standard output.
pub(super) fn arrived(written: std::io::Result<()>) -> Result<()> {
    match written {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failure::failed(format!(
                "standard output cannot be written: {}",
                disk::reason(&error)
            )))
        }
        _ => Ok(()),
    }
}
