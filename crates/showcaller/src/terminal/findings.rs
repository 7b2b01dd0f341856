//! What `check` found, with the line it is in and a caret.

use std::collections::HashSet;
use std::fmt;
use std::ops::Range;

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents,
    NarratableReportHandler, SourceCode, SourceSpan, SpanContents,
};
use showcaller_event::controls::{visible, visible_lines};
use showcaller_event::{Diagnostic, Severity};

use super::excerpt::excerpt;
use super::wrap::wrapped;
use super::{page, say};

/// Findings of one kind that are drawn. Of more, the lines are named.
const FEW: usize = 3;
/// Lines that are named of one kind.
const LINES: usize = 12;
/// The columns that the line number and the frame take.
const MARGIN: usize = 9;

/// Shows all findings on standard error, and how many there are.
pub(crate) fn show(diagnostics: &[Diagnostic]) {
    if diagnostics.is_empty() {
        return;
    }
    for kind in Kind::all(diagnostics) {
        for diagnostic in &kind.drawn {
            say::drawing(&rendered(diagnostic));
        }
        if !kind.rest.is_empty() {
            for line in wrapped(&kind.rest(), 2, page::width()) {
                say::note(&line);
            }
            say::note("");
        }
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

/// The findings of one kind in one file.
struct Kind<'a> {
    drawn: Vec<&'a Diagnostic>,
    rest: Vec<&'a Diagnostic>,
}

impl<'a> Kind<'a> {
    /// All kinds, in the order of their first findings.
    fn all(diagnostics: &'a [Diagnostic]) -> Vec<Self> {
        let mut kinds: Vec<Vec<&Diagnostic>> = Vec::new();
        let key = |it: &Diagnostic| (it.severity, it.code, it.source.name.clone());
        for found in diagnostics {
            match kinds.iter_mut().find(|kind| key(kind[0]) == key(found)) {
                Some(kind) => kind.push(found),
                None => kinds.push(vec![found]),
            }
        }
        kinds.into_iter().map(Self::of).collect()
    }

    /// One finding is drawn for each message, the first few of many.
    fn of(found: Vec<&'a Diagnostic>) -> Self {
        let mut said = HashSet::new();
        let (mut drawn, again): (Vec<_>, Vec<_>) =
            found.into_iter().partition(|it| said.insert(&it.message));
        // To say that one more is left out takes as much room as the one.
        let few = if drawn.len() == FEW + 1 { FEW + 1 } else { FEW };
        let mut rest = drawn.split_off(few.min(drawn.len()));
        rest.extend(again);
        rest.sort_by_key(|found| found.position());
        Self { drawn, rest }
    }

    /// How many more there are, and where.
    fn rest(&self) -> String {
        let mut lines: Vec<_> = self.rest.iter().map(|found| found.position().0).collect();
        lines.dedup();
        let named: Vec<_> = lines.iter().take(LINES).map(usize::to_string).collect();
        let more = if lines.len() > LINES { ", …" } else { "" };
        let line = if lines.len() == 1 { "line" } else { "lines" };
        format!(
            "… and {} more like it ({}) in {}, {line} {}{more}",
            self.rest.len(),
            self.rest[0].code,
            visible(&self.rest[0].source.name),
            named.join(", ")
        )
    }
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
            .with_context_lines(1)
            .without_cause_chain()
            .render_report(&mut text, &shown)
    };
    match done {
        Ok(()) => text,
        Err(fmt::Error) => format!("{shown}\n"),
    }
}

/// A finding as miette wants it. Its types stay here: the library crates do not know them.
#[derive(Debug)]
struct Shown<'a> {
    finding: &'a Diagnostic,
    source: Lines,
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
            source: Lines {
                name: visible(&source.name).into_owned(),
                text,
                column: column(&source.text, finding.span.start),
            },
            spans,
        }
    }
}

fn column(text: &str, at: usize) -> usize {
    let before = &text[..at.min(text.len())];
    let line = before.rfind('\n').map_or(0, |end| end + 1);
    before[line..].chars().count()
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&visible_lines(&self.finding.message))
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
            .map(|hint| Box::new(visible_lines(hint)) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        Some(&self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let words = self.finding.related.iter().map(|(_, words)| Some(words));
        let words = std::iter::once(self.finding.label.as_ref()).chain(words);
        let labels = self.spans.iter().zip(words);
        Some(Box::new(labels.map(|(span, words)| {
            let words = words.map(|words| visible(words).into_owned());
            LabeledSpan::new_with_span(words, span.clone())
        })))
    }
}

