//! Card and Markdown say the same in the same order.

use serde_json::Value;
use showcaller_event::Language;

use super::{every_sample, samples};
use crate::answers::messages;

/// The words, without marks of formatting and without the addresses of links.
fn words(text: &str) -> Vec<String> {
    text.split_whitespace()
        .map(|word| word.split("](").next().unwrap_or_default())
        .map(|word| word.replace(['*', '`', '['], ""))
        .filter(|word| !matches!(word.as_str(), "" | "-" | "·"))
        .collect()
}

fn texts(value: &Value, said: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| texts(item, said)),
        Value::Object(object) => {
            let shown = match object["type"].as_str() {
                Some("TextBlock") => object["text"].as_str(),
                Some("Action.OpenUrl") => object["title"].as_str(),
                _ => None,
            };
            said.extend(shown.map(words).into_iter().flatten());
            object.values().for_each(|item| texts(item, said));
        }
        _ => {}
    }
}

#[test]
fn card_and_markdown_say_the_same_in_the_same_order() {
    let mut compared = 0;
    for (name, reply) in every_sample::all() {
        for language in Language::ALL {
            let reply = samples::in_language(language, reply.clone());
            for message in messages(&reply, "k") {
                let Some(card) = message.card else { continue };
                let mut shown = Vec::new();
                texts(&card.content["body"], &mut shown);
                let mut said = words(message.markdown.expose());
                // The way in stands beside the meeting on a card, and after its title in Markdown.
                let joins = ["Join", "Deelnemen", "Rejoindre"];
                let take = |words: &mut Vec<String>| {
                    let all = words.len();
                    words.retain(|word| !joins.contains(&word.as_str()));
                    all - words.len()
                };
                assert_eq!(take(&mut shown), take(&mut said), "{name} {language}");
                assert_eq!(shown, said, "{name} {language}");
                compared += 1;
            }
        }
    }
    assert!(compared > 40, "{compared} cards were compared");
}
