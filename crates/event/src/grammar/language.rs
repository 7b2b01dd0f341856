//! Languages, and texts that are written in several of them.

use serde_json::json;

use super::read::shortened;
use super::values::{KeyKind, Map, Pattern};
use super::{Binder, Value};
use crate::hint::Hint;
use crate::language::Language;
use crate::yaml::{Key, Kind, Node};

/// How tags are written, for the schema: a language that the bot speaks, perhaps with more behind it.
const TAG_PATTERN: &str = "^([Ee][Nn]|[Nn][Ll]|[Ff][Rr])([-_][A-Za-z0-9]+)*$";

/// Message and hint about a language that the bot does not speak.
fn unknown(text: &str) -> (String, Hint) {
    let tags = Language::ALL.map(|language| format!("`{language}`"));
    (
        format!("`{}` is no language that the bot speaks", shortened(text)),
        format!("it speaks {}", tags.join(", ")).into(),
    )
}

impl Value for Language {
    fn read(node: &Node, binder: &mut Binder<'_>) -> Option<Self> {
        let text = binder.scalar(node, "a language")?;
        let language = Self::of_tag(text);
        if language.is_none() {
            let (message, hint) = unknown(text);
            binder.error("language", &node.span, message).hint(hint);
        }
        language
    }
    fn schema() -> serde_json::Value {
        json!({ "type": "string", "pattern": TAG_PATTERN, "examples": Self::ALL })
    }
    fn words() -> String {
        "language, as `en`".to_owned()
    }
}

/// The languages of a text. Regions are dropped, so that `nl` and `nl-BE` are one key.
#[derive(Debug, Clone)]
pub(crate) struct LanguageKey;

impl KeyKind for LanguageKey {
    const PATTERN: &'static str = TAG_PATTERN;
    const WORDS: &'static str = "by language";
    fn trouble(key: &Key) -> Option<(String, Hint)> {
        Language::of_tag(&key.text)
            .is_none()
            .then(|| unknown(&key.text))
    }
    fn clean(text: &str) -> String {
        Language::of_tag(text).map_or_else(|| text.to_owned(), |language| language.to_string())
    }
}

/// A text with `{{ … }}` in it, in one language or in several.
#[derive(Debug, Clone)]
pub(crate) enum SayText {
    One(Pattern),
    ByLanguage(Map<LanguageKey, Pattern>),
}

impl Value for SayText {
    fn read(node: &Node, binder: &mut Binder<'_>) -> Option<Self> {
        // `{{ … }}` without quotes is a map for YAML, but was meant as a text.
        let raw = &binder.source.text[node.span.clone()];
        match &node.kind {
            Kind::Map(_) if !raw.starts_with("{{") => Map::read(node, binder).map(Self::ByLanguage),
            _ => Pattern::read(node, binder).map(Self::One),
        }
    }
    fn schema() -> serde_json::Value {
        let mut by_language = Map::<LanguageKey, Pattern>::schema();
        by_language["minProperties"] = json!(1);
        json!({ "anyOf": [Pattern::schema(), by_language] })
    }
    fn words() -> String {
        format!("{}, or several by language", Pattern::words())
    }
}
