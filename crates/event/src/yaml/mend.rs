//! What to say about a line that is not YAML, and how to read on behind it.

use std::ops::Range;

use serde_saphyr::granit_parser::{ErrorKind, ScanError};

use crate::diagnostics::Diagnostics;

/// So many lines with traps in them are named in one go.
pub(super) const MOST_ROUNDS: usize = 40;

/// Stands in for a value that was taken out, so that the structure stays. Unicode has given this
/// number to no letter, so nobody means it; event files that have it are refused.
pub(crate) const TAKEN_OUT: char = '\u{378}';

/// Reports the error. If it comes from a value on one line, takes that value out of `text`
/// (leaving all positions as they are) and says `true`: the rest can be read.
pub(super) fn mend(text: &mut String, error: &ScanError, diagnostics: &mut Diagnostics) -> bool {
    let at = error
        .marker()
        .byte_offset()
        .unwrap_or(text.len())
        .min(text.len());
    let lines = [line_at(text, at), line_before(text, at)];
    for line in lines.into_iter().flatten() {
        if let Some((span, hint)) = trap(text, &line) {
            let message = match text[span.start..].chars().next() {
                Some('"' | '\'') => "this quoted text does not end as it should",
                _ => "this text needs quotes around it",
            };
            diagnostics
                .error("yaml/quotes", span.clone(), message)
                .hint(hint);
            take_out(text, &span);
            return true;
        }
    }
    if let Some(tab) = tab(text, at) {
        diagnostics
            .error("yaml/tab", tab, "this line is indented with a tab")
            .hint("use spaces in front of a line, two for each step");
        return false;
    }
    diagnostics
        .error(
            "yaml/syntax",
            first_character(text, at),
            explain(error.kind()),
        )
        .hint(hint(error.kind()));
    false
}

/// A tab in front of the line of the error, or of one of the two after it: the parser often sees
/// only later what a tab did.
fn tab(text: &str, at: usize) -> Option<Range<usize>> {
    let mut start = line_at(text, at)?.start;
    for line in text[start..].split_inclusive('\n').take(3) {
        let indent = line.len() - line.trim_start().len();
        if let Some(tab) = line[..indent].find('\t') {
            return Some(start + tab..start + tab + 1);
        }
        start += line.len();
    }
    None
}

fn line_at(text: &str, at: usize) -> Option<Range<usize>> {
    let at = floor(text, at);
    let start = text[..at].rfind('\n').map_or(0, |line| line + 1);
    let end = text[at..].find('\n').map_or(text.len(), |line| at + line);
    Some(start..end)
}

fn line_before(text: &str, at: usize) -> Option<Range<usize>> {
    let mut start = line_at(text, at)?.start;
    while start > 0 {
        let line = line_at(text, start - 1)?;
        if !text[line.clone()].trim().is_empty() {
            return Some(line);
        }
        start = line.start;
    }
    None
}

