//! What is wrong with a file, where, and what to do about it.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// A file as its author knows it, with its text.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Source {
    /// The name to show: `event.yaml`, `people.csv`.
    pub name: Arc<str>,
    /// The text, decoded.
    pub text: Arc<str>,
}

impl fmt::Debug for Source {
    /// Without the text, which may hold passwords.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source")
            .field("name", &self.name)
            .field("bytes", &self.text.len())
            .finish()
    }
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The event cannot be used like this.
    Error,
    /// It can, but somebody should know.
    Note,
}

/// A text that ends a finding when it is put in the place of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replacement {
    /// What it replaces, as byte offsets into the text of the finding's source.
    pub span: Range<usize>,
    /// The text.
    pub text: String,
}

/// One finding of `check`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// A stable name for the kind of finding: `people/duplicate`.
    pub code: &'static str,
    /// One sentence: what is wrong.
    pub message: String,
    /// The file it is in.
    pub source: Source,
    /// Where, as byte offsets into the text of `source`.
    pub span: Range<usize>,
    /// A few words beside the caret.
    pub label: Option<String>,
    /// What to do about it.
    pub hint: Option<String>,
    /// What the hint proposes to write, where it proposes a text.
    pub replacement: Option<Replacement>,
    /// Another place in the same file that belongs to it, with a few words.
    pub related: Option<(Range<usize>, String)>,
}

impl Diagnostic {
    /// Line and column of the first character, both from 1; columns count characters.
    #[must_use]
    pub fn position(&self) -> (usize, usize) {
        let before = &self.source.text[..self.span.start.min(self.source.text.len())];
        let line = before.matches('\n').count() + 1;
        let column = before
            .rsplit('\n')
            .next()
            .unwrap_or_default()
            .chars()
            .count()
            + 1;
        (line, column)
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (line, column) = self.position();
        write!(f, "{}:{line}:{column}: {}", self.source.name, self.message)
    }
}
