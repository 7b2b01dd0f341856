//! Plain values: names, texts, numbers, dates, and maps of entries.

use std::collections::HashMap;
use std::marker::PhantomData;

use jiff::civil::Date;
use serde_json::json;
use showcaller_secret::Secret;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use super::loose::date_hint;
use super::read::shortened;
use super::{Binder, Named, Section, Value};
use crate::diagnostics::At;
use crate::hint::Hint;
use crate::roster::address;
use crate::yaml::{Key, Kind, Node};

/// A name: `team-1`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Id(pub(crate) String);

/// How names are written, for the schema.
pub(crate) const ID_PATTERN: &str = "^[a-z][a-z0-9-]*$";

/// Words that YAML readers of the older kind take for true, false or nothing.
const TRUTHS: [&str; 9] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];

/// Words that mean something in selectors and templates.
const TAKEN: [&str; 7] = ["people", "everyone", "all", "this", "event", "loop", "self"];

/// Why a text cannot be a name: message and hint.
pub(crate) fn id_trouble(text: &str, plain: bool) -> Option<(String, Hint)> {
    if TRUTHS.contains(&text.to_lowercase().as_str()) && plain {
        return Some((
            format!("`{text}` cannot be a name: many programs read it as true or false"),
            "take a longer word".into(),
        ));
    }
    if TAKEN.contains(&text) {
        return Some((
            format!("`{text}` cannot be a name: it has a meaning of its own"),
            "take another word".into(),
        ));
    }
    if has_shape(text) {
        return None;
    }
    let rule = "names are lower-case letters, digits and `-`, and begin with a letter";
    let mended = mend(text);
    let usable = has_shape(&mended) && ![&TRUTHS[..], &TAKEN].concat().contains(&&*mended);
    let hint = match usable {
        true => Hint::instead(format!("{rule}: `{mended}`"), mended),
        false => format!("{rule}, as in `team-1`").into(),
    };
    Some((format!("`{}` cannot be a name", shortened(text)), hint))
}

/// Whether a text is written as names are.
fn has_shape(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|c| c.is_ascii_lowercase())
        && chars.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        && text.len() <= 60
}

/// The name that comes nearest: without accents, with numbers at the end.
fn mend(text: &str) -> String {
    let lower = text.to_lowercase().replace('ß', "ss");
    let plain: String = lower.nfkd().filter(|c| !is_combining_mark(*c)).collect();
    let mut words: Vec<_> = plain.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    words.retain(|word| !word.is_empty());
    let is_number = |word: &&&str| word.starts_with(|c: char| c.is_ascii_digit());
    let numbers = words.iter().take_while(is_number).count();
    words.rotate_left(numbers);
    words.join("-")
}

impl Value for Id {
    fn read(node: &Node, binder: &mut Binder<'_>) -> Option<Self> {
        let text = binder.text(node, "a name, as text")?;
        let plain = matches!(node.kind, Kind::Scalar { plain: true, .. });
        if let Some((message, hint)) = id_trouble(&text, plain) {
            binder.error("id", &node.span, message).hint(hint);
            return None;
        }
        Some(Self(text))
    }
    fn schema() -> serde_json::Value {
        json!({ "type": "string", "pattern": ID_PATTERN })
    }
    fn words() -> String {
        "a name".to_owned()
    }
}

impl Value for String {
    fn read(node: &Node, binder: &mut Binder<'_>) -> Option<Self> {
        let text = binder.text(node, "a text")?;
        if text.trim().is_empty() {
            binder.error("text/empty", &node.span, "this text is empty");
            return None;
        }
        // What is written in several lines is no name of anything.
        if text.contains('\n') {
            return Some(text);
        }
        Some(binder.trimmed(&text, &node.span).to_owned())
    }
    fn schema() -> serde_json::Value {
        json!({ "type": "string", "minLength": 1 })
    }
    fn words() -> String {
        "text".to_owned()
    }
}

/// A text with `{{ … }}` in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pattern(pub(crate) String);

impl Value for Pattern {
    fn read(node: &Node, binder: &mut Binder<'_>) -> Option<Self> {
        String::read(node, binder).map(Self)
    }
    fn schema() -> serde_json::Value {
        String::schema()
    }
    fn words() -> String {
        "text with `{{ … }}`".to_owned()
    }
}

