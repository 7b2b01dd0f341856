//! Rules about Adaptive Cards in messages.

use serde_json::Value;

use super::{Asked, Check, Complaints, Rule};

/// A card comes with a message, or takes the place of a message's card.
const CARDS: &[&str] = &["POST /messages", "PUT /messages/{messageId}"];

/// Actions of all kinds in one card, wherever they are.
const MOST_ACTIONS: usize = 5;

/// 80 KB, in bytes of JSON.
const MOST_BYTES: usize = 80_000;

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "one-card",
        source: "messaging §6, §8",
        on: CARDS,
        check: Check::Items("attachments", 0, 1),
    },
    Rule {
        name: "card-kind",
        source: "messaging §8",
        on: CARDS,
        check: Check::Request(card_kind),
    },
    Rule {
        name: "card-actions",
        source: "messaging §8",
        on: CARDS,
        check: Check::Request(card_actions),
    },
    Rule {
        name: "card-size",
        source: "messaging §8",
        on: CARDS,
        check: Check::Request(card_size),
    },
];

/// Each attachment, and where it is.
fn cards<'a>(asked: &Asked<'a>) -> impl Iterator<Item = (String, &'a Value)> {
    let body: Option<&'a Value> = asked.body;
    let cards = body.and_then(|body| body.get("attachments")?.as_array());
    let cards = cards.into_iter().flatten().enumerate();
    cards.map(|(index, card)| (format!("/attachments/{index}"), card))
}

/// Adaptive Cards up to version 1.3.
fn card_kind(asked: &Asked<'_>, complaints: &mut Complaints<'_>) {
    for (pointer, card) in cards(asked) {
        let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
        let media = text(card.get("contentType"));
        if media.as_deref() != Some("application/vnd.microsoft.card.adaptive") {
            let wrong = "only Adaptive Cards can be attached";
            complaints.body(format!("{pointer}/contentType"), wrong);
        }
        if text(card.pointer("/content/type")).as_deref() != Some("AdaptiveCard") {
            complaints.body(
                format!("{pointer}/content/type"),
                "a card is an AdaptiveCard",
            );
        }
        let version = text(card.pointer("/content/version"));
        if !version.as_deref().is_some_and(is_known_version) {
            let wrong = "1.3 is the newest version that Webex shows";
            complaints.body(format!("{pointer}/content/version"), wrong);
        }
    }
}

fn is_known_version(version: &str) -> bool {
    matches!(version, "1.0" | "1.1" | "1.2" | "1.3")
}

fn card_actions(asked: &Asked<'_>, complaints: &mut Complaints<'_>) {
    for (pointer, card) in cards(asked) {
        let count = actions(card);
        if count > MOST_ACTIONS {
            let wrong = format!("{count} actions, at most {MOST_ACTIONS} allowed");
            complaints.body(format!("{pointer}/content"), wrong);
        }
    }
}

/// How many actions there are in a part of a card: those of the card itself, of action sets, of
/// cards within, and those that an element has.
fn actions(part: &Value) -> usize {
    match part {
        Value::Object(members) => {
            let kind = members.get("type").and_then(Value::as_str);
            let own = kind.is_some_and(|kind| kind.starts_with("Action."));
            usize::from(own) + members.values().map(actions).sum::<usize>()
        }
        Value::Array(parts) => parts.iter().map(actions).sum(),
        _ => 0,
    }
}

fn card_size(asked: &Asked<'_>, complaints: &mut Complaints<'_>) {
    for (pointer, card) in cards(asked) {
        let bytes = card.get("content").map_or(0, |card| card.to_string().len());
        if bytes > MOST_BYTES {
            let wrong = format!("{bytes} bytes, at most {MOST_BYTES} allowed");
            complaints.body(format!("{pointer}/content"), wrong);
        }
    }
}
