//! What one rule finds, with repetitions folded.

use std::collections::HashMap;
use std::ops::Range;

use crate::diagnostic::Severity;
use crate::diagnostics::Diagnostics;
use crate::hint::Hint;
use crate::places::Place;

/// Collects for one rule. A pattern makes hundreds of rooms with the same mistake, written in
/// one place: the first is described, the others are counted.
pub(super) struct Report<'a> {
    code: &'static str,
    found: Vec<Found<'a>>,
    by_place: HashMap<(&'a str, Range<usize>), usize>,
}

struct Found<'a> {
    severity: Severity,
    place: Place<'a>,
    message: String,
    hint: Hint,
    more: usize,
}

impl<'a> Report<'a> {
    pub(super) fn new(code: &'static str) -> Self {
        Self {
            code,
            found: Vec::new(),
            by_place: HashMap::new(),
        }
    }

    /// Whether something was found there; if so, once more is counted. For rules whose words are
    /// costly to find.
    pub(super) fn again(&mut self, place: &Place<'a>) -> bool {
        let known = self.by_place.get(&(&*place.0.name, place.1.clone()));
        if let Some(known) = known {
            self.found[*known].more += 1;
        }
        known.is_some()
    }

    /// The event cannot be used like this.
    pub(super) fn error(&mut self, place: Place<'a>, message: String, hint: impl Into<Hint>) {
        self.add(Severity::Error, place, message, hint.into());
    }

    /// It can, but somebody should know.
    pub(super) fn note(&mut self, place: Place<'a>, message: String, hint: impl Into<Hint>) {
        self.add(Severity::Note, place, message, hint.into());
    }

    fn add(&mut self, severity: Severity, place: Place<'a>, message: String, hint: Hint) {
        if self.again(&place) {
            return;
        }
        let key = (&*place.0.name, place.1.clone());
        self.by_place.insert(key, self.found.len());
        self.found.push(Found {
            severity,
            place,
            message,
            hint,
            more: 0,
        });
    }

    /// Hands everything on.
    pub(super) fn send(self, diagnostics: &mut Diagnostics) {
        for found in self.found {
            let (source, span) = found.place;
            let message = match found.more {
                0 => found.message,
                1 => format!("{} (and once more like it)", found.message),
                more => format!("{} (and {more} more like it)", found.message),
            };
            let finding = diagnostics.add(found.severity, self.code, source.clone(), span, message);
            finding.hint(found.hint);
        }
    }
}

/// The ending of a word for so many.
pub(super) fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

/// `Ann, Bo and 3 more`: some names of many.
pub(super) fn some<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    const MOST: usize = 3;
    let names: Vec<_> = names.into_iter().collect();
    match names.as_slice() {
        [] => "nobody".to_owned(),
        [one] => (*one).to_owned(),
        [first @ .., last] if names.len() <= MOST => format!("{} and {last}", first.join(", ")),
        _ => format!(
            "{} and {} more",
            names[..MOST].join(", "),
            names.len() - MOST
        ),
    }
}
