//! Lines of toned text, wrapped to a width.

use std::fmt;

use showcaller_event::markdown::plain;

/// Which colour would help the eye. The words alone say everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tone {
    /// Ordinary text.
    Plain,
    /// Something comes.
    Add,
    /// Something changes in place.
    Change,
    /// Something goes.
    Remove,
    /// Something people should stop at.
    Danger,
    /// Of less weight.
    Dim,
    /// A heading.
    Head,
}

/// Text in one tone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// The text, without line breaks or control characters.
    pub text: String,
    /// Its tone.
    pub tone: Tone,
}

/// One line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    /// Its pieces, from left to right; spaces between them are part of them.
    pub spans: Vec<Span>,
}

impl Line {
    fn length(&self) -> usize {
        self.spans.iter().map(|span| length(&span.text)).sum()
    }

    fn push(&mut self, text: &str, tone: Tone) {
        if text.is_empty() {
            return;
        }
        match self.spans.last_mut() {
            Some(last) if last.tone == tone => last.text.push_str(text),
            _ => self.spans.push(span(tone, text)),
        }
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.spans
            .iter()
            .try_for_each(|span| f.write_str(&span.text))
    }
}

/// A whole text. [`Page::to_string`](ToString::to_string) gives it without tones.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// Its lines, from top to bottom.
    pub lines: Vec<Line>,
}

impl fmt::Display for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.lines.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

pub(super) fn span(tone: Tone, text: impl Into<String>) -> Span {
    Span {
        text: text.into(),
        tone,
    }
}

pub(super) fn length(text: &str) -> usize {
    text.chars().count()
}

/// A page that is being written, never wider than `width`.
pub(super) struct Paper {
    width: usize,
    page: Page,
}

impl Paper {
    pub(super) fn new(width: usize) -> Self {
        Self {
            width,
            page: Page::default(),
        }
    }

    pub(super) fn width(&self) -> usize {
        self.width
    }

    pub(super) fn done(self) -> Page {
        self.page
    }

    /// A heading with an empty line above it.
    pub(super) fn section(&mut self, title: &str) {
        self.page.lines.push(Line::default());
        self.row(0, Vec::new(), 0, &[span(Tone::Head, title)]);
    }

    /// A paragraph; its later lines are indented by two more.
    pub(super) fn paragraph(&mut self, indent: usize, body: &[Span]) {
        self.row(indent, Vec::new(), indent + 2, body);
    }

    /// A mark or name, then a text that is wrapped beside it at column `hang`. A lead that leaves
    /// no room there stands on lines of its own.
    pub(super) fn row(&mut self, indent: usize, lead: Vec<Span>, hang: usize, body: &[Span]) {
        let mut line = Line::default();
        line.push(&" ".repeat(indent), Tone::Plain);
        let fits = indent + lead.iter().map(|span| length(&span.text)).sum::<usize>() <= hang;
        if fits {
            for piece in &lead {
                line.push(&piece.text, piece.tone);
            }
            if !lead.is_empty() && !body.is_empty() {
                let padding = hang - line.length();
                line.push(&" ".repeat(padding), Tone::Plain);
            }
            self.fill(line, hang, body);
        } else {
            self.fill(line, indent + 2, &lead);
            if !body.is_empty() {
                let mut line = Line::default();
                line.push(&" ".repeat(hang), Tone::Plain);
                self.fill(line, hang, body);
            }
        }
    }

    /// Puts words behind what stands on `line` and goes on below it at column `hang`.
    fn fill(&mut self, mut line: Line, hang: usize, body: &[Span]) {
        let mut fresh = true;
        for piece in body {
            let text = plain(&piece.text);
            for word in text.split(' ').filter(|word| !word.is_empty()) {
                let word = word.replace(GLUE, " ");
                if !fresh && line.length() + 1 + length(&word) > self.width {
                    self.end(std::mem::take(&mut line));
                    line.push(&" ".repeat(hang), Tone::Plain);
                    fresh = true;
                }
                if !fresh {
                    line.push(" ", piece.tone);
                }
                line = self.place(line, hang, &word, piece.tone);
                fresh = false;
            }
        }
        self.end(line);
    }

    /// Puts one word on the line, cut where it is longer than a whole line.
    fn place(&mut self, mut line: Line, hang: usize, word: &str, tone: Tone) -> Line {
        if line.length() + length(word) <= self.width {
            line.push(word, tone);
            return line;
        }
        for letter in word.chars() {
            if line.length() >= self.width {
                self.end(std::mem::take(&mut line));
                line.push(&" ".repeat(hang), Tone::Plain);
            }
            line.push(letter.encode_utf8(&mut [0; 4]), tone);
        }
        line
    }

    fn end(&mut self, mut line: Line) {
        while let Some(last) = line.spans.last_mut() {
            let kept = last.text.trim_end_matches(' ').len();
            last.text.truncate(kept);
            if kept > 0 {
                break;
            }
            line.spans.pop();
        }
        self.page.lines.push(line);
    }
}

/// Stands between words that belong on one line: a day and its month.
pub(super) const GLUE: char = '\u{a0}';
