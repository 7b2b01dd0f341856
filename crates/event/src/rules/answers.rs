//! What the bot answers.

use std::collections::HashMap;

use super::cues::bad_messages;
use super::input::Input;
use super::phrases::{Names, is_common};
use super::report::Report;
use crate::language::{normalise, reserved};

/// A phrase as the bot compares it.
fn normalised(phrase: &str) -> String {
    let words = normalise(phrase).into_iter().map(|word| word.text);
    words.collect::<Vec<_>>().join(" ")
}

/// An answer is an intent under its own name, and is asked for by it.
pub(super) fn name<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    let names = Names::of(input.event);
    let answers = input.event.answers.iter();
    for answer in answers.filter(|answer| !answer.words.contains(&answer.id)) {
        if let Some(message) = means_else(&names, &answer.id) {
            let hint = format!(
                "people ask for an answer by its name, too: take another one, as `our-{}`",
                answer.id
            );
            report.error(input.places.answer(&answer.id), message, hint);
        }
    }
}

pub(super) fn words<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    let mut taken: HashMap<String, &str> = HashMap::new();
    let names = Names::of(input.event);
    for answer in &input.event.answers {
        let place = || input.places.answer(&answer.id);
        if answer.words.iter().all(|word| normalised(word).is_empty()) {
            let message = format!("nobody can ask for answer `{}`", answer.id);
            report.error(
                place(),
                message,
                "say under `words:` what people write to get it",
            );
        }
        let mut others = Vec::new();
        for word in &answer.words {
            if let Some(message) = means_else(&names, word) {
                others.push(message);
                continue;
            }
            match taken.insert(normalised(word), &answer.id) {
                Some(first) if first == answer.id => {
                    let message = format!("answer `{first}` has the word \"{word}\" twice");
                    report.error(
                        place(),
                        message,
                        "once is enough: case, accents and punctuation do not matter",
                    );
                }
                Some(first) => {
                    let message = format!(
                        "\"{word}\" asks for two answers, `{first}` and `{}`",
                        answer.id
                    );
                    report.error(place(), message, "take it out of one of them");
                }
                None => {}
            }
        }
        if !others.is_empty() {
            let hint = "take that out of `words:`, and give words that ask for nothing else";
            report.error(place(), others.join("; "), hint);
        }
    }
}

/// What else a phrase asks for.
fn means_else(names: &Names, phrase: &str) -> Option<String> {
    if normalised(phrase).is_empty() {
        return None;
    }
    if let Some((language, intent)) = reserved(phrase) {
        return Some(format!(
            "the bot answers \"{phrase}\" by itself (`{intent}`, in `{language}`)"
        ));
    }
    if let Some(what) = names.what(phrase) {
        return Some(format!("\"{phrase}\" is {what}"));
    }
    is_common(phrase).then(|| format!("\"{phrase}\" stands in many questions"))
}

pub(super) fn text<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    for answer in &input.event.answers {
        for (room, say) in &answer.rooms {
            for (message, hint) in bad_messages(input, room, say) {
                let message = format!("answer `{}` in room `{room}` {message}", answer.id);
                report.error(input.places.answer(&answer.id), message, hint);
            }
        }
    }
}
