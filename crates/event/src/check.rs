//! From bytes to a checked event: the one door of this crate.

use std::ops::Range;
use std::sync::Arc;

use jiff::Timestamp;

use crate::diagnostic::{Diagnostic, Severity, Source};
use crate::diagnostics::Diagnostics;
use crate::expand::{Expansion, expand};
use crate::grammar::{self, EventFile};
use crate::hint::Hint;
use crate::model::Event;
use crate::places::Places;
use crate::{roster, rules, yaml};

/// The largest event file that is looked at, in bytes: enough for 20,000 teams, as the people are in
/// the roster.
pub const LARGEST_FILE: usize = 4 * 1024 * 1024;

/// What there is to check.
pub struct Input<'a> {
    /// The event file's name, as messages show it.
    pub name: &'a str,
    /// The event file.
    pub bytes: &'a [u8],
    /// Reads the roster: takes the path behind `people:`, which has been found to lead nowhere
    /// outside of the event's folder by its spelling, and yields the bytes, or a sentence saying
    /// why there are none. Links in the file system are for the reader to refuse.
    pub load: &'a dyn Fn(&str) -> Result<Vec<u8>, String>,
    /// The present time, if findings that depend on it are wanted.
    pub now: Option<Timestamp>,
}

/// What came of it.
#[derive(Debug, Clone)]
pub struct Checked {
    /// The event, if nothing is wrong with it.
    pub event: Option<Event>,
    /// Everything that was found, by file and place, each finding once.
    pub diagnostics: Vec<Diagnostic>,
    /// The files that were read, the event file first.
    pub sources: Vec<Source>,
}

/// Checks an event file and its roster, and finds as many mistakes as can be found in one go.
///
/// ```
/// use showcaller_event::{Input, check};
///
/// let input = Input {
///     name: "event.yaml",
///     bytes: b"event: demo\ntitel: Demo\n",
///     load: &|_| Ok(b"email,name\nann@example.com,Ann\n".to_vec()),
///     now: None,
/// };
/// let checked = check(&input);
/// assert!(checked.event.is_none());
/// let typo = checked.diagnostics.iter().find(|found| found.code == "key/unknown").unwrap();
/// assert_eq!(typo.to_string(), "event.yaml:2:1: `titel` is not a key that belongs here");
/// assert_eq!(typo.hint.as_deref(), Some("did you mean `title`?"));
/// ```
#[must_use]
pub fn check(input: &Input<'_>) -> Checked {
    let mut diagnostics = Diagnostics::new();
    let source = decode(input, &mut diagnostics);
    let mut sources = vec![source.clone()];
    let mut event = None;
    let mut secrets = Vec::new();
    if diagnostics.errors() == 0
        && let Some(root) = yaml::read(&source, &mut diagnostics)
    {
        let (file, seen) = grammar::read(&root, &source, &mut diagnostics);
        secrets = seen.secrets;
        let roster = people(&file, &source, input, &mut diagnostics);
        if roster.source.name != source.name {
            sources.push(roster.source.clone());
        }
        let Expansion {
            event: made,
            places,
        } = expand(&file, &source, &roster, seen.roles, &mut diagnostics);
        judge(&file, &made, &places, input, &mut diagnostics);
        event = Some(made);
    } else if diagnostics.errors() == 0 {
        diagnostics
            .error("yaml/empty", 0..0, "the file is empty")
            .hint("`showcaller new` writes one to begin with");
    }
    if diagnostics.errors() > 0 {
        event = None;
    }
    let order: Vec<Arc<str>> = sources
        .iter()
        .map(|source| Arc::clone(&source.name))
        .collect();
    let mut diagnostics = diagnostics.sorted(&order);
    if !secrets.is_empty() {
        let masked = masked(&source, &secrets);
        sources[0] = masked.clone();
        for diagnostic in diagnostics
            .iter_mut()
            .filter(|d| d.source.name == masked.name)
        {
            diagnostic.source = masked.clone();
        }
    }
    Checked {
        event,
        diagnostics,
        sources,
    }
}

/// Judges the whole by the rules. What they find may follow from a mistake that was found before:
/// then only what cannot is said.
fn judge(
    file: &EventFile,
    event: &Event,
    places: &Places,
    input: &Input<'_>,
    diagnostics: &mut Diagnostics,
) {
    let mut judged = Diagnostics::new();
    rules::all(&rules::Input::new(event, places, input.now), &mut judged);
    let before = diagnostics.found();
    let broken: Vec<_> = file
        .entries()
        .into_iter()
        .filter(|entry| {
            before
                .iter()
                .any(|d| *d.source.name == *input.name && entry.contains(&d.span.start))
        })
        .collect();
    // Where each selector of a list was reported to select no person, so is what follows for the list.
    let explained = |d: &Diagnostic| {
        let inside = |nobody: &&Diagnostic| {
            let same = nobody.source.name == d.source.name && NOBODY.contains(&nobody.code);
            same && d.span.contains(&nobody.span.start)
        };
        let selectors = d.source.text[d.span.clone()].trim_end();
        let more = selectors.matches([',', '\n']).count();
        FOR_NOBODY.contains(&d.code) && before.iter().filter(inside).count() > more
    };
    let follows = |d: &Diagnostic| {
        let touches = |b: &Diagnostic| b.span.start < d.span.end && d.span.start < b.span.end;
        let same =
            |b: &&Diagnostic| b.severity == Severity::Error && b.source.name == d.source.name;
        // A value of which an error speaks already.
        if before.iter().filter(same).any(touches) {
            return true;
        }
        let inside = *d.source.name == *input.name
            && broken.iter().any(|entry| entry.contains(&d.span.start));
        d.severity == Severity::Note || (inside && !STANDS_ALONE.contains(&d.code))
    };
    let wrong = diagnostics.errors() > 0;
    let kept: Vec<_> = judged
        .found()
        .iter()
        .filter(|d| !(explained(d) || wrong && follows(d)))
        .cloned()
        .collect();
    diagnostics.append(kept);
}

