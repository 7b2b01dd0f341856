//! Single sentences. Results go to standard output, everything else to standard error.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use anstyle::{AnsiColor, Style};

const RED: Style = AnsiColor::Red.on_default().bold();
const BLUE: Style = AnsiColor::Cyan.on_default().bold();

/// A line of the result.
pub(crate) fn line(text: &str) {
    anstream::println!("{text}");
}

/// A result that ends in a line break already.
pub(crate) fn text(text: &str) {
    anstream::print!("{text}");
    if !text.ends_with('\n') {
        anstream::println!();
    }
}

/// Something to know that is not part of the result.
pub(crate) fn note(text: &str) {
    anstream::eprintln!("{text}");
}

/// What went wrong, and what to do.
pub(crate) fn error(sentence: &str, hint: Option<&str>) {
    anstream::eprintln!("{RED}error:{RED:#} {sentence}");
    if let Some(hint) = hint {
        anstream::eprintln!("{BLUE} hint:{BLUE:#} {hint}");
    }
}
