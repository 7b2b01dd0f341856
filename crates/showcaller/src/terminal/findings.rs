//! What `check` found, with the line it is in and a caret.

use std::fmt;
use std::ops::Range;

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, NarratableReportHandler,
};
use showcaller_event::{Diagnostic, Severity};

use super::excerpt::excerpt;
use super::{page, say};

/// Findings beyond this many are counted, not shown: nobody repairs more in one go.
const MOST: usize = 50;
/// The columns that the line number and the frame take.
const MARGIN: usize = 9;

/// Shows all findings on standard error, and how many there are.
pub(crate) fn show(diagnostics: &[Diagnostic]) {
    if diagnostics.is_empty() {
        return;
    }
    for diagnostic in diagnostics.iter().take(MOST) {
        say::note(&rendered(diagnostic));
    }
    if diagnostics.len() > MOST {
        say::note(&format!("… and {} more.\n", diagnostics.len() - MOST));
    }
    let count = |severity| {
        diagnostics
            .iter()
            .filter(|d| d.severity == severity)
            .count()
    };
    let (errors, notes) = (count(Severity::Error), count(Severity::Note));
    say::note(&summary(errors, notes));
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
    let shown = Shown::of(diagnostic, page::width());
    // Somebody who listens to the terminal hears sentences instead of drawings.
    let done = if std::env::var_os("NO_GRAPHICS").is_some() {
        NarratableReportHandler::new().render_report(&mut text, &shown)
    } else {
        // Colour is decided where the text is printed; here every report is drawn with it.
        GraphicalReportHandler::new_themed(GraphicalTheme::unicode())
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
    /// Where the finding and what is related to it stand in `source`.
    spans: Vec<Range<usize>>,
}

impl<'a> Shown<'a> {
    fn of(finding: &'a Diagnostic, width: usize) -> Self {
        let source = &finding.source;
        let related = finding.related.iter().map(|(span, _)| span);
        let spans: Vec<_> = std::iter::once(&finding.span)
            .chain(related)
            .cloned()
            .collect();
        let (text, spans) = excerpt(&source.text, &spans, width.saturating_sub(MARGIN));
        Self {
            finding,
            source: NamedSource::new(&*source.name, text),
            spans,
        }
    }
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
        let words = self
            .finding
            .related
            .iter()
            .map(|(_, words)| Some(words.clone()));
        let words = std::iter::once(self.finding.label.clone()).chain(words);
        let labels = self.spans.iter().zip(words);
        Some(Box::new(labels.map(|(span, words)| {
            LabeledSpan::new_with_span(words, span.clone())
        })))
    }
}