/// A file of which the lines with findings are shown whole, and no others: asked for one line
/// around a finding miette would show its neighbours, and asked for none the finding alone.
#[derive(Debug)]
struct Lines {
    name: String,
    text: String,
    /// Where the finding stands in its line before anything was cut, counted in letters from 0.
    column: usize,
}

impl SourceCode for Lines {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        context: usize,
        _: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        // Without context, only the place is wanted, for the line above the drawing.
        let inner = self.text.read_span(span, 0, 0)?;
        let (mut data, mut place) = (inner.data(), *inner.span());
        let (mut line, mut column) = (inner.line(), self.column);
        if context > 0 {
            let whole = self.lines(span);
            data = &self.text.as_bytes()[whole.clone()];
            place = whole.clone().into();
            line = self.text[..whole.start].matches('\n').count();
            column = 0;
        }
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            data,
            place,
            line,
            column,
            inner.line_count(),
        )))
    }
}

impl Lines {
    /// From the beginning of the first line of the span to the end of its last.
    fn lines(&self, span: &SourceSpan) -> Range<usize> {
        let first = span.offset().min(self.text.len());
        let last = (span.offset() + span.len()).min(self.text.len());
        let start = self.text[..first].rfind('\n').map_or(0, |end| end + 1);
        // What ends with a line break does not touch the next line.
        let from = last
            .saturating_sub(usize::from(!span.is_empty()))
            .max(first);
        let rest = &self.text.as_bytes()[from..];
        let end = rest.iter().position(|byte| *byte == b'\n');
        start..end.map_or(self.text.len(), |end| from + end + 1)
    }
}

#[cfg(test)]
mod lists_are_by_kind {
    use showcaller_event::{Input, check};

    use super::Kind;

    /// How many findings of each kind are drawn, and what is said of the others.
    fn summaries(yaml: &str, people: &str) -> Vec<String> {
        let checked = check(&Input {
            name: "event.yaml",
            bytes: yaml.as_bytes(),
            load: &|_| Ok(people.as_bytes().to_vec()),
            now: None,
        });
        let summary = |kind: Kind<'_>| {
            let rest = if kind.rest.is_empty() {
                String::new()
            } else {
                kind.rest()
            };
            format!("{} {}", kind.drawn.len(), rest)
                .trim_end()
                .to_owned()
        };
        Kind::all(&checked.diagnostics)
            .into_iter()
            .map(summary)
            .collect()
    }

    const HEAD: &str = "\
event: demo
title: Demo
timezone: Europe/Brussels
people: people.csv
webex: { hosts: { events@example.com: { parallel: 1000 } } }
days: { d1: { title: Day 1, date: 2027-10-04 } }
teams: { red: { title: Red }, blue: { title: Blue } }
rooms: { main: { title: Main, members: [everyone] } }
meetings:
";

    fn talks(agenda: usize) -> String {
        let talk = |number| {
            let agenda = "x".repeat(agenda);
            format!(
                "  t{number}: {{ title: Talk {number}, time: \"10:00-11:00\", rooms: [main], agenda: {agenda} }}\n"
            )
        };
        (1..=49).map(talk).collect()
    }

    #[test]
    fn one_renamed_team_is_one_finding() {
        let lines: String = (1..=6)
            .map(|n| format!("p{n}@example.com,P{n},green\n"))
            .collect();
        let people =
            format!("email,name,team\nann@example.com,Ann,red\nbob@example.com,Bob,blue\n{lines}");
        assert_eq!(
            summaries(&(HEAD.to_owned() + &talks(1)), &people),
            ["1 … and 5 more like it (team/unknown) in people.csv, lines 5, 6, 7, 8, 9"]
        );
    }

    #[test]
    fn many_of_one_kind_do_not_hide_another() {
        let people =
            "email,name,team\nann@example.com,Ann,red\nbob@example.com,Bob,blue\nzoe,Zoe,red\n";
        let yaml = HEAD.to_owned() + &talks(1_301);
        assert_eq!(
            summaries(&yaml, people),
            [
                "3 … and 46 more like it (meeting/agenda) in event.yaml, lines 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, …",
                "1",
            ]
        );
    }

    #[test]
    fn unknown_columns_are_one_note() {
        let people = "email,name,team,Ticket,Diet,Shirt size\nann@example.com,Ann,red\nbob@example.com,Bob,blue\n";
        assert_eq!(summaries(&(HEAD.to_owned() + &talks(1)), people), ["1"]);
    }
}
