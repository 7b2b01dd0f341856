//! YAML as a tree that knows where everything stands.
//!
//! An event file is read by hand rather than through serde, because serde stops at the first
//! structural mistake and people want to see all of them. The events come from the parser below
//! serde-saphyr. Anchors and aliases are refused: organisers do not need them, a leading `*` or
//! `&` is nearly always a text without quotes, and no alias means no alias bomb.

mod mend;
mod offsets;

use std::ops::Range;

use serde_saphyr::granit_parser::{Event, Options, Parser, ScalarStyle, ScanError, Span, options};

use crate::diagnostic::Source;
use crate::diagnostics::Diagnostics;

pub(crate) use mend::TAKEN_OUT;
pub(crate) use offsets::source_span;

/// Deeper than any event file; a guard for the stack of whoever walks the tree.
const DEEPEST: usize = 24;
/// More than any event needs, as its people are in the roster; a guard for the memory.
const MOST_NODES: usize = 400_000;

/// One value of the file.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) span: Range<usize>,
    pub(crate) kind: Kind,
}

/// What a value is.
#[derive(Debug, Clone)]
pub(crate) enum Kind {
    /// Words, numbers, anything that is written in one go; `plain` means without quotes.
    Scalar {
        text: String,
        plain: bool,
    },
    List(Vec<Node>),
    Map(Vec<(Key, Node)>),
    /// Something about which a finding was already made.
    Broken,
}

/// The left side of a colon.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    pub(crate) text: String,
    pub(crate) span: Range<usize>,
    pub(crate) plain: bool,
}

