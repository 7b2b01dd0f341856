//! Collecting findings: everything that is wrong is said in one go.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Severity, Source};
use crate::hint::Hint;

/// A value and where it stands, in bytes of the decoded text of its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct At<T> {
    pub(crate) value: T,
    pub(crate) span: Range<usize>,
}

impl<T> At<T> {
    pub(crate) fn new(value: T, span: Range<usize>) -> Self {
        Self { value, span }
    }

    /// The same place with another value.
    pub(crate) fn with<U>(&self, value: U) -> At<U> {
        At::new(value, self.span.clone())
    }
}

/// More findings than anybody reads; past this they are only counted.
pub(crate) const MOST_FINDINGS: usize = 1_000;

/// The findings so far, over all sources.
#[derive(Debug, Default)]
pub(crate) struct Diagnostics {
    /// The file that is being read.
    pub(crate) source: Source,
    found: Vec<Diagnostic>,
    errors: usize,
}

impl Diagnostics {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// None yet; they will be about this file.
    pub(crate) fn of(source: &Source) -> Self {
        let mut none = Self::new();
        none.enter(source);
        none
    }

    /// From now on, findings are about this file.
    pub(crate) fn enter(&mut self, source: &Source) {
        self.source = source.clone();
    }

    /// The event cannot be used like this. What is returned takes hint, label and relation.
    pub(crate) fn error(
        &mut self,
        code: &'static str,
        span: Range<usize>,
        message: impl Into<String>,
    ) -> Finding<'_> {
        let source = self.source.clone();
        self.add(Severity::Error, code, source, span, message.into())
    }

    /// It can, but somebody should know.
    pub(crate) fn note(
        &mut self,
        code: &'static str,
        span: Range<usize>,
        message: impl Into<String>,
    ) -> Finding<'_> {
        let source = self.source.clone();
        self.add(Severity::Note, code, source, span, message.into())
    }

    /// Adds what was found elsewhere.
    pub(crate) fn append(&mut self, found: impl IntoIterator<Item = Diagnostic>) {
        for diagnostic in found {
            self.errors += usize::from(diagnostic.severity == Severity::Error);
            self.found.push(diagnostic);
        }
    }

    /// Everything so far, as it came; for those who only look.
    pub(crate) fn found(&self) -> &[Diagnostic] {
        &self.found
    }

    /// How many errors there are.
    pub(crate) fn errors(&self) -> usize {
        self.errors
    }

    /// A finding in any of the files.
    pub(crate) fn add(
        &mut self,
        severity: Severity,
        code: &'static str,
        source: Source,
        span: Range<usize>,
        message: String,
    ) -> Finding<'_> {
        self.errors += usize::from(severity == Severity::Error);
        let place = self.found.len();
        self.found.push(Diagnostic {
            severity,
            code,
            message,
            span: within(&source.text, span),
            source,
            label: None,
            hint: None,
            replacement: None,
            related: None,
        });
        Finding {
            diagnostic: &mut self.found[place],
        }
    }

    /// All findings, by source (in the order given) and position, each said once.
    pub(crate) fn sorted(self, sources: &[Arc<str>]) -> Vec<Diagnostic> {
        let rank = |name: &Arc<str>| sources.iter().position(|known| known == name);
        let mut found = self.found;
        found.sort_by(|a, b| {
            let key = |d: &Diagnostic| (rank(&d.source.name).unwrap_or(usize::MAX), d.span.start);
            key(a)
                .cmp(&key(b))
                .then_with(|| a.severity.cmp(&b.severity))
                .then_with(|| (a.code, &a.message).cmp(&(b.code, &b.message)))
        });
        let mut said = HashSet::new();
        found.retain(|d| {
            said.insert((
                d.source.name.clone(),
                d.span.clone(),
                d.code,
                d.message.clone(),
            ))
        });
        shorten(found)
    }
}

/// A file with ten thousand mistakes has one mistake; nobody reads past the first thousand.
fn shorten(mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    if found.len() <= MOST_FINDINGS {
        return found;
    }
    let left = found.len() - MOST_FINDINGS;
    // An error must survive, or a broken event would look like one with notes only.
    found.sort_by_key(|d| d.severity);
    found.truncate(MOST_FINDINGS);
    let first = found[0].clone();
    found.push(Diagnostic {
        severity: Severity::Note,
        code: "findings/more",
        message: format!("{left} more findings are not shown"),
        label: None,
        hint: Some("mend the ones above and check again".to_owned()),
        replacement: None,
        related: None,
        ..first
    });
    found
}

/// Offsets that are inside the text and on character borders, whatever was computed.
fn within(text: &str, span: Range<usize>) -> Range<usize> {
    let floor = |mut at: usize| {
        at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let start = floor(span.start);
    start..floor(span.end).max(start)
}

/// A finding that was just added, to be completed.
pub(crate) struct Finding<'a> {
    diagnostic: &'a mut Diagnostic,
}

impl Finding<'_> {
    /// What to do about it.
    pub(crate) fn hint(self, hint: impl Into<Hint>) -> Self {
        let Diagnostic { source, span, .. } = &self.diagnostic;
        let hint = hint.into();
        self.diagnostic.replacement = hint.replacement(&source.text, span);
        self.diagnostic.hint = Some(hint.sentence);
        self
    }

    /// What to do about it, if anything is known.
    pub(crate) fn hint_if(self, hint: Option<impl Into<Hint>>) -> Self {
        match hint {
            Some(hint) => self.hint(hint),
            None => self,
        }
    }

    /// A few words beside the caret.
    pub(crate) fn label(self, label: impl Into<String>) -> Self {
        self.diagnostic.label = Some(label.into());
        self
    }

    /// Another place in the same file that belongs to it.
    pub(crate) fn related(self, span: Range<usize>, words: impl Into<String>) -> Self {
        self.diagnostic.related = Some((span, words.into()));
        self
    }
}

/// The word among `known` that is probably meant, as "did you mean `x`?".
pub(crate) fn did_you_mean<'a>(
    word: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<Hint> {
    let known = closest(word, known)?;
    Some(Hint::instead(format!("did you mean `{known}`?"), known).of(word))
}

/// The word among `known` that is close enough to be a slip of the fingers. Words that differ in
/// their number only (`day-3` and `day-2`) are no slips: nobody could say which was meant.
pub fn closest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = plain(word);
    // All addresses of an event look alike from the `@` on.
    let telling = word.split('@').next().unwrap_or_default().chars().count();
    let most = (telling / 3).clamp(1, 3);
    known
        .into_iter()
        .map(|known| (plain(known), known))
        .filter(|(other, _)| *other == word || !differ_in_number(other, &word))
        .map(|(other, known)| (strsim::osa_distance(&word, &other), known))
        .filter(|(distance, _)| *distance <= most)
        .min_by(|a, b| a.cmp(b))
        .map(|(_, known)| known)
}

/// Case does not matter, and `_`, a space and `-` are nearly the same key.
fn plain(text: &str) -> String {
    text.to_lowercase().replace(['_', ' '], "-")
}

fn differ_in_number(a: &str, b: &str) -> bool {
    let digit = |c: char| c.is_ascii_digit();
    let letters = |text: &str| text.replace(digit, "");
    a.contains(digit) && b.contains(digit) && letters(a) == letters(b)
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.found.into_iter()
    }
}
