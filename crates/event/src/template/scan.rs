//! The coarse shape of a template: where something is filled in, and with what kind of thing.

use std::ops::Range;

use super::TemplateError;

/// Something between braces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    /// With the braces.
    pub(super) whole: Range<usize>,
    /// Without them and the `-` or `+` beside them.
    pub(super) inner: Range<usize>,
    pub(super) kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// `{{ … }}`
    Value,
    /// `{% … %}`
    Statement,
    /// `{# … #}`
    Comment,
}

impl Piece {
    pub(super) fn inner<'a>(&self, text: &'a str) -> &'a str {
        &text[self.inner.clone()]
    }

    fn whole<'a>(&self, text: &'a str) -> &'a str {
        &text[self.whole.clone()]
    }

    /// The parts that do not stand in quotation marks.
    pub(super) fn unquoted<'a>(&self, text: &'a str) -> Vec<&'a str> {
        let mut parts = Vec::new();
        let mut rest = self.inner(text);
        while let Some(open) = rest.find(['"', '\'']) {
            parts.push(&rest[..open]);
            let mark = &rest[open..=open];
            rest = rest[open + 1..]
                .split_once(mark)
                .map_or("", |(_, after)| after);
        }
        parts.push(rest);
        parts
    }

    /// Whether something is compared in it.
    pub(super) fn compares(&self, text: &str) -> bool {
        let word = |part: &str| {
            let mut words = part.split(|c: char| !c.is_alphanumeric() && c != '_');
            words.any(|word| word == "in")
        };
        let parts = self.unquoted(text);
        let mut parts = parts.into_iter();
        self.kind != Kind::Comment
            && parts.any(|part| {
                part.contains(['<', '>'])
                    || part.contains("==")
                    || part.contains("!=")
                    || word(part)
            })
    }

    /// What stands between the braces, without the `if` or `elif` of a condition.
    pub(super) fn expression<'a>(&self, text: &'a str) -> &'a str {
        let inner = self.inner(text).trim();
        match self.kind {
            Kind::Statement => &inner[self.word(text).len()..],
            Kind::Value | Kind::Comment => inner,
        }
    }

    /// The first word of a statement.
    fn word<'a>(&self, text: &'a str) -> &'a str {
        let inner = self.inner(text).trim_start();
        let end = inner.find(|c: char| !c.is_alphanumeric() && c != '_');
        &inner[..end.unwrap_or(inner.len())]
    }
}

/// All pieces of a text, in order; what stands between `{% raw %}` and `{% endraw %}` is none.
pub(super) fn pieces(text: &str) -> Result<Vec<Piece>, TemplateError> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut at = 0;
    while let Some((start, kind)) = opening(text, at) {
        let piece = piece(text, start, kind)?;
        at = piece.whole.end;
        let raw = kind == Kind::Statement && piece.word(text) == "raw";
        pieces.push(piece);
        if raw {
            let Some(end) = find_end_raw(text, at) else {
                let piece = &pieces[pieces.len() - 1];
                return Err(
                    TemplateError::new(piece.whole.clone(), "`{% raw %}` is never closed")
                        .hint("write `{% endraw %}` where it ends"),
                );
            };
            at = end;
        }
    }
    Ok(pieces)
}

fn opening(text: &str, from: usize) -> Option<(usize, Kind)> {
    let mut at = from;
    while let Some(found) = text[at..].find('{') {
        at += found;
        match text.as_bytes().get(at + 1) {
            Some(b'{') => return Some((at, Kind::Value)),
            Some(b'%') => return Some((at, Kind::Statement)),
            Some(b'#') => return Some((at, Kind::Comment)),
            _ => at += 1,
        }
    }
    None
}

fn piece(text: &str, start: usize, kind: Kind) -> Result<Piece, TemplateError> {
    let closing = match kind {
        Kind::Value => "}}",
        Kind::Statement => "%}",
        Kind::Comment => "#}",
    };
    let Some(end) = closed(text, start + 2, closing, kind) else {
        // What follows is probably all meant as text: point to the line only.
        let line = text[start..]
            .find('\n')
            .map_or(text.len(), |length| start + length);
        let open = &text[start..start + 2];
        return Err(
            TemplateError::new(start..line, format!("`{open}` is never closed"))
                .hint(format!("write `{closing}` where it ends")),
        );
    };
    let mut inner = start + 2..end;
    if text[inner.clone()].starts_with(['-', '+']) {
        inner.start += 1;
    }
    if inner.len() > 1 && text[inner.clone()].ends_with(['-', '+']) {
        inner.end -= 1;
    }
    Ok(Piece {
        whole: start..end + 2,
        inner,
        kind,
    })
}

