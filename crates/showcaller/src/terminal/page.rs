//! A plan's page, with colour where the terminal has it.
#![allow(clippy::print_stdout)]

use anstyle::{AnsiColor, Style};
use showcaller_plan::read::{Page, Tone};

/// The columns of the terminal, at most 100: longer lines are hard to read. 80 where nobody says.
pub(crate) fn width() -> usize {
    let columns = std::env::var("COLUMNS")
        .ok()
        .and_then(|columns| columns.parse().ok());
    columns.or_else(console_width).unwrap_or(80).min(100)
}

fn console_width() -> Option<usize> {
    let (_, columns) = console::Term::stdout().size_checked()?;
    Some(usize::from(columns))
}

/// Writes the page to standard output.
pub(crate) fn show(page: &Page) {
    for line in &page.lines {
        for span in &line.spans {
            let style = style(span.tone);
            anstream::print!("{style}{}{style:#}", span.text);
        }
        anstream::println!();
    }
}

fn style(tone: Tone) -> Style {
    match tone {
        Tone::Plain => Style::new(),
        Tone::Head => Style::new().bold(),
        Tone::Add => AnsiColor::Green.on_default(),
        Tone::Change => AnsiColor::Yellow.on_default(),
        Tone::Remove => AnsiColor::Red.on_default(),
        Tone::Danger => AnsiColor::Red.on_default().bold(),
        Tone::Dim => Style::new().dimmed(),
    }
}
