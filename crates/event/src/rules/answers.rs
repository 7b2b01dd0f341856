//! What the bot answers.

use std::collections::HashMap;

use super::cues::bad_message;
use super::input::Input;
use super::report::Report;

/// Words that the bot answers by itself.
const BOT_WORDS: [&str; 4] = ["agenda", "meeting", "meetings", "help"];

pub(super) fn words<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    let mut taken: HashMap<String, &str> = HashMap::new();
    for answer in &input.event.answers {
        let place = || input.places.answer(&answer.id);
        if answer.words.iter().all(|word| word.trim().is_empty()) {
            let message = format!("nobody can ask for answer `{}`", answer.id);
            report.error(
                place(),
                message,
                "say under `words:` what people write to get it",
            );
        }
        for word in &answer.words {
            let word = word.trim().to_lowercase();
            if BOT_WORDS.contains(&word.as_str()) {
                let message = format!("the bot answers \"{word}\" by itself");
                report.error(place(), message, "take it out of `words:`");
                continue;
            }
            match taken.insert(word.clone(), &answer.id) {
                Some(first) if first == answer.id => {
                    let message = format!("answer `{first}` has the word \"{word}\" twice");
                    report.error(place(), message, "once is enough");
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
    }
}

pub(super) fn text<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    for answer in &input.event.answers {
        for (room, say) in &answer.rooms {
            for (message, hint) in say
                .texts()
                .filter_map(|text| bad_message(input, room, text))
            {
                let message = format!("answer `{}` in room `{room}` {message}", answer.id);
                report.error(input.places.answer(&answer.id), message, hint);
            }
        }
    }
}