/// A password, or `generated`.
#[derive(Debug, Clone)]
pub(crate) enum PasswordText {
    Generated,
    Given(Secret),
}

impl Value for PasswordText {
    fn read(node: &Node, binder: &mut Binder<'_>) -> Option<Self> {
        // The text must not come back in a message.
        if !matches!(&node.kind, Kind::Scalar { text, .. } if text == "generated") {
            binder.seen.secrets.push(node.span.clone());
        }
        match &node.kind {
            Kind::Scalar { text, plain } if *plain && text.parse::<f64>().is_ok() => {
                binder
                    .error("type", &node.span, "a password of digits only is a number")
                    .hint("put it in quotes");
                None
            }
            Kind::Scalar { text, .. } if text == "generated" => Some(Self::Generated),
            Kind::Scalar { text, .. } if !node.is_null() => Some(Self::Given(Secret::new(text))),
            _ => {
                binder.wrong_type(node, "a password as text, or `generated`");
                None
            }
        }
    }
    fn schema() -> serde_json::Value {
        json!({ "type": "string", "minLength": 1 })
    }
    fn words() -> String {
        "`generated`, or text".to_owned()
    }
}

impl Value for bool {
    fn read(node: &Node, binder: &mut Binder<'_>) -> Option<Self> {
        match &node.kind {
            Kind::Scalar { text, plain: true } if text == "true" => Some(true),
            Kind::Scalar { text, plain: true } if text == "false" => Some(false),
            Kind::Scalar { text, plain } => {
                let lower = text.to_lowercase();
                let raw = binder.source.text.get(node.span.clone());
                let raw = raw.unwrap_or_default();
                let hint = match lower.as_str() {
                    "true" | "false" if !plain => Hint::instead("take the quotes away", lower),
                    "yes" | "y" | "on" | "true" => Hint::write("true"),
                    "no" | "n" | "off" | "false" => Hint::write("false"),
                    _ => "it is `true` or `false`".into(),
                };
                // Of all of it, its quotes would stay.
                let hint = hint.of(raw);
                let message = format!("here belongs `true` or `false`, not `{}`", shortened(text));
                binder.error("type", &node.span, message).hint(hint);
                None
            }
            _ => {
                binder.wrong_type(node, "`true` or `false`");
                None
            }
        }
    }
    fn schema() -> serde_json::Value {
        json!({ "type": "boolean" })
    }
    fn words() -> String {
        "`true` or `false`".to_owned()
    }
}

impl Value for u32 {
    fn read(node: &Node, binder: &mut Binder<'_>) -> Option<Self> {
        let number = match &node.kind {
            Kind::Scalar { text, plain: true } => text.parse().ok(),
            _ => None,
        };
        let number = number.filter(|number| (1..=1000).contains(number));
        if number.is_none() {
            binder.wrong_type(node, "a whole number from 1 to 1000");
        }
        number
    }
    fn schema() -> serde_json::Value {
        json!({ "type": "integer", "minimum": 1, "maximum": 1000 })
    }
    fn words() -> String {
        "number".to_owned()
    }
}

impl Value for Date {
    fn read(node: &Node, binder: &mut Binder<'_>) -> Option<Self> {
        let text = binder.scalar(node, "a date")?;
        let strict = text.len() == 10 && text.is_ascii();
        match text.parse::<Date>() {
            Ok(date) if strict => Some(date),
            _ => {
                let message = format!("`{}` is not a date", shortened(text));
                binder
                    .error("date", &node.span, message)
                    .hint(date_hint(text));
                None
            }
        }
    }
    fn schema() -> serde_json::Value {
        json!({ "type": "string", "pattern": "^\\d{4}-\\d{2}-\\d{2}$" })
    }
    fn words() -> String {
        "date, as `2027-10-06`".to_owned()
    }
}

/// What the keys of a [`Map`] may be.
pub(crate) trait KeyKind: 'static {
    const PATTERN: &'static str;
    const WORDS: &'static str;
    /// Message and hint if `text` will not do.
    fn trouble(key: &Key) -> Option<(String, Hint)>;
    /// The key as it is kept.
    fn clean(text: &str) -> String {
        text.to_owned()
    }
}

