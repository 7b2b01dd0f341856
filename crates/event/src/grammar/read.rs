//! Binding: from a tree to the sections of the grammar, collecting what does not fit.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use super::{Entry, EventFile, Value};
use crate::diagnostic::Source;
use crate::diagnostics::{At, Diagnostics, Finding, MOST_FINDINGS, closest, did_you_mean};
use crate::hint::Hint;
use crate::yaml::{Kind, Node};

/// An entry and the name that it stands under.
#[derive(Debug, Clone)]
pub(crate) struct Named<T> {
    pub(crate) id: At<String>,
    pub(crate) entry: T,
    /// Where the entry stands, without its name.
    pub(crate) span: Range<usize>,
}

/// The most keys that a hint names.
const MOST_KEYS: usize = 6;

/// What reading needs at hand.
pub(crate) struct Binder<'a> {
    pub(crate) source: &'a Source,
    pub(crate) diagnostics: &'a mut Diagnostics,
    pub(crate) seen: Seen,
}

/// What was met while the file was bound, wherever it stands.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// Where passwords stand: nobody is to see them in a finding.
    pub(crate) secrets: Vec<Range<usize>>,
    /// The roles that selectors name.
    pub(crate) roles: BTreeSet<String>,
}

/// Binds the whole file.
pub(crate) fn read(
    root: &Node,
    source: &Source,
    diagnostics: &mut Diagnostics,
) -> (EventFile, Seen) {
    let mut binder = Binder {
        source,
        diagnostics,
        seen: Seen::default(),
    };
    let file = binder.entry(root, &|_| true, true).unwrap_or_default();
    (file, binder.seen)
}

impl Binder<'_> {
    pub(crate) fn error(
        &mut self,
        code: &'static str,
        span: &Range<usize>,
        message: impl Into<String>,
    ) -> Finding<'_> {
        self.diagnostics.error(code, span.clone(), message)
    }

    /// The value is not what is wanted here. Says so, with the hint that fits what was written.
    pub(crate) fn wrong_type(&mut self, node: &Node, wanted: &str) {
        self.wrong_shape(node, wanted, shape_hint(wanted, node));
    }

    /// The same with a hint for a value of another shape.
    fn wrong_shape(&mut self, node: &Node, wanted: &str, shape: String) {
        let raw = self.source.text.get(node.span.clone()).unwrap_or_default();
        let (found, hint) = match &node.kind {
            Kind::Broken => return,
            _ if node.is_null() => ("nothing".to_owned(), None),
            Kind::Scalar { text, plain: true } if text.parse::<f64>().is_ok() => (
                format!("the number {text}"),
                Some(Hint::write(format!("\"{text}\"")).and(" with quotes")),
            ),
            Kind::Scalar { plain: true, .. } if raw == "true" || raw == "false" => (
                format!("`{raw}`"),
                Some(Hint::write(format!("\"{raw}\"")).and(" with quotes")),
            ),
            Kind::Scalar { text, .. } => (format!("`{}`", shortened(text)), None),
            _ if raw.starts_with("{{") => (
                "`{{ … }}` without quotes".to_owned(),
                Some("put quotes around the whole text, or put it below `|`".into()),
            ),
            Kind::List(_) => ("a list".to_owned(), None),
            Kind::Map(_) => ("keys and values".to_owned(), None),
        };
        let hint = hint
            .filter(|_| wanted.contains("text"))
            .unwrap_or_else(|| shape.into());
        self.error(
            "type",
            &first_line(raw, &node.span),
            format!(
                "here {} {wanted}, not {found}",
                if wanted.starts_with("people") || wanted.starts_with("rooms") {
                    "belong"
                } else {
                    "belongs"
                }
            ),
        )
        .hint(hint);
    }

    /// A section with fixed keys, of which only the allowed ones may be written.
    pub(crate) fn entry<E: Entry>(
        &mut self,
        node: &Node,
        allowed: &dyn Fn(&str) -> bool,
        complete: bool,
    ) -> Option<E> {
        let mut entry = E::default();
        let before = self.diagnostics.errors();
        let empty = Vec::new();
        let entries = match &node.kind {
            Kind::Map(entries) => entries,
            _ if node.is_null() => &empty,
            // The name stays known, so that what refers to it is not reported as well.
            _ => {
                let keys = E::KEYS.iter().filter(|spec| allowed(spec.name));
                let keys: Vec<_> = keys.map(|spec| format!("`{}:`", spec.name)).collect();
                let more = if keys.len() > MOST_KEYS { ", …" } else { "" };
                let wanted = "a block of `key: value` lines";
                let hint = format!(
                    "{}: {}{more}",
                    shape_hint(wanted, node),
                    keys[..keys.len().min(MOST_KEYS)].join(", ")
                );
                self.wrong_shape(node, wanted, hint);
                let keys = E::KEYS.iter().map(|spec| spec.name).collect();
                entry.place(node.span.clone(), true, keys);
                return Some(entry);
            }
        };
        let mut seen: HashMap<&str, Range<usize>> = HashMap::new();
        let mut unread = Vec::new();
        for (key, value) in entries {
            let known = E::KEYS.iter().find(|spec| spec.name == key.text);
            let known = known.filter(|spec| allowed(spec.name));
            if let Some(first) = seen.get(key.text.as_str()) {
                self.twice(&key.text, &key.span, first.clone());
            } else if let Some(spec) = known {
                if value.is_null() {
                    let message = format!("nothing stands behind `{}:`", key.text);
                    self.error("key/empty", &key.span, message)
                        .hint("write a value, or take the line out");
                    unread.push(spec.name);
                } else if !entry.set(spec.name, value, self) {
                    unread.push(spec.name);
                }
            } else {
                if closest(&key.text, ["password"]).is_some() || key.text.contains("pass") {
                    self.seen.secrets.push(value.span.clone());
                }
                unread.extend(self.unknown_key::<E>(&key.text, &key.span, allowed));
            }
            seen.insert(&key.text, key.span.clone());
        }
        if complete {
            self.missing::<E>(node, |key| seen.contains_key(key) || unread.contains(&key));
        }
        entry.place(
            node.span.clone(),
            self.diagnostics.errors() > before,
            unread,
        );
        Some(entry)
    }

    /// `key` stands twice in one section; YAML would silently take the last.
    pub(crate) fn twice(&mut self, key: &str, span: &Range<usize>, first: Range<usize>) {
        self.error("key/twice", span, format!("`{key}` is written twice"))
            .related(first, "first here")
            .hint("keep one of the two");
    }

    fn unknown_key<E: Entry>(
        &mut self,
        key: &str,
        span: &Range<usize>,
        allowed: &dyn Fn(&str) -> bool,
    ) -> Option<&'static str> {
        // Looking for what was meant costs; in a file with this many, nobody reads it.
        if self.diagnostics.errors() > MOST_FINDINGS {
            self.error("key/unknown", span, "more keys that do not belong here");
            return None;
        }
        let names: Vec<_> = E::KEYS
            .iter()
            .map(|spec| spec.name)
            .filter(|name| allowed(name))
            .collect();
        let elsewhere = E::KEYS.iter().any(|spec| spec.name == key);
        let hint = did_you_mean(key, names.iter().copied()).unwrap_or_else(|| {
            let links = if names.contains(&"links") {
                "; own fields go below `links:`"
            } else {
                ""
            };
            format!("known here: {}{links}", names.join(", ")).into()
        });
        let message = if elsewhere {
            format!("`{key}` cannot be set here")
        } else {
            format!("`{key}` is not a key that belongs here")
        };
        self.error("key/unknown", span, message).hint(hint);
        closest(key, names)
    }

    fn missing<E: Entry>(&mut self, node: &Node, written: impl Fn(&str) -> bool) {
        let raw = self.source.text.get(node.span.clone()).unwrap_or_default();
        for spec in E::KEYS.iter().filter(|spec| spec.required) {
            if !written(spec.name) {
                let about = spec.doc.lines().next().unwrap_or_default().trim();
                let message = format!("`{}:` is missing", spec.name);
                self.error("key/missing", &first_line(raw, &node.span), message)
                    .hint(about.to_owned());
            }
        }
    }

    /// The words of a scalar that is a text; numbers and truth values need quotes.
    pub(crate) fn text(&mut self, node: &Node, wanted: &str) -> Option<String> {
        match &node.kind {
            Kind::Scalar { text, plain } => {
                let other = *plain
                    && (node.is_null()
                        || text.parse::<f64>().is_ok_and(f64::is_finite)
                        || matches!(text.as_str(), "true" | "false"));
                if !other {
                    return Some(text.clone());
                }
                self.wrong_type(node, wanted);
                None
            }
            _ => {
                self.wrong_type(node, wanted);
                None
            }
        }
    }

    /// A text without blanks around it: Webex may leave them out, and they cannot be seen.
    pub(crate) fn trimmed<'t>(&mut self, text: &'t str, span: &Range<usize>) -> &'t str {
        let trimmed = text.trim();
        if trimmed.len() < text.len() {
            let message = format!("there are blanks around `{}`", shortened(trimmed));
            let note = self.diagnostics.note("text/blanks", span.clone(), message);
            note.hint("they are left out; take them out here too");
        }
        trimmed
    }

    /// The words of a scalar, however they are written.
    pub(crate) fn scalar<'n>(&mut self, node: &'n Node, wanted: &str) -> Option<&'n str> {
        match &node.kind {
            Kind::Scalar { text, .. } if !node.is_null() => Some(text),
            _ => {
                self.wrong_type(node, wanted);
                None
            }
        }
    }
}