impl Node {
    /// Whether nothing is written there.
    pub(crate) fn is_null(&self) -> bool {
        matches!(&self.kind, Kind::Scalar { text, plain: true }
            if matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL"))
    }

    fn broken(span: Range<usize>) -> Self {
        Self {
            span,
            kind: Kind::Broken,
        }
    }
}

/// Reads the file's tree; `None` if there is none to speak of. All findings go to `diagnostics`.
pub(crate) fn read(source: &Source, diagnostics: &mut Diagnostics) -> Option<Node> {
    let mut text = source.text.to_string();
    // Each round mends one line that has a known trap in it, so that the rest is still read.
    for _ in 0..mend::MOST_ROUNDS {
        let mut found = Diagnostics::of(source);
        let read = Reader::new(&text, &mut found).document();
        match read {
            Ok(node) => {
                diagnostics.append(found);
                return node;
            }
            Err(Stop::Refused) => {
                diagnostics.append(found);
                return None;
            }
            // What was found on the way is found again in the next round, or was this very trap.
            Err(Stop::Syntax(error)) => {
                if !mend::mend(&mut text, &error, diagnostics) {
                    return None;
                }
            }
        }
    }
    None
}

/// Why reading stops.
enum Stop {
    Syntax(ScanError),
    /// A finding was made that says why.
    Refused,
}

impl From<ScanError> for Stop {
    fn from(error: ScanError) -> Self {
        Self::Syntax(error)
    }
}

struct Reader<'a> {
    text: &'a str,
    parser: Parser<'a, serde_saphyr::granit_parser::StrInput<'a>>,
    diagnostics: &'a mut Diagnostics,
    nodes: usize,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str, diagnostics: &'a mut Diagnostics) -> Self {
        let parser = Parser::new_from_str_with_options(text, parser_options());
        Self {
            text,
            parser,
            diagnostics,
            nodes: 0,
        }
    }

    fn next(&mut self) -> Result<(Event<'a>, Range<usize>), Stop> {
        loop {
            let Some(next) = self.parser.next() else {
                return Ok((Event::StreamEnd, self.text.len()..self.text.len()));
            };
            let (event, span) = next?;
            if matches!(event, Event::StreamStart | Event::Comment(..)) {
                continue;
            }
            return Ok((event, self.bytes(&span)));
        }
    }

    fn bytes(&self, span: &Span) -> Range<usize> {
        let range = span.byte_range().unwrap_or_default();
        let slice = self.text.get(range.clone()).unwrap_or_default();
        range.start..range.start + slice.trim_end().len()
    }

    fn document(mut self) -> Result<Option<Node>, Stop> {
        let mut root = None;
        loop {
            let (event, span) = self.next()?;
            match event {
                Event::StreamEnd => return Ok(root),
                Event::DocumentStart(..) if root.is_some() => {
                    self.diagnostics
                        .error("yaml/documents", span, "a second document begins here")
                        .hint("an event file is one document: take the line `---` out");
                    return Err(Stop::Refused);
                }
                Event::DocumentStart(..) | Event::DocumentEnd => {}
                event => root = Some(self.node(event, span, 0)?),
            }
        }
    }

    fn node(&mut self, event: Event<'a>, span: Range<usize>, depth: usize) -> Result<Node, Stop> {
        self.count(&span, depth)?;
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.plain_node(anchor, tag.is_some(), &span);
                if text.starts_with(TAKEN_OUT) {
                    return Ok(Node::broken(span));
                }
                let plain = style == ScalarStyle::Plain;
                Ok(Node {
                    span,
                    kind: Kind::Scalar {
                        text: text.into_owned(),
                        plain,
                    },
                })
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.plain_node(anchor, tag.is_some(), &span);
                self.list(span, depth)
            }
            Event::MappingStart(_, anchor, tag) => {
                self.plain_node(anchor, tag.is_some(), &span);
                self.map(span, depth)
            }
            Event::Alias(_) | Event::UnresolvedAlias(_) => {
                self.diagnostics
                    .error(
                        "yaml/alias",
                        span.clone(),
                        // Not repeated: it may be a password that begins with `*`.
                        "this would be a YAML alias; event files have none",
                    )
                    .hint("is it a text that begins with `*`? Put it in quotes, or below `say: |`");
                Ok(Node::broken(span))
            }
            _ => Ok(Node::broken(span)),
        }
    }

    fn list(&mut self, start: Range<usize>, depth: usize) -> Result<Node, Stop> {
        let mut items = Vec::new();
        loop {
            let (event, span) = self.next()?;
            if matches!(event, Event::SequenceEnd | Event::StreamEnd) {
                let last = items.last().map(|node: &Node| node.span.end);
                let span = whole(start, last, span);
                return Ok(Node {
                    span,
                    kind: Kind::List(items),
                });
            }
            items.push(self.node(event, span, depth + 1)?);
        }
    }

    fn map(&mut self, start: Range<usize>, depth: usize) -> Result<Node, Stop> {
        let mut entries: Vec<(Key, Node)> = Vec::new();
        loop {
            let (event, span) = self.next()?;
            if matches!(event, Event::MappingEnd | Event::StreamEnd) {
                let last = entries.last().map(|(_, node)| node.span.end);
                let first = entries
                    .first()
                    .map_or(start.start, |(key, _)| key.span.start);
                let span = whole(start.start.min(first)..start.end, last, span);
                return Ok(Node {
                    span,
                    kind: Kind::Map(entries),
                });
            }
            let key = self.node(event, span, depth + 1)?;
            let key = match key.kind {
                Kind::Scalar { text, plain } => Key {
                    text,
                    plain,
                    span: key.span,
                },
                // Kept as it is written: whoever wanted a text here sees `{{ … }}`.
                _ => {
                    let text = self
                        .text
                        .get(key.span.clone())
                        .unwrap_or_default()
                        .to_owned();
                    Key {
                        text,
                        plain: false,
                        span: key.span,
                    }
                }
            };
            let (event, span) = self.next()?;
            let mut value = self.node(event, span, depth + 1)?;
            if value.span.is_empty() {
                value.span = key.span.clone();
            }
            entries.push((key, value));
        }
    }

    fn plain_node(&mut self, anchor: usize, tagged: bool, span: &Range<usize>) {
        let (what, code) = match (anchor, tagged) {
            (0, false) => return,
            (0, true) => ("a tag (`!…`)", "yaml/tag"),
            _ => ("an anchor (`&…`)", "yaml/anchor"),
        };
        let message = format!("this value has {what}; event files have none");
        self.diagnostics
            .error(code, span.clone(), message)
            .hint("is it a text? Put it in quotes");
    }

    fn count(&mut self, span: &Range<usize>, depth: usize) -> Result<(), Stop> {
        self.nodes += 1;
        let message = if depth > DEEPEST {
            format!("values are nested more than {DEEPEST} deep")
        } else if self.nodes > MOST_NODES {
            format!("the file has more than {MOST_NODES} values")
        } else {
            return Ok(());
        };
        self.diagnostics
            .error("yaml/size", span.clone(), message)
            .hint("this does not look like an event file");
        Err(Stop::Refused)
    }
}

fn parser_options() -> Options {
    options! {
        emit_comments: false,
        emit_unresolved_aliases: true,
        flow_nesting_limit: DEEPEST + 2,
        block_nesting_limit: DEEPEST + 2,
    }
}

/// From the first character to the last of what is inside, where a block has no closing bracket.
fn whole(start: Range<usize>, last: Option<usize>, end: Range<usize>) -> Range<usize> {
    let closing = if end.is_empty() { None } else { Some(end.end) };
    start.start..closing.or(last).unwrap_or(start.end).max(start.start)
}
