//! minijinja's mistakes in words that an organiser understands.

use std::error::Error as _;
use std::ops::Range;

use minijinja::{Error, ErrorKind};

use crate::diagnostics::did_you_mean;
use crate::hint::Hint;

use super::TemplateError;
use super::context::{Context, Field};
use super::engine::{FILTERS, changed_link};
use super::objects::{Friendly, list, missing};
use super::scan::{Kind, Piece, pieces};
use crate::filter::LONGEST_OUTPUT;
use crate::markdown::LONGEST;

/// A template that cannot be read.
pub(super) fn syntax(text: &str, pieces: &[Piece], error: &Error) -> TemplateError {
    let range = error.range().unwrap_or(0..text.len());
    let piece = pieces
        .iter()
        .filter(|piece| piece.kind != Kind::Comment)
        .find(|piece| piece.whole.start <= range.start && range.start < piece.whole.end);
    let (inner, whole) = match piece {
        Some(piece) => (piece.inner(text), piece.whole.clone()),
        None => ("", range.clone()),
    };
    if let Some(found) = unknown_filter(text, error, &range) {
        return found;
    }
    if inner.trim().is_empty() && piece.is_some() {
        return TemplateError::new(whole, "there is nothing between these braces")
            .hint("name something, as in `{{ team.title }}`");
    }
    let words = format!("`{}` cannot be read", inner.trim());
    let offset = if inner.is_empty() { range } else { whole };
    TemplateError::new(offset, words).hint(syntax_hint(text, piece))
}

fn syntax_hint(text: &str, piece: Option<&Piece>) -> String {
    const EXAMPLE: &str = "a template names something, as in `{{ team.title }}`";
    let Some(piece) = piece else {
        return EXAMPLE.to_owned();
    };
    let inner = piece.inner(text).trim();
    if let Some(quote) = inner.chars().find(|c| "“”„«»‘’".contains(*c)) {
        return format!("write straight quotation marks in place of {quote}");
    }
    if let Some((name, meant)) = dashed(text, piece) {
        return underscore(name, &meant);
    }
    if inner.contains('{') {
        return "there is a brace too many".to_owned();
    }
    if piece.kind == Kind::Statement {
        return "a condition asks for something, as in `{% if team.links.board %}`".to_owned();
    }
    if inner.split_whitespace().count() > 1 && !inner.contains('|') {
        return "a name has no spaces: `{{ team.title }}`".to_owned();
    }
    EXAMPLE.to_owned()
}

/// A name with `-` in it, and how it is written inside of braces.
fn dashed<'a>(text: &'a str, piece: &Piece) -> Option<(&'a str, String)> {
    let word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    let parts = piece.unquoted(text);
    parts
        .into_iter()
        .flat_map(|part| part.split(move |c: char| !word(c)))
        .map(|name| name.trim_matches(['-', '.']))
        .find(|name| name.starts_with(char::is_alphabetic) && name.contains('-'))
        .map(|name| (name, name.replace('-', "_")))
}

fn underscore(name: &str, meant: &str) -> String {
    format!("inside braces names are written with `_`: `{meant}`, not `{name}`")
}

fn unknown_filter(text: &str, error: &Error, range: &Range<usize>) -> Option<TemplateError> {
    let (kind, known): (_, Vec<&str>) = match error.kind() {
        ErrorKind::UnknownFilter => ("filter", FILTERS.iter().map(|(name, _)| *name).collect()),
        ErrorKind::UnknownTest => ("test", vec!["defined"]),
        ErrorKind::UnknownFunction | ErrorKind::UnknownMethod => ("function", Vec::new()),
        _ => return None,
    };
    // The expression holds the name somewhere; minijinja's sentence says which it is.
    let name = named(error.detail().unwrap_or_default());
    let offset = name
        .and_then(|name| last_word(text, range, name))
        .unwrap_or_else(|| range.clone());
    let message = match name {
        Some(name) => format!("there is no {kind} `{name}`"),
        None => format!("there is no such {kind}"),
    };
    let all = if known.is_empty() {
        "templates have no functions".to_owned()
    } else {
        format!("there is {}", list(&known))
    };
    let meant = name.and_then(|name| did_you_mean(name, known));
    Some(TemplateError::new(offset, message).hint(meant_or(meant, all)))
}