/// Names.
#[derive(Debug, Clone)]
pub(crate) struct IdKey;

impl KeyKind for IdKey {
    const PATTERN: &'static str = ID_PATTERN;
    const WORDS: &'static str = "by name";
    fn trouble(key: &Key) -> Option<(String, Hint)> {
        id_trouble(&key.text, key.plain)
    }
}

/// The organiser's own words: what people click on, a field of `links:`.
#[derive(Debug, Clone)]
pub(crate) struct FreeKey;

impl KeyKind for FreeKey {
    const PATTERN: &'static str = "^[^\\s].*$";
    const WORDS: &'static str = "by a word of your own";
    fn trouble(key: &Key) -> Option<(String, Hint)> {
        let empty = key.text.trim().is_empty();
        empty.then(|| {
            (
                "a key is empty".to_owned(),
                "write a word in front of the colon".into(),
            )
        })
    }
}

/// E-mail addresses.
#[derive(Debug, Clone)]
pub(crate) struct EmailKey;

impl KeyKind for EmailKey {
    const PATTERN: &'static str = "^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$";
    const WORDS: &'static str = "by e-mail address";
    fn trouble(key: &Key) -> Option<(String, Hint)> {
        let fault = address(&key.text).err()?;
        let example = || "an address is written as name@example.com".into();
        Some((fault.message, fault.hint.unwrap_or_else(example)))
    }
    fn clean(text: &str) -> String {
        text.to_lowercase()
    }
}

/// A day, a team, a group, or team and day with a slash between them.
#[derive(Debug, Clone)]
pub(crate) struct PartKey;

impl KeyKind for PartKey {
    const PATTERN: &'static str = "^[a-z][a-z0-9-]*(/[a-z][a-z0-9-]*)?$";
    const WORDS: &'static str = "by day, team, group, or `team-1/day-2`";
    fn trouble(key: &Key) -> Option<(String, Hint)> {
        key.text.split('/').find_map(|part| {
            let (message, hint) = id_trouble(part, key.plain)?;
            Some((message, hint.of(part)))
        })
    }
}

/// Entries under names, in the file's order.
#[derive(Debug, Clone)]
pub(crate) struct Map<K, T> {
    pub(crate) entries: Vec<Named<T>>,
    kind: PhantomData<K>,
}

impl<K, T> Default for Map<K, T> {
    fn default() -> Self {
        Self {
            entries: Vec::new(),
            kind: PhantomData,
        }
    }
}

impl<K, T> Map<K, T> {
    /// Where each entry stands, with its name.
    pub(crate) fn spans(&self) -> impl Iterator<Item = std::ops::Range<usize>> {
        self.entries
            .iter()
            .map(|entry| entry.id.span.start..entry.span.end)
    }
}

impl<K: KeyKind, T: Value> Value for Map<K, T> {
    fn read(node: &Node, binder: &mut Binder<'_>) -> Option<Self> {
        let Kind::Map(entries) = &node.kind else {
            binder.wrong_type(node, "a block of `name: …` lines");
            return None;
        };
        let mut map = Self::default();
        let mut seen: HashMap<String, std::ops::Range<usize>> = HashMap::new();
        for (key, value) in entries {
            let mut name = K::clean(binder.trimmed(&key.text, &key.span));
            if let Some((message, hint)) = K::trouble(key) {
                // What refers to it by the name that it should have is not wrong.
                name = hint.proposal().map_or(name, str::to_owned);
                binder.error("id", &key.span, message).hint(hint);
            }
            if let Some(first) = seen.get(&name) {
                binder.twice(&name, &key.span, first.clone());
                continue;
            }
            seen.insert(name.clone(), key.span.clone());
            if let Some(entry) = T::read(value, binder) {
                let id = At::new(name, key.span.clone());
                map.entries.push(Named {
                    id,
                    entry,
                    span: value.span.clone(),
                });
            }
        }
        Some(map)
    }

    fn schema() -> serde_json::Value {
        json!({
            "type": "object",
            "propertyNames": { "pattern": K::PATTERN },
            "additionalProperties": T::schema(),
        })
    }

    fn words() -> String {
        format!("entries {}", K::WORDS)
    }

    fn section() -> Option<Section> {
        T::section()
    }
}
