//! From a place in a decoded text back to the place in the file.

use std::ops::Range;

/// Where the bytes `inner` of the decoded `text` stand in `source`, for a value written at
/// `span`. Quotes, escapes and the indentation of block texts lie between the two; they are
/// skipped by walking both at once.
pub(crate) fn source_span(
    source: &str,
    span: &Range<usize>,
    text: &str,
    inner: &Range<usize>,
) -> Range<usize> {
    let raw = source.get(span.clone()).unwrap_or_default();
    let mut walk = Walk {
        raw,
        at: opening(raw),
        escapes: raw.starts_with('"'),
    };
    let (mut start, mut end) = (None, None);
    for (offset, wanted) in text.char_indices() {
        let place = walk.find(wanted);
        if offset >= inner.start && start.is_none() {
            start = Some(place.start);
        }
        if offset < inner.end {
            end = Some(place.end);
        }
    }
    let start = start.unwrap_or(walk.at);
    let end = end.unwrap_or(start).max(start);
    span.start + start..span.start + end
}

/// How many bytes stand before the first character of the text.
fn opening(raw: &str) -> usize {
    match raw.chars().next() {
        Some('"' | '\'') => 1,
        // `|`, `>-`, `|2 # words`: the text begins on the next line.
        Some('|' | '>') => raw.find('\n').map_or(raw.len(), |line| line + 1),
        _ => 0,
    }
}

struct Walk<'a> {
    raw: &'a str,
    at: usize,
    escapes: bool,
}

impl Walk<'_> {
    /// The next place where `wanted` is written.
    fn find(&mut self, wanted: char) -> Range<usize> {
        if !wanted.is_whitespace() {
            self.skip_space();
        }
        let start = self.at;
        let rest = &self.raw[start..];
        self.at += match rest.chars().next() {
            None => 0,
            Some('\\') if self.escapes => escape(rest),
            Some('\'') if wanted == '\'' && rest.starts_with("''") => 2,
            Some(found) if found == wanted => found.len_utf8(),
            // A folded line: one blank stands for a line break and the indentation after it.
            Some(found) if found.is_whitespace() => rest.len() - rest.trim_start().len(),
            Some(found) => found.len_utf8(),
        };
        start..self.at
    }

    fn skip_space(&mut self) {
        let rest = &self.raw[self.at..];
        self.at += rest.len() - rest.trim_start().len();
    }
}

/// How long the escape at the start of `rest` is.
fn escape(rest: &str) -> usize {
    let length = match rest[1..].chars().next() {
        Some('x') => 4,
        Some('u') => 6,
        Some('U') => 10,
        Some(other) => 1 + other.len_utf8(),
        None => 1,
    };
    length.min(rest.len())
}

#[cfg(test)]
mod tests {
    use super::source_span;

    fn find(source: &str, text: &str, word: &str) -> String {
        let inner = text.find(word).unwrap();
        let span = source_span(
            source,
            &(0..source.len()),
            text,
            &(inner..inner + word.len()),
        );
        source[span].to_owned()
    }

    #[test]
    fn a_word_is_found_in_every_way_of_writing_a_text() {
        assert_eq!(find("one {{ two }}", "one {{ two }}", "two"), "two");
        assert_eq!(find("\"a \\\"b\\\" two\"", "a \"b\" two", "two"), "two");
        assert_eq!(find("'it''s two'", "it's two", "two"), "two");
        assert_eq!(
            find("|\n    one\n\n    it is two", "one\n\nit is two\n", "two"),
            "two"
        );
        assert_eq!(
            find(">-\n   one\n   it is\n   two", "one it is two", "two"),
            "two"
        );
        assert_eq!(find("é\n  ü two", "é ü two", "two"), "two");
    }
}
