//! A plan's page, with colour where the terminal has it; and how wide a page is.

use std::io::Write;

use anstyle::{AnsiColor, Style};
use showcaller_event::controls::visible;
use showcaller_plan::read::{Page, Tone};

use crate::exit::Result;

/// Longer lines are hard to read.
const READABLE: usize = 100;
/// Where nobody says.
const USUAL: usize = 80;

/// The columns for text: those of the terminal, at most 100.
pub(crate) fn width() -> usize {
    columns().min(READABLE)
}

/// The columns of the terminal, for tables; `COLUMNS` decides where it is set.
pub(crate) fn columns() -> usize {
    asked()
        .or_else(|| of(&console::Term::stdout()))
        .unwrap_or(USUAL)
}

/// The columns for errors, where somebody reads them on a terminal; elsewhere they stay whole, so
/// that they can be searched for.
pub(crate) fn error_width() -> Option<usize> {
    asked()
        .or_else(|| of(&console::Term::stderr()))
        .map(|columns| columns.min(READABLE))
}

fn asked() -> Option<usize> {
    let columns = crate::environment::get("COLUMNS")?.trim().parse().ok()?;
    (columns > 0).then_some(columns)
}

fn of(terminal: &console::Term) -> Option<usize> {
    let (_, columns) = terminal.size_checked()?;
    (columns > 0).then_some(usize::from(columns))
}

/// Writes the page to standard output. A reader that has had enough is no failure.
pub(crate) fn show(page: &Page) -> Result<()> {
    let mut out = anstream::stdout().lock();
    super::result::arrived(write(&mut out, page))
}

fn write(out: &mut impl Write, page: &Page) -> std::io::Result<()> {
    for line in &page.lines {
        for span in &line.spans {
            let style = style(span.tone);
            write!(out, "{style}{}{style:#}", visible(&span.text))?;
        }
        writeln!(out)?;
    }
    out.flush()
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
