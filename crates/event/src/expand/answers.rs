//! What the bot answers beside the words that it knows itself.

use super::frame::Frame;
use super::limits::{Kind, Limit};
use super::texts::Told;
use crate::diagnostics::Diagnostics;
use crate::model::Answer;
use crate::places::Places;

/// Every answer, in the file's order.
pub(super) fn answers(
    frame: &Frame<'_>,
    told: &Told<'_>,
    places: &mut Places,
    diagnostics: &mut Diagnostics,
) -> Vec<Answer> {
    let mut answers = Vec::new();
    let mut most = Limit::new(Kind::Messages);
    for entry in frame
        .file
        .answers
        .iter()
        .flat_map(|answers| &answers.value.entries)
    {
        places
            .answers
            .insert(entry.id.value.clone(), entry.id.span.clone());
        if entry.entry.broken {
            continue;
        }
        let Some(say) = &entry.entry.say else {
            continue;
        };
        let kind = ("answer/nowhere", "answer", &entry.id.span);
        let rooms = told.say_in_fitting_rooms(frame, say, kind, &mut most, diagnostics);
        let words = entry.entry.words.iter().flat_map(|words| &words.value);
        let mut answer = Answer {
            id: entry.id.value.clone(),
            words: words.map(|word| word.value.trim().to_lowercase()).collect(),
            rooms,
        };
        answer.words.sort();
        answer.words.dedup();
        answers.push(answer);
    }
    answers
}