/// Where a piece's closing braces begin. They may stand inside of quotation marks, and another
/// pair of opening braces says that the closing ones were forgotten.
fn closed(text: &str, from: usize, closing: &str, kind: Kind) -> Option<usize> {
    if kind == Kind::Comment {
        return text[from..].find(closing).map(|found| from + found);
    }
    let mut quote = None;
    let mut escaped = false;
    for (place, character) in text[from..].char_indices() {
        let at = from + place;
        match quote {
            Some(_) if escaped => escaped = false,
            Some(_) if character == '\\' => escaped = true,
            Some(open) if character == open => quote = None,
            Some(_) => {}
            None if text[at..].starts_with(closing) => return Some(at),
            None if text[at..].starts_with("{{") || text[at..].starts_with("{%") => return None,
            None if matches!(character, '"' | '\'') => quote = Some(character),
            None => {}
        }
    }
    None
}

fn find_end_raw(text: &str, from: usize) -> Option<usize> {
    let mut at = from;
    while let Some(found) = text[at..].find("{%") {
        at += found;
        let end = at + text[at..].find("%}")?;
        if text[at + 2..end].trim_matches(|c: char| c.is_whitespace() || c == '-' || c == '+')
            == "endraw"
        {
            return Some(end + 2);
        }
        at += 2;
    }
    None
}

/// Statements that make sense in a message and end by themselves.
const STATEMENTS: [&str; 5] = ["if", "elif", "else", "endif", "raw"];

/// Refuses what a template of ours has no use for, and what could run for ever.
pub(super) fn allowed(text: &str, pieces: &[Piece]) -> Result<(), TemplateError> {
    for piece in pieces.iter().filter(|piece| piece.kind != Kind::Comment) {
        // A power of a power is a number that no computer writes out.
        if piece.unquoted(text).iter().any(|part| part.contains('*')) {
            return Err(
                TemplateError::new(piece.whole.clone(), "templates do not calculate")
                    .hint("write the result"),
            );
        }
    }
    let mut open: Vec<&Piece> = Vec::new();
    for piece in pieces.iter().filter(|piece| piece.kind == Kind::Statement) {
        let word = piece.word(text);
        let error = |message: String| TemplateError::new(piece.whole.clone(), message);
        match word {
            "if" => open.push(piece),
            "endif" if open.pop().is_none() => {
                return Err(
                    error("`{% endif %}` without an `{% if … %}` before it".to_owned())
                        .hint("take it out, or write the `{% if … %}`"),
                );
            }
            "elif" | "else" if open.is_empty() => {
                return Err(error(format!(
                    "`{{% {word} %}}` without an `{{% if … %}}` before it"
                ))
                .hint("take it out, or write the `{% if … %}`"));
            }
            "for" => {
                return Err(error("templates have no loops".to_owned())
                    .hint("write the lines out; a text is filled in once for each room anyway"));
            }
            "endraw" => {
                return Err(
                    error("`{% endraw %}` without a `{% raw %}` before it".to_owned())
                        .hint("take it out"),
                );
            }
            word if STATEMENTS.contains(&word) || word == "endif" => {}
            word => {
                let shown = if word.is_empty() {
                    piece.whole(text).to_owned()
                } else {
                    format!("{{% {word} %}}")
                };
                return Err(error(format!("templates have no `{shown}`"))
                    .hint("there is `{% if … %}`, `{% elif … %}`, `{% else %}`, `{% endif %}` and `{% raw %}`"));
            }
        }
    }
    match open.last() {
        None => Ok(()),
        Some(piece) => Err(TemplateError::new(
            piece.whole.clone(),
            "this `{% if … %}` is never closed",
        )
        .hint("write `{% endif %}` where it ends")),
    }
}