/// Findings about one selector that selects no person, and what follows where a whole list does.
const NOBODY: [&str; 2] = ["role/nobody", "selector/nobody"];
const FOR_NOBODY: [&str; 4] = [
    "room/unmoderated",
    "meeting/no-cohost",
    "cue/unheard",
    "organisers/no-people",
];

/// Findings about one value, which hold whatever else is wrong with the entry.
const STANDS_ALONE: [&str; 12] = [
    "meeting/time",
    "meeting/min-length",
    "meeting/title",
    "meeting/agenda",
    "meeting/password",
    "room/description",
    "tab/name",
    "tab/url",
    "cue/text",
    "answer/text",
    "answer/name",
    "answer/words",
];

/// The same text with stars where passwords stand, so that showing a line shows none of them.
fn masked(source: &Source, secrets: &[Range<usize>]) -> Source {
    let mut text = source.text.to_string();
    for span in secrets {
        let Some(secret) = text.get(span.clone()) else {
            continue;
        };
        // Quotes and line breaks stay, and so does the number of bytes: positions rest on them.
        let star = |c: char| match c {
            '"' | '\'' | '\n' | '\r' | ' ' => c.to_string(),
            other => "*".repeat(other.len_utf8()),
        };
        let stars: String = secret.chars().map(star).collect();
        text.replace_range(span.clone(), &stars);
    }
    Source {
        name: Arc::clone(&source.name),
        text: text.into(),
    }
}

/// The text of the event file. What cannot be read at all is said.
pub(crate) fn decode(input: &Input<'_>, diagnostics: &mut Diagnostics) -> Source {
    let bytes = input.bytes.strip_prefix(b"\xEF\xBB\xBF");
    let bytes = bytes.unwrap_or(input.bytes);
    let is_large = bytes.len() > LARGEST_FILE;
    let is_utf16 = matches!(bytes, [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..]);
    let read = if is_large || is_utf16 { &[] } else { bytes };
    let source = Source {
        name: input.name.into(),
        text: String::from_utf8_lossy(read).into(),
    };
    diagnostics.enter(&source);
    if is_large {
        let size = bytes.len() / (1024 * 1024);
        let message = format!("the file has {size} MB; event files have at most 4");
        diagnostics
            .error("yaml/size", 0..0, message)
            .hint("is it the right file? People belong into the roster");
    } else if is_utf16 {
        diagnostics
            .error("yaml/encoding", 0..0, "the file is written in UTF-16")
            .hint("save it as UTF-8");
    } else if let Err(error) = std::str::from_utf8(bytes) {
        let at = error.valid_up_to();
        diagnostics
            .error("yaml/encoding", at..at + 1, "this character is not UTF-8")
            .hint("save the file as UTF-8");
    } else {
        strange(&source, diagnostics);
    }
    source
}

/// Characters that no text needs, and that YAML or we keep for ourselves.
fn strange(source: &Source, diagnostics: &mut Diagnostics) {
    let strange =
        |c: char| (c.is_control() && !matches!(c, '\n' | '\r' | '\t')) || c == yaml::TAKEN_OUT;
    if let Some((at, c)) = source.text.char_indices().find(|(_, c)| strange(*c)) {
        let message = format!("there is a control character here (U+{:04X})", u32::from(c));
        diagnostics
            .error("yaml/character", at..at + c.len_utf8(), message)
            .hint("delete it; it is invisible in most editors");
    }
}

/// Reads the roster that the file names.
pub(crate) fn people(
    file: &EventFile,
    source: &Source,
    input: &Input<'_>,
    diagnostics: &mut Diagnostics,
) -> roster::Roster {
    let nobody = || roster::Roster {
        source: source.clone(),
        lines: Vec::new(),
    };
    let Some(path) = &file.people else {
        return nobody();
    };
    if let Some((message, hint)) = outside(&path.value) {
        diagnostics
            .error("people/outside", path.span.clone(), message)
            .hint(hint);
        return nobody();
    }
    match (input.load)(&path.value) {
        Ok(bytes) => roster::read(&path.value, &bytes, diagnostics),
        Err(reason) => {
            let message = format!("`{}` cannot be read: {reason}", path.value);
            diagnostics
                .error("people/unreadable", path.span.clone(), message)
                .hint("the path is taken from the folder of the event file");
            nobody()
        }
    }
}

/// Whether a path leads out of the event's folder, on any system: message and hint.
fn outside(path: &str) -> Option<(String, Hint)> {
    let drive = path.as_bytes().get(1) == Some(&b':');
    let absolute = path.starts_with(['/', '\\', '~']) || drive || path.contains("://");
    let climbs = path
        .split(['/', '\\'])
        .any(|part| part == ".." || part.trim() == "..");
    if absolute || climbs {
        return Some((
            format!("`{path}` leads out of the folder of the event file"),
            "put the roster beside the event file and write its name only".into(),
        ));
    }
    path.contains('\\').then(|| {
        let mended = path.replace('\\', "/");
        (
            format!("`{path}` is written with `\\`"),
            Hint::write(mended),
        )
    })
}
