//! What Webex takes of Adaptive Cards 1.3, as far as we use it: elements with their properties, and
//! the limits. Every card of every test is judged by it.

use serde_json::{Map, Value};
use showcaller_event::markdown::LONGEST;

use crate::answers::{Card, Message, messages};

/// Elements of version 1.3, and which of their properties (1.3 or older) we use.
const ELEMENTS: [(&str, &[&str]); 6] = [
    ("AdaptiveCard", &["version", "body", "actions"]),
    (
        "TextBlock",
        &[
            "text",
            "size",
            "weight",
            "isSubtle",
            "wrap",
            "spacing",
            "separator",
        ],
    ),
    ("ColumnSet", &["columns", "spacing"]),
    ("Column", &["width", "items"]),
    ("ActionSet", &["actions"]),
    ("Action.OpenUrl", &["title", "url", "style"]),
];
const SUBMIT: (&str, &[&str]) = ("Action.Submit", &["title", "data"]);
/// What a property may be, where it is one of a few words.
const WORDS: [(&str, &[&str]); 5] = [
    (
        "size",
        &["Small", "Default", "Medium", "Large", "ExtraLarge"],
    ),
    ("weight", &["Lighter", "Default", "Bolder"]),
    (
        "spacing",
        &[
            "None",
            "Small",
            "Default",
            "Medium",
            "Large",
            "ExtraLarge",
            "Padding",
        ],
    ),
    ("width", &["auto", "stretch"]),
    ("style", &["default", "positive", "destructive"]),
];
const MOST_ACTIONS: usize = 5;
const MOST_BYTES: usize = 80_000;

/// What is wrong with a message, as Webex would see it.
pub(super) fn findings(message: &Message, card_key: &str) -> Vec<String> {
    let mut findings = Vec::new();
    let bytes = message.markdown.expose().len();
    if bytes == 0 || bytes > LONGEST {
        findings.push(format!("the Markdown has {bytes} bytes"));
    }
    if let Some(card) = &message.card {
        of_card(card, card_key, &mut findings);
    }
    findings
}

fn of_card(card: &Card, card_key: &str, findings: &mut Vec<String>) {
    let bytes = card.content.to_string().len();
    if bytes > MOST_BYTES {
        findings.push(format!("the card has {bytes} bytes"));
    }
    if card.content["type"] != "AdaptiveCard" || card.content["version"] != "1.3" {
        findings.push("it is no card of version 1.3".to_owned());
    }
    let mut actions = Vec::new();
    element(&card.content, &mut actions, findings);
    if actions.len() > MOST_ACTIONS {
        findings.push(format!("it has {} actions", actions.len()));
    }
    let data: Vec<&Value> = actions
        .iter()
        .filter(|action| action["type"] == SUBMIT.0)
        .map(|action| &action["data"])
        .collect();
    let wanted: Vec<Value> = (0..card.keys.len())
        .map(|index| serde_json::json!({ "key": format!("{card_key}#{index}") }))
        .collect();
    if !data.into_iter().eq(&wanted) {
        findings.push("the buttons carry something else than their keys".to_owned());
    }
}

/// Judges an object that has a type, and everything in it.
fn element<'a>(value: &'a Value, actions: &mut Vec<&'a Value>, findings: &mut Vec<String>) {
    let kind = value["type"].as_str().unwrap_or("(no type)");
    let known = ELEMENTS
        .iter()
        .chain([&SUBMIT])
        .find(|(name, _)| *name == kind);
    let (Some((_, properties)), Some(object)) = (known, value.as_object()) else {
        findings.push(format!("{kind} is not in the table"));
        return;
    };
    if kind.starts_with("Action.") {
        actions.push(value);
    }
    for (name, value) in object.iter().filter(|(name, _)| *name != "type") {
        if !properties.contains(&name.as_str()) {
            findings.push(format!("{kind} has {name}"));
        }
        let words = WORDS.iter().find(|(property, _)| property == name);
        if words.is_some_and(|(_, words)| !words.iter().any(|word| value == word)) {
            findings.push(format!("{kind} has {name}: {value}"));
        }
        match value {
            Value::Array(items) => items
                .iter()
                .for_each(|item| element(item, actions, findings)),
            Value::Object(_) if name == "data" => {}
            Value::Object(_) => findings.push(format!("{name} is an object")),
            _ => {}
        }
    }
    missing(kind, object, findings);
}

fn missing(kind: &str, object: &Map<String, Value>, findings: &mut Vec<String>) {
    let required = match kind {
        "TextBlock" => "text",
        "Action.OpenUrl" => "url",
        "Action.Submit" => "data",
        "ColumnSet" => "columns",
        "Column" => "items",
        "ActionSet" => "actions",
        _ => "version",
    };
    match object.get(required) {
        None => findings.push(format!("{kind} has no {required}")),
        Some(Value::String(text)) if text.is_empty() => {
            findings.push(format!("{kind} has an empty {required}"));
        }
        Some(_) => {}
    }
}

#[test]
fn every_card_keeps_the_rules_in_every_language() {
    let mut cards = 0;
    for (name, reply) in super::every_sample::all() {
        for language in showcaller_event::Language::ALL {
            let reply = super::samples::in_language(language, reply.clone());
            for message in messages(&reply, "card-7") {
                assert_eq!(
                    findings(&message, "card-7"),
                    Vec::<String>::new(),
                    "{name} {language}"
                );
                cards += usize::from(message.card.is_some());
            }
        }
    }
    assert!(cards > 40, "{cards} cards were judged");
}

#[test]
fn the_rules_notice_what_webex_does_not_take() {
    let card = |content: Value| Message {
        markdown: "x".into(),
        card: Some(Card {
            content,
            keys: Vec::new(),
        }),
    };
    let with = |element: Value| {
        card(serde_json::json!({ "type": "AdaptiveCard", "version": "1.3", "body": [element] }))
    };
    let open =
        serde_json::json!({ "type": "Action.OpenUrl", "title": "x", "url": "https://a.example" });
    for (message, finding) in [
        (
            with(serde_json::json!({ "type": "RichTextBlock", "inlines": [] })),
            "RichTextBlock is not in the table",
        ),
        (
            with(serde_json::json!({ "type": "TextBlock", "text": "x", "style": "heading" })),
            "TextBlock has style",
        ),
        (
            with(serde_json::json!({ "type": "TextBlock", "text": "" })),
            "TextBlock has an empty text",
        ),
        (
            with(serde_json::json!({ "type": "ActionSet", "actions": vec![open; 6] })),
            "it has 6 actions",
        ),
        (
            with(
                serde_json::json!({ "type": "ActionSet", "actions": [{ "type": "Action.Submit", "data": { "room": "x" } }] }),
            ),
            "the buttons carry something else than their keys",
        ),
        (
            card(serde_json::json!({ "type": "AdaptiveCard", "version": "1.4", "body": [] })),
            "it is no card of version 1.3",
        ),
    ] {
        assert!(
            findings(&message, "k")
                .iter()
                .any(|said| said.starts_with(finding)),
            "{:?} does not say {finding}",
            findings(&message, "k")
        );
    }
}
