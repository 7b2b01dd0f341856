//! What the bot answers beside the words that it knows itself.

use std::collections::BTreeSet;

use super::frame::Frame;
use super::limits::{Kind, Limit};
use super::texts::Told;
use crate::diagnostics::Diagnostics;
use crate::model::{Answer, Say};
use crate::places::Places;
use crate::template::Times;

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
        let Some(written) = frame.written(say, diagnostics) else {
            continue;
        };
        let all = 0..told.rooms.len();
        let rooms: BTreeSet<usize> = all.filter(|room| told.concerns(*room, &written)).collect();
        if rooms.is_empty() && !told.rooms.is_empty() {
            diagnostics
                .error(
                    "answer/nowhere",
                    frame.source,
                    entry.id.span.clone(),
                    "no room would get this answer",
                )
                .hint("it names a team, a group or a meeting that no room has");
        }
        if !most.allows(rooms.len(), frame, &entry.id.span, diagnostics) {
            break;
        }
        let texts = told.fill(frame, &written, &rooms, (None, Times::Open), diagnostics);
        let words = entry.entry.words.iter().flat_map(|words| &words.value);
        let mut answer = Answer {
            id: entry.id.value.clone(),
            words: words.map(|word| word.value.trim().to_lowercase()).collect(),
            rooms: texts
                .into_iter()
                .map(|(room, text)| (told.rooms[room].key.clone(), Say::only(text)))
                .collect(),
        };
        answer.words.sort();
        answer.words.dedup();
        answers.push(answer);
    }
    answers
}