fn floor(text: &str, mut at: usize) -> usize {
    at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The character at the error.
fn first_character(text: &str, at: usize) -> Range<usize> {
    let at = floor(text, at);
    let end = text[at..].chars().next().map_or(at, |c| at + c.len_utf8());
    at..end
}

/// The value on this line, if it is a text that YAML reads as something else.
fn trap(text: &str, line: &Range<usize>) -> Option<(Range<usize>, String)> {
    let words = &text[line.clone()];
    let before = words.find(": ")? + 2;
    let value = without_comment(words[before..].trim());
    let start = line.start + before + (words[before..].len() - words[before..].trim_start().len());
    let span = start..start + value.len();
    let first = value.chars().next()?;
    let hint = match first {
        '{' if value.starts_with("{{") => {
            "write \"{{ … }}\" with quotes, or put the text below `|`"
        }
        '@' | '`' | '%' | '*' | '&' | '!' => {
            return Some((
                span,
                format!(
                    "a text cannot begin with `{first}`: put it in quotes, or put the text below `say: |`"
                ),
            ));
        }
        '"' | '\'' if !closed(value, first) => {
            return Some((
                span,
                format!("the quote `{first}` is not closed, or something stands behind it"),
            ));
        }
        '"' | '\'' | '[' | '{' | '|' | '>' | TAKEN_OUT => return None,
        _ if value.contains(": ") || value.ends_with(':') => {
            "a text with a colon in it needs quotes; or put it below `|`"
        }
        _ => return None,
    };
    Some((span, hint.to_owned()))
}

fn without_comment(value: &str) -> &str {
    if value.starts_with(['"', '\'']) {
        return value;
    }
    value.find(" #").map_or(value, |at| value[..at].trim_end())
}

/// Whether the value is one quoted text, perhaps with a comment behind it.
fn closed(value: &str, quote: char) -> bool {
    let inner = &value[1..];
    let mut escaped = false;
    let end = inner.char_indices().find(|(_, c)| {
        let ends = *c == quote && !escaped;
        escaped = quote == '"' && *c == '\\' && !escaped;
        ends
    });
    end.is_some_and(|(end, _)| {
        let rest = inner[end + 1..].trim();
        rest.is_empty() || rest.starts_with('#') || rest.starts_with(quote)
    })
}

/// Puts a mark of the same length in the value's place.
fn take_out(text: &mut String, span: &Range<usize>) {
    let length = span.len();
    let mut mark = String::with_capacity(length);
    if length >= TAKEN_OUT.len_utf8() {
        mark.push(TAKEN_OUT);
    }
    mark.extend(std::iter::repeat_n('.', length - mark.len()));
    text.replace_range(span.clone(), &mark);
}

fn explain(kind: &ErrorKind) -> &'static str {
    match kind {
        ErrorKind::TabNotAllowed
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation
        | ErrorKind::TabInPlainScalar
        | ErrorKind::TabAtBlockScalarStart => "there is a tab where spaces belong",
        ErrorKind::InvalidIndentation
        | ErrorKind::InvalidBlockScalarIndent
        | ErrorKind::ExpectedBlockMappingKey
        | ErrorKind::BlockSequenceEntryNotAllowed
        | ErrorKind::MappingValueNotAllowed
        | ErrorKind::MappingKeyNotAllowed
        | ErrorKind::ExpectedBlockSequenceEntry => "this line does not fit under the line above it",
        ErrorKind::UnclosedQuotedScalar | ErrorKind::InvalidQuotedScalarIndent => {
            "a quote is opened and never closed"
        }
        ErrorKind::UnclosedFlowCollection { .. }
        | ErrorKind::InvalidFlowScalarIndent
        | ErrorKind::UnexpectedEofFlowSequence
        | ErrorKind::UnexpectedEofFlowMapping
        | ErrorKind::UnexpectedEofImplicitFlowMapping => {
            "a bracket `[` or `{` is opened and never closed"
        }
        ErrorKind::MisplacedFlowCollectionEnd | ErrorKind::MismatchedFlowCollectionEnd { .. } => {
            "this bracket closes nothing that was opened"
        }
        ErrorKind::ExpectedFlowSequenceSeparator
        | ErrorKind::ExpectedFlowMappingSeparator
        | ErrorKind::InvalidColonPlacement => {
            "a comma is missing between the brackets, or the closing bracket is"
        }
        ErrorKind::RecursionLimitExceeded => "values are nested too deep",
        ErrorKind::SimpleKeyExpected | ErrorKind::InvalidSimpleKey => {
            "a colon is missing on this line, or the line does not belong here"
        }
        ErrorKind::UnknownQuotedScalarEscape
        | ErrorKind::InvalidQuotedScalarHexEscape
        | ErrorKind::InvalidUnicodeEscape => "`\\` does not go with the character after it",
        ErrorKind::UnexpectedCharacter { .. } => "a text cannot begin with this character",
        _ => "this cannot be read as YAML",
    }
}

fn hint(kind: &ErrorKind) -> &'static str {
    match kind {
        ErrorKind::UnclosedQuotedScalar => "look for the last line with a single quote mark",
        ErrorKind::UnclosedFlowCollection { .. }
        | ErrorKind::InvalidFlowScalarIndent
        | ErrorKind::MisplacedFlowCollectionEnd
        | ErrorKind::MismatchedFlowCollectionEnd { .. }
        | ErrorKind::InvalidColonPlacement
        | ErrorKind::ExpectedFlowSequenceSeparator
        | ErrorKind::ExpectedFlowMappingSeparator => "count the brackets in the lines before",
        ErrorKind::UnknownQuotedScalarEscape => {
            "write `\\\\` for a backslash, or use 'single quotes'"
        }
        ErrorKind::RecursionLimitExceeded => "this does not look like an event file",
        _ => {
            "compare the spaces in front of the lines; a text with `: ` or `#` in it, or with `{{`, `*` or `@` at its beginning, needs quotes"
        }
    }
}