/// What was probably meant, followed by all that there is.
fn meant_or(meant: Option<Hint>, all: String) -> Hint {
    match meant {
        Some(meant) => meant.and(&format!(" {}", capital(&all))),
        None => all.into(),
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// The name in minijinja's sentence: `filter upp is unknown`, `object has no method named foo`.
fn named(detail: &str) -> Option<&str> {
    let words: Vec<_> = detail.split_whitespace().collect();
    match words.as_slice() {
        [_, name, "is", "unknown"] => Some(name),
        [.., "named", name] => Some(name),
        _ => None,
    }
}

/// A template that cannot be filled in.
pub(super) fn failure(text: &str, context: &Context, error: &Error) -> TemplateError {
    let range = error.range().unwrap_or(0..text.len());
    if let Some(found) = minus(text, &range, context) {
        return found;
    }
    if let Some(friendly) = friendly(error) {
        // Which filter it was is no matter: what it stands behind is.
        return match piece_around(text, &range) {
            Some(piece) if *friendly == changed_link() => {
                let inner = piece.inner(text);
                let start = piece.inner.end - inner.trim_start().len();
                let range = start..start + inner.trim().len();
                match mentions_fact(inner) {
                    true => said(text, range, friendly),
                    false => said(text, range, &cut_short()),
                }
            }
            _ => said(text, range, friendly),
        };
    }
    if let Some(found) = unknown_filter(text, error, &range) {
        return found;
    }
    let shown = text[range.clone()].trim().to_owned();
    let detail = error.detail().unwrap_or("it makes no sense");
    match error.kind() {
        ErrorKind::OutOfFuel | ErrorKind::WriteFailure => {
            let most = LONGEST_OUTPUT / 1024;
            TemplateError::new(range, format!("this becomes longer than {most} KB")).hint(format!(
                "shorten it: Webex takes {LONGEST} bytes in a message"
            ))
        }
        _ if mentions_fact(&shown) => said(text, range, &changed_link()),
        _ if mentions_open(&shown, context) => said(text, range, &cut_short()),
        ErrorKind::UndefinedError => undefined(text, range, context),
        // The place of a slice does not hold what is sliced.
        _ if piece_around(text, &range)
            .is_some_and(|piece| mentions_open(piece.inner(text), context)) =>
        {
            said(text, range, &cut_short())
        }
        _ if detail.ends_with("not callable") => {
            let name = shown.split('(').next().unwrap_or_default();
            TemplateError::new(range, format!("there is no function `{name}`"))
                .hint("templates have no functions")
        }
        _ => TemplateError::new(range, format!("`{shown}` cannot be worked out: {detail}"))
            .hint("templates name things, as in `{{ team.title }}`"),
    }
}

/// A name with a `-` is read as a subtraction, which no template wants.
fn minus(text: &str, range: &Range<usize>, context: &Context) -> Option<TemplateError> {
    let piece = piece_around(text, range)?;
    let (name, meant) = dashed(text, &piece)?;
    let offset = last_word(text, &piece.whole, name).unwrap_or(piece.whole);
    let first = meant.split('.').next().unwrap_or_default();
    let message = format!(
        "`{}` is not known here",
        name.split('.').next().unwrap_or_default()
    );
    let hint = match context.get(first) {
        Some(_) => Hint::instead(underscore(name, &meant), &meant).of(name),
        None => {
            let names = context.names();
            let all = format!("known here: {}", list(&names));
            let first = name.split('.').next().unwrap_or_default();
            meant_or(did_you_mean(first, names), all)
        }
    };
    Some(TemplateError::new(offset, message).hint(hint))
}

/// A comparison with what may still change: its outcome would be that of today.
pub(super) fn compared(text: &str, whole: &Range<usize>, name: &str) -> TemplateError {
    let offset = last_word(text, whole, name).unwrap_or_else(|| whole.clone());
    let message = format!(
        "`{name}` cannot be compared here: its times, day and title may change until this is sent"
    );
    TemplateError::new(offset, message)
        .hint("ask for what does not change, as in `{% if team.id == \"team-1\" %}`")
}

/// A part of what is filled in later.
fn cut_short() -> Friendly {
    Friendly {
        message: "a meeting's times, day and title are filled in when this is sent: only a filter \
                  can change them"
            .to_owned(),
        hint: Some("write it alone, as in `{{ opening.start }}`".into()),
        word: None,
    }
}

/// A mark that was changed in a way that only shows in the whole text.
pub(super) fn tampered(text: &str, context: &Context) -> TemplateError {
    let of_times = |piece: &Piece| mentions_open(piece.inner(text), context);
    let pieces = pieces(text).unwrap_or_default();
    let friendly = match pieces.iter().find(|piece| of_times(piece)) {
        Some(piece) if !mentions_fact(text) => {
            return said(text, piece.whole.clone(), &cut_short());
        }
        _ => changed_link(),
    };
    let found = TemplateError::new(fact(text), friendly.message);
    TemplateError {
        hint: friendly.hint,
        ..found
    }
}

/// A fact that waits for Webex in a text that cannot wait.
pub(super) fn not_here(text: &str) -> TemplateError {
    TemplateError::new(
        fact(text),
        "a meeting's link, password or number is not known yet here",
    )
    .hint("use it in cues, tabs and answers")
}

/// Where a fact is named, or everything.
fn fact(text: &str) -> Range<usize> {
    let pieces = pieces(text).unwrap_or_default();
    let named = pieces.iter().find(|piece| mentions_fact(piece.inner(text)));
    named.map_or(0..text.len(), |piece| piece.whole.clone())
}

fn mentions_fact(expression: &str) -> bool {
    paths(expression).any(|path| {
        let last = path.rsplit_once('.').map_or("", |(_, last)| last);
        ["link", "join", "password", "number"].contains(&last)
    })
}

/// Whether something is named that may still change.
fn mentions_open(expression: &str, context: &Context) -> bool {
    paths(expression).any(|path| {
        let first = path.split_once('.').map_or(path, |(first, _)| first);
        context.may_change(first)
    })
}

fn paths(expression: &str) -> impl Iterator<Item = &str> {
    expression.split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.')))
}

/// Our own sentence, which minijinja carried through.
fn friendly(error: &Error) -> Option<&Friendly> {
    let mut source = error.source();
    while let Some(inner) = source {
        if let Some(friendly) = inner.downcast_ref::<Friendly>() {
            return Some(friendly);
        }
        source = inner.source();
    }
    None
}

fn said(text: &str, range: Range<usize>, friendly: &Friendly) -> TemplateError {
    let whole = piece_around(text, &range).map_or_else(|| range.clone(), |piece| piece.whole);
    let word = friendly.word.as_deref();
    let offset = word
        .and_then(|word| last_word(text, &range, word).or_else(|| last_word(text, &whole, word)))
        .unwrap_or(range);
    let found = TemplateError::new(offset, friendly.message.clone());
    TemplateError {
        hint: friendly.hint.clone(),
        ..found
    }
}

/// The braces around a place.
fn piece_around(text: &str, range: &Range<usize>) -> Option<Piece> {
    let inside = |piece: &Piece| piece.whole.start <= range.start && range.start < piece.whole.end;
    pieces(text).unwrap_or_default().into_iter().find(inside)
}

/// The place of a word that is not part of a longer one.
fn last_word(text: &str, range: &Range<usize>, word: &str) -> Option<Range<usize>> {
    let inside = text.get(range.clone())?;
    let part = |c: char| c.is_alphanumeric() || c == '_';
    inside
        .match_indices(word)
        .filter(|(at, _)| {
            let before = inside[..*at].chars().next_back().is_some_and(part);
            let after = inside[at + word.len()..].chars().next().is_some_and(part);
            !before && !after
        })
        .map(|(at, _)| range.start + at..range.start + at + word.len())
        .last()
}

/// A field that is not there: one of the organiser's own, or of something that has no fields.
fn undefined(text: &str, range: Range<usize>, context: &Context) -> TemplateError {
    let whole = piece_around(text, &range).map_or_else(|| range.clone(), |piece| piece.whole);
    let path = path(&text[range.start..whole.end]);
    let mut names = path.split('.');
    let mut at = names.next().unwrap_or_default().to_owned();
    let mut field = context.get(&at);
    for name in names {
        let offset = last_word(text, &whole, name).unwrap_or_else(|| range.clone());
        match field {
            Some(Field::Fields(fields)) => match fields.get(name) {
                Some(next) => field = Some(next),
                None => {
                    let friendly = missing(&at, name, fields);
                    let hint = friendly.hint.unwrap_or_default();
                    let ask = format!("Where it may be missing, ask: `{{% if {at}.{name} %}}`");
                    return TemplateError::new(offset, friendly.message)
                        .hint(hint.and(&format!(". {ask}")));
                }
            },
            Some(Field::Words(_)) => {
                return TemplateError::new(offset, format!("`{at}` is a text: it has no `{name}`"))
                    .hint(format!("leave `.{name}` out"));
            }
            _ => break,
        }
        at = format!("{at}.{name}");
    }
    TemplateError::new(range, format!("`{path}` has no value here"))
        .hint("where it may be missing, ask with `{% if … %}`")
}

/// The first dotted name of an expression.
fn path(expression: &str) -> &str {
    let end = |c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.'));
    let names = expression.split(end);
    names
        .into_iter()
        .find(|path| path.starts_with(char::is_alphabetic))
        .unwrap_or_default()
}