impl<T: Value> Value for Vec<At<T>> {
    /// A list, or the one thing that it would hold.
    fn read(node: &Node, binder: &mut Binder<'_>) -> Option<Self> {
        match &node.kind {
            Kind::List(items) => Some(
                items
                    .iter()
                    .filter_map(|item| Some(At::new(T::read(item, binder)?, item.span.clone())))
                    .collect(),
            ),
            _ => Some(vec![At::new(T::read(node, binder)?, node.span.clone())]),
        }
    }

    fn schema() -> serde_json::Value {
        serde_json::json!({ "anyOf": [T::schema(), { "type": "array", "items": T::schema() }] })
    }

    fn words() -> String {
        format!("{}, or a list", T::words())
    }
}

/// The first line of what stands there, so that a caret does not run over half a file.
pub(crate) fn first_line(raw: &str, span: &Range<usize>) -> Range<usize> {
    let length = raw.find('\n').unwrap_or(raw.len());
    span.start..span.start + raw[..length].trim_end().len()
}

/// A text for a message: its beginning, on one line.
pub(crate) fn shortened(text: &str) -> String {
    let line = text.trim().lines().next().unwrap_or_default();
    if line.chars().count() <= 40 {
        line.to_owned()
    } else {
        line.chars().take(39).chain(['…']).collect()
    }
}

/// How to write what belongs in a place, for whoever wrote something of another shape.
fn shape_hint(wanted: &str, node: &Node) -> String {
    let hint = if wanted.contains("block") {
        "put the keys on the lines below, each indented by two spaces"
    } else if matches!(node.kind, Kind::List(_)) {
        "write the value alone, without `[ ]` and without `-`"
    } else if matches!(node.kind, Kind::Map(_)) {
        "write the value behind the colon, on the same line"
    } else {
        "docs/event-file.md lists every key with what belongs there"
    };
    hint.to_owned()
}
