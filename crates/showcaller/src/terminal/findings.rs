//! What `check` found, with the line it is in and a caret.
#![allow(clippy::print_stderr)]

use std::fmt;

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, NarratableReportHandler,
};
use showcaller_event::{Diagnostic, Severity};

use super::page;

/// Findings beyond this many are counted, not shown: nobody repairs more in one go.
const MOST: usize = 50;

/// Shows all findings on standard error, and how many there are.
pub(crate) fn show(diagnostics: &[Diagnostic]) {
    if diagnostics.is_empty() {
        return;
    }
    for diagnostic in diagnostics.iter().take(MOST) {
        anstream::eprintln!("{}", rendered(diagnostic));
    }
    if diagnostics.len() > MOST {
        anstream::eprintln!("… and {} more.\n", diagnostics.len() - MOST);
    }
    let count = |severity| {
        diagnostics
            .iter()
            .filter(|d| d.severity == severity)
            .count()
    };
    let (errors, notes) = (count(Severity::Error), count(Severity::Note));
    anstream::eprintln!("{}", summary(errors, notes));
}

fn summary(errors: usize, notes: usize) -> String {
    let plural = |count: usize, one: &str| match count {
        1 => format!("1 {one}"),
        _ => format!("{count} {one}s"),
    };
    match (errors, notes) {
        (0, notes) => format!("No mistakes, {}.", plural(notes, "note")),
        (errors, 0) => format!("{}.", plural(errors, "mistake")),
        (errors, notes) => format!("{}, {}.", plural(errors, "mistake"), plural(notes, "note")),
    }
}

fn rendered(diagnostic: &Diagnostic) -> String {
    let mut text = String::new();
    let source = &diagnostic.source;
    let shown = Shown {
        finding: diagnostic,
        source: NamedSource::new(&*source.name, source.text.to_string()),
    };
    // Somebody who listens to the terminal hears sentences instead of drawings.
    let done = if std::env::var_os("NO_GRAPHICS").is_some() {
        NarratableReportHandler::new().render_report(&mut text, &shown)
    } else {
        // Colour is decided where the text is printed; here every report is drawn with it.
        let theme = GraphicalTheme::unicode();
        GraphicalReportHandler::new_themed(theme)
            .with_width(page::width())
            .with_context_lines(0)
            .without_cause_chain()
            .render_report(&mut text, &shown)
    };
    match done {
        Ok(()) => text,
        Err(fmt::Error) => format!("{diagnostic}\n"),
    }
}

/// A finding as miette wants it. Its types stay here: the library crates do not know them.
#[derive(Debug)]
struct Shown<'a> {
    finding: &'a Diagnostic,
    source: NamedSource<String>,
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.finding.message)
    }
}

impl std::error::Error for Shown<'_> {}

impl miette::Diagnostic for Shown<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.finding.code))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.finding.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Note => miette::Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.finding
            .hint
            .as_ref()
            .map(|hint| Box::new(hint) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        Some(&self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let label =
            LabeledSpan::new_with_span(self.finding.label.clone(), self.finding.span.clone());
        let related = self
            .finding
            .related
            .iter()
            .map(|(span, words)| LabeledSpan::new_with_span(Some(words.clone()), span.clone()));
        Some(Box::new(std::iter::once(label).chain(related)))
    }
}
