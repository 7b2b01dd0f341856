//! The answers of the event file.

use showcaller_event::model::{Answer, MeetingFact, Part, Room, Text};
use showcaller_event::{Language, fill};
use showcaller_secret::Secret;

use crate::reply::Custom;
use crate::view::View;

/// The answer of this name: the room's, or in private that of each of the asker's rooms, those that say the
/// same once. Empty if nothing here has one.
pub(crate) fn custom(view: &View<'_>, name: &str, language: Language) -> Vec<Custom> {
    let answers = &view.scene.event.answers;
    let Some(answer) = answers.iter().find(|answer| answer.id == name) else {
        return Vec::new();
    };
    let mut given: Vec<Custom> = Vec::new();
    for room in view.rooms() {
        let say = answer.rooms.iter().find(|(key, _)| *key == room.key);
        let Some((_, say)) = say else { continue };
        let (text, language) = say.in_language(language, view.scene.event.bot.language);
        let markdown = fill(text, language, &view.facts(), view.audience)
            .ok()
            .map(Secret::new);
        match given.iter_mut().find(|custom| custom.markdown == markdown) {
            Some(Custom {
                room: Some(titles), ..
            }) => {
                titles.push_str(", ");
                titles.push_str(&room.title);
            }
            Some(_) => {}
            None => given.push(Custom {
                room: Some(room.title.clone()),
                links: markdown
                    .as_ref()
                    .map_or_else(Vec::new, |_| links(view, text)),
                meetings: text.meetings().cloned().collect(),
                markdown,
            }),
        }
    }
    if let [only] = given.as_mut_slice() {
        only.room = None;
    }
    given
}

/// The links that are filled into a text.
fn links(view: &View<'_>, text: &Text) -> Vec<Secret> {
    let link = |part: &Part| match part {
        Part::Meeting {
            meeting,
            fact: MeetingFact::Link | MeetingFact::Join,
        } => (view.scene.facts)(meeting)?.link,
        Part::Words(_) | Part::Meeting { .. } | Part::Scheduled { .. } => None,
    };
    text.parts().iter().filter_map(link).collect()
}

/// A word for each answer that is given here.
pub(crate) fn words_of_answers(view: &View<'_>) -> Vec<String> {
    let rooms = view.rooms();
    let given =
        |room: &&Room, answer: &Answer| answer.rooms.iter().any(|(key, _)| *key == room.key);
    let answers = view.scene.event.answers.iter();
    answers
        .filter(|answer| rooms.iter().any(|room| given(room, answer)))
        .filter_map(|answer| {
            let own = answer.words.iter().find(|word| **word == answer.id);
            own.or(answer.words.first()).cloned()
        })
        .collect()
}
