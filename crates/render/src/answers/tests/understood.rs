//! What the bot advertises, it understands.

use std::path::Path;

use showcaller_event::{Event, Input, Language, Schedule, check};
use showcaller_show::{EventWords, Intent, Place, Question, Scene, understand};

use crate::answers::phrases;
use crate::answers::words::word;

fn event() -> Event {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/innovation-challenge");
    let load = |path: &str| std::fs::read(folder.join(path)).map_err(|error| error.to_string());
    let bytes = load("event.yaml").unwrap();
    let checked = check(&Input {
        name: "event.yaml",
        bytes: &bytes,
        load: &load,
        now: None,
    });
    checked.event.unwrap()
}

#[test]
fn every_advertised_word_asks_for_what_it_promises() {
    let event = event();
    let schedule = Schedule::planned(&event);
    let scene = Scene {
        words: &EventWords::default(),
        event: &event,
        schedule: &schedule,
        facts: &|_| None,
        organisers_only: false,
        now: "2027-10-06T06:00:00Z".parse().unwrap(),
    };
    for language in Language::ALL {
        for intent in Intent::BUILT_IN {
            let Some(word) = word(&intent, phrases::of(language)) else {
                continue;
            };
            // These two are advertised with a meeting's name.
            let text = match intent {
                Intent::Meeting | Intent::Details => format!("{word} opening"),
                _ => word.to_owned(),
            };
            let question = Question {
                text: &text,
                place: Place::Private,
                asker: None,
                fallback: Some(language),
            };
            let understood = understand(&scene, &question);
            assert_eq!(understood.intent, intent, "{language}: {text}");
            assert_eq!(understood.language, language, "{text}");
        }
    }
}
